"""Which costs are hidden: the sensitive ones, and others so that neither sums nor bounds give those back.

The whole table is one system: every region, combination and domain, with all their totals at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from outputs.disclosure.cost_rules import Contributions
from outputs.disclosure.exactness import Flags
from outputs.disclosure.interval_repair import CostPrecision, widened
from outputs.disclosure.suppression import CellSystem, IntArray, suppressed
from outputs.regions import RegionTree
from outputs.true_tables import Equation, TrueTable
from schemas.disclosure_policy import DisclosurePolicy

Family = tuple[Equation, ...]


def hidden_costs(
    table: TrueTable,
    policy: DisclosurePolicy,
    rows: Sequence[int] | None = None,
    told: Flags | None = None,
    published: Flags | None = None,
) -> Flags:
    """Gives which costs of a table are hidden [regions, categories].

    Args:
        table: the figures of ``outputs.costs.costs``.
        policy: of the signed purpose.
        rows: the regions that are published, by row; all of them by default. Every other row is hidden.
        published: which costs are published, where that is not all of these rows.
        told: costs that an earlier release printed and that have not moved since: everybody knows them, so they stay.

    Raises:
        RefusedByDisclosureControl: ``cell_exposed`` or ``cost_exposed``: hiding cells does not protect them.
    """
    if published is None:
        published = np.zeros((len(table.regions.codes), len(table.categories)), dtype=np.bool_)
        published[slice(None) if rows is None else list(rows)] = True
    known = _known_rows(table.regions, published)
    system = _system(table, policy, (published, np.zeros_like(published) if told is None else told), known)
    precision = CostPrecision(
        policy.cost_rounding_eur, policy.cost_width_pct, negative=bool((table.figures["cost_cent"] < 0).any())
    )
    flags: Flags = np.ones_like(published)
    flags[known] = widened(system, suppressed(system), precision).reshape(len(known), -1)
    return flags | ~published


def _known_rows(regions: RegionTree, published: Flags) -> IntArray:
    """Gives the rows down to the finest published level: one that is not published itself is a rest of others."""
    levels = np.cumsum([1, len(regions.wijken), len(regions.buurten)])
    finest = int(np.searchsorted(levels, np.flatnonzero(published.any(axis=1)).max(initial=0), side="right"))
    return np.arange(levels[finest])


def _system(table: TrueTable, policy: DisclosurePolicy, flags: tuple[Flags, Flags], rows: IntArray) -> CellSystem:
    behind, (published, told) = Contributions.of(table, rows), (one[rows].ravel() for one in flags)
    weight = np.where(published, np.maximum(abs(behind.cost), 1), 0).astype(np.float64)
    weight[behind.households == 0] = np.inf
    return CellSystem(
        families=tuple(_families(table, len(rows))),
        value=behind.cost.astype(np.float64),
        sensitive=behind.sensitive(policy) & ~told,
        lone=behind.lone & ~told,
        weight=weight,
        told=told,
        together=lambda cells, disjoint: bool(behind.together(cells, disjoint=disjoint).sensitive(policy).any()),
    )


def _families(table: TrueTable, rows: int) -> Iterator[Family]:
    """Yields how cells add up in one direction after another: over regions, over combinations, over domains."""
    width, regions = len(table.categories), table.regions
    parents = [(0, list(range(1, 1 + len(regions.wijken))))]
    parents += [(row, regions.children(wijk)) for row, wijk in enumerate(regions.wijken, start=1)]
    yield tuple(
        Equation(parent * width + column, tuple(child * width + column for child in children))
        for parent, children in parents
        if children[-1] < rows
        for column in range(width)
    )
    for kind in dict.fromkeys((one.direction, one.disjoint) for one in table.equations):
        yield tuple(
            replace(one, total=start + one.total, parts=tuple(start + part for part in one.parts))
            for start in range(0, rows * width, width)
            for one in table.equations
            if (one.direction, one.disjoint) == kind
        )
