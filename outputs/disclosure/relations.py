"""What an attacker knows: unknown figures within bounds, and sums of them within bounds.

Here is what follows without a solver: tighter bounds, parts that do not touch each other, and smaller relations over
some of the figures. Source of the propagation: Savelsbergh, Preprocessing and probing techniques for mixed integer
programming problems, ORSA Journal on Computing 6 (1994).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]

#: Solvers and floating point are this far off; no bound is taken to be sharper than that.
TOLERANCE: Final = 1e-6
#: Bounds of wide ranges may go on moving by one step a round.
_ROUNDS: Final = 20


@dataclass(frozen=True, eq=False)
class Relations:
    """What an attacker knows: variables within bounds, and sums of them within bounds.

    Attributes:
        lower, upper: bounds of the variables; ``upper`` may be infinite, and ``lower`` minus infinite.
        sums: the statements, one row each over the variables (csr).
        at_least, at_most: between what each statement says that its sum lies; either may be infinite.
        whole: whether variables are whole numbers (households) or not (money).

    Raises:
        ValueError: the shapes do not fit, or a bound is no number.
    """

    lower: FloatArray
    upper: FloatArray
    sums: sparse.csr_array
    at_least: FloatArray
    at_most: FloatArray
    whole: bool

    def __post_init__(self) -> None:
        statements, variables = self.sums.shape
        if {len(self.lower), len(self.upper)} != {variables} or {len(self.at_least), len(self.at_most)} != {statements}:
            raise ValueError("bounds and sums are not over the same variables and statements")
        for low, high in ((self.lower, self.upper), (self.at_least, self.at_most)):
            if not ((low < np.inf) & (high > -np.inf)).all():
                raise ValueError("a bound is no number, or infinite on the wrong side")

    def allow(self, point: FloatArray) -> bool:
        """Tells whether these values are possible."""
        is_whole = not self.whole or bool((point == np.rint(point)).all())
        in_bounds = _within(point, self.lower, self.upper).all()
        return is_whole and bool(in_bounds and _within(self.sums @ point, self.at_least, self.at_most).all())

    def tightened(self) -> "Relations":
        """Gives the same relations with the bounds of variables that follow from one statement after another.

        Bounds that cross are made equal: no point that the result allows is then allowed by the relations themselves,
        unless they cross within the tolerance.
        """
        now = self._in_order()
        for _ in range(_ROUNDS):
            before, now = now, now._propagated()
            if not ((now.lower > before.lower + TOLERANCE) | (now.upper < before.upper - TOLERANCE)).any():
                break
        return replace(now, upper=np.maximum(now.lower, now.upper)).over(np.arange(len(now.lower)))

    def from_point(self, point: FloatArray) -> "Relations":
        """Gives the relations of the displacements from a possible point, so that standing still is possible."""
        sums = self.sums @ point
        return replace(
            self,
            lower=np.minimum(self.lower - point, 0),
            upper=np.maximum(self.upper - point, 0),
            at_least=np.minimum(self.at_least - sums, 0),
            at_most=np.maximum(self.at_most - sums, 0),
        )

    def over(self, moving: IntArray) -> "Relations":
        """Gives the relations of some displacements while all others stay at zero, without what bounds make true."""
        lower, upper, sums = self.lower[moving], self.upper[moving], self._by_variable[:, moving].tocsr()
        least, most = reach_of(sums, lower, upper)
        say = np.flatnonzero((least < self.at_least) | (most > self.at_most))
        return Relations(lower, upper, sums[say], self.at_least[say], self.at_most[say], self.whole)

    def around(self, moving: IntArray) -> "Relations":
        """Gives what is certain of some displacements wherever the others go: weaker than the relations themselves."""
        others = np.ones(len(self.lower), dtype=bool)
        others[moving] = False
        touched = np.unique(self._by_variable[:, moving].indices)
        rest = sparse.csr_array(self.sums[touched].multiply(others))
        rest.eliminate_zeros()
        least, most = reach_of(rest, self.lower, self.upper)
        at_least, at_most = self.at_least[touched] - most, self.at_most[touched] - least
        return replace(self, sums=self.sums[touched], at_least=at_least, at_most=at_most).over(moving)

    @cached_property
    def components(self) -> IntArray:
        """A number per variable; variables that are not fixed and share a statement have the same."""
        statements, variables = self.sums.shape
        free = self._by_variable[:, self.lower < self.upper].tocoo()
        numbers = np.flatnonzero(self.lower < self.upper)
        edges = (np.ones(free.nnz), (variables + free.row, numbers[free.col]))
        graph = sparse.coo_array(edges, shape=(variables + statements, variables + statements))
        labels: IntArray = connected_components(graph, directed=False)[1][:variables].astype(np.int64)
        return labels

    def neighbourhood(self, of: IntArray, size: int) -> IntArray:
        """Gives ``size`` free variables around some, nearest first: those that share the most and the shortest sums."""
        inside = np.zeros(len(self.lower), dtype=bool)
        inside[of] = True
        inside &= self.lower < self.upper
        closeness = 1 / np.maximum(np.diff(self.sums.indptr), 1)
        while (room := size - int(inside.sum())) > 0:
            touched = np.unique(self._by_variable[:, inside].indices)
            shared = self.sums[touched]
            near = np.bincount(shared.indices, np.repeat(closeness[touched], np.diff(shared.indptr)), len(inside))
            near[inside | (self.lower == self.upper)] = 0
            found = np.flatnonzero(near)
            if not len(found):
                break
            inside[found[np.argsort(-near[found], kind="stable")[:room]]] = True
        return np.flatnonzero(inside)

    @cached_property
    def _by_variable(self) -> sparse.csc_array:
        return self.sums.tocsc()

    def _in_order(self) -> "Relations":
        """Gives the same with every factor named once, none of them zero, and whole bounds for whole numbers."""
        sums = self.sums.copy()
        sums.sum_duplicates()
        sums.eliminate_zeros()
        if not self.whole:
            return replace(self, sums=sums)
        whole = _whole_rows(sums)
        return replace(
            self,
            lower=np.ceil(self.lower - TOLERANCE),
            upper=np.floor(self.upper + TOLERANCE),
            sums=sums,
            at_least=np.where(whole, np.ceil(self.at_least - TOLERANCE), self.at_least),
            at_most=np.where(whole, np.floor(self.at_most + TOLERANCE), self.at_most),
        )

    def _propagated(self) -> "Relations":
        """Gives one round of bounds: what a statement leaves to a variable when the others go as far as they can."""
        entries = self.sums.tocoo()
        row, column, factor = entries.row, entries.col, entries.data
        ends = factor * self.lower[column], factor * self.upper[column]
        least, most = np.minimum(*ends), np.maximum(*ends)
        low = (self.at_least[row] - _of_others(most, row)) / factor
        high = (self.at_most[row] - _of_others(least, row)) / factor
        stated = _size(self.at_least) + _size(self.at_most)
        added = stated + np.bincount(row, _size(least) + _size(most), len(stated))
        margin = rounding_error(added[row]) / abs(factor)
        lower, upper = self.lower.copy(), self.upper.copy()
        np.maximum.at(lower, column, self._up(np.where(factor > 0, low, high) - margin))
        np.minimum.at(upper, column, -self._up(-np.where(factor > 0, high, low) - margin))
        return replace(self, lower=lower, upper=upper)

    def _up(self, low: FloatArray) -> FloatArray:
        return np.ceil(low - TOLERANCE) if self.whole else low


def rounding_error(values: FloatArray) -> FloatArray:
    """Gives how far sums of such a size may be off through floating point."""
    error: FloatArray = 1e-14 * (1 + abs(values))
    return error


def _within(values: FloatArray, low: FloatArray, high: FloatArray) -> BoolArray:
    margin = TOLERANCE + rounding_error(values)
    inside: BoolArray = (values >= low - margin) & (values <= high + margin)
    return inside


def _whole_rows(sums: sparse.csr_array) -> BoolArray:
    """Tells per row whether every factor is a whole number, so that the sum is one."""
    broken = abs(sums - sums.rint())
    whole: BoolArray = broken.max(axis=1).toarray().ravel() == 0 if sums.shape[1] else np.ones(sums.shape[0], bool)
    return whole


def reach_of(sums: sparse.csr_array, lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gives the least and the greatest value of sums over variables within bounds."""
    positive, negative = sums.maximum(0), (-sums).maximum(0)
    for part in (positive, negative):
        part.eliminate_zeros()
    return positive @ lower - negative @ upper, positive @ upper - negative @ lower


def _of_others(parts: FloatArray, row: IntArray) -> FloatArray:
    """Gives per entry the sum of the other entries of its statement; infinite parts are all of one sign."""
    infinite = np.isinf(parts)
    finite = np.where(infinite, 0, parts)
    rest: FloatArray = np.bincount(row, finite).astype(np.float64)[row] - finite
    unbounded = np.bincount(row, infinite)[row] > infinite
    rest[unbounded] = parts[infinite][:1]
    return rest


def _size(values: FloatArray) -> FloatArray:
    size: FloatArray = np.where(np.isfinite(values), abs(values), 0.0)
    return size
