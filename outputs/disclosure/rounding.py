"""Controlled rounding of the base cube, once per release: every published count is a sum of what comes out.

A count lies between two multiples of its base and goes to one of them; a multiple stays what it is, so zero too. Which
of the two is drawn with a secret key from the cell and its count: the same count is rounded the same way in every
release (sticky). Then cells are turned over, one or two of a buurt or wijk at a time, until that brings the published
sums no nearer to the truth; a cell that an earlier release bound only when that wins much.
Sources: Cox (1987), A constructive procedure for unbiased controlled rounding; Fraser & Wooton (2005) on keys per cell.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import numpy as np

from outputs.regions import Figures

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

_SWEEPS: Final = 5
#: What turning over a cell that an earlier release bound must win, in weighted squares of the base.
_BOUND: Final = 400.0
#: So many cells keep what was drawn, whatever the errors. Else, where few cells can be chosen, whoever knows this
#: procedure and the sums would see from what came out what the counts must have been: now any of them may have.
_KEPT_SHARE: Final = 0.2
KEPT: Final = "|kept"
#: Regions of up to so many cells are looked at as a whole: pairs may lie in two of their buurten.
_PAIRED: Final = 1000
#: What turning over has to win; with whole weights every gain is whole.
_GAIN: Final = 0.5


@dataclass(frozen=True, eq=False)
class Margin:
    """Sums of the cube that are published, and how much their errors weigh.

    Attributes:
        regions: 0/1 array [regions, buurten]: which buurten make up a region.
        classes: 0/1 array [classes, categories]: which categories make up a class.
        weights: whole weight of the squared errors per region.
        wanted: error that each sum [regions, classes] had in an earlier release, where its truth has not moved since;
            else zero.
    """

    regions: Figures
    classes: Figures
    weights: Numbers
    wanted: Figures


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

    def draw(self, cell: int, count: int, about: str = "") -> float:
        """Gives a number from 0 up to 1 that depends on key, cell and count, and on what it is drawn about, alone."""
        text = f"{self.labels[cell]}={count}{'*' * self.attempt}{about}".encode()
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
    base, rest = np.broadcast_to(bases, counts.shape), counts % bases
    up, toll, kept, order = _drawn(counts.ravel(), base.ravel(), choice)
    up, toll, kept = up.reshape(counts.shape), toll.reshape(counts.shape), kept.reshape(counts.shape)
    sums = _Sums(margins, np.where(up, base - rest, -rest))
    free = np.where((rest != 0) & ~kept, base, 0)
    buurten = list(dict.fromkeys((order // counts.shape[1]).tolist()))
    _settle(sums, [[buurt] for buurt in buurten], free, up, toll)
    _settle(sums, _regions_of_several(margins, free), free, up, toll)
    result: Figures = counts - rest + np.where(up, base, 0)
    return result


def _regions_of_several(margins: Sequence[Margin], free: Figures) -> list[list[int]]:
    """Gives the buurten of every region of several buurten, where that is not too many cells to look at in pairs."""
    found = {tuple(np.flatnonzero(row).tolist()) for one in margins for row in one.regions}
    several = (list(buurten) for buurten in sorted(found) if len(buurten) > 1)
    return [buurten for buurten in several if np.count_nonzero(free[buurten]) <= _PAIRED]


def _drawn(counts: Figures, base: Figures, choice: Choice) -> tuple[Mask, Numbers, Mask, Figures]:
    """Gives which cells go up at first, what turning one over costs besides, which keep their draw, and their order."""
    up, toll, kept = np.zeros(len(counts), dtype=bool), np.zeros(len(counts)), np.zeros(len(counts), dtype=bool)
    free = np.flatnonzero(counts % base)
    draws = np.array([choice.draw(int(cell), int(counts[cell])) for cell in free])
    kept[free] = [choice.draw(int(cell), int(counts[cell]), KEPT) < _KEPT_SHARE for cell in free]
    up[free] = draws * base[free] < (counts % base)[free]
    for cell in free:
        earlier = choice.bound.get(int(cell))
        if earlier is not None and abs(earlier - counts[cell]) < base[cell]:
            up[cell], toll[cell] = earlier > counts[cell], _BOUND * float(base[cell]) ** 2
    return up, toll, kept, free[np.argsort(draws, kind="stable")]


def _settle(sums: "_Sums", regions: Sequence[list[int]], base: Figures, up: Mask, toll: Numbers) -> None:
    """Turns cells over until no region has a cell, or a pair of cells, of which turning makes the errors smaller.

    Args:
        sums: the errors, kept up to date.
        regions: the buurten of each, in the order in which they are looked at.
        base: of every cell [buurten, categories], zero where there is nothing to choose.
        up: which cells go up, changed in place.
        toll: what turning a cell over costs besides, changed in place: turning it back gives it back.
    """
    for _ in range(_SWEEPS):
        turned = 0
        for buurten in regions:
            local, category = np.nonzero(base[buurten])
            if not len(local):
                continue
            cells = np.asarray(buurten)[local], category
            steps = np.where(up[cells], -base[cells], base[cells]).astype(np.float64)
            change = _turn_over(steps, *sums.of(buurten, local, category), toll[cells])
            changed = cells[0][change], category[change]
            sums.move(*changed, steps[change])
            up[changed] ^= True
            toll[changed] *= -1
            turned += int(change.sum())
        if not turned:
            return


def _turn_over(steps: Numbers, gradient: Numbers, gram: Numbers, toll: Numbers) -> Mask:
    """Gives which cells of one buurt are turned over: the best cell or pair, again and again, while that gains.

    Args:
        steps: what turning a cell adds to its sums.
        gradient: half the slope of the weighted squared errors in each cell.
        gram: half their curvature in each pair of cells.
        toll: what turning a cell costs besides.
    """
    together = 2 * gram * np.outer(steps, steps)
    price = 2 * steps * gradient + np.diag(together) / 2 + toll
    turned = np.zeros(len(steps), dtype=bool)
    while True:
        pairs = price[:, None] + price[None, :] + together
        np.fill_diagonal(pairs, price)
        one, other = np.unravel_index(int(np.argmin(pairs)), pairs.shape)
        if pairs[one, other] > -_GAIN:
            return turned
        for cell in {int(one), int(other)}:
            back = -price[cell]
            price += together[cell]
            price[cell] = back
            together[cell] *= -1
            together[:, cell] *= -1
            turned[cell] ^= True


class _Sums:
    """The errors of the published sums, and what turning over cells of a region would do to their weighted squares."""

    def __init__(self, margins: Sequence[Margin], change: Figures) -> None:
        self._parts = [_Part(one, change) for one in margins]

    def of(self, buurten: list[int], local: Figures, category: Figures) -> tuple[Numbers, Numbers]:
        """Gives half the slope and half the curvature of the squared errors in cells of these buurten.

        Args:
            buurten: of the region.
            local: place of the buurt of each cell among them.
            category: category of each cell.
        """
        slope, gram = np.zeros(len(local)), np.zeros((len(local), len(local)))
        for part in self._parts:
            rows = np.flatnonzero(part.regions[:, buurten].any(axis=1))
            regions = part.regions[np.ix_(rows, np.asarray(buurten))].T
            weighted = regions * part.weights[rows]
            slope += (weighted @ part.errors[rows] @ part.classes)[local, category]
            gram += (weighted @ regions.T)[np.ix_(local, local)] * part.gram[np.ix_(category, category)]
        return slope, gram

    def move(self, buurt: Figures, category: Figures, steps: Numbers) -> None:
        """Turns cells over: each adds its step to the sums it is in."""
        for part in self._parts if len(steps) else ():
            rows = np.flatnonzero(part.regions[:, buurt].any(axis=1))
            part.errors[rows] += (part.regions[np.ix_(rows, buurt)] * steps) @ part.classes[:, category].T


class _Part:
    """The sums of one margin, in floating point: every figure is whole and far below 2**53, so it stays exact."""

    def __init__(self, margin: Margin, change: Figures) -> None:
        self.regions = margin.regions.astype(np.float64)
        self.classes = margin.classes.astype(np.float64)
        self.weights = margin.weights.astype(np.float64)
        self.errors = self.regions @ change @ self.classes.T - margin.wanted
        self.gram = self.classes.T @ self.classes
