"""What the approach changed: the change of its households less the change of their controls.

Weighted least squares of the change on being in the approach, one matched set weighing as much as another, with
standard errors clustered by matched set and t-quantiles of sets - 1 degrees of freedom. After matching without
replacement these cover whatever the true regression is, which ordinary standard errors do not: Abadie and Spiess,
Robust post-matching inference (JASA, 2022).
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import t

from outputs.effects.matching import MatchedSets
from schemas.errors import RefusedByDisclosureControl

#: Number of domains; cost in euros; share of households with fewer domains than before.
OUTCOMES: Final = ("domains", "cost", "fewer_domains")
_LEVEL: Final = 0.05
_LEAST_SETS: Final = 2
Values = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class GroupMeans:
    """Means of one group; controls are weighted by set.

    Attributes:
        before: mean in the half-year before.
        after: mean in the half-year after.
    """

    before: float
    after: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, repr=False)
class Effect:
    """A difference in differences; exact, so never shown: see ``published``.

    Attributes:
        outcome: one of ``OUTCOMES``.
        treated: means of the households in the approach.
        control: means of their controls.
        effect: change of the one less change of the other, in the unit of the outcome.
        low: lower bound of the 95% interval.
        high: upper bound of it.
        p: probability of so large an effect, or a larger one, where there is none.
    """

    outcome: str
    treated: GroupMeans
    control: GroupMeans
    effect: float
    low: float
    high: float
    p: float


def effect_of(matched: MatchedSets, outcome: str) -> Effect:
    """Gives the effect on one outcome.

    Raises:
        RefusedByDisclosureControl: ``group_small``: fewer than two matched sets.
    """
    before, after = _values(matched.rows, outcome)
    return _estimated(matched, outcome, before, after)


def trend_of(matched: MatchedSets, outcome: str) -> Effect:
    """Gives the same over the half-year *before* the approach, where an effect there is a difference in trend.

    Args:
        matched: sets of observations that have the earlier half-year.
        outcome: ``domains`` or ``cost``.
    """
    rows = matched.rows
    earlier = rows.assign(
        domains_before=rows["domains_earlier"],
        cost_before_cent=rows["cost_earlier_cent"],
        domains_after=rows["domains_before"],
        cost_after_cent=rows["cost_before_cent"],
    )
    return _estimated(matched, outcome, *_values(earlier, outcome))


def _values(rows: pd.DataFrame, outcome: str) -> tuple[Values, Values]:
    if outcome == "cost":
        before, after = (rows[f"cost_{when}_cent"].to_numpy(dtype=np.float64) / 100 for when in ("before", "after"))
        return before, after
    before, after = (rows[f"domains_{when}"].to_numpy(dtype=np.float64) for when in ("before", "after"))
    if outcome == "domains":
        return before, after
    return np.zeros_like(before), (after < before).astype(np.float64)


def _estimated(matched: MatchedSets, outcome: str, before: Values, after: Values) -> Effect:
    treated, weight = matched.rows["treated"].to_numpy(), matched.rows["weight"].to_numpy()
    if treated.sum() < _LEAST_SETS:
        raise RefusedByDisclosureControl(
            "group_small", f"aanpak: fewer than {_LEAST_SETS} sets", "follow more households"
        )
    means = [
        GroupMeans(*(float(np.average(one[group], weights=weight[group])) for one in (before, after)))
        for group in (treated, ~treated)
    ]
    effect = means[0].change - means[1].change
    error = _standard_error(matched.rows, after - before)
    freedom = int(treated.sum()) - 1
    reach = float(t.ppf(1 - _LEVEL / 2, freedom)) * error
    p = float(2 * t.sf(abs(effect) / error, freedom)) if error else float(effect == 0)
    return Effect(outcome, means[0], means[1], effect, effect - reach, effect + reach, p)


def _standard_error(rows: pd.DataFrame, change: Values) -> float:
    # Read when it is needed: it takes seconds, and few purposes ask for it.
    import statsmodels.api as sm

    design = sm.add_constant(rows["treated"].to_numpy(dtype=np.float64))
    fitted = sm.WLS(change, design, weights=rows["weight"].to_numpy()).fit(
        cov_type="cluster", cov_kwds={"groups": rows["set"].to_numpy()}
    )
    # Where all sets differ alike, the variance is 0 but for the last digits of a float, which may be negative.
    return sqrt(max(float(fitted.cov_params()[1, 1]), 0.0))
