"""How many households of each combination a neighbourhood has, so that the municipality is exact; and which ones."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from samenloop.synthetic.draws import Draws
from samenloop.synthetic.people import Household
from schemas.domains import COMBINATIONS, LAWS

Counts = NDArray[np.int64]

#: Per combination which laws it has, in the order of ``LAWS``.
LAWS_OF: Final = tuple(tuple(law in name.split("+") for law in LAWS) for name in COMBINATIONS)

# Per half-year the share of households that stay in their class; people without provisions hardly ever move.
_STAY_WITHOUT: Final = 0.985
_STAY_WITH: Final = 0.88
_HARDLY_EVER: Final = 1e-7


class Spread:
    """Deals a total per combination over neighbourhoods, at random and exactly.

    Args:
        totals: households of the municipality per combination.
        draws: the random stream of this deal.
    """

    def __init__(self, totals: Sequence[int], draws: Draws) -> None:
        self._left: Counts = np.array(totals, dtype=np.int64)
        self._draws = draws

    def take(self, households: int) -> Counts:
        """Gives the counts per combination of the next neighbourhood; they add up to its households."""
        dealt: Counts = self._draws.generator.multivariate_hypergeometric(self._left, households, method="marginals")
        self._left = self._left - dealt
        return dealt


class Flows:
    """Deals the movements between combinations from one period to the next: exact at both ends, and most stay.

    Args:
        before: households of the municipality per combination in the earlier period.
        after: the same in the later period.
        draws: the random stream of this deal.
    """

    def __init__(self, before: Sequence[int], after: Sequence[int], draws: Draws) -> None:
        stay = np.array([_STAY_WITHOUT, *[_STAY_WITH] * (len(COMBINATIONS) - 1)])
        staying = np.floor(np.minimum(before, after) * stay).astype(np.int64)
        rest: Counts = np.array(after, dtype=np.int64) - staying
        rows = []
        for place, leaving in enumerate(np.array(before, dtype=np.int64) - staying):
            row = draws.generator.multivariate_hypergeometric(rest, int(leaving), method="marginals")
            rest = rest - row
            row[place] += staying[place]
            rows.append(row)
        self._deals = [Spread(row.tolist(), draws) for row in rows]

    def take(self, before: Sequence[int]) -> list[Counts]:
        """Gives per combination where the households of the next neighbourhood go, for these counts per combination."""
        return [deal.take(int(count)) for deal, count in zip(self._deals, before, strict=True)]


def law_weights(households: Sequence[Household], day: int) -> NDArray[np.float64]:
    """Gives per household and law how likely its use is by its composition; only proportions have a meaning."""
    return np.array([_weights(household, day) for household in households], dtype=np.float64).reshape(-1, len(LAWS))


def _weights(household: Household, day: int) -> tuple[float, float, float]:
    ages = [person.age(day) for person in household.members]
    children = sum(age < 18 for age in ages)
    working = any(19 <= age < 66 for age in ages)
    oldest = max(ages)
    lone = household.kind in ("single", "lone_parent")
    jeugd = children * (2.0 if household.kind == "lone_parent" else 1.0) or _HARDLY_EVER
    pwet = (2.0 if lone else 0.7) * (1.5 if children else 1.0) if working else _HARDLY_EVER
    wmo = 8.0 if oldest >= 80 else 4.0 if oldest >= 67 else 0.7
    if household.kind == "student":
        return _HARDLY_EVER, pwet / 20, wmo / 20
    return jeugd, pwet, wmo


def assign(weights: NDArray[np.float64], wanted: Counts, default: int, draws: Draws) -> list[int]:
    """Chooses a combination for every household, by weight and without replacement.

    Args:
        weights: per household and law, from ``law_weights``.
        wanted: households per combination; they add up to the rows of ``weights``.
        default: the combination of whoever is not chosen for another one.
        draws: the random stream of this choice.

    Returns:
        Per household the index of its combination.
    """
    logs = np.log(weights)
    chosen = np.full(len(weights), default)
    free = np.ones(len(weights), dtype=bool)
    # Combinations of more laws first: they have the fewest suitable households.
    for place in sorted(range(len(COMBINATIONS)), key=lambda place: -sum(LAWS_OF[place])):
        if place == default or wanted[place] == 0:
            continue
        # Adding Gumbel noise to log weights and taking the largest draws by weight without replacement.
        score = logs[:, list(LAWS_OF[place])].sum(axis=1) + draws.generator.gumbel(size=len(weights))
        score[~free] = -np.inf
        best = np.argsort(-score, kind="stable")[: wanted[place]]
        chosen[best] = place
        free[best] = False
    return [int(place) for place in chosen]
