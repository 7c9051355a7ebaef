"""Sums over a cross of two lists, such as regions and classes, as rows of one sparse matrix."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy import sparse

Numbers = np.ndarray[Any, np.dtype[np.float64]]


def crossed_sums(pairs: Iterable[tuple[Numbers, Numbers]], size: int) -> sparse.csr_array:
    """Gives a row per pair of factors: the product of every outer with every inner factor, outer by outer.

    Args:
        pairs: outer and inner factors, mostly zeros and ones.
        size: number of outer times number of inner factors.
    """
    indices, values, ends = [], [], [0]
    for outer, inner in pairs:
        rows, columns = np.flatnonzero(outer), np.flatnonzero(inner)
        indices.append((rows[:, None] * len(inner) + columns).ravel())
        values.append((outer[rows][:, None] * inner[columns]).ravel())
        ends.append(ends[-1] + len(indices[-1]))
    if not indices:
        return sparse.csr_array((0, size))
    return sparse.csr_array((np.concatenate(values), np.concatenate(indices), ends), shape=(len(indices), size))
