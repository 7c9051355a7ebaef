"""The agreement levels as features of recordlinkage: the same definitions as in DuckDB, on columns of pandas."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from recordlinkage.base import BaseCompareFeature  # type: ignore[import-untyped]

from linkage.agreement_levels import COMPARISONS, Comparison, Condition

Columns = dict[str, npt.NDArray[Any]]


class LevelFeature(BaseCompareFeature):  # type: ignore[misc]
    """One comparison as a feature of ``recordlinkage.Compare``: gives the number of the level of each pair of rows."""

    name = "agreement level"

    def __init__(self, comparison: Comparison) -> None:
        self.left, self.right = _columns_of(comparison)
        super().__init__(self.left, self.right, label=comparison.name)
        self.comparison = comparison

    def _compute_vectorized(self, *columns: "pd.Series[Any]") -> npt.NDArray[np.int64]:
        arrays = [column.to_numpy() for column in columns]
        left = dict(zip(self.left, arrays[: len(self.left)], strict=True))
        right = dict(zip(self.right, arrays[len(self.left) :], strict=True))
        return levels(self.comparison, left, right)


def levels(comparison: Comparison, left: Columns, right: Columns) -> npt.NDArray[np.int64]:
    """Gives the level of each pair, from token columns of the register's and the records' rows side by side."""
    rows = len(next(iter(left.values())))
    choices = []
    for level in comparison.levels[:-1]:
        holds = np.zeros(rows, bool)
        for conjunction in level.any_of:
            holds |= np.all([_holds(condition, left, right) for condition in conjunction], axis=0)
        choices.append(holds)
    return np.select(choices, list(range(len(choices))), default=len(choices)).astype(np.int64)


def _holds(condition: Condition, left: Columns, right: Columns) -> npt.NDArray[np.bool_]:
    one, other = left[condition.left[0]], right[condition.right[0]]
    if condition.test == "absent":
        return np.asarray((one == 0) | (other == 0))
    if condition.test == "equal":
        return np.asarray((one == other) & (one != 0))
    equal = np.zeros(len(one), np.int64)
    for first, second in zip(condition.left, condition.right, strict=True):
        bytes_of = (np.ascontiguousarray(word, np.uint64).view(np.uint8) for word in (left[first], right[second]))
        equal += np.equal(*bytes_of).reshape(-1, 8).sum(axis=1)
    return np.asarray((one != 0) & (other != 0) & (equal >= condition.least))


def _columns_of(comparison: Comparison) -> tuple[list[str], list[str]]:
    conditions = [one for level in comparison.levels for conjunction in level.any_of for one in conjunction]
    left = dict.fromkeys(name for condition in conditions for name in condition.left)
    right = dict.fromkeys(name for condition in conditions for name in condition.right)
    return list(left), list(right)


#: What recordlinkage compares: ``Compare(FEATURES)`` makes the comparison vectors of ``linkage.classifier``.
FEATURES: Final = tuple(LevelFeature(comparison) for comparison in COMPARISONS)
