"""An outsider's arithmetic over a whole table of costs at once, from records up, and without the product's own.

Published cells are known, hidden ones are unknowns, every total is an equation. What follows is found by row reduction
modulo a prime; how closely a cell can be found, by linear programs over the smallest cells. Who stands behind a figure
is read from the records themselves, so nothing here is estimated.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np
from scipy.optimize import linprog

TOTAL = "totaal"
_PRIME = 2_147_483_647

Key = tuple[str, str, str]
Sum = tuple[Key, list[Key]]


@dataclass(frozen=True)
class Record:
    """Cost of one household in one domain, in cents; ``provider`` may be unknown."""

    buurt: str
    combination: str
    household: int
    domain: str
    cost: int
    provider: str | None = None


@dataclass(frozen=True)
class Rules:
    threshold: int = 10
    dominance_pct: int = 50
    p_pct: int = 10


@dataclass(frozen=True, eq=False)
class Costs:
    """A table of costs: ``regions`` are the buurten with their wijken and municipality, from coarse to fine."""

    records: list[Record]
    regions: list[str]
    combinations: list[str]
    domains: list[str]

    @cached_property
    def keys(self) -> list[Key]:
        return [
            (region, combination, domain)
            for region in self.regions
            for combination in (*self.combinations, TOTAL)
            for domain in (*self.domains, TOTAL)
        ]

    @cached_property
    def of(self) -> dict[Key, list[Record]]:
        found = defaultdict(list)
        for one in self.records:
            for region in (one.buurt, f"WK{one.buurt[2:8]}", f"GM{one.buurt[2:6]}"):
                for combination in (one.combination, TOTAL):
                    for domain in (one.domain, TOTAL):
                        found[region, combination, domain].append(one)
        return found

    @cached_property
    def empty(self) -> set[Key]:
        return {key for key in self.keys if not self.of[key]}

    def cost(self, key: Key) -> int:
        return sum(one.cost for one in self.of[key])

    def behind(self, keys: Iterable[Key], who: str) -> dict[object, int]:
        """What each household or provider contributes to some cells together."""
        shares: dict[object, int] = defaultdict(int)
        for one in (one for key in keys for one in self.of[key]):
            if (contributor := getattr(one, who)) is not None:
                shares[contributor] += one.cost
        return shares

    def sensitive(self, keys: Collection[Key], rules: Rules) -> bool:
        """Whether the sum of some cells may not be known."""
        households = self.behind(keys, "household")
        if 0 < len(households) < rules.threshold:
            return True
        cost = sum(self.cost(key) for key in keys)
        return any(
            _held(cost, sorted(map(abs, shares.values()), reverse=True), rules)
            for shares in (households, self.behind(keys, "provider"))
        )

    def lone(self, key: Key) -> bool:
        """Whether one household, or one provider of all that is spent, knows the cell from its own books."""
        if len(self.behind([key], "household")) == 1:
            return True
        shares = [share for share in self.behind([key], "provider").values() if share]
        return len(shares) == 1 and shares[0] == self.cost(key)

    @cached_property
    def families(self) -> list[list[Sum]]:
        """Totals and parts over regions, over combinations and over domains."""
        over_regions = [
            ((parent, combination, domain), [(child, combination, domain) for child in children])
            for parent, children in self._children()
            for combination in (*self.combinations, TOTAL)
            for domain in (*self.domains, TOTAL)
        ]
        over_combinations = [
            ((region, TOTAL, domain), [(region, one, domain) for one in self.combinations])
            for region in self.regions
            for domain in (*self.domains, TOTAL)
        ]
        over_domains = [
            ((region, combination, TOTAL), [(region, combination, one) for one in self.domains])
            for region in self.regions
            for combination in (*self.combinations, TOTAL)
        ]
        return [over_regions, over_combinations, over_domains]

    def _children(self) -> Iterator[tuple[str, list[str]]]:
        for parent in self.regions:
            below = {"GM": "WK", "WK": "BU"}.get(parent[:2], "none")
            children = [one for one in self.regions if one.startswith(below + parent[2:])]
            if children:
                yield parent, children

    def follows_from(self, known: Collection[Key]) -> set[Key]:
        """Every cell that whoever knows these can calculate."""
        known = set(known) | self.empty
        unknown = [key for key in self.keys if key not in known]
        column = {key: place for place, key in enumerate(unknown)}
        rows = np.zeros((sum(map(len, self.families)), len(unknown)), dtype=np.int64)
        for row, (total, parts) in enumerate(one for family in self.families for one in family):
            for key, sign in ((total, 1), *((part, -1) for part in parts)):
                if key in column:
                    rows[row, column[key]] += sign
        reduced = _reduced(rows[rows.any(axis=1)] % _PRIME)
        alone = np.count_nonzero(reduced, axis=1) == 1
        return known | {unknown[place] for place in np.nonzero(reduced[alone])[1]}

    def remainders(self, known: set[Key], from_start: set[Key]) -> Iterator[tuple[Key, ...]]:
        """What known totals leave without known parts, and then without known parts of unknown parts, in every order.

        Where contributors know sensitive cells from the start, what is left half-way is no figure of theirs.
        """
        breakdowns = [dict(family) for family in self.families]
        for total, parts in (one for family in self.families for one in family):
            left = tuple(part for part in parts if part not in known)
            if total not in known or total in from_start or not left:
                continue
            yield left
            for order in permutations(breakdowns):
                finer = left
                while (next_one := _taken_apart(finer, order, known, self.empty)) != finer:
                    finer = next_one
                    if not from_start - self.empty:
                        yield finer
                yield finer

    def width(self, target: Key, published: Collection[Key], rounding_eur: int, *, negative: bool) -> float:
        """How far apart the least and the greatest cost are that an outsider cannot rule out, in euros."""
        finest = self.regions[-1][:2]
        inner = [key for key in self.keys if key[0][:2] == finest and TOTAL not in key[1:] and key not in self.empty]
        rows = {key: np.array([float(_within(one, key)) for one in inner]) for key in {target, *published} - self.empty}
        said = [(rows[key], _printed(self.cost(key), rounding_eur)) for key in published if key in rows]
        known = [(row, amount + rounding_eur / 2) for row, amount in said]
        known += [(-row, rounding_eur / 2 - amount) for row, amount in said]
        ends = []
        for sign in (1, -1):
            found = linprog(
                sign * rows[target],
                A_ub=np.array([row for row, _ in known]) if known else None,
                b_ub=[bound for _, bound in known] or None,
                bounds=(None if negative else 0, None),
                # With it, HiGHS calls some programs without bounds infeasible.
                options={"presolve": False},
            )
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else -sign * np.inf)
        return ends[1] - ends[0]


def _held(cost: int, shares: list[int], rules: Rules) -> bool:
    largest, second = [*shares, 0, 0][:2]
    if not largest:
        return False
    return 100 * largest >= rules.dominance_pct * cost or 100 * (cost - largest - second) < rules.p_pct * largest


def _taken_apart(
    cells: tuple[Key, ...], order: Iterable[dict[Key, list[Key]]], known: Collection[Key], empty: Collection[Key]
) -> tuple[Key, ...]:
    """The cells, or what is left of them in the first direction in which some have known parts."""
    steps = (tuple(piece for cell in cells for piece in _pieces(cell, family, known, empty)) for family in order)
    return next((step for step in steps if step != cells), cells)


def _pieces(cell: Key, family: dict[Key, list[Key]], known: Collection[Key], empty: Collection[Key]) -> list[Key]:
    parts = [part for part in family.get(cell, []) if part not in empty]
    left = [part for part in parts if part not in known]
    return left if 0 < len(left) < len(parts) else [cell]


def _within(inner: Key, outer: Key) -> bool:
    inside = inner[0][2:].startswith(outer[0][2:])
    return inside and all(two in (TOTAL, one) for one, two in zip(inner[1:], outer[1:], strict=True))


def _printed(cents: int, rounding_eur: int) -> int:
    """Euros in multiples, halves away from zero."""
    units, rest = divmod(abs(cents), 100 * rounding_eur)
    rounded = (units + (2 * rest >= 100 * rounding_eur)) * rounding_eur
    return rounded if cents >= 0 else -rounded


def _reduced(matrix: np.ndarray) -> np.ndarray:
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
