"""Counts of households: by combination of laws, by number of domains, by domain, by number of providers."""

from collections.abc import Sequence
from typing import Final

import narwhals as nw
import numpy as np
import pandas as pd

from outputs.profiles import FLAGS, Lazy, collected
from outputs.regions import Figures, RegionTree
from outputs.true_tables import Equation, TrueTable
from schemas.domains import COMBINATIONS, DIMENSIONS, LAWS, NONE, TOTAL

#: Number of distinct providers of a household; ten or more is one class.
PROVIDER_CLASSES: Final = (*(str(number) for number in range(10)), "10+")


def stacking(profiled: Lazy, regions: RegionTree) -> TrueTable:
    """Households by exact combination of Jeugd, P-wet and Wmo."""
    return _partition("stacking", collected(_counted(profiled, "combination")), COMBINATIONS, regions)


def dimensions(profiled: Lazy, regions: RegionTree) -> TrueTable:
    """Households by number of domains used of Jeugd, P-wet, Wmo and SHV."""
    return _partition("dimensions", collected(_counted(profiled, "dimensions")), DIMENSIONS, regions)


def providers(profiled: Lazy, provided: Lazy, regions: RegionTree) -> TrueTable:
    """Households by number of distinct providers, from rows of ``PROVIDER_SCHEMA``."""
    number = nw.col("providers").fill_null(0).clip(upper_bound=len(PROVIDER_CLASSES) - 1)
    joined = profiled.join(provided, on="household", how="left").with_columns(providers=number)
    counted = collected(_counted(joined, "providers"))
    counted["providers"] = [PROVIDER_CLASSES[number] for number in counted["providers"].astype(int)]
    return _partition("providers", counted, PROVIDER_CLASSES, regions)


def use(profiled: Lazy, regions: RegionTree, domains: Sequence[str]) -> TrueTable:
    """Households per domain, and those of them that also use another of the three laws.

    Figures: ``households`` and ``multiple_households``.
    """
    uses_another = {domain: nw.col("combination") != (domain if domain in LAWS else NONE) for domain in domains}
    counted = collected(
        profiled.group_by("buurt").agg(
            *(nw.col(FLAGS[domain]).sum().alias(f"{domain} all") for domain in domains),
            *((nw.col(FLAGS[domain]) & uses_another[domain]).sum().alias(f"{domain} multiple") for domain in domains),
        )
    ).set_index("buurt")
    ordered = counted.loc[list(regions.buurten)]
    figures = {
        figure: regions.rolled_up(ordered[[f"{domain} {part}" for domain in domains]].to_numpy(dtype=np.int64))
        for figure, part in (("households", "all"), ("multiple_households", "multiple"))
    }
    return TrueTable("use", regions, tuple((domain,) for domain in domains), (), figures)


def per_buurt(frame: pd.DataFrame, category: str, classes: Sequence[str], regions: RegionTree, value: str) -> Figures:
    """Gives an array [buurten, classes] of a long frame with columns buurt, category and value; 0 where absent."""
    wide = frame.pivot_table(index="buurt", columns=category, values=value, aggfunc="sum", fill_value=0)
    figures: Figures = wide.reindex(index=list(regions.buurten), columns=list(classes), fill_value=0).to_numpy(np.int64)
    return figures


def _counted(profiled: Lazy, category: str) -> Lazy:
    return profiled.group_by("buurt", category).agg(nw.len().alias("households"))


def _partition(name: str, counted: pd.DataFrame, classes: Sequence[str], regions: RegionTree) -> TrueTable:
    category = next(column for column in counted.columns if column not in ("buurt", "households"))
    parts = per_buurt(counted, category, classes, regions, "households")
    figures = regions.rolled_up(np.hstack([parts, parts.sum(axis=1, keepdims=True)]))
    total = Equation(len(classes), tuple(range(len(classes))))
    names = tuple((name,) for name in (*classes, TOTAL))
    return TrueTable(name, regions, names, (total,), {"households": figures})
