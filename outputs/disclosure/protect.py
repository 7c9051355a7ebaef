"""From true tables to protected tables under the policy of the signed purpose.

The method of today: a figure behind which stand 1 to threshold-1 households, or a cost of which one household holds
more than the policy's share, is hidden; so is whatever would give it back within its table (``suppression``). Zeros are
shown.
Callers see ``ProtectedTable`` only, so the method can be replaced behind them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from outputs.disclosure.exactness import Flags
from outputs.disclosure.suppression import Cells, Money, suppress
from outputs.rates import euros, rate, to_tens
from outputs.regions import Figures
from outputs.true_tables import Equation, TrueTable
from schemas.domains import TOTAL
from schemas.log_entries import StepFacts
from schemas.period import HalfYear
from schemas.purpose import DisclosurePolicy
from schemas.tables import CONFIDENTIAL, PUBLISHED, TABLE_CONTRACTS, ProtectedTable, typed


@dataclass(frozen=True, eq=False)
class Protected:
    """Protected tables by name, and how many cells were hidden, for the log; how many were small stays secret."""

    tables: Mapping[str, ProtectedTable]
    facts: StepFacts


def protect(
    true_tables: Mapping[str, TrueTable], quality: pd.DataFrame | None, period: HalfYear, policy: DisclosurePolicy
) -> Protected:
    """Protects every table; ``quality`` (source, method, rows) counts rows of files and is rounded to tens."""
    tables: dict[str, ProtectedTable] = {}
    counts: dict[str, int] = {}
    for name, table in true_tables.items():
        figures, hidden = _METHODS[name](table, policy)
        tables[name] = _published(table, figures, hidden, period)
        counts |= {f"{name}:cells": hidden.size, f"{name}:hidden": int(hidden.sum())}
    if quality is not None:
        tables["quality"] = _quality(quality, period)
    return Protected(tables, StepFacts(counts=counts))


def _published(table: TrueTable, figures: Mapping[str, Figures], hidden: Flags, period: HalfYear) -> ProtectedTable:
    frame = table.frame()
    for name, figure in figures.items():
        frame[name] = pd.array(figure.ravel(), dtype="Int64")
        undefined = hidden.ravel() | (figure.ravel() == UNDEFINED)
        frame.loc[undefined, name] = pd.NA
    frame["period"] = str(period)
    frame["status"] = np.where(hidden.ravel(), CONFIDENTIAL, PUBLISHED)
    return ProtectedTable(table.name, typed(table.name, frame))


UNDEFINED: Final = np.iinfo(np.int64).min

_Method = Callable[[TrueTable, DisclosurePolicy], tuple[dict[str, Figures], Flags]]


def _small(households: Figures, policy: DisclosurePolicy) -> Flags:
    small: Flags = (households > 0) & (households < policy.threshold)
    return small


def _counts(table: TrueTable, policy: DisclosurePolicy) -> tuple[dict[str, Figures], Flags]:
    households = table.figures["households"]
    primary = _small(households, policy)
    hidden = suppress(Cells(table.regions, table.equations, households, households, policy.threshold), primary)
    figures = {"households": households}
    if "per_1000" in TABLE_CONTRACTS[table.name].figures:
        total = table.categories.index((TOTAL,))
        figures["per_1000"] = rate(households, np.broadcast_to(households[:, [total]], households.shape), 1000)
        # A rate beside its count would give the hidden total back.
        figures["per_1000"][hidden[:, total]] = UNDEFINED
    return figures, hidden


def _use(table: TrueTable, policy: DisclosurePolicy) -> tuple[dict[str, Figures], Flags]:
    """Single use is not printed but follows from what is, so it is a cell too: total = multiple + single."""
    households, multiple = table.figures["households"], table.figures["multiple_households"]
    laws = households.shape[1]
    all_cells = np.hstack([households, multiple, households - multiple])
    equations = tuple(Equation(law, (laws + law, 2 * laws + law)) for law in range(laws))
    primary = _small(all_cells, policy)
    hidden = suppress(Cells(table.regions, equations, all_cells, all_cells, policy.threshold), primary)
    percentage = rate(multiple, households, 100)
    percentage[households == 0] = UNDEFINED
    figures = {**table.figures, "multiple_pct": percentage}
    return figures, _any_of_three(hidden)


def _any_of_three(flags: Flags) -> Flags:
    """A row of ``use`` holds three cells (all, multiple, single): it is hidden when one of them is."""
    result: Flags = np.logical_or.reduce(np.hsplit(flags, 3))
    return result


def _costs(table: TrueTable, policy: DisclosurePolicy) -> tuple[dict[str, Figures], Flags]:
    households, cost, largest = (table.figures[name] for name in ("households", "cost_cent", "largest_cent"))
    money = Money(cost, largest, policy.dominance_pct)
    dominated = np.logical_and(households > 0, money.dominated())
    primary: Flags = np.logical_or.reduce([_small(households, policy), dominated])
    weight = np.where(households > 0, np.maximum(abs(cost), 1), 0)
    hidden = suppress(Cells(table.regions, table.equations, households, weight, policy.threshold, money), primary)
    published = euros(cost, policy.cost_rounding_eur)
    mean = np.where(published < 0, -1, 1) * rate(abs(published), households, 1)
    mean[households == 0] = UNDEFINED
    return {"households": households, "cost_eur": published, "mean_cost_eur": mean}, hidden


def _concentration(table: TrueTable, policy: DisclosurePolicy) -> tuple[dict[str, Figures], Flags]:
    names = ("households", "with_cost", "clients", "cost_cent", "total_cent", "largest_cent")
    households, behind, clients, cost, total, largest = (table.figures[name] for name in names)
    dominated = 100 * largest > policy.dominance_pct * cost
    hidden: Flags = np.logical_or.reduce([behind < policy.threshold, dominated, total == 0])
    for row, _ in enumerate(table.regions.codes):
        shown: dict[str, int] = {}
        for column, (denominator, _top) in enumerate(table.categories):
            here = behind[row, column]
            steps = (here - shown.get(denominator, 0), clients[row, column] - here)
            if any(0 < step < policy.threshold for step in steps):
                hidden[row, column] = True
            if not hidden[row, column]:
                shown[denominator] = int(behind[row, column])
    return {"households": households, "cost_share_pct": rate(cost, total, 100)}, hidden


def _quality(quality: pd.DataFrame, period: HalfYear) -> ProtectedTable:
    rounded = quality.assign(rows=to_tens(quality["rows"].to_numpy(np.int64)))
    of_source = rounded.groupby("source")["rows"].transform("sum").to_numpy(np.int64)
    frame = rounded.assign(period=str(period), share_pct=rate(rounded["rows"].to_numpy(), of_source, 1000) / 10)
    return ProtectedTable("quality", typed("quality", frame))


_METHODS: Final[dict[str, _Method]] = {
    "stacking": _counts,
    "dimensions": _counts,
    "providers": _counts,
    "use": _use,
    "costs": _costs,
    "concentration": _concentration,
}
