"""What an outsider reads from a protected cube: sums of unknown inner cells between two values.

The attack of the benchmark is the same for every method and shares no code with the product. The outsider knows how
each method works: what it may hide, and how far it may move a figure.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from scipy import sparse

Array = np.ndarray[Any, np.dtype[Any]]

THRESHOLD: Final = 10


@dataclass(frozen=True, eq=False)
class Release:
    """A protected cube.

    Attributes:
        published: figures [regions, combinations + 1, types + 1]; anything where hidden.
        hidden: which are not printed.
        wijk_of: buurt -> wijk.
        base: of rounded inner figures, else 0.
        within: the largest error, which whoever rounds tells beside the figures.
    """

    published: Array
    hidden: Array
    wijk_of: Array
    base: int = 0
    within: int = 0

    @property
    def inner(self) -> tuple[slice, slice, slice]:
        """Where the inner cells are in an array of all published ones."""
        return slice(len(self.published) - len(self.wijk_of), None), slice(-1), slice(-1)


Bounds = tuple[Array, Array]


def _suppressed(least: float, most: float) -> Callable[[Release], Bounds]:
    def read(release: Release) -> Bounds:
        figures = release.published.astype(float)
        return np.where(release.hidden, least, figures), np.where(release.hidden, most, figures)

    return read


def _rounded(release: Release) -> Bounds:
    """Inner figures went to a multiple beside them; the others are their sums, and the largest error is told."""
    reach = np.full(release.published.shape, release.within)
    reach[release.inner] = release.base - 1
    return np.maximum(release.published - reach, 0.0), (release.published + reach).astype(float)


def _nearest(release: Release) -> Bounds:
    """Every figure, sums too, went to the nearest multiple of 5."""
    return np.maximum(release.published - 2.0, 0), release.published + 2.0


def _in_thousands(release: Release) -> Bounds:
    """Costs are printed in whole thousands of euros; a cell without cost is known to be empty, and none is negative."""
    printed, some = np.rint(release.published), release.published != 0
    low = np.where(some & ~release.hidden, np.maximum(printed - 0.5, 0), 0)
    return low, np.where(release.hidden, np.inf, np.where(some, printed + 0.5, 0))


#: How the outsider reads a method. Zeros are printed, so what is hidden is not zero (ACRO hides them too).
READINGS: Final = {
    "suppressed": _suppressed(1, np.inf),
    "small suppressed": _suppressed(1, THRESHOLD - 1),
    "small and zero suppressed": _suppressed(0, THRESHOLD - 1),
    "rounded": _rounded,
    "nearest": _nearest,
    "costs": _suppressed(0, np.inf),
    "costs in thousands": _in_thousands,
}


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Bounds of the unknown inner cells, and of sums of them.

    Attributes:
        lower, upper: of each unknown cell.
        sums: [statements, unknown cells], 0/1.
        at_least, at_most: of each statement.
        cells: [published cells, unknown cells], 0/1: what every published cell is made of.
        known: the part of every published cell that is known.
        unknown: which inner cells are unknown, row by row.
    """

    lower: Array
    upper: Array
    sums: sparse.csr_array
    at_least: Array
    at_most: Array
    cells: sparse.csr_array
    known: Array
    unknown: Array

    @property
    def equal(self) -> Array:
        """Which statements are equations."""
        flags: Array = self.at_least == self.at_most
        return flags

    def told(self) -> "Knowledge":
        """Leaves out statements that follow from the bounds of the cells alone."""
        news = (self.at_least > self.sums @ self.lower) | (self.at_most < self.sums @ self.upper)
        return replace(self, sums=self.sums[news], at_least=self.at_least[news], at_most=self.at_most[news])


def knowledge(release: Release, bounds: Bounds, cells: sparse.csr_array) -> Knowledge:
    """Gives what bounds of all published cells tell of the inner ones; ``cells`` as given by ``incidence``."""
    lower, upper = (bound[release.inner].ravel() for bound in bounds)
    unknown = lower < upper
    known = cells @ np.where(unknown, 0.0, lower)
    cells = sparse.csr_array(cells[:, np.flatnonzero(unknown)])
    sums = np.ones(release.published.shape, dtype=bool)
    sums[release.inner] = False
    some = np.flatnonzero(sums.ravel() & (np.diff(cells.indptr) > 0))
    at_least, at_most = (bound.ravel()[some] - known[some] for bound in bounds)
    return Knowledge(lower[unknown], upper[unknown], cells[some], at_least, at_most, cells, known, unknown).told()


def with_totals(release: Release, bounds: Bounds, truth: Array, *, by_type: bool) -> Bounds:
    """Adds the number of households per buurt, or per buurt and type, known from elsewhere."""
    totals = (release.inner[0], -1, slice(-1) if by_type else -1)
    low, high = (bound.copy() for bound in bounds)
    low[totals] = high[totals] = truth[totals]
    return low, high


def incidence(wijk_of: Array, shape: tuple[int, ...]) -> sparse.csr_array:
    """Gives which inner cell [buurten, combinations, types] is in which published cell, both row by row."""
    buurten = len(wijk_of)
    wijken = sparse.csr_array((np.ones(buurten), (wijk_of, np.arange(buurten))))
    regions = sparse.vstack([np.ones((1, buurten)), wijken, sparse.eye_array(buurten)])
    combinations, kinds = (sparse.vstack([sparse.eye_array(size - 1), np.ones((1, size - 1))]) for size in shape[1:])
    cells = sparse.csr_array(sparse.kron(regions, sparse.kron(combinations, kinds), format="csr"))
    # A product of blocks may store zeros, and places are read from what is stored.
    cells.eliminate_zeros()
    return cells
