"""An outsider's arithmetic over all regions and categories of one table at once: exact, and without the product's own.

Published cells are known, hidden ones are unknowns, every total is an equation. A hidden cell is calculable when row
reduction leaves an equation with this unknown alone. It is done modulo a prime: the coefficients are -1, 0 and 1.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from outputs.disclosure.suppression import Cells

Array = np.ndarray[Any, np.dtype[Any]]
Sum = tuple[int, list[int]]

_PRIME = 2_147_483_647


def region_sums(cells: Cells) -> Iterator[Sum]:
    """Total and parts over regions: the municipality over its wijken, every wijk over its buurten."""
    width = cells.households.shape[1]
    tree = cells.regions
    families = [(0, list(range(1, 1 + len(tree.wijken))))]
    families += [(row, tree.children(wijk)) for row, wijk in enumerate(tree.wijken, start=1)]
    for parent, children in families:
        for column in range(width):
            yield parent * width + column, [child * width + column for child in children]


def category_sums(cells: Cells, *, disjoint_only: bool = False) -> Iterator[Sum]:
    """Total and parts over categories, in every region."""
    rows, width = cells.households.shape
    for start in range(0, rows * width, width):
        for equation in cells.equations:
            if equation.disjoint or not disjoint_only:
                yield start + equation.total, [start + part for part in equation.parts]


def calculable(cells: Cells, hidden: Array) -> Array:
    """The hidden cells [regions, categories] that follow from the published ones."""
    unknown = np.flatnonzero(hidden.ravel())
    column_of = {int(cell): place for place, cell in enumerate(unknown)}
    matrix = np.zeros((0, len(unknown)), dtype=np.int64)
    rows = []
    for total, parts in (*region_sums(cells), *category_sums(cells)):
        one = np.zeros(len(unknown), dtype=np.int64)
        for cell, sign in ((total, 1), *((part, -1) for part in parts)):
            if cell in column_of:
                one[column_of[cell]] += sign
        rows.append(one)
    matrix = _reduced(np.array(rows) % _PRIME)
    alone = np.count_nonzero(matrix, axis=1) == 1
    found = np.zeros(hidden.size, dtype=bool)
    found[unknown[np.nonzero(matrix[alone])[1]]] = True
    return found.reshape(hidden.shape)


def _reduced(matrix: Array) -> Array:
    """Reduced row echelon form modulo the prime."""
    rank = 0
    for column in range(matrix.shape[1]):
        candidates = np.flatnonzero(matrix[rank:, column])
        if not len(candidates):
            continue
        pivot = rank + int(candidates[0])
        matrix[[rank, pivot]] = matrix[[pivot, rank]]
        matrix[rank] = matrix[rank] * pow(int(matrix[rank, column]), -1, _PRIME) % _PRIME
        others = np.flatnonzero(matrix[:, column])
        others = others[others != rank]
        matrix[others] = (matrix[others] - matrix[others, column][:, None] * matrix[rank]) % _PRIME
        rank += 1
        if rank == len(matrix):
            break
    return matrix


def thin_remainders(cells: Cells, hidden: Array) -> list[tuple[Sum, int]]:
    """Published totals that leave 1..threshold-1 households when their published parts are taken off."""
    households, flags = cells.households.ravel(), hidden.ravel()
    thin = []
    for total, parts in (*region_sums(cells), *category_sums(cells, disjoint_only=True)):
        left = int(households[[part for part in parts if flags[part]]].sum())
        if not flags[total] and 0 < left < cells.threshold:
            thin.append(((total, parts), left))
    return thin


def dominated_remainders(cells: Cells, hidden: Array) -> list[Sum]:
    """Published totals that leave a cost of which one household holds more than its share."""
    cost, largest, flags = cells.money.cost.ravel(), cells.money.largest.ravel(), hidden.ravel()
    households, found = cells.households.ravel(), []
    for total, parts in (*region_sums(cells), *category_sums(cells, disjoint_only=False)):
        left = [part for part in parts if flags[part]]
        known = left and not flags[total] and households[left].max() > 0
        if known and 100 * largest[left].max() > cells.money.dominance_pct * cost[left].sum():
            found.append((total, parts))
    return found
