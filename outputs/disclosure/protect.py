"""From true figures to protected tables under the policy of the signed purpose.

Counts: every count is a sum over the base cube, which is rounded once. Costs: sensitive cells and what would give them
back are hidden. Then the attacker's own arithmetic runs over everything that would be published, with what outsiders
know and earlier releases beside it; a release that gives too much away is refused.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from outputs.comparison.comparison import comparison_frame
from outputs.comparison.references import shipped_references
from outputs.disclosure.audit import Audit, Terms, audit, check_audit
from outputs.disclosure.formal_privacy import FormalTable, formal_tables
from outputs.disclosure.publish_rows import Flags, Shown, published_frame
from outputs.disclosure.release_record import PublishedFigure, ReleaseRecord, Secrets, figure_label, unmoved
from outputs.disclosure.round_release import RoundedRelease, round_release
from outputs.disclosure.shown_figures import shown_concentration, shown_counts, shown_money
from outputs.disclosure.small_groups import regions_to_hide
from outputs.disclosure.stated_counts import counts_of, counts_of_noisy
from outputs.effects.effect_table import EffectTable, effects_frame, withheld
from outputs.rates import rate, to_tens
from outputs.regions import wijk_of
from outputs.tabulate import MONEY, Tabulated
from outputs.true_tables import TrueTable
from schemas.disclosure_policy import DisclosurePolicy
from schemas.log_entries import StepFacts
from schemas.period import HalfYear
from schemas.tables import ProtectedTable, typed

COST_EUR: Final = "cost_eur"
#: A rounding that tells too much beside earlier releases is drawn again so many times before the release is refused.
_ATTEMPTS: Final = 5


@dataclass(frozen=True, eq=False)
class Asked:
    """What is protected for whom.

    Attributes:
        release: id of the release.
        period: the half-year.
        made: today.
        policy: of the signed purpose.
        secrets: of the purpose.
        earlier: every other release of the purpose so far, oldest first.
        own: this release, when it was released before.
    """

    release: str
    period: HalfYear
    made: date
    policy: DisclosurePolicy
    secrets: Secrets
    earlier: Sequence[ReleaseRecord] = ()
    own: ReleaseRecord | None = None

    @property
    def of_period(self) -> list[ReleaseRecord]:
        """The earlier releases of the same half-year."""
        return [one for one in self.earlier if one.period == str(self.period)]


@dataclass(frozen=True, eq=False)
class Protected:
    """What a run may let out.

    Attributes:
        tables: protected tables by name.
        facts: what was done and lost, in numbers that are published too.
        record: what is kept to hold the next release against.
    """

    tables: Mapping[str, ProtectedTable]
    facts: StepFacts
    record: ReleaseRecord


def protect(
    tabulated: Tabulated, quality: pd.DataFrame | None, asked: Asked, observed: pd.DataFrame | None = None
) -> Protected:
    """Protects every table.

    Args:
        tabulated: true figures.
        quality: source, method and rows; counts rows of files and is rounded to tens.
        asked: under which policy, beside which releases.
        observed: ``OBSERVED_SCHEMA``, where the purpose asks for the effect of an approach.

    Raises:
        RefusedByDisclosureControl: ``release_exposed``, ``group_exposed`` or ``relations_contradict``.
    """
    noisy = formal_tables(tabulated, asked.policy, asked.earlier, asked.own)
    effects = None if observed is None else _effects(observed, tabulated, asked)
    for attempt in range(_ATTEMPTS):
        protected, made = _attempted(tabulated, quality, asked, noisy, effects, attempt)
        if not made.findings:
            break
    check_audit(made)
    return protected


def _attempted(
    tabulated: Tabulated,
    quality: pd.DataFrame | None,
    asked: Asked,
    noisy: Mapping[str, FormalTable],
    effects: EffectTable | None,
    attempt: int,
) -> tuple[Protected, Audit]:
    rounded = round_release(tabulated, asked.policy, asked.secrets, asked.earlier, attempt)
    shown = list(_shown(tabulated, rounded, asked))
    published = [*shown, *(one.shown for one in noisy.values())]
    tables = {one.table: ProtectedTable(one.table, published_frame(one, asked.period)) for one in published}
    if quality is not None:
        tables["quality"] = _quality(quality, asked.period)
    if "comparison" in tabulated.tables and "stacking" not in asked.policy.noisy_tables:
        tables["comparison"] = _comparison(tables["stacking"], rounded.within("stacking", asked.policy.base), asked)
    if effects is not None:
        tables["effects"] = ProtectedTable("effects", effects.frame)
    record = _record(tabulated, rounded, shown, asked)
    record = record.model_copy(update={"noisy": {name: one.record for name, one in noisy.items()}})
    terms = terms_of(tabulated, rounded, asked, record)
    made = audit({name: table.frame for name, table in tables.items()}, terms)
    counts = {f"{name}:{what}": number for name, what, number in counts_of(shown, rounded, asked.policy, tabulated)}
    counts |= {f"{name}:{what}": number for name, one in noisy.items() for what, number in counts_of_noisy(one)}
    counts |= effects.facts if effects else {}
    if "comparison" in tables:
        compared = tables["comparison"]
        counts |= {"comparison:cells": len(compared.frame), "comparison:hidden": compared.confidential_rows}
    counts |= {"audit:figures": made.attacked, "audit:found": len(made.findings), "audit:releases": len(asked.earlier)}
    return Protected(tables, StepFacts(counts=counts), record), made


def terms_of(tabulated: Tabulated, rounded: RoundedRelease, asked: Asked, record: ReleaseRecord) -> Terms:
    """Gives the attacker all that he can have: exact households of every region, and what has not moved since."""
    regions = tabulated.cube.regions
    known = tabulated.cube.households
    return Terms(
        asked.policy,
        within={table: rounded.within(table, asked.policy.base) for table in rounded.counts},
        negative=tabulated.negative,
        known=dict(zip(regions.codes, known.tolist(), strict=True)),
        earlier=tuple(unmoved(record, asked.earlier)),
        truth=tabulated.cube,
    )


def _shown(tabulated: Tabulated, rounded: RoundedRelease, asked: Asked) -> Iterator[Shown]:
    policy = asked.policy
    apart = regions_to_hide(rounded, policy)
    for table in tabulated.counted:
        if table in policy.noisy_tables:
            continue
        if table == "concentration":
            yield shown_concentration(tabulated.money[table], rounded, policy, apart)
        elif table not in MONEY:
            yield shown_counts(table, rounded, policy, apart)
    told = {
        table: _told_costs(tabulated.money[table], rounded.classes[table].keys, asked) for table in tabulated.priced
    }
    yield from shown_money(tabulated.money, rounded, policy, apart, told)


def _record(tabulated: Tabulated, rounded: RoundedRelease, shown: Sequence[Shown], asked: Asked) -> ReleaseRecord:
    figures: dict[str, PublishedFigure] = {}
    for one in shown:
        columns = (
            [rounded.classes[one.table].keys.index(key) for key in one.keys] if one.table != "concentration" else []
        )
        true = {name: figure[:, columns] for name, figure in rounded.true[one.table].items()}
        within = dict.fromkeys(true, rounded.within(one.table, asked.policy.base))
        if one.table in MONEY:
            true[COST_EUR] = tabulated.money[one.table].of("cost_cent", one.keys)
            within[COST_EUR] = asked.policy.cost_rounding_eur // 2
        for name in true if one.table != "concentration" else ():
            for row, column, keys in one.cells():
                label = figure_label(one.table, name, keys)
                printed = None if one.hidden[row, column] else int(one.figures[name][row, column])
                seal = asked.secrets.seal(label, int(true[name][row, column]))
                figures[label] = PublishedFigure(figure=printed, within=within[name], seal=seal)
    last = asked.of_period[-1:]
    moved = _moved(rounded, last[0]) if last else None
    return ReleaseRecord(
        release=asked.release,
        period=str(asked.period),
        made=asked.made,
        cells=dict(rounded.cells),
        figures=figures,
        moved=moved,
    )


def _moved(rounded: RoundedRelease, last: ReleaseRecord) -> int:
    now = {label: cell.seal for label, cell in rounded.cells.items()}
    then = {label: cell.seal for label, cell in last.cells.items()}
    moved = Counter(wijk_of(label) for label in now.keys() | then.keys() if now.get(label) != then.get(label))
    return min(moved.values(), default=0)


def _told_costs(table: TrueTable, keys: Sequence[tuple[str, ...]], asked: Asked) -> Flags:
    """Costs that an earlier release printed and that have not moved since [regions, keys]."""
    costs = table.of("cost_cent", keys)
    told = {
        (label, then.seal)
        for one in asked.earlier
        for label, then in one.figures.items()
        if then.figure is not None and label.startswith(f"{table.name}|{COST_EUR}|")
    }
    flags: Flags = np.zeros(costs.shape, dtype=np.bool_)
    for row, region in enumerate(table.regions.codes) if told else ():
        for column, key in enumerate(keys):
            label = figure_label(table.name, COST_EUR, (region, *key))
            seal = asked.secrets.seal(label, int(costs[row, column]))
            flags[row, column] = (label, seal) in told
    return flags


def _quality(quality: pd.DataFrame, period: HalfYear) -> ProtectedTable:
    rounded = quality.assign(rows=to_tens(quality["rows"].to_numpy(np.int64)))
    of_source = rounded.groupby("source")["rows"].transform("sum").to_numpy(np.int64)
    frame = rounded.assign(period=str(period), share_pct=rate(rounded["rows"].to_numpy(), of_source, 1000) / 10)
    return ProtectedTable("quality", typed("quality", frame))


def _comparison(stacking: ProtectedTable, within: int, asked: Asked) -> ProtectedTable:
    """Published figures beside those of others; nothing new is told of any household."""
    frame = comparison_frame(stacking.frame, within, shipped_references(), asked.period)
    return ProtectedTable("comparison", frame)


def _effects(observed: pd.DataFrame, tabulated: Tabulated, asked: Asked) -> EffectTable:
    """A second measurement of the same half-year would be another rounding of the same households: there is none."""
    gemeente = tabulated.cube.regions.gemeente
    if asked.of_period:
        return withheld("released_before", asked.period, gemeente)
    return effects_frame(observed, asked.policy, asked.period, gemeente)
