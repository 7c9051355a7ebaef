"""What an attacker reads in the count tables: sums of unknown households, and how near to each the printed figure is.

Unknowns per smallest region: households per combination of laws and other domains; per number of providers; with a
record in a domain that they do not use; with positive costs. Every printed figure is a sum of them within the error
that the publication states. What has to add up (providers and combinations to all households) adds up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from outputs.base_cube import BaseCube
from outputs.disclosure.count_unknowns import Unknowns
from outputs.disclosure.crossed_sums import crossed_sums
from outputs.disclosure.relations import Relations
from outputs.segment_tables import BY_ATTENTION
from schemas.domains import (
    COST_DOMAINS,
    DOMAIN_NAMES,
    LAWS,
    TOTAL,
)

Numbers = np.ndarray[Any, np.dtype[np.float64]]


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


#: Domains that a table tells apart without naming them.
_TOLD_APART: Final = {
    **dict.fromkeys(("dimensions", "segments", "transitions", "dimension_transitions", "flow", "duration"), ("SHV",)),
    "top_groups": ("Veiligheid",),
}


def unknowns_of(tables: Mapping[str, pd.DataFrame]) -> Unknowns:
    """Gives the unknowns of a release from the domains that its tables name."""
    named = set(tables["use"]["law"]) if "use" in tables else set()
    priced = set(tables["costs"]["domain"]) - {TOTAL} if "costs" in tables else set()
    named |= {domain for table in tables for domain in _TOLD_APART.get(table, ())}
    if "segments" in tables and BY_ATTENTION in set(tables["segments"]["segmentation"]):
        named.add("Veiligheid")
    order = list(DOMAIN_NAMES.values())
    others = [domain for domain in order if domain in named | priced and domain not in LAWS]
    return Unknowns(others, [domain for domain in COST_DOMAINS if domain in priced], tables)


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
