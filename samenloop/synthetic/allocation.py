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

# Of the households that use a law: the share that stays in its class for another half-year, and the share that leaves
# for ``geen``; the rest goes to another class. As many enter as leave, but for what the totals grow or shrink.
_STAY: Final = 0.88
_LEAVE: Final = 0.09
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
    """Deals the movements between combinations from one period to the next: exact at both ends, and users come and go.

    Args:
        before: households of the municipality per combination in the earlier period.
        after: the same in the later period.
        draws: the random stream of this deal.
    """

    def __init__(self, before: Sequence[int], after: Sequence[int], draws: Draws) -> None:
        then, now = np.array(before, dtype=np.int64), np.array(after, dtype=np.int64)
        staying = np.floor(np.minimum(then, now)[1:] * _STAY).astype(np.int64)
        out, room = then[1:] - staying, now[1:] - staying
        shrinks = int(then[1:].sum() - now[1:].sum())
        leave = min(max(round(_LEAVE * int(then[1:].sum())), shrinks), int(out.sum()))
        leaving, entering = _dealt(out, leave, draws), _dealt(room, leave - shrinks, draws)
        rest = room - entering
        rows = [np.array([then[0] - entering.sum(), *entering])]
        for place, changing in enumerate(out - leaving):
            changed = _dealt(rest, int(changing), draws)
            rest = rest - changed
            changed[place] += staying[place]
            rows.append(np.array([leaving[place], *changed]))
        self._deals = [Spread(row.tolist(), draws) for row in rows]

    def take(self, before: Sequence[int]) -> list[Counts]:
        """Gives per combination where the households of the next neighbourhood go, for these counts per combination."""
        return [deal.take(int(count)) for deal, count in zip(self._deals, before, strict=True)]


class Shares:
    """Deals how many households of each combination have something more over neighbourhoods, exactly.

    Args:
        totals: households of the municipality per combination.
        having: those of them that have it.
        draws: the random stream of this deal.
    """

    def __init__(self, totals: Sequence[int], having: Sequence[int], draws: Draws) -> None:
        self._deals = [Spread((some, total - some), draws) for total, some in zip(totals, having, strict=True)]

    def take(self, counts: Sequence[int] | Counts) -> list[int]:
        """Gives per combination how many of these counts of the next neighbourhood have it."""
        return [int(deal.take(int(count))[0]) for deal, count in zip(self._deals, counts, strict=True)]


def _dealt(over: Counts, number: int, draws: Draws) -> Counts:
    dealt: Counts = draws.generator.multivariate_hypergeometric(over, number, method="marginals")
    return dealt


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
    # Whom its provisions suit least is the first to have none.
    kept = logs[:, list(LAWS_OF[default])].sum(axis=1)
    chosen = np.full(len(weights), default)
    free = np.ones(len(weights), dtype=bool)
    # Combinations of more laws first: they have the fewest suitable households.
    for place in sorted(range(len(COMBINATIONS)), key=lambda place: -sum(LAWS_OF[place])):
        if place == default or wanted[place] == 0:
            continue
        # Adding Gumbel noise to log weights and taking the largest draws by weight without replacement.
        liking = logs[:, list(LAWS_OF[place])].sum(axis=1) if place else -kept
        score = liking + draws.generator.gumbel(size=len(weights))
        score[~free] = -np.inf
        best = np.argsort(-score, kind="stable")[: wanted[place]]
        chosen[best] = place
        free[best] = False
    return [int(place) for place in chosen]
