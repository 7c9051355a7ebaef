"""Costs before readers who know more than an outsider: households that contribute, and sums of hidden cells as figures.

A household alone in a cell knows that cell; all such households together know the most. And what a published total
leaves when its published parts are taken off is a figure as well, with few households behind it or one that holds much.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
from disclosure_algebra import follow
from disclosure_knowledge import THRESHOLD, Array, Release, knowledge
from scipy import sparse

_P: Final = 0.1
_DOMINANCE: Final = 0.5


def sensitive(cost: Array, largest: Array, second: Array, behind: Array) -> Array:
    """Tells which costs have too few households behind them, or one that holds too much."""
    few = (behind > 0) & (behind < THRESHOLD)
    return few | (cost - largest - second < _P * largest) | (largest > _DOMINANCE * cost)


def sensitive_costs(truth: Any) -> Array:
    """Tells which published cells are sensitive."""
    return sensitive(*(truth[name] for name in ("cost", "largest", "second", "behind")))


def told_by_the_lone(release: Release, truth: Any, cells: sparse.csr_array) -> int:
    """Gives how many other sensitive cells follow exactly when every lone household tells its own.

    What they would know without anything published, such as the sum of two of their cells, does not count.
    """
    others = np.flatnonzero((sensitive_costs(truth) & (truth["behind"] > 1)).ravel())
    nothing = replace(release, hidden=truth["behind"] > 0)
    return int((_follow(release, truth, cells, others) & ~_follow(nothing, truth, cells, others)).sum())


def _follow(release: Release, truth: Any, cells: sparse.csr_array, targets: Array) -> Array:
    hidden = release.hidden & (truth["behind"] != 1)
    cost = truth["cost"].astype(float)
    bounds = np.where(hidden, 0.0, cost), np.where(hidden, np.inf, cost)
    known = knowledge(replace(release, hidden=hidden), bounds, cells)
    return follow(known.sums[np.flatnonzero(known.equal)], known.cells[targets])


def sensitive_remainders(release: Release, truth: Any) -> int:
    """Gives how many published totals leave a sensitive sum of several hidden parts."""
    found = 0
    for total, parts in _breakdowns(release):
        hidden = release.hidden[parts] & (truth["behind"][parts] > 0)
        cost, largest, second, behind = (
            np.where(hidden, truth[name][parts], 0) for name in ("cost", "largest", "second", "behind")
        )
        top = np.sort(np.concatenate([largest, second]), axis=0)
        left = sensitive(cost.sum(axis=0), top[-1], top[-2], behind.sum(axis=0))
        found += int((left & (hidden.sum(axis=0) > 1) & ~release.hidden[total]).sum())
    return found


def _breakdowns(release: Release) -> Iterator[tuple[Any, Any]]:
    """Yields where totals are and where their parts are, the parts along the first axis of what is there."""
    numbers = np.indices(release.hidden.shape)
    wijken = 1 + np.arange(int(release.wijk_of.max()) + 1)
    buurten = np.arange(len(release.hidden) - len(release.wijk_of), len(release.hidden))
    parents: list[tuple[int, Array]] = [(0, wijken)]
    parents += [(int(wijk), buurten[release.wijk_of == wijk - 1]) for wijk in wijken]
    for region, below in parents:
        yield tuple(numbers[:, region]), tuple(numbers[:, below])
    for axis in (1, 2):
        lists = np.moveaxis(numbers, axis + 1, 1)
        yield tuple(lists[:, -1]), tuple(lists[:, :-1])
