"""Whether the groups were alike before: standardised mean differences, and what a reader has to be warned of.

Source: Stuart (2010), 4.1: differences in standard deviations of the households in the approach before matching, the
same deviation before and after; above 0.1 a covariate is not in balance.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from outputs.effects.difference_in_differences import trend_of
from outputs.effects.matching import MatchedSets
from outputs.effects.observations import ADULT

_LARGEST_DIFFERENCE: Final = 0.1
_MOST_UNMATCHED_PCT: Final = 10
_MATCHED_ON: Final = ("domains_before", "minors", "persons", "youngest_age", "oldest_age", "cost_before_cent")
_EARLIER: Final = ("domains_earlier", "cost_earlier_cent")


@dataclass(frozen=True)
class Balance:
    """Standardised mean difference of a covariate, the approach less the others.

    Attributes:
        covariate: a column of the observations, or ``minors``: whether there are any.
        before: against all other households.
        after: of the matched households, against their controls.
    """

    covariate: str
    before: float
    after: float

    @property
    def in_balance(self) -> bool:
        """Whether the matched groups are alike in it."""
        return abs(self.after) <= _LARGEST_DIFFERENCE


def balance(matched: MatchedSets) -> tuple[Balance, ...]:
    """Gives the balance of every covariate, of the earlier half-year too where it is known."""
    everybody = _covariates(matched.before.rows)
    kept = _covariates(matched.rows)
    alike = _MATCHED_ON + (_EARLIER if matched.before.has_earlier else ())
    spread = everybody[everybody["treated"] == 1].std(ddof=0)
    return tuple(
        Balance(name, *(_difference(rows, name, float(spread[name])) for rows in (everybody, kept))) for name in alike
    )


def cautions(matched: MatchedSets) -> tuple[str, ...]:
    """Gives the codes of what a reader has to be told beside every effect.

    ``balance:<covariate>``: the matched groups differ in it by more than 0.1 standard deviation. ``unmatched``: more
    than a tenth of the approach has no control, so that the effect is that of the others. ``trend_unknown``: nobody
    can tell whether the groups moved alike before. ``trend:<outcome>``: they did not.
    """
    codes = [f"balance:{one.covariate}" for one in balance(matched) if not one.in_balance]
    treated = int(matched.before.rows["treated"].sum())
    if 100 * matched.unmatched > _MOST_UNMATCHED_PCT * treated:
        codes.append("unmatched")
    if not matched.before.has_earlier:
        return (*codes, "trend_unknown")
    trends = [trend_of(matched, outcome) for outcome in ("domains", "cost")]
    return (*codes, *(f"trend:{one.outcome}" for one in trends if not one.low <= 0 <= one.high))


def _covariates(rows: pd.DataFrame) -> pd.DataFrame:
    """Gives every covariate as numbers; an unknown age is left out of its mean."""
    weight = rows.get("weight", 1.0)
    minors = (rows["youngest_age"] < ADULT).astype("Float64")
    wide = rows.assign(minors=minors, weight=weight)[["treated", "weight", *_MATCHED_ON, *_EARLIER]]
    return wide.astype("Float64").astype("float64")


def _difference(rows: pd.DataFrame, covariate: str, spread: float) -> float:
    known = rows[rows[covariate].notna()]
    sides = [known[known["treated"] == side] for side in (1, 0)]
    if not all(len(side) for side in sides):
        return 0.0
    means = [float(np.average(side[covariate], weights=side["weight"])) for side in sides]
    apart = means[0] - means[1]
    return apart / spread if spread > 0 else float(np.sign(apart)) * np.inf if apart else 0.0
