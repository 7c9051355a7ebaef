"""What an attacker reads in the count tables: sums of unknown households, and how near to each the printed figure is.

Unknowns per smallest region: households per combination of laws and other domains; per number of providers; with a
record in a domain that they do not use; with positive costs. Every printed figure is a sum of them within the error
that the publication states. What has to add up (providers and combinations to all households) adds up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from outputs.base_cube import PROVIDER_CLASSES, BaseCube, Category
from outputs.count_tables import HOUSEHOLDS, MULTIPLE
from outputs.disclosure.crossed_sums import crossed_sums
from outputs.disclosure.relations import Relations
from schemas.domains import (
    COMBINATIONS,
    COST_DOMAINS,
    DIMENSION_DOMAINS,
    DIMENSIONS,
    DOMAIN_NAMES,
    LAWS,
    NONE,
    TOTAL,
    combination,
)

Numbers = np.ndarray[Any, np.dtype[np.float64]]

SINGLE: Final = "single_households"


#: Table, figure, region and the other keys of a figure.
Figure = tuple[str, str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Statement:
    """A figure and how near to the truth it is: table, figure, region, the other keys, and between what it lies."""

    table: str
    figure: str
    region: str
    keys: tuple[str, ...]
    at_least: float
    at_most: float


class Unknowns:
    """The unknowns of one smallest region, by name, and which of them a class of a table sums.

    Args:
        others: domains of the purpose apart from the three laws.
        priced: domains with costs.
    """

    def __init__(self, others: Sequence[str], priced: Sequence[str]) -> None:
        subsets = list(chain.from_iterable(combinations(others, size) for size in range(len(others) + 1)))
        self._profiles = [(laws, frozenset(subset)) for laws in COMBINATIONS for subset in subsets]
        self._beside = [
            (laws, domain)
            for laws in COMBINATIONS
            for domain in ((*priced, TOTAL) if priced else ())
            if not _implied(laws, domain)
        ]
        names = [*self._profiles, *(("providers", one) for one in PROVIDER_CLASSES), *self._beside, ("client", "")]
        self._place = {name: number for number, name in enumerate(names)}
        self.others, self.priced = tuple(others), tuple(priced)

    def __len__(self) -> int:
        return len(self._place)

    def summed(self, table: str, figure: str, keys: Sequence[str]) -> Numbers:
        """Gives 1 for every unknown that a class counts, else 0."""
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
                using = [self._place[one, rest] for one, rest in self._profiles if one == laws and domain in rest]
                users = np.zeros(len(self))
                users[using] = 1
                yield recorded - users, 0, np.inf
        yield from self._any_record()

    def truth(self, categories: Sequence[Category]) -> Numbers:
        """Gives which unknowns a household of each category belongs to: 0/1 array [categories, unknowns]."""
        belongs = np.zeros((len(categories), len(self)))
        for row, category in enumerate(categories):
            laws, others = combination(category.active), frozenset(category.active) & set(self.others)
            belongs[row, self._place[laws, others]] = 1
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

    def _members(self, table: str, figure: str, keys: Sequence[str]) -> Iterable[int]:
        if table == "providers":
            wanted = PROVIDER_CLASSES if keys[0] == TOTAL else keys
            return [self._place["providers", one] for one in wanted]
        if table == "costs":
            return self._recorded(*keys)
        if table == "concentration":
            return [self._place["client", ""]]
        return [self._place[one] for one in self._profiles if _counts(table, figure, keys[0], *one)]

    def _recorded(self, laws: str, domain: str) -> list[int]:
        found: list[int] = []
        for one in COMBINATIONS if laws == TOTAL else (laws,):
            if _implied(one, domain):
                found += [self._place[profile] for profile in self._profiles if profile[0] == one]
            else:
                found.append(self._place[one, domain])
        return found


def _laws(laws: str) -> set[str]:
    return set(laws.split("+")) & set(LAWS)


def _implied(laws: str, domain: str) -> bool:
    """Whoever uses a law has a record of it, so households with a record are all of the combination."""
    return domain in _laws(laws) or (domain == TOTAL and bool(_laws(laws)))


def _counts(table: str, figure: str, key: str, laws: str, others: frozenset[str]) -> bool:
    if table == "stacking":
        return key in (TOTAL, laws)
    used = _laws(laws) | others
    if table == "dimensions":
        number = min(len(used & set(DIMENSION_DOMAINS)), len(DIMENSIONS) - 1)
        return key in (TOTAL, DIMENSIONS[number])
    alone = laws == (key if key in LAWS else NONE)
    return key in used and (figure == HOUSEHOLDS or (figure == MULTIPLE) != alone)


def unknowns_of(tables: Mapping[str, pd.DataFrame]) -> Unknowns:
    """Gives the unknowns of a release from the domains that its tables name."""
    named = set(tables["use"]["law"]) if "use" in tables else set()
    priced = set(tables["costs"]["domain"]) - {TOTAL} if "costs" in tables else set()
    if "dimensions" in tables:
        named.add("SHV")
    order = list(DOMAIN_NAMES.values())
    others = [domain for domain in order if domain in named | priced and domain not in LAWS]
    return Unknowns(others, [domain for domain in COST_DOMAINS if domain in priced])


@dataclass(frozen=True, eq=False)
class CountSystem:
    """The unknowns of all smallest regions: ``regions`` x ``unknowns``, region by region."""

    unknowns: Unknowns
    units: tuple[str, ...]

    def rows(self, figures: Iterable[Figure]) -> sparse.csr_array:
        """Gives the sums behind figures, over all unknowns."""
        inside: dict[str, Numbers] = {}
        summed: dict[tuple[str, str, tuple[str, ...]], Numbers] = {}
        pairs = []
        for table, figure, region, keys in figures:
            if region not in inside:
                inside[region] = self.inside_of(region, self.units)
            if (table, figure, keys) not in summed:
                summed[table, figure, keys] = self.unknowns.summed(table, figure, keys)
            pairs.append((inside[region], summed[table, figure, keys]))
        return crossed_sums(pairs, len(self.units) * len(self.unknowns))

    def relations(self, statements: Sequence[Statement], tables: Iterable[str]) -> Relations:
        """Gives all that is known."""
        each = np.eye(len(self.units))
        always = list(self.unknowns.structure(tables))
        size = len(self.units) * len(self.unknowns)
        structure = crossed_sums(((unit, row) for row, _, _ in always for unit in each), size)
        rows = self.rows((one.table, one.figure, one.region, one.keys) for one in statements)
        repeat = len(self.units)
        return Relations(
            lower=np.zeros(size),
            upper=np.full(size, np.inf),
            sums=sparse.csr_array(sparse.vstack([rows, structure], format="csr")),
            at_least=np.concatenate(
                [[one.at_least for one in statements], *(np.full(repeat, low) for _, low, _ in always)]
            ),
            at_most=np.concatenate(
                [[one.at_most for one in statements], *(np.full(repeat, high) for _, _, high in always)]
            ),
            whole=True,
        )

    def truth(self, cube: BaseCube) -> Numbers:
        """Gives the true values of all unknowns."""
        of_unit = np.array([self.inside_of(unit, cube.regions.buurten) for unit in self.units])
        flat: Numbers = (of_unit @ cube.counts @ self.unknowns.truth(cube.categories)).ravel()
        return flat

    @staticmethod
    def inside_of(region: str, units: Sequence[str]) -> Numbers:
        """Gives 1 for every unit that lies inside a region, else 0."""
        return np.array([float(unit[2:].startswith(region[2:])) for unit in units])

    def blocks(self) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
        """Gives the unknowns of each wijk."""
        wijken = sorted({unit[2:8] for unit in self.units})
        numbers = np.arange(len(self.units) * len(self.unknowns)).reshape(len(self.units), -1)
        return [
            numbers[[place for place, unit in enumerate(self.units) if unit[2:8] == wijk]].ravel() for wijk in wijken
        ]
