"""Controlled rounding of the base cube, once per release: every published count is a sum of what comes out.

A count lies between two multiples of its base and goes to one of them; a multiple stays what it is, so zero too. Which
of the two is drawn with a secret key from the cell and its count: the same count is rounded the same way in every
release (sticky). Then cells are turned over until the published sums are as near to the truth as they come, first
those that were not bound by an earlier release.
Sources: Cox (1987), A constructive procedure for unbiased controlled rounding; Fraser & Wooton (2005) on keys per cell.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import numpy as np
from scipy import sparse

from outputs.regions import Figures

Numbers = np.ndarray[Any, np.dtype[np.float64]]

_SWEEPS: Final = 12
#: From here on an error, in households, weighs with its fourth power.
_LARGE: Final = 12.0
#: What turning over a cell that an earlier release bound must win, in squares of the base.
_BOUND: Final = 40.0


@dataclass(frozen=True, eq=False)
class Margin:
    """Sums of the cube that are published, and how much their errors weigh.

    Attributes:
        regions: 0/1 array [regions, buurten]: which buurten make up a region.
        classes: 0/1 array [classes, categories]: which categories make up a class.
        weights: weight of the squared errors per region.
        wanted: error that each sum [regions, classes] had in an earlier release, where its truth has not moved since;
            else zero.
    """

    regions: Figures
    classes: Figures
    weights: Numbers
    wanted: Figures

    @property
    def incidence(self) -> sparse.csr_array:
        """Which cell, row by row, is in which sum: [regions x classes, buurten x categories]."""
        return sparse.csr_array(sparse.kron(self.regions, self.classes, format="csr"))


@dataclass(frozen=True, repr=False)
class Choice:
    """The secret of rounding, and what earlier releases bound.

    Attributes:
        key: 32 secret bytes of the purpose.
        labels: one text per cell, row by row, the same for the same cell in every release.
        bound: place of a cell -> what an earlier release made of it, where its count has not moved since.
        attempt: 0, or which time a rounding is tried that would tell too much beside earlier releases.

    Raises:
        ValueError: the key is not of 32 bytes.
    """

    key: bytes
    labels: Sequence[str]
    bound: Mapping[int, int] = field(default_factory=dict)
    attempt: int = 0

    def __post_init__(self) -> None:
        if len(self.key) != 32:
            raise ValueError("the rounding key has 32 bytes")

    def draw(self, cell: int, count: int) -> float:
        """Gives a number from 0 up to 1 that depends on key, cell and count alone."""
        text = f"{self.labels[cell]}={count}{'*' * self.attempt}".encode()
        return int.from_bytes(hashlib.blake2b(text, key=self.key, digest_size=7).digest(), "big") / 2**56

    def __repr__(self) -> str:
        return "<rounding choice>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a rounding choice is never pickled or copied")


def round_cube(counts: Figures, bases: Figures, margins: Sequence[Margin], choice: Choice) -> Figures:
    """Gives the rounded counts.

    Args:
        counts: true counts [buurten, categories].
        bases: base per category.
        margins: the sums that will be published.
        choice: the secret; its labels run over the cells row by row.
    """
    flat, base = counts.ravel(), np.broadcast_to(bases, counts.shape).ravel()
    rest = flat % base
    free = np.flatnonzero(rest)
    draws = np.array([choice.draw(int(cell), int(flat[cell])) for cell in free])
    up = draws * base[free] < rest[free]
    bound = np.zeros(len(free), dtype=bool)
    for place, cell in enumerate(free):
        earlier = choice.bound.get(int(cell))
        if earlier is not None and abs(earlier - flat[cell]) < base[cell]:
            up[place], bound[place] = earlier > flat[cell], True
    problem = _Problem(margins, free, base[free], rest[free])
    problem.improve(up, bound, np.argsort(draws, kind="stable"))
    rounded = flat - rest
    rounded[free] += np.where(up, base[free], 0)
    result: Figures = rounded.reshape(counts.shape)
    return result


class _Problem:
    """The errors of the published sums as a function of which cells go up.

    What is made small is the sum of error squared plus error to the fourth: many small errors rather than a large one.
    """

    def __init__(self, margins: Sequence[Margin], free: Figures, base: Figures, rest: Figures) -> None:
        of_cell = sparse.vstack([margin.incidence[:, free] for margin in margins]).T.tocsr()
        self._starts, self._sums = of_cell.indptr.tolist(), of_cell.indices
        self._weights = np.concatenate([np.repeat(one.weights, len(one.classes)) for one in margins])
        self._of_cell = of_cell
        self._wanted = np.concatenate([one.wanted.ravel() for one in margins]).astype(np.float64)
        self._base, self._rest = base, rest

    def improve(self, up: np.ndarray[Any, Any], bound: np.ndarray[Any, Any], order: Figures) -> None:
        """Turns cells over, one at a time in a secret order, as long as that makes the errors smaller."""
        errors = self._of_cell.T @ np.where(up, self._base - self._rest, -self._rest) - self._wanted
        toll = np.where(bound, _BOUND * self._base.astype(np.float64) ** 2, 1e-9)
        for _ in range(_SWEEPS):
            turned = 0
            for cell in order.tolist():
                sums = self._sums[self._starts[cell] : self._starts[cell + 1]]
                now = errors[sums]
                then = now + (-self._base[cell] if up[cell] else self._base[cell])
                if self._weights[sums] @ (_badness(then) - _badness(now)) + toll[cell] < 0:
                    up[cell] = not up[cell]
                    errors[sums] = then
                    turned += 1
            if not turned:
                return


def _badness(errors: Numbers) -> Numbers:
    squared = errors * errors
    badness: Numbers = squared + squared * squared / _LARGE**2
    return badness
