"""Effects as they may be shown: rounded once, so that nobody finds a group's mean closer than its unit.

Of every outcome four figures are rounded, each by itself: both means before, the change of the controls and the effect.
All others are sums of these four as printed. No two roundings of one figure exist that could be held against each
other, so every combination of true values within the four roundings fits what is printed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

import pandas as pd

from outputs.effects.difference_in_differences import OUTCOMES, Effect, effect_of
from outputs.effects.group_rules import CONTROL, TREATED, check_cost, check_share, check_size, groups_of
from outputs.effects.matching import MatchedSets
from outputs.rates import to_tens
from schemas.disclosure_policy import DisclosurePolicy

COLUMNS: Final = (
    "outcome",
    "group",
    "households",
    "before",
    "after",
    "change",
    "effect",
    "effect_low",
    "effect_high",
)


@dataclass(frozen=True)
class _Form:
    """How an outcome is printed: its name, the factor to its unit, units to choose from and what one must be worth."""

    name: str
    factor: int
    units: tuple[Fraction, ...]
    worth: int

    def unit(self, households: int) -> Fraction:
        """Gives the finest unit that is worth enough over a group of (rounded) size; the coarsest if none is."""
        enough = (unit for unit in self.units if unit * households >= self.worth)
        return next(enough, self.units[-1])


#: A unit is worth at least 5 domains, 1,000 euros or 5 households (500 percent) over the smallest group.
_FORMS: Final = {
    "domains": _Form("domains", 1, tuple(Fraction(tenths, 10) for tenths in (1, 2, 5)), 5),
    "cost": _Form("cost_eur", 1, tuple(Fraction(euros) for euros in (100, 200, 500, 1000)), 1000),
    "fewer_domains": _Form("fewer_domains_pct", 100, tuple(Fraction(pct) for pct in (1, 2, 5, 10, 25, 50)), 500),
}


def published_estimates(
    matched: MatchedSets, policy: DisclosurePolicy, outcomes: Sequence[str] = OUTCOMES
) -> pd.DataFrame:
    """Gives two rows per outcome, the approach and its controls.

    Args:
        matched: matched sets.
        policy: ``threshold``, ``dominance_pct``, ``p_pct`` and ``group_share_pct`` count.
        outcomes: which of ``OUTCOMES``.

    Returns:
        ``outcome`` (``domains``: mean number; ``cost_eur``: mean euros per half-year; ``fewer_domains_pct``: percentage
        of households with fewer domains than before); ``group`` (aanpak, controle); ``households`` in tens;
        ``before``; ``after``; ``change``; and beside the approach ``effect``, ``effect_low``, ``effect_high``: the
        95% interval, widened to whole units on both sides.

    Raises:
        RefusedByDisclosureControl: ``group_small``, ``cost_dominated`` or ``group_exposed``.
    """
    sizes = {}
    for group, rows in groups_of(matched):
        check_size(len(rows), group, policy.threshold)
        sizes[group] = to_tens(len(rows))
    lines = [line for outcome in outcomes for line in _lines(matched, outcome, policy, sizes)]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _lines(
    matched: MatchedSets, outcome: str, policy: DisclosurePolicy, sizes: dict[str, int]
) -> Iterable[tuple[str | int | float | None, ...]]:
    if outcome == "cost":
        check_cost(matched, policy)
    exact = effect_of(matched, outcome)
    if outcome == "fewer_domains":
        for group, means in ((TREATED, exact.treated), (CONTROL, exact.control)):
            check_share(means.after, 1, group, policy.group_share_pct)
    form = _FORMS[outcome]
    unit = form.unit(min(sizes.values()))
    treated, control, effect = in_units(exact, unit / form.factor)
    yield (form.name, TREATED, sizes[TREATED], *(float(one * unit) for one in (*treated, *effect)))
    yield (form.name, CONTROL, sizes[CONTROL], *(float(one * unit) for one in control), None, None, None)


def in_units(exact: Effect, unit: Fraction) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Gives before, after and change of the approach, of its controls, and effect, low and high, in whole units.

    Args:
        exact: a true effect.
        unit: what is printed is a multiple of it, in the unit of ``exact``.
    """
    size = float(unit)
    before, other = _nearest(exact.treated.before / size), _nearest(exact.control.before / size)
    drift, effect = _nearest(exact.control.change / size), _nearest(exact.effect / size)
    reach = max(exact.high / size - effect, effect - exact.low / size)
    margin = max(1, ceil(round(reach, 6)))
    change = drift + effect
    treated, control = (before, before + change, change), (other, other + drift, drift)
    return treated, control, (effect, effect - margin, effect + margin)


def _nearest(value: float) -> int:
    """Gives the nearest whole number, halves up; the last digits of a float never decide."""
    return floor(round(value, 6) + 0.5)
