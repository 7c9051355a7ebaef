"""The outsider's arithmetic: which sums of unknown cells follow exactly, and between which values the others lie.

Exact: the sum is the same in every solution of the equations, so it is zero for a random vector of their null space.
With bounds read too: one linear program finds which bounds no solution can leave (the solution with the most slack);
those are equations as well. Intervals: two linear programs per sum (HiGHS), over real numbers, so what is found too
narrow is so for whole numbers.
"""

import math
from collections.abc import Iterator
from typing import Final

import highspy
import numpy as np
from disclosure_knowledge import Array, Knowledge
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsmr

_DRAWS: Final = 3
_ZERO: Final = 1e-6
#: So many cells around a sum move first, then so many, where the system is much larger. What still looks narrow is
#: solved on the whole system, unless that has more unknown cells than the last figure: then it counts as narrow.
_SURROUNDINGS: Final = (300, 3_000)
_LARGEST: Final = 20_000


def follow(equations: sparse.csr_array, sums: sparse.csr_array, seed: int = 1) -> Array:
    """Tells which sums are the same in every solution of the equations."""
    draw = np.random.default_rng(seed)
    moving = np.zeros(sums.shape[0], dtype=bool)
    scaled = sparse.csr_array(sparse.diags_array(1 / np.sqrt(np.maximum(np.diff(equations.indptr), 1))) @ equations)
    for _ in range(_DRAWS):
        vector = draw.standard_normal(sums.shape[1])
        if equations.shape[0]:
            vector -= scaled.T @ lsmr(scaled.T, vector, atol=1e-14, btol=1e-14, conlim=0, maxiter=20_000)[0]
        moving |= np.abs(sums @ vector) > _ZERO * np.sqrt(np.maximum(np.diff(sums.indptr), 1))
    return ~moving


def follow_with_bounds(known: Knowledge) -> Array | None:
    """Tells which published cells are the same in every solution of the equations and bounds; None when too large."""
    if len(known.lower) > _LARGEST:
        return None
    held, statements = _without_slack(known)
    rest = np.flatnonzero(~held)
    return follow(known.sums[statements][:, rest], known.cells[:, rest])


def _without_slack(known: Knowledge) -> tuple[Array, Array]:
    """Gives the cells that are stuck at a bound, and the statements that hold as equations."""
    equal = known.equal
    above, below = np.flatnonzero(np.isfinite(known.lower)), np.flatnonzero(np.isfinite(known.upper))
    least = np.flatnonzero(~equal & np.isfinite(known.at_least))
    most = np.flatnonzero(~equal & np.isfinite(known.at_most))
    unit = sparse.eye_array(len(known.lower), format="csr")
    loose = sparse.vstack([unit[above], -unit[below], known.sums[least], -known.sums[most]])
    ends = np.concatenate([known.lower[above], -known.upper[below], known.at_least[least], -known.at_most[most]])
    stuck = np.split(
        _never_loose(loose, ends, known.sums[equal], known.at_least[equal]),
        np.cumsum([len(above), len(below), len(least)]),
    )
    held, statements = np.zeros(len(known.lower), dtype=bool), equal.copy()
    held[above[stuck[0]]] = held[below[stuck[1]]] = True
    statements[least[stuck[2]]] = statements[most[stuck[3]]] = True
    return held, statements


def _never_loose(loose: sparse.csr_array, ends: Array, equations: sparse.csr_array, values: Array) -> Array:
    """Tells which inequalities ``loose @ x >= ends`` hold as equations wherever ``equations @ x == values``.

    At a scale that is large enough, what can have any slack at all has a slack of one: ``loose @ x - ends * scale >=
    slack``.
    """
    (places, unknown), same = loose.shape, equations.shape[0]
    rows = sparse.block_array(
        [[loose, -ends[:, None], -sparse.eye_array(places)], [equations, -values[:, None], None]], format="csr"
    )
    program = Program(
        np.concatenate([np.full(unknown, -np.inf), [1.0], np.zeros(places)]),
        np.concatenate([np.full(unknown, np.inf), [np.inf], np.ones(places)]),
        rows,
        np.zeros(places + same),
        np.concatenate([np.full(places, np.inf), np.zeros(same)]),
        inside=True,
    )
    program.most(np.concatenate([np.zeros(unknown + 1), np.ones(places)]))
    stuck: Array = program.solution()[unknown + 1 :] < 0.5
    return stuck


class Program:
    """A linear program that is solved again and again for other objectives, each from the solution before."""

    def __init__(
        self,
        lower: Array,
        upper: Array,
        rows: sparse.csr_array,
        at_least: Array,
        at_most: Array,
        *,
        inside: bool = False,
    ) -> None:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(lower), rows.shape[0]
        model.col_cost_ = np.zeros(len(lower))
        model.col_lower_, model.col_upper_, model.row_lower_, model.row_upper_ = lower, upper, at_least, at_most
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        self._columns = np.arange(len(lower), dtype=np.int32)
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            self._highs.setOptionValue(option, value)
        if inside:
            self._highs.setOptionValue("solver", "ipm")
            self._highs.setOptionValue("run_crossover", "off")
        self._highs.passModel(model)

    def most(self, wanted: Array) -> float:
        """Gives the largest value of a sum."""
        self._highs.changeColsCost(len(wanted), self._columns, -wanted)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return math.inf
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the linear program ended with {status}")
        # From here on every objective starts where the last one ended: feasible, so primal simplex.
        self._highs.setOptionValue("simplex_strategy", 4)
        return -float(self._highs.getInfo().objective_function_value)

    def interval(self, wanted: Array) -> tuple[float, float]:
        """Gives the smallest and the largest value of a sum."""
        return -self.most(-wanted), self.most(wanted)

    def solution(self) -> Array:
        """Gives the last solution."""
        return np.asarray(self._highs.getSolution().col_value)


def width(least: float, most: float, *, whole: bool) -> float:
    """Gives the width of an interval of whole numbers, or of money."""
    return math.floor(most + _ZERO) - math.ceil(least - _ZERO) if whole and math.isfinite(most) else most - least


def widths(known: Knowledge, chosen: Array, point: Array, enough: Array, *, whole: bool) -> Iterator[float]:
    """Yields per chosen published cell the width of what is possible; ``enough`` when it is at least that.

    Args:
        known: what the outsider knows.
        chosen: published cells.
        point: the true unknown cells.
        enough: width per chosen cell that needs no further look.
        whole: whether cells are whole numbers.
    """
    graph = sparse.block_array([[None, known.sums.T], [known.sums, None]])
    part = connected_components(graph, directed=False)[1][: len(point)]
    programs = dict[tuple[int, ...], tuple[Array, Program]]()
    for cell, wanted in zip(chosen, enough, strict=True):
        columns = known.cells.indices[known.cells.indptr[cell] : known.cells.indptr[cell + 1]]
        parts = tuple(np.unique(part[columns]))
        places = np.flatnonzero(np.isin(part, parts))
        found = 0.0
        for size in _SURROUNDINGS:
            if found < wanted and 2 * size < len(places):
                some = _program(known, _around(known, columns, size), point)
                found = width(*_ends(known, cell, columns, point, *some), whole=whole)
        if found < wanted and 0 < len(places) <= _LARGEST:
            if parts not in programs:
                programs[parts] = _program(known, places, point)
            found = width(*_ends(known, cell, columns, point, *programs[parts]), whole=whole)
        yield min(found, wanted)


def _ends(
    known: Knowledge, cell: int, columns: Array, point: Array, places: Array, program: "Program"
) -> tuple[float, float]:
    least, most = program.interval(np.isin(places, columns).astype(float))
    rest = known.known[cell] + point[np.setdiff1d(columns, places)].sum()
    return rest + least, rest + most


def _around(known: Knowledge, columns: Array, size: int) -> Array:
    """Gives cells around some: those that share the shortest statements first."""
    lengths = np.diff(known.sums.indptr)
    inside, used = np.zeros(known.sums.shape[1], dtype=bool), np.zeros(len(lengths), dtype=bool)
    inside[columns] = True
    while True:
        touched = np.flatnonzero((known.sums @ inside.astype(float) > 0) & ~used)
        if not len(touched):
            break
        shortest = touched[lengths[touched] == lengths[touched].min()]
        used[shortest] = True
        wider = inside | (known.sums[shortest].T @ np.ones(len(shortest)) > 0)
        if wider.sum() > max(size, len(columns)):
            break
        inside = wider
    return np.flatnonzero(inside)


def _program(known: Knowledge, places: Array, point: Array) -> tuple[Array, Program]:
    """Makes the program of some cells, while all others stay where they are."""
    rest = point.copy()
    rest[places] = 0
    inside = np.zeros(len(point))
    inside[places] = 1
    touched = np.flatnonzero(known.sums @ inside)
    rows = known.sums[touched]
    others = rows @ rest
    low, high = known.at_least[touched] - others, known.at_most[touched] - others
    return places, Program(known.lower[places], known.upper[places], sparse.csr_array(rows[:, places]), low, high)
