"""Repair of a suppression pattern: no hidden cost may be found within a few percent of its true value.

An attacker knows every printed cost to half its rounding, that costs are not negative, and how they add up. Whatever
displacement of the true costs fits all of that he cannot rule out, so every one is a witness for all hidden cells at
once: a cell can be found no closer than its displacements lie apart. First linear programs pull as many hidden cells
as they can; for a cell that stays, one seeks the lightest published cells that have to move along, and those are
hidden too. So the widths are proven by displacements, not by the absence of an attack.
Source: Kelly, Golden & Assad, Cell suppression: disclosure protection for sensitive tabular data, Networks 22 (1992).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from outputs.disclosure.exactness import Flags
from outputs.disclosure.suppression import CellSystem, FloatArray, IntArray
from outputs.rates import euros
from schemas.errors import RefusedByDisclosureControl

#: A round that pulls at all cells is worth its time while it settles one in so many.
_WORTH_A_ROUND: Final = 200
#: Cells that may move with one that is found too closely; more are let in only where these do not suffice.
_SURROUNDINGS: Final = 100
_GROWTH: Final = 8
_STEP: Final = 16
#: A cost that is hidden only because it would give a sensitive one back may be found so many times as closely.
BESIDE_SENSITIVE: Final = 5
#: What moves less, in units of rounding, stands still as far as solvers can tell.
_STILL: Final = 1e-6


@dataclass(frozen=True)
class CostPrecision:
    """How closely costs are printed and may be found.

    Attributes:
        rounding_eur: printed costs are multiples of this.
        width_pct: least width of what can be found of a sensitive cost, in percent of that cost.
        negative: whether costs below zero occur, so that no cost is known to be positive.
    """

    rounding_eur: int
    width_pct: int
    negative: bool

    def widths(self, value: FloatArray, sensitive: Flags) -> FloatArray:
        """Gives the least width per cell: a cost that is hidden beside others alone needs a part of what those need."""
        share = np.where(sensitive, self.width_pct, self.width_pct / BESIDE_SENSITIVE)
        widths: FloatArray = share / 100 * abs(value)
        return widths


def widened(system: CellSystem, hidden: Flags, precision: CostPrecision) -> Flags:
    """Gives the cells to hide so that no hidden one is found too closely: those hidden, and more published ones.

    Raises:
        RefusedByDisclosureControl: ``cost_exposed``: no cell that could be hidden helps.
    """
    repair = _Repair(system, hidden.copy(), precision)
    repair.pull_apart()
    while len(close := repair.close()):
        repair.widen(int(close[0]))
    return repair.hidden


class _Repair:
    """Costs in units of their rounding, which of them are hidden so far, and how far each was seen to move."""

    def __init__(self, system: CellSystem, hidden: Flags, precision: CostPrecision) -> None:
        self._system, self.hidden = system, hidden
        self._value = system.value / (100 * precision.rounding_eur)
        self._printed = euros(system.value.astype(np.int64), precision.rounding_eur) / precision.rounding_eur
        self._floor = -np.inf if precision.negative else 0.0
        self._width = precision.widths(self._value, system.sensitive)
        self._sums = _as_rows(system)
        self._by_cell = self._sums.tocsc()
        self._shares = abs(self._sums)
        self._lengths = np.diff(self._sums.indptr)
        self._down, self._up = np.zeros(len(self._value)), np.zeros(len(self._value))

    def close(self) -> IntArray:
        """Gives the hidden cells that were not seen to move far enough, the one that has to move furthest first."""
        found = np.flatnonzero(self.hidden & (self._up - self._down < self._width))
        return found[np.argsort(-self._width[found], kind="stable")]

    def pull_apart(self) -> None:
        """Pulls at all hidden cells at once, each time another way, as long as it settles enough of them."""
        ways = np.random.default_rng(0)
        cells = np.flatnonzero(~self._system.public)
        while len(close := self.close()):
            self._pull(cells, close, ways.choice([-1.0, 1.0], size=len(close)))
            if len(close) - len(self.close()) < max(1, len(cells) // _WORTH_A_ROUND):
                return

    def _pull(self, cells: IntArray, targets: IntArray, ways: FloatArray) -> None:
        """Lets ``cells`` move so that as many targets as possible go their way as far as they have to."""
        lower, upper = (bound[cells] for bound in self._displacements())
        place = np.searchsorted(cells, targets)
        way = np.ones(len(cells))
        way[place] = ways
        lower, upper = np.where(way > 0, lower, -upper), np.where(way > 0, upper, -lower)
        beyond = np.maximum(upper[place] - self._width[targets], 0.0)
        upper[place] = np.minimum(upper[place], self._width[targets])
        gain = np.zeros(len(cells))
        gain[place] = -1 / self._width[targets]
        sums = self._over(cells) @ sparse.diags_array(way)
        found = linprog(
            np.concatenate([gain, np.zeros(len(targets))]),
            A_eq=sparse.hstack([sums, sums[:, place]], format="csr"),
            b_eq=np.zeros(sums.shape[0]),
            bounds=np.stack([np.append(lower, np.zeros(len(targets))), np.append(upper, beyond)], axis=1),
            method="highs-ds",
        )
        if found.status == 0:
            moves = found.x[: len(cells)]
            moves[place] += found.x[len(cells) :]
            self._see(cells, way * moves)

    def widen(self, cell: int) -> None:
        """Hides the lightest published cells that let a hidden one be further off."""
        size = _SURROUNDINGS
        while cell in self.close():
            near = self._surroundings(cell, size)
            moves = self._lightest_move(cell, near)
            if moves is not None:
                self.hidden[near[self._broken(near, moves)]] = True
                for move in moves:
                    self._see(near, move)
            elif len(near) < size:
                raise RefusedByDisclosureControl(
                    "cost_exposed",
                    "a hidden cost follows too closely whatever else is hidden",
                    "publish costs for fewer regions or domains",
                )
            size *= _GROWTH

    def _displacements(self) -> tuple[FloatArray, FloatArray]:
        """Gives how far each cell can be below and above its true value for all that is printed of it alone."""
        free = self.hidden
        lower = np.where(free, self._floor, np.maximum(self._printed - 0.5, self._floor)) - self._value
        upper = np.where(free, np.inf, self._printed + 0.5 - self._value)
        known = self._system.public
        return np.where(known, 0.0, np.minimum(lower, 0.0)), np.where(known, 0.0, np.maximum(upper, 0.0))

    def _over(self, cells: IntArray) -> sparse.csr_array:
        sums = self._by_cell[:, cells].tocsr()
        return sums[np.diff(sums.indptr) > 0]

    def _see(self, cells: IntArray, moves: FloatArray) -> None:
        self._down[cells] = np.minimum(self._down[cells], moves)
        self._up[cells] = np.maximum(self._up[cells], moves)

    def _surroundings(self, cell: int, size: int) -> IntArray:
        """Gives cells that share the most and the shortest equations with it, hidden and light ones first."""
        weight = self._system.weight
        favour = np.where(self.hidden, 1.0, 1 / (2 + weight / max(weight[cell], 1.0)))
        inside = np.zeros(len(weight), dtype=bool)
        inside[cell] = True
        while (count := int(inside.sum())) < size:
            touched = self._shares @ inside > 0
            nearness = np.where(inside, 0.0, favour * (self._shares.T @ (touched / self._lengths)))
            found = np.flatnonzero(nearness)
            if not len(found):
                break
            nearest = np.argsort(-nearness[found], kind="stable")[: min(size - count, max(count, _STEP))]
            inside[found[nearest]] = True
        return np.flatnonzero(inside)

    def _lightest_move(self, cell: int, near: IntArray) -> FloatArray | None:
        """Gives two displacements of ``near`` that hold a cell far enough apart; None: there are none.

        A cell moves freely within what is known of it, and at the price of its weight beyond.
        """
        count = len(near)
        lower, upper = (bound[near] for bound in self._displacements())
        above = np.where(self.hidden[near], 0.0, np.inf)
        room = np.maximum(self._value[near] + lower, 0.0) if self._floor == 0 else np.inf
        below = np.where(self.hidden[near], 0.0, room)
        nothing = np.zeros(count)
        ends = ((lower, upper), (nothing, above), (nothing, below))
        bounds = np.concatenate([np.stack(pair, axis=1) for pair in ends])
        price = self._system.weight[near] / max(float(self._system.weight[near].max()), 1.0)
        sums = self._over(near)
        one = sparse.hstack([sums, sums, -sums], format="csr")
        apart = np.zeros((1, 6 * count))
        apart[0, np.searchsorted(near, cell) + count * np.arange(6)] = [1, 1, -1, -1, -1, 1]
        found = linprog(
            np.tile(np.concatenate([nothing, price, price]), 2),
            A_eq=sparse.vstack([sparse.block_diag([one, one]), sparse.csr_array(apart)], format="csr"),
            b_eq=np.append(np.zeros(2 * one.shape[0]), self._width[cell] * (1 + _STILL) + _STILL),
            bounds=np.tile(bounds, (2, 1)),
            method="highs-ds",
        )
        if found.status != 0:
            return None
        parts = found.x.reshape(2, 3, count)
        moves: FloatArray = parts[:, 0] + parts[:, 1] - parts[:, 2]
        return moves

    def _broken(self, near: IntArray, moves: FloatArray) -> Flags:
        """Tells which published cells move further than their print allows."""
        lower, upper = (bound[near] for bound in self._displacements())
        beyond = (moves < lower - _STILL) | (moves > upper + _STILL)
        broken: Flags = np.logical_or(*beyond) & ~self.hidden[near]
        return broken


def _as_rows(system: CellSystem) -> sparse.csr_array:
    """Gives the equations, one row each: the total minus its parts is zero."""
    sizes = [1 + len(one.parts) for one in system.equations]
    columns = np.array([cell for one in system.equations for cell in (one.total, *one.parts)], dtype=np.int64)
    starts = np.cumsum([0, *sizes])
    factors = np.full(len(columns), -1.0)
    factors[starts[:-1]] = 1.0
    return sparse.csr_array((factors, columns, starts), shape=(len(sizes), len(system.value)))
