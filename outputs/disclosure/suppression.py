"""Secondary suppression within one table: no margin gives a hidden cell back.

A table is regions (municipality, wijken, buurten) by categories that add up. It is protected in layers:

1. municipality and wijken together;
2. per wijk its buurten, as if every figure of the wijk were known;
3. where a wijk has hidden cells, one of its buurten hides the same categories.

Each layer is safe on its own, and together they stay safe: whatever change of hidden wijk cells keeps layer 1 intact
can be copied into the buurt of point 3, so layer 2 does not narrow layer 1 down; layer 2 was safe with the wijk known.
Cost grows with the number of wijken, not with the square of the number of cells.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from outputs.disclosure.exactness import Flags, Matrix, calculable
from outputs.regions import Figures, RegionTree
from outputs.true_tables import Equation
from schemas.errors import RefusedByDisclosureControl


@dataclass(frozen=True, eq=False)
class Cells:
    """What suppression needs to know of a table.

    Attributes:
        regions: the rows.
        equations: how the categories (columns) add up.
        households: number of households behind each cell [regions, categories].
        weight: what hiding a cell loses; the lighter goes first.
        threshold: fewest households that may stand behind a figure, or behind what a total leaves when parts are known.
        money: for costs, the dominance rule, which holds for what a total leaves as well.
    """

    regions: RegionTree
    equations: tuple[Equation, ...]
    households: Figures
    weight: Figures
    threshold: int
    money: "Money | None" = None


@dataclass(frozen=True, eq=False)
class Money:
    """Cost in cents and the largest cost of one household per cell; what one household may hold at most."""

    cost: Figures
    largest: Figures
    dominance_pct: int

    def dominated(self) -> Flags:
        """Tells per cell whether one household holds more than its share."""
        flags: Flags = 100 * self.largest > self.dominance_pct * self.cost
        return flags

    def of(self, rows: list[int]) -> "Money":
        """Gives the figures of some rows, one after another."""
        return Money(self.cost[rows].ravel(), self.largest[rows].ravel(), self.dominance_pct)

    def dominates(self, parts: list[int]) -> bool:
        """Tells whether one household holds more than its share of some cells together."""
        return bool(100 * self.largest[parts].max() > self.dominance_pct * self.cost[parts].sum())


def suppress(cells: Cells, primary: Flags) -> Flags:
    """Gives the cells to hide [regions, categories]: the primary ones and those that would give them back."""
    hidden = primary.copy()
    while True:
        before = int(hidden.sum())
        first_buurt = 1 + len(cells.regions.wijken)
        _protect_layer(cells, hidden, list(range(first_buurt)), parent_known=False)
        for row, wijk in enumerate(cells.regions.wijken, start=1):
            _protect_wijk(cells, hidden, row, cells.regions.children(wijk))
        if int(hidden.sum()) == before:
            return hidden


def _protect_wijk(cells: Cells, hidden: Flags, wijk: int, buurten: Sequence[int]) -> None:
    if len(buurten) == 1:
        both = hidden[wijk] | hidden[buurten[0]]
        hidden[wijk], hidden[buurten[0]] = both, both
        return
    missing = [(int(cells.weight[row][hidden[wijk] & ~hidden[row]].sum()), row) for row in buurten]
    hidden[min(missing)[1]] |= hidden[wijk]
    _protect_layer(cells, hidden, [wijk, *buurten], parent_known=True)


def _protect_layer(cells: Cells, hidden: Flags, rows: list[int], *, parent_known: bool) -> None:
    """Hides more cells of these rows (a parent and its children) until none can be calculated. Changes ``hidden``."""
    layer = _Layer(cells, rows, parent_known=parent_known)
    flags = hidden[rows].ravel()
    if parent_known:
        flags[: layer.width] = False
    while True:
        exact = np.flatnonzero(calculable(layer.matrix, flags))
        partners = {*layer.partners_of_thin_remainders(flags), *(layer.partner(int(cell), flags) for cell in exact)}
        added = sorted(cell for cell in partners if cell is not None)
        if not added:
            break
        flags[added] = True
    if len(exact):
        raise RefusedByDisclosureControl(
            "cell_exposed",
            f"{len(exact)} hidden cell(s) follow from their margins",
            "publish fewer regions or categories",
        )
    kept = slice(1 if parent_known else 0, None)
    hidden[rows[kept]] |= flags.reshape(len(rows), layer.width)[kept]


class _Layer:
    """The equations of one parent row and its children, cells numbered row by row."""

    def __init__(self, cells: Cells, rows: list[int], *, parent_known: bool) -> None:
        self.width = cells.households.shape[1]
        self._threshold = cells.threshold
        self._households = cells.households[rows].ravel()
        self._weight = cells.weight[rows].ravel()
        self._money = cells.money.of(rows) if cells.money else None
        self._open = np.ones(len(self._weight), dtype=bool)
        self._open[: self.width] = not parent_known
        self._equations = list(self._listed(cells.equations, len(rows)))
        self.matrix: Matrix = np.zeros((len(self._equations), len(self._weight)))
        for number, equation in enumerate(self._equations):
            self.matrix[number, equation.total] = 1
            self.matrix[number, list(equation.parts)] = -1

    def _listed(self, categories: tuple[Equation, ...], rows: int) -> Iterator[Equation]:
        for start in range(0, rows * self.width, self.width):
            for one in categories:
                yield Equation(start + one.total, tuple(start + part for part in one.parts), one.disjoint)
        for column in range(self.width):
            yield Equation(column, tuple(row * self.width + column for row in range(1, rows)))

    def partners_of_thin_remainders(self, flags: Flags) -> Iterator[int | None]:
        """Yields a cell to hide for every total whose visible parts leave a group of fewer than threshold households.

        Also where the total is hidden itself: the hidden parts of several hidden totals add up to what one visible
        total higher up leaves, so each of them is a whole total or a group that is large enough.
        """
        for equation in self._equations:
            parts = [part for part in equation.parts if flags[part]]
            if parts and not flags[equation.total] and self._is_sensitive(parts, disjoint=equation.disjoint):
                yield self._lightest(cell for cell in self._visible(equation, flags) if self._households[cell])

    def _is_sensitive(self, parts: list[int], *, disjoint: bool) -> bool:
        behind = self._households[parts]
        left = int(behind.sum() if disjoint else behind.max())
        if 0 < left < self._threshold:
            return True
        return left > 0 and self._money is not None and self._money.dominates(parts)

    def partner(self, target: int, flags: Flags) -> int | None:
        """Gives the visible cell that costs least to hide in an equation of the target; empty cells come last."""
        equations = (self._equations[number] for number in np.flatnonzero(self.matrix[:, target]))
        return self._lightest(cell for equation in equations for cell in self._visible(equation, flags))

    def _visible(self, equation: Equation, flags: Flags) -> list[int]:
        return [cell for cell in (equation.total, *equation.parts) if self._open[cell] and not flags[cell]]

    def _lightest(self, found: Iterable[int]) -> int | None:
        return min(found, key=lambda cell: (self._weight[cell] == 0, self._weight[cell], cell), default=None)
