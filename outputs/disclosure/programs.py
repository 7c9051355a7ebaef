"""Least values of sums of figures under what is known of them: linear programs, and programs in whole numbers (HiGHS).

Relations are those of displacements from a possible point. Each displacement is split into a rise and a fall, so that
standing still is a corner to start from: the solver then needs few steps, moves few figures, and in tables of counts
it mostly ends in whole numbers by itself.
Source: Huangfu & Hall, Parallelizing the dual revised simplex method (2018), on HiGHS.
"""

from dataclasses import dataclass, replace
from typing import Final

import highspy
import numpy as np
from scipy import sparse

from outputs.disclosure.relations import TOLERANCE, FloatArray, IntArray, Relations

#: A program in whole numbers that is not settled by then is left, and its ends stay unproven.
NODES: Final = 10_000

_Options = dict[str, bool | int | float | str]
_Status = highspy.HighsModelStatus

_ALWAYS: Final[_Options] = {"output_flag": False, "threads": 1, "parallel": "off", "random_seed": 0}
#: HiGHS 1.15 prints bounds, and so figures, when it undoes presolve of a linear program, whatever its output flag.
_RELAXED: Final[_Options] = {"presolve": "off", "solver": "simplex"}
#: Primal simplex starts from the corner where nothing moves.
_FROM_A_CORNER: Final[_Options] = _RELAXED | {"simplex_strategy": 4}
_IN_WHOLE_NUMBERS: Final[_Options] = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0}


@dataclass(frozen=True, eq=False)
class Least:
    """What one program told of a sum.

    Attributes:
        bound: no value lies below it; minus infinite where nothing was found out.
        at: possible displacements at which the sum is as low as was found, if any.
        moved: places of what moved in the solution, possible or not.
        unbounded: whether the sum has no least value.
    """

    bound: float
    at: FloatArray | None
    moved: IntArray
    unbounded: bool = False


class Programs:
    """Programs over the same displacements: models are made once, and only their objective changes."""

    def __init__(self, moves: Relations) -> None:
        self._moves = moves
        self._models: dict[bool, highspy.Highs] = {}

    def relaxed(self, costs: FloatArray) -> Least:
        """Gives the least value of a sum when figures need not be whole."""
        model = self._model(whole=False)
        _minimise(model, np.concatenate([costs, -costs]))
        model.setBasis()
        model.run()
        rise, fall = np.split(np.array(model.getSolution().col_value), 2)
        optimal = model.getModelStatus() == _Status.kOptimal
        return self._told(model, costs, model.getInfo().objective_function_value if optimal else -np.inf, rise - fall)

    def whole(self, costs: FloatArray, stop: float = -np.inf) -> Least:
        """Gives the least value of a sum in whole numbers, or a value of at most ``stop``."""
        model = self._model(whole=True)
        _minimise(model, costs)
        model.setOptionValue("objective_target", stop)
        model.run()
        solution = model.getSolution()
        at = np.array(solution.col_value) if solution.value_valid else np.full(len(costs), np.nan)
        return self._told(model, costs, model.getInfo().mip_dual_bound, at)

    def _model(self, *, whole: bool) -> highspy.Highs:
        if whole not in self._models:
            options = _IN_WHOLE_NUMBERS | {"mip_max_nodes": NODES} if whole else _FROM_A_CORNER
            moves = self._moves if whole else _rises_and_falls(self._moves)
            self._models[whole] = _model(moves, options, whole=whole)
        return self._models[whole]

    def _told(self, model: highspy.Highs, costs: FloatArray, bound: float, at: FloatArray) -> Least:
        moved = np.flatnonzero(abs(at) > TOLERANCE)
        if model.getModelStatus() in (_Status.kUnbounded, _Status.kUnboundedOrInfeasible):
            return Least(-np.inf, None, moved, unbounded=True)
        moves = self._moves
        if moves.whole and (costs == np.rint(costs)).all():
            certain = float(np.ceil(bound - TOLERANCE))
        else:
            certain = bound - TOLERANCE - (1e-12 * abs(bound) if np.isfinite(bound) else 0)
        possible = np.rint(at) if moves.whole else np.clip(at, moves.lower, moves.upper)
        return Least(certain, possible if moves.allow(possible) else None, moved)


def possible_point(relations: Relations) -> FloatArray | None:
    """Gives values that are possible together, if there are any.

    Most figures of a relaxed solution are whole already; mostly the others can become whole while these stay.
    """
    relaxed = _solution(relations, whole=False)
    if relaxed is None or not relations.whole:
        return relaxed
    nearest = np.rint(relaxed)
    settled = abs(relaxed - nearest) <= TOLERANCE
    lower, upper = np.where(settled, nearest, relations.lower), np.where(settled, nearest, relations.upper)
    found = _solution(replace(relations, lower=lower, upper=upper), whole=True)
    return _solution(relations, whole=True) if found is None else found


def _solution(relations: Relations, *, whole: bool) -> FloatArray | None:
    model = _model(relations, _IN_WHOLE_NUMBERS if whole else _RELAXED, whole=whole)
    model.run()
    if model.getModelStatus() not in (_Status.kOptimal, _Status.kModelEmpty):
        return None
    values = np.array(model.getSolution().col_value)
    return np.rint(values) if whole else values


def _rises_and_falls(moves: Relations) -> Relations:
    return Relations(
        lower=np.zeros(2 * len(moves.lower)),
        upper=np.concatenate([moves.upper, -moves.lower]),
        sums=sparse.hstack([moves.sums, -moves.sums], format="csr"),
        at_least=moves.at_least,
        at_most=moves.at_most,
        whole=moves.whole,
    )


def _minimise(model: highspy.Highs, costs: FloatArray) -> None:
    model.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)


def _model(relations: Relations, options: _Options, *, whole: bool) -> highspy.Highs:
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = relations.sums.shape
    program.col_cost_ = np.zeros(program.num_col_)
    program.col_lower_, program.col_upper_ = relations.lower, relations.upper
    program.row_lower_, program.row_upper_ = relations.at_least, relations.at_most
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = relations.sums.indptr
    program.a_matrix_.index_ = relations.sums.indices
    program.a_matrix_.value_ = relations.sums.data
    if whole:
        program.integrality_ = [highspy.HighsVarType.kInteger] * program.num_col_
    model = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    for name, value in (_ALWAYS | options).items():
        model.setOptionValue(name, value)
    model.passModel(program)
    return model
