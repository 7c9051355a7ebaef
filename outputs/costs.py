"""Costs: per combination of laws and domain, and how strongly they concentrate on the costliest households."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

import narwhals as nw
import numpy as np
import pandas as pd

from outputs.profiles import Lazy, collected
from outputs.regions import Figures, RegionTree, wijk_of
from outputs.stacking import per_buurt
from outputs.true_tables import Equation, TrueTable
from schemas.domains import COMBINATIONS, COST_DOMAINS, TOTAL

TOP_PERCENTAGES: Final = (1, 2, 4, 5, 10, 20)
ALL_HOUSEHOLDS: Final = "huishoudens"
CLIENT_HOUSEHOLDS: Final = "clienthuishoudens"


def costs(profiled: Lazy, used: Lazy, regions: RegionTree, domains: Sequence[str]) -> TrueTable:
    """Costs per combination (totaal included) and cost domain (totaal = together).

    Figures: ``households`` with a record in the domain, ``cost_cent``, and ``largest_cent``: the largest absolute cost
    of one household, for the dominance rule.
    """
    own = used.filter(nw.col("domain").is_in(list(domains))).select("household", "domain", "cost_cent")
    together = own.group_by("household").agg(nw.col("cost_cent").sum().cast(nw.Int64))
    together = together.select("household", nw.lit(TOTAL).alias("domain"), "cost_cent")
    rows = nw.concat([own, together], how="vertical").join(
        profiled.select("household", "buurt", "combination"), on="household", how="inner"
    )
    grouped = collected(
        rows.group_by("buurt", "combination", "domain").agg(
            nw.len().alias("households"),
            nw.col("cost_cent").sum(),
            nw.col("cost_cent").abs().max().alias("largest_cent"),
        )
    )
    names = (*domains, TOTAL)
    categories = tuple((combination, domain) for combination in (*COMBINATIONS, TOTAL) for domain in names)
    return TrueTable("costs", regions, categories, _equations(len(names)), _figures(grouped, regions, names))


def _figures(grouped: pd.DataFrame, regions: RegionTree, names: Sequence[str]) -> dict[str, Figures]:
    keyed = grouped.assign(category=grouped["combination"] + "|" + grouped["domain"])
    classes = [f"{combination}|{domain}" for combination in COMBINATIONS for domain in names]
    shape = (len(regions.buurten), len(COMBINATIONS), len(names))
    figures = {}
    for figure, total, roll_up in (
        ("households", np.add, regions.rolled_up),
        ("cost_cent", np.add, regions.rolled_up),
        ("largest_cent", np.maximum, regions.largest),
    ):
        parts = per_buurt(keyed, "category", classes, regions, figure).reshape(shape)
        with_total = np.concatenate([parts, total.reduce(parts, axis=1)[:, None]], axis=1)
        figures[figure] = roll_up(with_total.reshape(len(regions.buurten), -1))
    return figures


def _equations(domains: int) -> tuple[Equation, ...]:
    """Combinations add up to totaal within a domain; domains add up to totaal within a combination."""
    last = len(COMBINATIONS)
    over_combinations = (
        Equation(last * domains + domain, tuple(row * domains + domain for row in range(last)))
        for domain in range(domains)
    )
    over_domains = (
        Equation(row * domains + domains - 1, tuple(row * domains + domain for domain in range(domains - 1)), False)
        for row in range(last + 1)
    )
    return (*over_combinations, *over_domains)


def concentration(profiled: Lazy, regions: RegionTree) -> TrueTable:
    """Cost of the costliest 1, 2, 4, 5, 10 and 20 percent of all and of client households.

    Figures: ``households`` in the group, ``with_cost`` those of them with positive cost, ``clients`` all households
    with positive cost, ``cost_cent`` of the group, ``total_cent`` of all, ``largest_cent`` of one household.
    """
    sizes = collected(profiled.group_by("buurt").agg(nw.len().alias("households"))).set_index("buurt")["households"]
    positive = collected(profiled.filter(nw.col("cost_cent") > 0).select("buurt", "cost_cent"))
    per_buurt_cost = {code: cost.to_numpy(np.int64) for code, cost in positive.groupby("buurt")["cost_cent"]}
    size, cost = Counter[str](), defaultdict[str, list[Figures]](list)
    for buurt in regions.buurten:
        for region in (regions.gemeente, wijk_of(buurt), buurt):
            size[region] += int(sizes[buurt])
            cost[region].append(per_buurt_cost.get(buurt, np.zeros(0, np.int64)))
    stacked = np.array([_top_groups(size[code], np.concatenate(cost[code])) for code in regions.codes], dtype=np.int64)
    categories = tuple((base, str(top)) for base in (ALL_HOUSEHOLDS, CLIENT_HOUSEHOLDS) for top in TOP_PERCENTAGES)
    figures = ("households", "with_cost", "clients", "cost_cent", "total_cent", "largest_cent")
    return TrueTable(
        "concentration", regions, categories, (), {name: stacked[:, :, place] for place, name in enumerate(figures)}
    )


def _top_groups(households: int, positive: Figures) -> list[tuple[int, ...]]:
    descending = np.sort(positive)[::-1]
    cumulated = np.concatenate([[0], np.cumsum(descending)])
    largest = int(descending[0]) if len(descending) else 0
    rows: list[tuple[int, ...]] = []
    for denominator in (households, len(descending)):
        for top in TOP_PERCENTAGES:
            group = -(-top * denominator // 100)
            with_cost = min(group, len(descending))
            rows.append((group, with_cost, len(descending), int(cumulated[with_cost]), int(cumulated[-1]), largest))
    return rows


def cost_domains(domains: Sequence[str]) -> tuple[str, ...]:
    """Gives those domains that carry costs, in the order of the tables."""
    return tuple(domain for domain in COST_DOMAINS if domain in domains)
