"""Differential privacy for count tables that a purpose marks so: noise from OpenDP, and a budget that is spent.

Every household is in one class of one smallest region of such a table, so one household more or less changes one count
by one: discrete Laplace noise of scale 1/epsilon on these counts is epsilon-differentially private for a household.
Larger regions and totals are sums of noisy counts. The noise comes from the machine's own randomness, so two drafts
of the same figures differ. Every release draws and spends, whether its figures moved or not: to print the same again
only when nothing moved would tell that nothing moved. A release that is made again is the release that it was. The
promise is about this table alone: other tables of the release are rounded, not noisy.
Sources: Dwork & Roth (2014), The Algorithmic Foundations of Differential Privacy; Ghosh et al. (2009) on this noise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import opendp.prelude as dp

from outputs.disclosure.publish_rows import UNDEFINED, Shown
from outputs.disclosure.release_record import NoisyTable, ReleaseRecord
from outputs.disclosure.round_release import published_rows
from outputs.household_classes import HOUSEHOLDS
from outputs.rates import rate
from outputs.regions import Figures, RegionTree
from outputs.tabulate import Tabulated
from schemas.disclosure_policy import DisclosurePolicy, FormalPrivacy
from schemas.domains import TOTAL
from schemas.errors import RefusedByDisclosureControl
from schemas.tables import TABLE_CONTRACTS

dp.enable_features("contrib")


@dataclass(frozen=True)
class FormalTable:
    """One noisy table.

    Attributes:
        shown: what is published.
        record: what is kept of it.
        error_95: 95 of 100 counts of a smallest region are at most this far from the truth.
    """

    shown: Shown
    record: NoisyTable
    error_95: int


def formal_tables(
    tabulated: Tabulated, policy: DisclosurePolicy, earlier: Sequence[ReleaseRecord], own: ReleaseRecord | None = None
) -> dict[str, FormalTable]:
    """Gives the tables that the policy marks, with noise.

    Args:
        tabulated: the true figures.
        policy: of the signed purpose.
        earlier: every other release of the purpose so far, of all periods.
        own: this release, when it was released before: its noise stays what it was.

    Raises:
        RefusedByDisclosureControl: ``budget_spent``: the noise would cost more than the purpose has left.
    """
    if policy.formal is None:
        return {}
    made: dict[str, FormalTable] = {
        table: _table(
            tabulated, (table, policy.finest(table)), policy.formal.epsilon, own.noisy.get(table) if own else None
        )
        for table in policy.formal.tables
    }
    _check_budget(policy.formal, earlier, sum(one.record.spent for one in made.values()))
    return made


def _check_budget(formal: FormalPrivacy, earlier: Sequence[ReleaseRecord], asked: float) -> None:
    spent = sum(table.spent for one in earlier for table in one.noisy.values())
    if spent + asked > formal.budget + 1e-9:
        raise RefusedByDisclosureControl(
            "budget_spent",
            f"epsilon {asked:g} is asked, {formal.budget - spent:g} of {formal.budget:g} is left",
            "leave the noisy tables out, or have a new purpose with a new budget signed",
        )


def _table(tabulated: Tabulated, down_to: tuple[str, str], epsilon: float, before: NoisyTable | None) -> FormalTable:
    table, level = down_to
    cube, classes = tabulated.cube, tabulated.classes(table)
    true = classes.counted(cube)[HOUSEHOLDS]
    smallest = _smallest_rows(cube.regions, level)
    parts = [place for place, keys in enumerate(classes.keys) if keys != (TOTAL,)]
    cells = true[np.ix_(smallest, parts)]
    noisy = before.counts if before else tuple(_noisy(cells.ravel(), epsilon))
    record = NoisyTable(spent=epsilon, counts=noisy)
    counts = np.array(record.counts, dtype=np.int64).reshape(cells.shape)
    figures = _with_totals(counts, cube.regions, level, parts, len(classes.keys))
    shown = Shown(
        table,
        cube.regions,
        published_rows(cube.regions, level),
        classes.keys,
        dict(_figures(table, figures, classes.keys)),
        np.zeros(figures.shape, dtype=np.bool_),
    )
    return FormalTable(shown, record, _error_95(epsilon))


def _noisy(counts: Figures, epsilon: float) -> list[int]:
    """Counts with discrete Laplace noise, none below zero: setting those to zero gives nothing away."""
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    measurement = dp.m.make_laplace(*space, scale=1 / epsilon)
    return [max(0, int(one)) for one in measurement(counts.tolist())]


def _error_95(epsilon: float) -> int:
    return int(np.ceil(dp.discrete_laplacian_scale_to_accuracy(scale=1 / epsilon, alpha=0.05)))


def _smallest_rows(regions: RegionTree, level: str) -> list[int]:
    rows, wijken = published_rows(regions, level), len(regions.wijken)
    return {"gemeente": rows, "wijk": rows[1:], "buurt": rows[1 + wijken :]}[level]


def _with_totals(counts: Figures, regions: RegionTree, level: str, parts: list[int], classes: int) -> Figures:
    """Spreads counts of the smallest regions over all regions and classes, totals added up."""
    whole = np.zeros((len(counts), classes), dtype=np.int64)
    whole[:, parts] = counts
    for total in set(range(classes)) - set(parts):
        whole[:, total] = counts.sum(axis=1)
    if level == "buurt":
        return regions.rolled_up(whole)
    figures = np.zeros((len(regions.codes), classes), dtype=np.int64)
    figures[_smallest_rows(regions, level)] = whole
    figures[0] = whole.sum(axis=0)
    return figures


def _figures(table: str, counts: Figures, keys: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, Figures]]:
    yield HOUSEHOLDS, counts
    if "per_1000" in TABLE_CONTRACTS[table].figures:
        total = np.broadcast_to(counts[:, [keys.index((TOTAL,))]], counts.shape)
        yield "per_1000", np.where(total > 0, rate(counts, total, 1000), UNDEFINED).astype(np.int64)
