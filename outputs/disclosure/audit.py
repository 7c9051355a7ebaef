"""The attacker as a gate: all that is printed becomes equations, and no protected figure may be found too closely.

He knows how the release was made: the bases, the stated errors, that costs are rounded. He knows the number of
households of every region from elsewhere, reads printed zeros, and keeps every earlier release. What he can find of a
figure is the interval between the least and the greatest value that all of that allows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from outputs.base_cube import BaseCube
from outputs.costs import TOP_PERCENTAGES
from outputs.count_tables import COUNT_FIGURES
from outputs.disclosure.attacker import intervals
from outputs.disclosure.cost_relations import CostSystem, Place
from outputs.disclosure.count_relations import CountSystem, Figure, Statement, unknowns_of
from outputs.disclosure.count_unknowns import SINGLE
from outputs.disclosure.interval_repair import BESIDE_SENSITIVE
from outputs.disclosure.printed_figures import COUNTED, TARGETS, figures_of, is_everybody, statement_of
from outputs.disclosure.release_form import findings_of_form
from outputs.disclosure.release_record import PublishedFigure
from outputs.household_classes import HOUSEHOLDS
from outputs.tabulate import MONEY
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import TOTAL
from schemas.errors import RefusedByDisclosureControl
from schemas.tables import PUBLISHED, TABLE_CONTRACTS


@dataclass(frozen=True, eq=False)
class Terms:
    """What is asked of a release, and what an attacker knows beside its tables.

    Attributes:
        policy: widths, threshold and bases.
        within: table -> how far its counts are from the truth at most, as published.
        negative: whether costs below zero occur, as published.
        known: region -> number of its households, exactly, from elsewhere.
        earlier: figures of earlier releases of which he knows that the truth has not moved, by label.
        truth: the true cube, inside a run: it spares the search for values that are possible.
    """

    policy: DisclosurePolicy
    within: Mapping[str, int]
    negative: bool
    known: Mapping[str, int] = field(default_factory=dict)
    earlier: Sequence[tuple[str, PublishedFigure]] = ()
    truth: BaseCube | None = None


@dataclass(frozen=True)
class Finding:
    """Figures of one table that break a rule: how many, never which."""

    table: str
    rule: str
    count: int


@dataclass(frozen=True)
class Audit:
    """What came out: findings (none is good), and the number of figures that were attacked."""

    findings: tuple[Finding, ...]
    attacked: int


def audit(tables: Mapping[str, pd.DataFrame], terms: Terms) -> Audit:
    """Attacks the published tables (columns of their contracts) with all that ``terms`` gives away.

    Differentially private tables are checked for their form alone: their noise has no bound to reason from.

    Raises:
        RefusedByDisclosureControl: ``relations_contradict``: the printed figures cannot all be true.
    """
    form = [Finding(*found) for found in findings_of_form(tables, terms.policy)]
    if any(finding.rule in ("unknown_table", "other_columns") for finding in form):
        return Audit(tuple(form), 0)
    exact = {name: frame for name, frame in tables.items() if name not in terms.policy.noisy_tables}
    counts, count_targets = _attack_counts(exact, terms)
    costs, cost_targets = _attack_costs(exact, terms)
    return Audit((*form, *counts, *costs), count_targets + cost_targets)


def check_audit(made: Audit) -> None:
    """Refuses a release of which too much can be found.

    Raises:
        RefusedByDisclosureControl: ``release_exposed``, with the rule and the number per table.
    """
    if made.findings:
        what = ", ".join(f"{one.table}: {one.count} figure(s), rule {one.rule}" for one in made.findings)
        raise RefusedByDisclosureControl(
            "release_exposed", what, "publish fewer tables or coarser regions, or wait for the next period"
        )


def printed_counts(tables: Mapping[str, pd.DataFrame], terms: Terms) -> Iterator[Statement]:
    """Yields what every printed count says of the truth."""
    for table, figure, region, keys, printed in figures_of(tables, COUNT_FIGURES):
        if printed is not None:
            yield statement_of(table, figure, region, keys, printed, terms.within[table], terms.policy)
    yield from _groups(tables, terms)


def _attack_counts(tables: Mapping[str, pd.DataFrame], terms: Terms) -> tuple[list[Finding], int]:
    counted = {name: tables[name] for name in COUNTED if name in tables}
    codes = sorted({code for frame in counted.values() for code in frame["region"]})
    if not codes:
        return [], 0
    finest = next(kind for kind in ("BU", "WK", "GM") if any(code.startswith(kind) for code in codes))
    system = CountSystem(unknowns_of(tables), tuple(code for code in codes if code.startswith(finest)))
    statements = [*printed_counts(tables, terms), *_from_outside(terms, codes, counted), *_from_earlier(terms, counted)]
    targets = list(_small_figures(counted, terms))
    wanted = np.array([_width(target, terms) for target in targets], dtype=float)
    rows = system.rows(targets)
    point = None if terms.truth is None else system.truth(terms.truth)
    known = system.relations(statements, counted)
    found = intervals(known, rows, enough=wanted, blocks=system.blocks(), point=point)
    narrow = (found.high - found.low < wanted) & (found.low < terms.policy.threshold) & (found.high >= 1)
    return _per_table([target[0] for target in targets], narrow, "narrow"), len(targets)


def _width(target: Figure, terms: Terms) -> int:
    """The least width of a count: what everybody knows that it is at most needs no more than that."""
    table, _, region, keys = target
    known = terms.known.get(region)
    if known and table == "top_groups":
        known = -(-int(keys[0]) * known // 100)
    return min(terms.policy.count_width, known or terms.policy.count_width)


def _small_figures(tables: Mapping[str, pd.DataFrame], terms: Terms) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yields the counts that may be small: those hidden, and those whose printed figure does not rule it out."""
    for table, figure, region, keys, printed in figures_of(tables, TARGETS):
        clearance = (2 if figure == SINGLE else 1) * terms.within[table]
        if not is_everybody(table, keys) and (printed is None or printed - clearance < terms.policy.threshold):
            yield table, figure, region, keys


def _attack_costs(tables: Mapping[str, pd.DataFrame], terms: Terms) -> tuple[list[Finding], int]:
    priced = {table: tables[table] for table in MONEY if table in tables}
    if not priced:
        return [], 0
    system = CostSystem.of(priced, negative=terms.negative)
    said: list[tuple[Place, float]] = []
    hidden: list[tuple[str, Place]] = []
    for table, frame in priced.items():
        for *place, cost, status in frame[["region", *TABLE_CONTRACTS[table].classes, "cost_eur", "status"]].to_numpy():
            if status == PUBLISHED and not pd.isna(cost):
                said.append((_place(place), float(cost)))
            else:
                hidden.append((table, _place(place)))
    said += [_cost_of_earlier(label, then) for label, then in terms.earlier if label.split("|")[1] == "cost_eur"]
    if not hidden:
        return [], 0
    half = terms.policy.cost_rounding_eur / 2
    amounts = np.array([amount for _, amount in said])
    relations = system.relations([place for place, _ in said], amounts - half, amounts + half)
    # Which of the hidden costs are sensitive is not to be seen; those are held to their full width in the run.
    rows, share = system.rows(place for _, place in hidden), terms.policy.cost_width_pct / 100 / BESIDE_SENSITIVE
    found = intervals(relations, rows, enough=share * _most(rows, relations.sums[: len(said)], amounts + half))
    narrow = found.high - found.low < share * np.maximum(found.low, 0)
    # With costs below zero what was seen may lie far from the truth: the verdict is that of the exact ends.
    if len(unsure := np.flatnonzero(narrow & ~found.proven)):
        exact = intervals(relations, rows[unsure])
        narrow[unsure] = exact.high - exact.low < share * np.maximum(exact.low, 0)
    return _per_table([table for table, _ in hidden], narrow, "narrow"), len(hidden)


def _place(keys: Sequence[Any]) -> Place:
    region, first, second = map(str, keys)
    return region, first, second


def _most(targets: sparse.csr_array, sums: sparse.csr_array, at_most: np.ndarray) -> np.ndarray:
    """The least printed amount that contains each target: nothing in it can be more, costs below zero apart."""
    shared = (targets @ sums.T).tocoo()
    contains = shared.data == targets.sum(axis=1)[shared.row]
    most = np.full(targets.shape[0], 1e12)
    np.minimum.at(most, shared.row[contains], np.maximum(at_most, 0)[shared.col[contains]])
    return most


def _groups(tables: Mapping[str, pd.DataFrame], terms: Terms) -> Iterator[Statement]:
    """A group of the costliest is a part of a rounded number of households, rounded up."""
    if "concentration" not in tables:
        return
    frame, within = tables["concentration"], terms.within["concentration"]
    for row in frame[frame["status"] == PUBLISHED].to_dict("records"):
        part = int(row["top_pct"]) / 100
        low, high = (int(row[HOUSEHOLDS]) - 1) / part - within, int(row[HOUSEHOLDS]) / part + within
        if row["denominator"] == "huishoudens":
            yield Statement("stacking", HOUSEHOLDS, str(row["region"]), (TOTAL,), max(low, 0), high)
        else:
            yield Statement("concentration", HOUSEHOLDS, str(row["region"]), (), max(low, 0), high)


def _from_outside(terms: Terms, codes: Iterable[str], tables: Iterable[str]) -> Iterator[Statement]:
    """The number of households of every region, and with it the size of every group of the costliest at most."""
    for region in codes:
        if region in terms.known:
            number = terms.known[region]
            yield Statement("stacking", HOUSEHOLDS, region, (TOTAL,), number, number)
            for top in TOP_PERCENTAGES if "top_groups" in tables and region.startswith("GM") else ():
                yield Statement("top_groups", HOUSEHOLDS, region, (str(top),), 0, -(-top * number // 100))


def _from_earlier(terms: Terms, tables: Mapping[str, pd.DataFrame]) -> Iterator[Statement]:
    for label, then in terms.earlier:
        table, figure, region, *keys = label.split("|")
        if table in tables and figure in COUNT_FIGURES.get(table, (HOUSEHOLDS,)) and then.figure is not None:
            yield statement_of(table, figure, region, tuple(keys), then.figure, then.within, terms.policy)


def _cost_of_earlier(label: str, then: PublishedFigure) -> tuple[Place, float]:
    _, _, region, first, second = label.split("|")
    return (region, first, second), float(then.figure or 0)


def _per_table(names: Sequence[str], flags: np.ndarray, rule: str) -> list[Finding]:
    counted = pd.Series(flags).groupby(list(names), sort=False).sum()
    return [Finding(str(table), rule, int(number)) for table, number in counted.items() if number]
