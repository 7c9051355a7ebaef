"""What a reader has left of a known total when he takes off all that he knows of it.

A remainder is a figure too. It is the unknown parts of the total, or of these again what is left when their own known
parts are taken off: a municipality minus its known wijken, minus the known buurten of the others. Where such a finest
remainder is not sensitive none in between is, since it only has cells more that may be published.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise, permutations

import numpy as np

from outputs.disclosure.exactness import Flags
from outputs.true_tables import Equation

#: Tells of the sum of some cells whether it is sensitive as one figure; asked with whether no household contributes to
#: two of them.
Together = Callable[[Sequence[int], bool], bool]


class Remainders:
    """The remainders that one reader has, cell by cell that he learns.

    Args:
        families: the equations, those of one direction together: a cell is the total of at most one in each.
        empty: cells that everybody knows to be nothing.
        sensitive: cells that may not be known.
        together: whether cells are sensitive together.
    """

    def __init__(
        self, families: Sequence[Sequence[Equation]], empty: Flags, sensitive: Flags, together: Together
    ) -> None:
        self._equations = list(chain.from_iterable(families))
        self._together, self._sensitive = together, sensitive.tolist()
        self._known = np.zeros(len(empty), dtype=bool).tolist()
        self._filled = [int(np.count_nonzero(~empty[list(one.parts)])) for one in self._equations]
        self._unknown = [len(one.parts) for one in self._equations]
        self._part_of: list[list[int]] = [[] for _ in empty]
        self._total_of: list[list[int]] = [[] for _ in empty]
        for number, equation in enumerate(self._equations):
            self._total_of[equation.total].append(number)
            for part in equation.parts:
                self._part_of[part].append(number)
        starts = np.cumsum([0, *(len(family) for family in families)])
        self._orders = list(permutations([range(*ends) for ends in pairwise(starts)]))

    def learn(self, cells: Iterable[int]) -> None:
        """Adds to what the reader knows."""
        self._set(cells, known=True)

    def allow(self, cells: Sequence[int]) -> bool:
        """Tells whether learning some cells leaves no sensitive remainder anywhere; learns nothing yet."""
        self._set(cells, known=True)
        allowed = not any(self._leaves_a_sensitive_remainder(root) for root in sorted(self._roots(cells)))
        self._set(cells, known=False)
        return allowed

    def _set(self, cells: Iterable[int], *, known: bool) -> None:
        for cell in cells:
            self._known[cell] = known
            for number in self._part_of[cell]:
                self._unknown[number] += -1 if known else 1

    def _roots(self, cells: Iterable[int]) -> set[int]:
        """Gives the equations with a known total of which a remainder contains one of the cells, or did."""
        found = {number for cell in cells for number in self._total_of[cell]}
        upward = {number for cell in cells for number in self._part_of[cell]}
        while upward:
            number = upward.pop()
            total = self._equations[number].total
            if self._known[total]:
                found.add(number)
            else:
                upward.update(self._part_of[total])
        return found

    def _leaves_a_sensitive_remainder(self, root: int) -> bool:
        equation = self._equations[root]
        left = self._left(root)
        if 0 < len(left) < self._filled[root] and self._is_sensitive(left, disjoint=equation.disjoint):
            return True
        if not any(self._is_open(number) for cell in left for number in self._total_of[cell]):
            return False
        finest = {self._finest(left, order) for order in self._orders}
        return any(
            self._is_sensitive(cells, disjoint=disjoint and equation.disjoint) for cells, disjoint in sorted(finest)
        )

    def _is_sensitive(self, cells: tuple[int, ...], *, disjoint: bool) -> bool:
        # Cells that are not sensitive are not sensitive together either: each holds enough beside its largest.
        return any(self._sensitive[cell] for cell in cells) and self._together(cells, disjoint)

    def _left(self, number: int) -> tuple[int, ...]:
        if not self._unknown[number]:
            return ()
        return tuple(part for part in self._equations[number].parts if not self._known[part])

    def _is_open(self, number: int) -> bool:
        """Tells whether the reader knows some parts of a breakdown, and not all."""
        return 0 < self._unknown[number] < self._filled[number]

    def _finest(self, cells: tuple[int, ...], order: Sequence[range]) -> tuple[tuple[int, ...], bool]:
        """Takes cells apart in the first direction that can, until none can; the flag: by disjoint equations alone."""
        disjoint = True
        while breakdowns := self._breakdowns(cells, order):
            disjoint &= all(self._equations[number].disjoint for number in breakdowns.values())
            cells = tuple(
                part for cell in cells for part in (self._left(breakdowns[cell]) if cell in breakdowns else (cell,))
            )
        return tuple(sorted(cells)), disjoint

    def _breakdowns(self, cells: Iterable[int], order: Sequence[range]) -> dict[int, int]:
        families = ({cell: number for cell in cells for number in self._open_in(cell, one)} for one in order)
        return next((found for found in families if found), {})

    def _open_in(self, cell: int, family: range) -> Iterator[int]:
        return (number for number in self._total_of[cell] if number in family and self._is_open(number))
