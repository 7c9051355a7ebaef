"""Municipality, wijken and buurten as one tree, named by their CBS codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Figures = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class RegionTree:
    """The regions of one municipality: index 0 is the municipality, then the wijken, then the buurten, each sorted.

    Attributes:
        gemeente: such as ``GM0637``.
        buurten: sorted buurt codes, such as ``BU06370101``.

    Raises:
        ValueError: a buurt lies in another municipality, is named twice, or there is none.
    """

    gemeente: str
    buurten: tuple[str, ...]

    def __post_init__(self) -> None:
        digits = self.gemeente.removeprefix("GM")
        if not self.buurten or list(self.buurten) != sorted(set(self.buurten)):
            raise ValueError("buurten are named once, in order, and there is at least one")
        if any(not code.startswith(f"BU{digits}") for code in self.buurten):
            raise ValueError("a buurt lies outside the municipality")

    @cached_property
    def wijken(self) -> tuple[str, ...]:
        """Sorted wijk codes, such as ``WK063701``."""
        return tuple(sorted({wijk_of(code) for code in self.buurten}))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every region, in the order of the rows of a table."""
        return (self.gemeente, *self.wijken, *self.buurten)

    def rolled_up(self, per_buurt: Figures) -> Figures:
        """Gives figures [regions, ...] from figures [buurten, ...] by adding up."""
        return self._stacked(per_buurt, np.add)

    def largest(self, per_buurt: Figures) -> Figures:
        """Gives figures [regions, ...] from figures [buurten, ...] by taking the largest."""
        return self._stacked(per_buurt, np.maximum)

    def children(self, wijk: str) -> list[int]:
        """Gives the row numbers of the buurten of a wijk."""
        first = 1 + len(self.wijken)
        return [first + place for place, code in enumerate(self.buurten) if wijk_of(code) == wijk]

    def _stacked(self, per_buurt: Figures, reduce: np.ufunc) -> Figures:
        wijken = [reduce.reduce(per_buurt[rows], axis=0) for rows in self._buurt_rows()]
        stacked: Figures = np.concatenate([[reduce.reduce(wijken, axis=0)], wijken, per_buurt])
        return stacked

    def _buurt_rows(self) -> list[Sequence[int]]:
        first = 1 + len(self.wijken)
        return [[row - first for row in self.children(wijk)] for wijk in self.wijken]


def wijk_of(buurt: str) -> str:
    """Gives the wijk of a buurt: CBS codes nest, four digits municipality, two wijk, two buurt."""
    return f"WK{buurt[2:8]}"
