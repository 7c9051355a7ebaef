"""Secondary suppression: which cells stay hidden beside the sensitive ones, so that nothing published gives those back.

Cells are published in order of descending weight, each as long as no sensitive figure follows. Sensitive figures are
cells, and what a known total leaves when its known parts are taken off. The pattern holds before two readers: one who
contributed to nothing, and all lone contributors together, each of whom knows its own cell.
Source: Langsrud, Secondary cell suppression by Gaussian elimination, Privacy in Statistical Databases (2024).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from outputs.disclosure.exactness import PRIME, Consequence, Flags, Motion, PossibleChanges
from outputs.disclosure.remainders import Remainders, Together
from outputs.true_tables import Equation
from schemas.errors import RefusedByDisclosureControl

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]


def _never(_cells: Sequence[int], _disjoint: bool) -> bool:
    return False


@dataclass(frozen=True, eq=False, repr=False)
class CellSystem:
    """Cells that add up in several directions at once.

    Attributes:
        families: total and parts, as cell numbers; the equations of one direction (regions, combinations, domains)
            together.
        value: the true value of each cell; never leaves the run.
        sensitive: cells that may not be known.
        lone: cells with one contributor, which knows its own cell.
        weight: what is lost by hiding a cell; 0: not published anyway; infinite: the cell is empty, as everybody knows.
        together: whether the sum of some cells is sensitive as one figure.
        told: cells that everybody knows from elsewhere, such as an earlier release; none by default.

    Raises:
        ValueError: arrays differ in length, a total is not the sum of its parts, or a public cell is sensitive.
    """

    families: tuple[tuple[Equation, ...], ...]
    value: FloatArray
    sensitive: Flags
    lone: Flags
    weight: FloatArray
    together: Together = _never
    told: Flags | None = None

    def __post_init__(self) -> None:
        if {len(self.sensitive), len(self.lone), len(self.weight), len(self.public)} != {len(self.value)}:
            raise ValueError("cells differ in number")
        if any(self.value[one.total] != self.value[list(one.parts)].sum() for one in self.equations):
            raise ValueError("a total is not the sum of its parts")
        if (self.sensitive & self.public).any() or (self.weight < 0).any():
            raise ValueError("a cell that everybody knows is sensitive, or a weight is negative")

    def __repr__(self) -> str:
        return f"<system of {len(self.value)} cells>"

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """All equations."""
        return tuple(chain.from_iterable(self.families))

    @property
    def empty(self) -> Flags:
        """Tells which cells are empty."""
        flags: Flags = np.isinf(self.weight)
        return flags

    @property
    def public(self) -> Flags:
        """Tells which cells everybody knows, whatever is published."""
        return self.empty if self.told is None else self.empty | self.told

    def candidates(self) -> list[int]:
        """Gives the cells that may be published, in descending order of weight."""
        open_cells = np.flatnonzero(~self.sensitive & ~self.public & (self.weight > 0))
        return [int(cell) for cell in open_cells[np.argsort(-self.weight[open_cells], kind="stable")]]


def suppressed(system: CellSystem) -> Flags:
    """Gives the cells to hide: the sensitive ones, those never published, and what would give sensitive ones back.

    Raises:
        RefusedByDisclosureControl: ``cell_exposed``: a sensitive cell follows from what everybody knows.
    """
    contributors = _Reader(system, system.public | system.lone)
    outsider = _Reader(system, system.public)
    if outsider.exposed:
        raise RefusedByDisclosureControl(
            "cell_exposed",
            f"{outsider.exposed} sensitive cell(s) follow from what everybody knows",
            "publish fewer regions or categories",
        )
    hidden: Flags = ~system.public
    hidden[outsider.taught(contributors.taught(system.candidates()))] = False
    return hidden


class _Reader:
    """Somebody who knows some cells from the start and learns others one by one."""

    def __init__(self, system: CellSystem, knows: Flags) -> None:
        cells = len(system.value)
        self._changes = PossibleChanges(system.equations, cells)
        totals = {one.total for one in system.equations}
        # Inner cells go first: they move nothing but their own totals.
        for cell in sorted(np.flatnonzero(knows).tolist(), key=lambda cell: (cell in totals, cell)):
            self._changes.fix(cell)
        known = np.array([self._changes.is_known(cell) for cell in range(cells)], dtype=bool)
        self.exposed = int(np.count_nonzero(system.sensitive & known & ~knows))
        self._protected = (system.sensitive & ~known).tolist()
        self._ties = _Ties(self._changes, np.flatnonzero(system.lone & system.sensitive & ~known).tolist())
        self._remainders = Remainders(system.families, system.empty, system.sensitive, system.together)
        self._remainders.learn(np.flatnonzero(known).tolist())

    def taught(self, candidates: Iterable[int]) -> list[int]:
        """Gives the candidates that this reader may know, each beside those before it."""
        learnt = []
        for cell in candidates:
            step = self._changes.consequence(cell)
            if any(self._protected[one] for one in step.known) or self._ties.would_tie(step):
                continue
            if not self._remainders.allow(step.known):
                # Whoever finds this cell some other way finds the same remainder.
                self._protected[cell] = True
                continue
            self._ties.follow(step)
            self._changes.fix(cell, step)
            self._remainders.learn(step.known)
            learnt.append(cell)
        return learnt


class _Ties:
    """Lone cells that move in one ratio: whoever knows one of them knows the others.

    Cells that are tied before anything is published are one contributor's, seen in a cell and in a total of it alone.
    """

    def __init__(self, changes: PossibleChanges, lone: Iterable[int]) -> None:
        self._ratio = {cell: _ratio(changes.motion(cell)) for cell in lone}
        self._contributor = dict(self._ratio)
        self._owner = {ratio: ratio for ratio in self._ratio.values()}

    def would_tie(self, step: Consequence) -> bool:
        """Tells whether two contributors would come to know each other's cells."""
        moved = self._moved(step)
        leaving = {self._ratio[cell] for cell in moved}
        taken: dict[int, int] = {}
        for cell, ratio in moved.items():
            owner = taken.setdefault(ratio, self._contributor[cell])
            if owner != self._contributor[cell]:
                return True
            before = self._owner.get(ratio)
            if before is not None and ratio not in leaving and before != owner:
                return True
        return False

    def follow(self, step: Consequence) -> None:
        """Takes over how cells move after a step."""
        moved = self._moved(step)
        for cell in moved:
            self._owner.pop(self._ratio[cell], None)
        for cell, ratio in moved.items():
            self._ratio[cell] = ratio
            self._owner[ratio] = self._contributor[cell]

    def _moved(self, step: Consequence) -> dict[int, int]:
        return {cell: _ratio(motion) for cell, motion in step.motions.items() if cell in self._ratio}


def _ratio(motion: Motion) -> int:
    return motion[0] * pow(motion[1], -1, PRIME) % PRIME
