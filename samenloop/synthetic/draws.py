"""Fast scalar draws from a seeded numpy generator, one independent stream per neighbourhood, period and purpose."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import exp
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")

_BATCH = 2048


class Draws:
    """A stream of random draws that depends on its key alone.

    Scalar draws come from batches, because a call into numpy per draw would cost more than everything else together.

    Args:
        key: non-negative integers: the seed first, then what tells this stream from the others.
    """

    def __init__(self, *key: int) -> None:
        self.generator = np.random.default_rng(np.random.SeedSequence(key))
        self._uniforms: list[float] = []
        self._normals: list[float] = []

    def uniform(self) -> float:
        """Gives a number from 0 up to, not including, 1."""
        if not self._uniforms:
            self._uniforms = self.generator.random(_BATCH).tolist()
        return self._uniforms.pop()

    def chance(self, probability: float) -> bool:
        """Gives true with this probability; 0 is never, 1 is always."""
        return self.uniform() < probability

    def between(self, low: int, high: int) -> int:
        """Gives a whole number from low to high, both included; low when the range is empty."""
        return low + int(self.uniform() * max(high - low + 1, 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Gives one of the choices, each as likely as the others."""
        return choices[int(self.uniform() * len(choices))]

    def lognormal(self, mean: float, sigma: float) -> float:
        """Gives a log-normal amount with this mean; sigma is the spread of its logarithm."""
        if not self._normals:
            self._normals = self.generator.standard_normal(_BATCH).tolist()
        return mean * exp(sigma * self._normals.pop() - sigma * sigma / 2)


class Weighted(Generic[T]):
    """Choices with weights, drawn by binary search.

    Args:
        weights: choice -> weight; weights need not add up to one.
    """

    def __init__(self, weights: dict[T, float]) -> None:
        self._choices = list(weights)
        self._bounds = list(accumulate(weights.values()))

    def draw(self, draws: Draws) -> T:
        """Gives one of the choices, as likely as its weight."""
        return self._choices[bisect_right(self._bounds, draws.uniform() * self._bounds[-1])]
