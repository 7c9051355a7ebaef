"""Matched sets: to every household in the approach the other households that were most alike before.

Exact on the number of domains and on having minors, nearest on size, ages and cost; without replacement, so that no
household counts twice. Source: Stuart, Matching methods for causal inference (Statistical Science, 2010).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from outputs.effects.observations import ADULT, Observations
from outputs.regions import Figures
from schemas.errors import RunError

#: Of so many free controls a household sees the nearest at a time; more are looked at only where these run out.
_IN_SIGHT: Final = 16
#: Below this many euros a cost counts by its amount, far above it by its ratio: the tail of costs is long.
_COST_SCALE_EUR: Final = 1000
#: Households are chosen for their cost, and cost falls back to its mean by itself: a difference there weighs most.
_COST_WEIGHT: Final = 4
Points = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class MatchingRules:
    """How alike is alike enough.

    Attributes:
        controls: most controls per household in the approach, 1 to 5; the first is handed out to all before a second.
        caliper: largest distance, in standard deviations of the households in the approach, of which one of cost
            counts for four.
        within_buurt: whether a control has to live in the same buurt.

    Raises:
        RunError: ``matching_rules``: a value is out of bounds.
    """

    controls: int = 1
    caliper: float = 1.0
    within_buurt: bool = False

    def __post_init__(self) -> None:
        if not (1 <= self.controls <= 5 and 0 < self.caliper <= 3):
            raise RunError(
                "matching_rules", "controls or caliper out of bounds", "take 1 to 5 controls, a caliper to 3"
            )


@dataclass(frozen=True, eq=False, repr=False)
class MatchedSets:
    """Every household in the approach that has a control, with its controls.

    Attributes:
        before: all households that were handed in.
        rows: columns of the observations and ``set`` (number of the matched set) and ``weight``: 1 for a household in
            the approach, and 1 divided among the controls of a set.
        unmatched: households in the approach without an acceptable control, which are left out.
    """

    before: Observations
    rows: pd.DataFrame
    unmatched: int

    def group(self, *, treated: bool) -> pd.DataFrame:
        """Gives the rows of the approach, or of its controls."""
        return self.rows[self.rows["treated"] == treated]


def match(observations: Observations, rules: MatchingRules | None = None) -> MatchedSets:
    """Gives the matched sets; the same whatever the order of the rows."""
    rules = rules or MatchingRules()
    rows = observations.rows
    points = _points(rows)
    pairs = [
        pair
        for places in _alike_exactly(rows, rules)
        for pair in _paired(points, places[rows["treated"].to_numpy()[places]], _others(rows, places), rules)
    ]
    treated = [one for one, _ in pairs]
    chosen = np.array([*dict.fromkeys(treated), *(other for _, other in pairs)], dtype=np.int64)
    sets = np.array([*dict.fromkeys(treated), *treated], dtype=np.int64)
    matched = rows.iloc[chosen].assign(set=sets)
    size = matched.groupby(["set", "treated"])["household"].transform("size")
    matched = matched.assign(weight=1 / size).sort_values(["set", "treated"], kind="stable").reset_index(drop=True)
    return MatchedSets(observations, matched, int(rows["treated"].sum()) - len(set(treated)))


def _alike_exactly(rows: pd.DataFrame, rules: MatchingRules) -> Iterator[Figures]:
    """Yields the places of rows that may be matched with one another."""
    youngest = rows["youngest_age"]
    minors = (youngest < ADULT).astype("Int64").fillna(2)
    keys = [rows["domains_before"], minors]
    keys += [rows["buurt"].fillna("")] if rules.within_buurt else []
    yield from (np.sort(places) for _, places in sorted(rows.groupby(keys).indices.items()))


def _others(rows: pd.DataFrame, places: Figures) -> Figures:
    others: Figures = places[~rows["treated"].to_numpy()[places]]
    return others


def _points(rows: pd.DataFrame) -> Points:
    """Gives size, ages and cost in standard deviations of the approach; unknown ages are never beside known ones."""
    cost = np.arcsinh(rows["cost_before_cent"].to_numpy() / 100 / _COST_SCALE_EUR)
    ages = [rows[name].fillna(0).to_numpy(dtype=np.float64) for name in ("youngest_age", "oldest_age")]
    measured = np.column_stack([cost, rows["persons"], *ages]).astype(np.float64)
    treated = measured[rows["treated"].to_numpy()]
    spread = treated.std(axis=0) if len(treated) else np.ones(measured.shape[1])
    points: Points = measured / np.where(spread > 0, spread, 1) * [_COST_WEIGHT, 1, 1, 1]
    return points


def _paired(points: Points, treated: Figures, controls: Figures, rules: MatchingRules) -> Iterator[tuple[int, int]]:
    """Yields pairs, nearest first: a round for the first control of each, a round for the second, and so on."""
    free = controls
    for _ in range(rules.controls):
        waiting, served = treated, []
        while len(waiting) and len(free):
            given = _handed_out(points, waiting, free, rules.caliper)
            if not given:
                break
            yield from given
            served += [one for one, _ in given]
            free = free[~np.isin(free, [other for _, other in given])]
            waiting = waiting[~np.isin(waiting, served)]


def _handed_out(points: Points, waiting: Figures, free: Figures, caliper: float) -> list[tuple[int, int]]:
    in_sight = min(_IN_SIGHT, len(free))
    distance, found = cKDTree(points[free]).query(points[waiting], k=[*range(1, in_sight + 1)])
    near = distance <= caliper
    candidates = np.repeat(waiting, in_sight).reshape(near.shape)[near], free[found[near]]
    # Rows stand in the order of their lot, which decides between equals.
    order = np.lexsort((candidates[1], candidates[0], distance[near]))
    given: dict[int, int] = {}
    taken: set[int] = set()
    for one, other in zip(candidates[0][order].tolist(), candidates[1][order].tolist(), strict=True):
        if one not in given and other not in taken:
            given[one] = other
            taken.add(other)
    return list(given.items())
