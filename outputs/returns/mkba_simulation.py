"""What the balance does when assumptions move: one by one, or all at random with a fixed seed."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from outputs.returns.mkba import outcome
from outputs.returns.mkba_model import Aanname, Mkba, Post
from schemas.errors import RunError

SEED: Final = 20181
_MOST_DRAWS: Final = 1_000_000
Draws = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Swing:
    """The balance in cents with one assumption at each of its bounds and all others at their points."""

    assumption: str
    at_low: Fraction
    at_high: Fraction

    @property
    def width(self) -> Fraction:
        """How much it moves the balance."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Simulation:
    """The balance over random draws.

    Attributes:
        draws: how many.
        seed: of the random numbers.
        p5: balance in cents below which 5% of the draws lie.
        p50: the median.
        p95: balance below which 95% lie.
        positive: share of draws in which the benefits are above the costs.
    """

    draws: int
    seed: int
    p5: int
    p50: int
    p95: int
    positive: float


def swings(mkba: Mkba) -> tuple[Swing, ...]:
    """Gives the assumptions that move the balance, the one that moves it most first."""
    found = [Swing(one.naam, _balance(mkba, one, one.laag), _balance(mkba, one, one.hoog)) for one in mkba.aannames]
    moving = [swing for swing in found if swing.width]
    return tuple(sorted(moving, key=lambda swing: (-swing.width, swing.assumption)))


def simulate(mkba: Mkba, draws: int = 10_000, seed: int = SEED) -> Simulation:
    """Draws every assumption from a triangle over its interval with the top at its point, each by itself.

    Raises:
        RunError: ``mkba_draws``: fewer than 100 draws or more than a million; ``mkba_no_cost``.
    """
    if not 100 <= draws <= _MOST_DRAWS:
        raise RunError("mkba_draws", "a number of draws that says nothing or takes too long", "take 10000")
    outcome(mkba)
    numbers = np.random.Generator(np.random.PCG64(seed))
    # By name: a model with its assumptions in another order has the same outcome.
    factors = {one.naam: _drawn(one, draws, numbers) for one in sorted(mkba.aannames, key=lambda one: one.naam)}
    posts = sorted(mkba.posten, key=lambda post: post.code)
    balance = sum((_signed(post, factors, mkba.discontovoet) for post in posts), start=np.zeros(draws))
    p5, p50, p95 = (round(float(value)) for value in np.percentile(balance, [5, 50, 95]))
    return Simulation(draws, seed, p5, p50, p95, float(np.mean(balance > 0)))


def _balance(mkba: Mkba, moved: Aanname, value: Decimal) -> Fraction:
    there = moved.model_copy(update={"waarde": value})
    others = tuple(there if one is moved else one for one in mkba.aannames)
    return outcome(mkba.model_copy(update={"aannames": others})).balance.point


def _drawn(one: Aanname, draws: int, numbers: np.random.Generator) -> Draws:
    low, point, high = (float(bound) for bound in (one.laag, one.waarde, one.hoog))
    drawn = numbers.triangular(low, point, high, draws) if low < high else np.full(draws, point)
    return drawn / (100 if one.eenheid == "pct" else 1)


def _signed(post: Post, factors: dict[str, Draws], rate: str | None) -> Draws:
    amount = np.prod([factors[name] for name in post.factoren], axis=0)
    if post.jaren is not None:
        yearly = factors[rate] if rate else np.zeros_like(amount)
        amount = amount * sum((1 + yearly) ** -year for year in range(post.jaren[0], post.jaren[1] + 1))
    return np.asarray(amount if post.kant == "baten" else -amount, dtype=np.float64)
