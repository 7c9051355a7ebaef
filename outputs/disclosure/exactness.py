"""Which hidden cells an outsider can calculate from the published ones.

Published totals and parts form linear equations over the hidden cells. A cell can be calculated exactly when its unit
vector lies in the row space of those equations, so when the projection onto that space leaves it whole.
Source: Hundepohl et al., Statistical Disclosure Control (2012), chapter 4 (audit of a suppression pattern).
"""

from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

_WHOLE = 1 - 1e-7


def calculable(equations: Matrix, hidden: Flags) -> Flags:
    """Tells per cell whether it is hidden and yet follows from the equations.

    Args:
        equations: one row per equation, one column per cell, +1 for a total and -1 for each of its parts.
        hidden: which cells are hidden; the others are known.
    """
    over_hidden = equations[:, hidden]
    over_hidden = over_hidden[np.any(over_hidden != 0, axis=1)]
    found = np.zeros(len(hidden), dtype=bool)
    if not over_hidden.size:
        return found
    values, vectors = np.linalg.eigh(over_hidden @ over_hidden.T)
    independent = values > 1e-9 * values.max()
    basis = (over_hidden.T @ vectors[:, independent]) / np.sqrt(values[independent])
    found[hidden] = np.einsum("ij,ij->i", basis, basis) > _WHOLE
    return found
