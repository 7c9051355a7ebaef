"""All true figures that a purpose asks for, from linked households: the base cube of counts, and the money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import narwhals as nw
import numpy as np
import pandas as pd

from outputs import costs
from outputs.base_cube import BaseCube, base_cube
from outputs.count_tables import Classes, classes_of
from outputs.marks import marking
from outputs.profiles import Lazy, collected, profiles
from outputs.regions import RegionTree
from outputs.segment_costs import segment_costs
from outputs.true_tables import TrueTable
from schemas.domains import RECORD_DOMAINS

#: Tables with costs in euros.
MONEY: Final = ("costs", "segments")
#: Tables that count no households of the cube.
UNCOUNTED: Final = ("quality", "effects", "comparison")


@dataclass(frozen=True, eq=False)
class Linked:
    """Linked households as lazy frames of the schemas in ``schemas.households``.

    ``past`` is there where households may be followed, ``traits`` where kinds of records may be read.
    """

    households: Lazy
    use: Lazy
    providers: Lazy
    provider_costs: Lazy
    past: Lazy | None = None
    traits: Lazy | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Tabulated:
    """True figures of one run.

    Attributes:
        cube: households; every count of every table is a sum of it.
        domains: names of the domains of the purpose, in the order of the tables.
        tables: names of the tables that the purpose asks for.
        money: ``costs``, ``concentration`` and ``segments``, where asked for.
    """

    cube: BaseCube
    domains: tuple[str, ...]
    tables: tuple[str, ...]
    money: Mapping[str, TrueTable]

    def classes(self, table: str) -> Classes:
        """Gives what the counts of a table count."""
        return classes_of(table, self.cube.categories, self.domains)

    @property
    def priced(self) -> tuple[str, ...]:
        """Names of the tables with costs in euros."""
        return tuple(table for table in MONEY if table in self.money)

    @property
    def negative(self) -> bool:
        """Whether costs below zero occur."""
        return any(bool((self.money[table].figures["cost_cent"] < 0).any()) for table in self.priced)

    @property
    def counted(self) -> tuple[str, ...]:
        """Names of the tables with counts of households."""
        return tuple(table for table in self.tables if table not in UNCOUNTED)

    def true_tables(self) -> dict[str, TrueTable]:
        """Gives the true tables by name; those of counts are added up from the cube."""
        counts = {name: self.classes(name).true_table(self.cube) for name in self.counted if name not in self.money}
        return counts | dict(self.money)


def tabulate(linked: Linked, gemeentecode: str, domains: Sequence[str], tables: Sequence[str]) -> Tabulated:
    """Gives the true figures of ``tables``; ``domains`` by name, such as ``P-wet``."""
    profiled = profiles(linked.households, linked.use).collect("pyarrow").lazy(backend=linked.households.implementation)
    marked, how = marking(tables, profiled, linked.past, linked.traits)
    buurten = collected(linked.households.select("buurt").unique())["buurt"]
    regions = RegionTree(gemeentecode, tuple(sorted({*map(str, buurten), *(buurt for buurt, _ in how.left)})))
    money = {}
    if "costs" in tables:
        priced = costs.cost_domains(domains)
        money["costs"] = costs.costs(profiled, linked.use, linked.provider_costs, regions, priced)
    if "concentration" in tables:
        money["concentration"] = costs.concentration(profiled, regions)
    if "segments" in tables:
        own = costs.cost_domains(domains)
        money["segments"] = segment_costs(profiled, linked.use, linked.provider_costs, regions, domains, own)
    return Tabulated(base_cube(marked, linked.providers, regions, how), tuple(domains), tuple(tables), money)


def link_quality(link_counts: Lazy) -> pd.DataFrame:
    """Gives source (as in the delivery), method and rows; duplicates, which take no part in linking, left out."""
    counted = link_counts.filter(nw.col("method") != "duplicate").group_by("source", "method")
    frame = collected(counted.agg(nw.col("rows").sum()).sort("source", "method"))
    sources = {name: source for source, name in RECORD_DOMAINS.items()}
    return frame.assign(source=frame["source"].map(sources)).sort_values(["source", "method"], ignore_index=True)


def largest_difference(one: Tabulated, other: Tabulated) -> int:
    """Gives by how many households two sets of the same tables differ at most in any figure, up to the next ten."""
    tables, others = one.true_tables(), other.true_tables()
    apart = [
        int(np.abs(figure - others[name].figures[what]).max(initial=0))
        for name, table in tables.items()
        for what, figure in table.figures.items()
        if what.endswith("households")
    ]
    return -(-max(apart, default=0) // 10) * 10
