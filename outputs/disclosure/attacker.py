"""The attacker's arithmetic: between which values a protected figure can lie, given everything that is published.

Linear programs over what is known give the ends of a figure; programs in whole numbers close the gap that they leave,
since households are whole. Every solution is a witness for all figures at once. A figure whose seen values lie far
enough apart is done; in large systems that is first tried while only its surroundings move.
Source: Fischetti & Salazar, Solving the cell suppression problem on tabular data with linear constraints, Management
Science 47 (2001), on the attacker's programs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from outputs.disclosure.programs import Programs, possible_point
from outputs.disclosure.relations import (
    TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    Relations,
    reach_of,
)
from schemas.errors import RefusedByDisclosureControl

__all__ = ["Intervals", "Relations", "intervals"]

#: Systems up to this many variables are solved whole.
SMALL: Final = 400
#: How many variables around a target move at first.
SURROUNDINGS: Final = 300
#: By how much these surroundings grow while the target stays narrow.
GROWTH: Final = 9

_Targets = IntArray | slice | int
_ALL: Final = slice(None)


@dataclass(frozen=True, eq=False)
class Intervals:
    """Between which values targets lie.

    Attributes:
        low, high: per target; what was proven reachable or, where ``proven``, the exact ends.
        proven: both ends are exact: no value outside is possible and both ends are reached.
    """

    low: FloatArray
    high: FloatArray
    proven: BoolArray


def intervals(
    relations: Relations,
    targets: sparse.csr_array,
    *,
    enough: float | FloatArray = np.inf,
    blocks: Sequence[IntArray] = (),
    point: FloatArray | None = None,
) -> Intervals:
    """Gives between which values each target can lie.

    Args:
        relations: what the attacker knows.
        targets: sums of variables, one a row.
        enough: width from which on a target needs no further look, for all or per target.
        blocks: variables that say most about each other, such as those of one wijk; may overlap.
        point: values of the variables that are possible, such as the true ones.

    Raises:
        RefusedByDisclosureControl: ``relations_contradict``: no values are possible, or ``point`` is not.
    """
    tight = relations.tightened()
    start = possible_point(tight) if point is None else point
    if start is None or not relations.allow(start):
        raise RefusedByDisclosureControl(
            "relations_contradict",
            "what is published and known outside cannot all be true",
            "check that every published figure comes from the same cube, and the totals known outside",
        )
    search = _Search(tight.from_point(start), targets, np.full(targets.shape[0], enough, dtype=np.float64))
    search.run(blocks)
    return search.found(targets @ start)


@dataclass(frozen=True, eq=False)
class _Part:
    """Some variables that move, and what programs over them may tell.

    Attributes:
        shares: the part that targets have in these variables.
        limit: [2, targets]: what no target, and no negative of it, goes below when these variables move.
        possible: whether solutions are possible while all other variables stand still.
    """

    moving: IntArray
    programs: Programs
    shares: sparse.csr_array
    limit: FloatArray
    possible: bool


class _Search:
    """What is known of every target: the least value seen of it and of its negative, and what neither goes below."""

    def __init__(self, moves: Relations, targets: sparse.csr_array, enough: FloatArray) -> None:
        self._moves, self._targets, self._enough = moves, targets, enough
        self._of_variable = targets.tocsc()
        self._seen = np.zeros((2, len(enough)))
        least, most = reach_of(targets, moves.lower, moves.upper)
        self._limit = np.array([least, -most])

    def found(self, start: FloatArray) -> Intervals:
        """Gives the intervals of targets that have these values where nothing moves."""
        proven = np.logical_and(*self._reached(self._limit))
        low, high = np.where(proven, self._limit, self._seen) * [[1], [-1]] + start
        return Intervals(low, high, proven)

    def run(self, blocks: Sequence[IntArray]) -> None:
        """Solves what is open: at once in small systems, else near the target first."""
        for members, reach in self._apart():
            if len(reach) > SMALL:
                near = members[np.isfinite(self._enough[members])]
                self._in_blocks(near, reach, blocks)
                for target in near.tolist():
                    self._around(self._variables(target), target, len(reach))
            narrow = members[~self._done(members)]
            if len(narrow):
                self._exactly(narrow, reach)

    def _apart(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Yields targets that touch the same components, and the variables of these."""
        components = self._moves.components
        of_component = np.split(np.argsort(components, kind="stable"), np.cumsum(np.bincount(components))[:-1])
        groups: dict[tuple[int, ...], list[int]] = {}
        for target in np.flatnonzero(~self._done()).tolist():
            labels = np.unique(components[self._variables(target)]).tolist()
            groups.setdefault(tuple(labels), []).append(target)
        for touched, members in groups.items():
            yield np.array(members), np.sort(np.concatenate([of_component[label] for label in touched]))

    def _in_blocks(self, members: IntArray, reach: IntArray, blocks: Sequence[IntArray]) -> None:
        """Lets only the blocks of targets move."""
        inside = [frozenset(block.tolist()) for block in blocks]
        groups: dict[tuple[int, ...], list[int]] = {}
        for target in members.tolist():
            variables = self._variables(target).tolist()
            touched = tuple(number for number, block in enumerate(inside) if not block.isdisjoint(variables))
            groups.setdefault(touched, []).append(target)
        for touched, some in groups.items():
            moving = np.intersect1d(np.concatenate([reach[:0], *(blocks[number] for number in touched)]), reach)
            if touched and len(moving) < len(reach):
                part = self._held(moving)
                for target in some:
                    self._ends(part, target)

    def _around(self, these: IntArray, target: int, most: int, *, gap: bool = False) -> None:
        """Lets ever more of the surroundings of some variables move, fewer than ``most``.

        Then the target is also sought while the others may go anywhere: what it cannot reach even so it never reaches.
        ``gap``: whether that is done in whole numbers too, which takes longer and seldom tells more.
        """
        size = SURROUNDINGS
        while size < most and not self._done(target):
            moving = self._moves.neighbourhood(these, len(these) + size)
            part = self._held(moving)
            self._ends(part, target)
            self._ends(part, target, whole=self._moves.whole)
            if not self._done(target):
                part = self._wherever_others_go(moving)
                self._ends(part, target)
                self._ends(part, target, whole=gap)
            size *= GROWTH

    def _exactly(self, members: IntArray, reach: IntArray) -> None:
        part = self._part(reach, self._moves.over(reach), self._limit, possible=True)
        for target in members.tolist():
            moved = reach[self._ends(part, target)]
            if self._moves.whole:
                self._around(np.union1d(moved, self._variables(target)), target, len(reach), gap=True)
                self._ends(part, target, whole=True)

    def _held(self, moving: IntArray) -> _Part:
        return self._part(moving, self._moves.over(moving), np.full_like(self._limit, -np.inf), possible=True)

    def _wherever_others_go(self, moving: IntArray) -> _Part:
        return self._part(moving, self._moves.around(moving), self._limit, possible=False)

    def _part(self, moving: IntArray, moves: Relations, limit: FloatArray, *, possible: bool) -> _Part:
        return _Part(moving, Programs(moves), self._of_variable[:, moving].tocsr(), limit, possible)

    def _ends(self, part: _Part, target: int, *, whole: bool = False) -> IntArray:
        """Solves the ends of a target that are open in a part; gives the places of what moved."""
        moved = [np.zeros(0, dtype=np.int64)]
        for side, sign in enumerate((1.0, -1.0)):
            if self._wide(target) or self._reached(part.limit, target)[side]:
                continue
            costs = sign * part.shares[[target]].toarray().ravel()
            least = part.programs.whole(costs, self._stop(side, target)) if whole else part.programs.relaxed(costs)
            part.limit[side, target] = max(part.limit[side, target], least.bound)
            moved.append(least.moved)
            if not part.possible:
                continue
            if least.unbounded:
                self._seen[side, target] = -np.inf
            if least.at is not None:
                values = part.shares @ least.at
                self._seen = np.minimum(self._seen, [values, -values])
        return np.concatenate(moved)

    def _stop(self, side: int, target: int) -> float:
        """Gives the value from which on this side lies far enough from what was seen on the other."""
        wanted = float(self._enough[target])
        return -wanted - float(self._seen[1 - side, target]) if np.isfinite(wanted) else -np.inf

    def _variables(self, target: int) -> IntArray:
        first, last = self._targets.indptr[target : target + 2]
        found: IntArray = self._targets.indices[first:last]
        return found[self._moves.lower[found] < self._moves.upper[found]]

    def _done(self, targets: _Targets = _ALL) -> BoolArray:
        done: BoolArray = self._wide(targets) | self._reached(self._limit, targets).all(axis=0)
        return done

    def _wide(self, targets: _Targets = _ALL) -> BoolArray:
        wanted = self._enough[targets]
        wide: BoolArray = (-self._seen[:, targets].sum(axis=0) >= wanted) & np.isfinite(wanted)
        return wide

    def _reached(self, limit: FloatArray, targets: _Targets = _ALL) -> BoolArray:
        """Tells per side whether the least value seen is the least possible."""
        ends = limit[:, targets]
        margin = 4 * TOLERANCE + 4e-12 * np.where(np.isfinite(ends), abs(ends), 0)
        reached: BoolArray = self._seen[:, targets] <= ends + margin
        return reached
