"""What can be seen of a printed table ``effects`` without the truth: that it holds no figure but those rounded once.

Units are stated here once more, so that a table is held to what docs/effects.md promises and not to how it was made.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from outputs.household_classes import HOUSEHOLDS
from outputs.rates import to_tens
from schemas.disclosure_policy import DisclosurePolicy
from schemas.tables import CONFIDENTIAL, PUBLISHED, TABLE_CONTRACTS

_TABLE: Final = "effects"
_GROUPS: Final = ("aanpak", "controle")
_DIFFERENCE: Final = "verschil"
_BOUNDS: Final = ["change_low", "change_high"]
_MEANS: Final = ["before", "after"]
#: Outcome -> what its unit must be worth over the smaller group, and the units to choose from, from fine to coarse.
_UNITS: Final[dict[str, tuple[float, tuple[float, ...]]]] = {
    "domeinen": (5, (0.1, 0.2, 0.5)),
    "kosten": (1000, (100, 200, 500, 1000)),
    "minder_domeinen": (500, (1, 2, 5, 10, 25, 50)),
}


@dataclass(frozen=True, eq=False)
class _Outcome:
    """The rows of one outcome by group, and the smallest unit that its groups allow."""

    rows: pd.DataFrame
    unit: float

    def of(self, *groups: str) -> pd.DataFrame:
        return self.rows.loc[list(groups)]

    def whole(self, figures: pd.DataFrame) -> Any:
        """Figures in units."""
        return figures.to_numpy(dtype=float, na_value=np.nan) / self.unit


def effect_findings(frame: pd.DataFrame, policy: DisclosurePolicy) -> Iterator[tuple[str, str, int]]:
    """Yields table, rule and number of figures or rows for everything that the table cannot hold.

    Args:
        frame: columns of the contract ``effects``.
        policy: of the signed purpose: ``threshold`` counts.
    """
    found = {"region_too_fine": int((~frame["region"].str.startswith("GM")).sum()), "rows": _other_rows(frame)}
    hidden = frame[frame["status"] != PUBLISHED]
    found["withheld"] = int(hidden[TABLE_CONTRACTS[_TABLE].figures].notna().to_numpy().sum())
    if not found["rows"]:
        for outcome, rows in frame.groupby("outcome", sort=False):
            if (rows["status"] == PUBLISHED).all():
                seen = _Outcome(rows.set_index("group"), _unit(str(outcome), rows))
                for rule, breaks in _RULES.items():
                    found[rule] = found.get(rule, 0) + int(np.sum(breaks(seen, policy)))
    yield from ((_TABLE, rule, number) for rule, number in found.items() if number)


def _other_rows(frame: pd.DataFrame) -> int:
    """Rows of unknown outcomes, and of outcomes that are not one row of each group, all shown or all withheld."""
    wrong = 0
    for outcome, rows in frame.groupby("outcome", sort=False):
        whole = outcome in _UNITS and sorted(rows["group"]) == sorted((*_GROUPS, _DIFFERENCE))
        alike = rows["status"].nunique() == 1 and rows["status"].isin([PUBLISHED, CONFIDENTIAL]).all()
        wrong += 0 if whole and alike else len(rows)
    return wrong


def _unit(outcome: str, rows: pd.DataFrame) -> float:
    worth, units = _UNITS[outcome]
    smallest = rows.loc[rows["group"].isin(_GROUPS), HOUSEHOLDS].fillna(0).min()
    return next((unit for unit in units if round(unit * smallest, 6) >= worth), units[-1])


def _sizes(seen: _Outcome, policy: DisclosurePolicy) -> Any:
    sizes = seen.of(*_GROUPS)[HOUSEHOLDS].fillna(-1).to_numpy(dtype=np.int64)
    return (sizes % 10 != 0) | (sizes < to_tens(policy.threshold))


def _unrounded(seen: _Outcome, _policy: DisclosurePolicy) -> Any:
    groups = seen.whole(seen.of(*_GROUPS)[[*_MEANS, "change"]]).ravel()
    effect = seen.whole(seen.of(_DIFFERENCE)[["change", *_BOUNDS]]).ravel()
    figures = np.concatenate([groups, effect])
    return ~(abs(figures - np.rint(figures)) < 1e-6)


def _change(seen: _Outcome, _policy: DisclosurePolicy) -> Any:
    before, after, change = seen.whole(seen.of(*_GROUPS)[[*_MEANS, "change"]]).T
    return _apart(after - before, change)


def _difference(seen: _Outcome, _policy: DisclosurePolicy) -> Any:
    ours, others, effect = seen.whole(seen.of(*_GROUPS, _DIFFERENCE)[["change"]]).ravel()
    return _apart(ours - others, effect)


def _interval(seen: _Outcome, _policy: DisclosurePolicy) -> Any:
    """Bounds lie as far below as above, a unit at least; one that lies otherwise is a second figure of the truth."""
    effect, low, high = seen.whole(seen.of(_DIFFERENCE)[["change", *_BOUNDS]]).ravel()
    return [_apart(effect - low, high - effect) or effect - low < 1 - 1e-6]


def _beside(seen: _Outcome, _policy: DisclosurePolicy) -> Any:
    """Figures where none belong: a size or means of the difference, an interval of a group."""
    sizes = seen.of(_DIFFERENCE)[[HOUSEHOLDS, *_MEANS]]
    return np.concatenate([one.notna().to_numpy().ravel() for one in (sizes, seen.of(*_GROUPS)[_BOUNDS])])


def _apart(one: Any, other: Any) -> Any:
    return ~(abs(one - other) < 1e-6)


_RULES: Final[dict[str, Callable[[_Outcome, DisclosurePolicy], Any]]] = {
    "households": _sizes,
    "unrounded": _unrounded,
    "change": _change,
    "difference": _difference,
    "interval": _interval,
    "beside": _beside,
}
