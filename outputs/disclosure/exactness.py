"""Which figures follow exactly from the published ones.

The inner cells of a table can change in many ways that leave every equation true; every such change is a sum of a few
basic ones. Publishing a cell rules out the changes that move it. A cell that no possible change moves is known.
Arithmetic is exact, modulo a prime. Source: Langsrud, Secondary cell suppression by Gaussian elimination, Privacy in
Statistical Databases (2024); here whether a cell is known is read from two random changes instead of whole columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Final

import numpy as np

from outputs.true_tables import Equation

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Change = dict[int, int]
Motion = tuple[int, int]

#: A Mersenne prime: two random changes that differ agree by chance once in 2e18.
PRIME: Final = 2**61 - 1
_STILL: Final = (0, 0)


@dataclass(frozen=True)
class Consequence:
    """What becomes known with one cell.

    Attributes:
        cell: the cell.
        known: every cell that is known then and was not before, the cell itself among them.
        motions: cell -> how it then moves, for all cells that move otherwise than before.
    """

    cell: int
    known: tuple[int, ...]
    motions: dict[int, Motion]


class PossibleChanges:
    """The changes of all cells at once that somebody who knows some of them cannot rule out.

    Args:
        equations: a total is the sum of its parts.
        cells: number of cells.
    """

    def __init__(self, equations: Sequence[Equation], cells: int) -> None:
        self._changes, relations = _basic_changes(equations, cells)
        self._moving: list[set[int]] = [set() for _ in range(cells + relations)]
        for number, change in enumerate(self._changes):
            for cell in change:
                self._moving[cell].add(number)
        self._motion = self._random_motions()
        for relation in range(cells, cells + relations):
            self.fix(relation)

    def motion(self, cell: int) -> Motion:
        """Gives how two random possible changes move a cell; tied cells move in the same ratio."""
        return self._motion[cell]

    def is_known(self, cell: int) -> bool:
        """Tells whether no possible change moves a cell."""
        return not self._moving[cell]

    def consequence(self, cell: int) -> Consequence:
        """Gives what else becomes known when a cell does."""
        if self.is_known(cell):
            return Consequence(cell, (), {})
        change = self._changes[self._pivot(cell)]
        inverse = pow(change[cell], -1, PRIME)
        times = [motion * inverse % PRIME for motion in self._motion[cell]]
        motions = {
            moved: ((old[0] - by * times[0]) % PRIME, (old[1] - by * times[1]) % PRIME)
            for moved, by in change.items()
            for old in (self._motion[moved],)
        }
        return Consequence(cell, tuple(moved for moved, motion in motions.items() if motion == _STILL), motions)

    def fix(self, cell: int, consequence: Consequence | None = None) -> None:
        """Makes a cell known: leaves no change that moves it."""
        if self.is_known(cell):
            return
        for moved, motion in (consequence or self.consequence(cell)).motions.items():
            self._motion[moved] = motion
        pivot = self._pivot(cell)
        change = self._changes[pivot]
        inverse = pow(change[cell], -1, PRIME)
        others = self._moving[cell] - {pivot}
        for number in others:
            self._subtract(number, self._changes[number][cell] * inverse % PRIME, change)
        for moved in change:
            self._moving[moved].discard(pivot)
        self._changes[pivot] = {}

    def _subtract(self, number: int, times: int, change: Change) -> None:
        target, moving = self._changes[number], self._moving
        if times > PRIME // 2:
            times -= PRIME
        for cell, by in change.items():
            old = target.get(cell)
            if old is None:
                target[cell] = _small(-times * by)
                moving[cell].add(number)
            elif new := _small(old - times * by):
                target[cell] = new
            else:
                del target[cell]
                moving[cell].discard(number)

    def _pivot(self, cell: int) -> int:
        """The shortest change goes: it is the one that the others take on."""
        changes = self._changes
        return min(self._moving[cell], key=lambda number: (len(changes[number]), number))

    def _random_motions(self) -> list[Motion]:
        drawn = np.random.default_rng(0).integers(1, PRIME, size=(len(self._changes), 2)).tolist()
        motions = [[0, 0] for _ in self._moving]
        for change, (first, second) in zip(self._changes, drawn, strict=True):
            for cell, by in change.items():
                motions[cell][0] += by * first
                motions[cell][1] += by * second
        return [(first % PRIME, second % PRIME) for first, second in motions]


def _small(number: int) -> int:
    """Gives the number of least size that is the same modulo the prime; zero and one stay zero and one."""
    rest = number % PRIME
    return rest - PRIME if rest > PRIME // 2 else rest


def _basic_changes(equations: Sequence[Equation], cells: int) -> tuple[list[Change], int]:
    """Gives one change per inner cell: the cell and all totals of it move by one.

    Where two breakdowns of a total do not follow from the same inner cells, their difference is a further column, to
    be fixed at once.
    """
    breakdowns: dict[int, list[Equation]] = {}
    for equation in equations:
        breakdowns.setdefault(equation.total, []).append(equation)
    parts_of = {total: {part for one in listed for part in one.parts} for total, listed in breakdowns.items()}
    inner = [cell for cell in range(cells) if cell not in breakdowns]
    within: dict[int, Change] = {cell: {number: 1} for number, cell in enumerate(inner)}
    differences: list[Change] = []
    for cell in TopologicalSorter(parts_of).static_order():
        if cell in breakdowns:
            sums = [_sum(within[part] for part in one.parts) for one in breakdowns[cell]]
            within[cell] = sums[0]
            differences += [_sum([sums[0]], minus=other) for other in sums[1:] if other != sums[0]]
    changes: list[Change] = [{} for _ in inner]
    for column, content in [*within.items(), *enumerate(differences, start=cells)]:
        for number, times in content.items():
            changes[number][column] = times
    return changes, len(differences)


def _sum(terms: Iterable[Change], minus: Change | None = None) -> Change:
    total: Change = {}
    for term in terms:
        for number, times in term.items():
            total[number] = total.get(number, 0) + times
    for number, times in (minus or {}).items():
        total[number] = total.get(number, 0) - times
    return {number: times for number, times in total.items() if times}
