"""All true tables that a purpose asks for, from linked households."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import pandas as pd

from outputs import costs, stacking
from outputs.profiles import Lazy, collected, profiles
from outputs.regions import RegionTree
from outputs.true_tables import TrueTable
from schemas.domains import DOMAIN_NAMES


@dataclass(frozen=True, eq=False)
class Linked:
    """Linked households as lazy frames of the schemas in ``schemas.households``."""

    households: Lazy
    use: Lazy
    providers: Lazy


def tabulate(linked: Linked, gemeentecode: str, domains: Sequence[str], tables: Sequence[str]) -> dict[str, TrueTable]:
    """Gives the true tables among ``tables`` (``quality`` apart); ``domains`` by name, such as ``P-wet``."""
    buurten = collected(linked.households.select("buurt").unique().sort("buurt"))["buurt"]
    regions = RegionTree(gemeentecode, tuple(str(code) for code in buurten))
    profiled = profiles(linked.households, linked.use).collect("pyarrow").lazy(backend=linked.households.implementation)
    makers = {
        "stacking": lambda: stacking.stacking(profiled, regions),
        "dimensions": lambda: stacking.dimensions(profiled, regions),
        "use": lambda: stacking.use(profiled, regions, domains),
        "costs": lambda: costs.costs(profiled, linked.use, regions, costs.cost_domains(domains)),
        "concentration": lambda: costs.concentration(profiled, regions),
        "providers": lambda: stacking.providers(profiled, linked.providers, regions),
    }
    return {name: makers[name]() for name in tables if name in makers}


def link_quality(link_counts: Lazy) -> pd.DataFrame:
    """Gives source (as in the delivery), method and rows; duplicates, which take no part in linking, left out."""
    counted = link_counts.filter(nw.col("method") != "duplicate").group_by("source", "method")
    frame = collected(counted.agg(nw.col("rows").sum()).sort("source", "method"))
    sources = {name: source for source, name in DOMAIN_NAMES.items()}
    return frame.assign(source=frame["source"].map(sources)).sort_values(["source", "method"], ignore_index=True)


def largest_difference(tables: Mapping[str, TrueTable], others: Mapping[str, TrueTable]) -> int:
    """Gives by how many households two sets of the same tables differ at most in any figure, up to the next ten."""
    apart = [
        int(np.abs(figure - others[name].figures[what]).max(initial=0))
        for name, table in tables.items()
        for what, figure in table.figures.items()
        if what.endswith("households")
    ]
    return -(-max(apart, default=0) // 10) * 10
