"""The unknowns of one region: households by what the printed tables tell apart, and what always holds between them.

Households per combination of laws and other domains; per number of providers; with a record in a domain that they do
not use; with positive costs; and the blocks of the further tables. What has to add up adds up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, combinations
from typing import Any, Final

import numpy as np

from outputs.base_cube import PROVIDER_CLASSES, Category
from outputs.count_tables import PERCENTAGES
from outputs.disclosure.further_unknowns import Block, blocks_of
from outputs.household_classes import HOUSEHOLDS
from schemas.domains import COMBINATIONS, DOMAIN_NAMES, LAWS, NONE, TOTAL, combination

Numbers = np.ndarray[Any, np.dtype[np.float64]]

#: What is left of a whole when its part is taken off, in a table with a percentage.
SINGLE: Final = "single_households"


class Unknowns:
    """The unknowns of one smallest region, by name, and which of them a class of a table sums.

    Args:
        others: domains of the purpose apart from the three laws.
        priced: domains with costs.
        tables: what is printed, for the unknowns that only some tables tell apart.
    """

    def __init__(self, others: Sequence[str], priced: Sequence[str], tables: Iterable[str] = ()) -> None:
        self._profiles = _profiles(others)
        self._blocks = (self._profiles, *blocks_of(tables))
        self._beside = [
            (laws, domain)
            for laws in COMBINATIONS
            for domain in ((*priced, TOTAL) if priced else ())
            if not _implied(laws, domain)
        ]
        names = [
            *(("providers", one) for one in PROVIDER_CLASSES),
            *self._beside,
            ("client", ""),
            *((block.name, kind) for block in self._blocks for kind in block.kinds),
        ]
        self._place = {name: number for number, name in enumerate(names)}
        self.others, self.priced = tuple(others), tuple(priced)

    def __len__(self) -> int:
        return len(self._place)

    def summed(self, table: str, figure: str, keys: Sequence[str]) -> Numbers:
        """Gives 1 for every unknown that a class counts, else 0."""
        if figure == SINGLE:
            _, part, whole = PERCENTAGES[table]
            return self.summed(table, whole, keys) - self.summed(table, part, keys)
        row = np.zeros(len(self))
        row[list(self._members(table, figure, keys))] = 1
        return row

    def structure(self, tables: Iterable[str]) -> Iterator[tuple[Numbers, float, float]]:
        """Yields what holds in every region, a sum, at least, at most; ``tables`` are those that are printed."""
        everybody = self.summed("stacking", HOUSEHOLDS, (TOTAL,))
        if "providers" in set(tables):
            yield self.summed("providers", HOUSEHOLDS, (TOTAL,)) - everybody, 0, 0
            with_provider = self.summed("providers", HOUSEHOLDS, (TOTAL,)) - self.summed(
                "providers", HOUSEHOLDS, (PROVIDER_CLASSES[0],)
            )
            for_care = sum(
                self.summed("stacking", HOUSEHOLDS, (laws,)) for laws in COMBINATIONS if {"Jeugd", "Wmo"} & _laws(laws)
            )
            yield for_care - with_provider, 0, np.inf
        for laws, domain in self._beside:
            recorded = self.summed("costs", HOUSEHOLDS, (laws, domain))
            yield self.summed("stacking", HOUSEHOLDS, (laws,)) - recorded, 0, np.inf
            if domain != TOTAL:
                users = self._kinds(self._profiles, lambda kind: _uses(kind, laws, domain))  # noqa: B023
                yield recorded - users, 0, np.inf
        yield from self._any_record()
        named = {block.name: block for block in self._blocks}
        for block in self._blocks:
            for link in block.links:
                if link.of in named:
                    own, other = self._kinds(block, link.own), self._kinds(named[link.of], link.other)
                    yield other - own, 0, 0 if link.equal else np.inf

    def truth(self, categories: Sequence[Category]) -> Numbers:
        """Gives which unknowns a household of each category belongs to: 0/1 array [categories, unknowns]."""
        belongs = np.zeros((len(categories), len(self)))
        for row, category in enumerate(categories):
            for block in self._blocks:
                belongs[row, [self._place[block.name, kind] for kind in block.kinds_of(category)]] = 1
            if category.left:
                continue
            laws = combination(category.active)
            belongs[row, self._place["providers", category.providers]] = 1
            belongs[row, self._place["client", ""]] = category.client
            for domain in (*self.priced, TOTAL):
                recorded = category.recorded if domain == TOTAL else {domain} & set(category.recorded)
                if (laws, domain) in self._place:
                    belongs[row, self._place[laws, domain]] = bool(recorded)
        return belongs

    def _any_record(self) -> Iterator[tuple[Numbers, float, float]]:
        if (NONE, TOTAL) not in self._place:
            return
        together = self.summed("costs", HOUSEHOLDS, (NONE, TOTAL))
        each = [self.summed("costs", HOUSEHOLDS, (NONE, domain)) for domain in self.priced]
        yield sum(each, np.zeros(len(self))) - together, 0, np.inf
        for one in each:
            yield together - one, 0, np.inf
        client = np.zeros(len(self))
        client[self._place["client", ""]] = 1
        yield self.summed("costs", HOUSEHOLDS, (TOTAL, TOTAL)) - client, 0, np.inf

    def _kinds(self, block: Block, counts: Callable[[Category], bool]) -> Numbers:
        row = np.zeros(len(self))
        row[[self._place[block.name, kind] for kind in block.kinds if counts(kind)]] = 1
        return row

    def _members(self, table: str, figure: str, keys: Sequence[str]) -> Iterable[int]:
        if table == "providers":
            wanted = PROVIDER_CLASSES if keys[0] == TOTAL else keys
            return [self._place["providers", one] for one in wanted]
        if table == "costs":
            return self._recorded(*keys)
        if table == "concentration":
            return [self._place["client", ""]]
        block = next(one for one in self._blocks if table in one.tables)
        return [self._place[block.name, kind] for kind in block.counted(table, figure, keys)]

    def _recorded(self, laws: str, domain: str) -> list[int]:
        found: list[int] = []
        for one in COMBINATIONS if laws == TOTAL else (laws,):
            if _implied(one, domain):
                kinds = [kind for kind in self._profiles.kinds if combination(kind.active) == one]
                found += [self._place[self._profiles.name, kind] for kind in kinds]
            else:
                found.append(self._place[one, domain])
        return found


def _laws(laws: str) -> set[str]:
    return set(laws.split("+")) & set(LAWS)


def _implied(laws: str, domain: str) -> bool:
    """Whoever uses a law has a record of it, so households with a record are all of the combination."""
    return domain in _laws(laws) or (domain == TOTAL and bool(_laws(laws)))


def _uses(kind: Category, laws: str, domain: str) -> bool:
    return combination(kind.active) == laws and domain in kind.active


def _profiles(others: Sequence[str]) -> Block:
    """Households by the domains in use."""
    order = [domain for domain in DOMAIN_NAMES.values() if domain in (*LAWS, *others)]
    subsets = chain.from_iterable(combinations(order, size) for size in range(len(order) + 1))

    def kind_of(active: Iterable[str]) -> Category:
        return Category(tuple(domain for domain in order if domain in set(active)), (), "0", False)

    return Block(
        "",
        ("stacking", "dimensions", "use", "segments"),
        tuple(kind_of(subset) for subset in subsets),
        lambda category: [] if category.left else [kind_of(category.active)],
        (),
    )
