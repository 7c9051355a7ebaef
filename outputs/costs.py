"""Costs: per combination of laws and domain, and how strongly they concentrate on the costliest households."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import narwhals as nw
import numpy as np
import pandas as pd

from outputs.profiles import Lazy, collected
from outputs.regions import Figures, RegionTree, wijk_of
from outputs.true_tables import Equation, TrueTable
from schemas.domains import COMBINATIONS, COST_DOMAINS, TOTAL

TOP_PERCENTAGES: Final = (1, 2, 4, 5, 10, 20)
ALL_HOUSEHOLDS: Final = "huishoudens"
CLIENT_HOUSEHOLDS: Final = "clienthuishoudens"
_CELL: Final = ("region", "combination", "domain")


def costs(profiled: Lazy, used: Lazy, provider_costs: Lazy, regions: RegionTree, domains: Sequence[str]) -> TrueTable:
    """Costs per combination (totaal included) and cost domain (totaal = together).

    Figures: ``households`` with a record in the domain and their ``cost_cent``; ``largest_cent`` and ``second_cent``,
    the largest absolute costs of one household; ``provider_cost_cent``, the cost of records that name a provider, and
    ``provider_largest_cent`` and ``provider_second_cent``, the largest absolute costs of one provider.
    """
    names = (*domains, TOTAL)
    categories = tuple((combination, domain) for combination in (*COMBINATIONS, TOTAL) for domain in names)
    places = {key: column for column, key in enumerate(categories)}
    found = {
        contributor: _placed(_per_cell(rows, contributor, profiled, regions, domains), regions, places)
        for contributor, rows in (("household", used), ("provider", provider_costs))
    }
    return TrueTable("costs", regions, categories, _equations(len(names)), contributions(found))


def contributions(found: Mapping[str, Mapping[str, Figures]]) -> dict[str, Figures]:
    """Gives the figures of a table with costs from those of its ``household`` and ``provider`` contributors."""
    return {
        "households": found["household"]["contributors"],
        "cost_cent": found["household"]["cost_cent"],
        "largest_cent": found["household"]["largest_cent"],
        "second_cent": found["household"]["second_cent"],
        "provider_cost_cent": found["provider"]["cost_cent"],
        "provider_largest_cent": found["provider"]["largest_cent"],
        "provider_second_cent": found["provider"]["second_cent"],
    }


def _per_cell(
    rows: Lazy, contributor: str, profiled: Lazy, regions: RegionTree, domains: Sequence[str]
) -> pd.DataFrame:
    """Gives region, combination, domain: the contributors, their cost, and the costs of the two largest of them."""
    own = (
        rows.filter(nw.col("domain").is_in(list(domains)))
        .join(profiled.select("household", "buurt", "combination"), on="household", how="inner")
        .group_by("buurt", "combination", "domain", contributor)
        .agg(nw.col("cost_cent").sum().cast(nw.Int64))
    )
    own = own.collect("pyarrow").lazy(backend=rows.implementation)
    spread = _spread(in_every_region(own, regions), ("combination", nw.col("combination"), nw.lit(TOTAL)))
    return largest(_spread(spread, ("domain", nw.col("domain"), nw.lit(TOTAL))), _CELL, contributor)


def largest(rows: Lazy, cell: Sequence[str], contributor: str) -> pd.DataFrame:
    """Gives per cell its ``contributors``, ``cost_cent``, and the ``largest_cent`` and ``second_cent`` of one of them.

    A provider works in several buurten: what it receives is summed per cell before the largest is sought.
    """
    summed = rows.group_by(*cell, contributor).agg(nw.col("cost_cent").sum().cast(nw.Int64))
    amount, place = nw.col("amount"), nw.col("place")
    ranked = summed.with_columns(amount=nw.col("cost_cent").abs()).with_columns(
        place=amount.rank("ordinal", descending=True).over(*cell)
    )
    per_cell = ranked.group_by(*cell).agg(
        nw.len().alias("contributors"),
        nw.col("cost_cent").sum().cast(nw.Int64),
        nw.when(place == 1).then(amount).otherwise(0).sum().cast(nw.Int64).alias("largest_cent"),
        nw.when(place == 2).then(amount).otherwise(0).sum().cast(nw.Int64).alias("second_cent"),
    )
    return collected(per_cell)


def in_every_region(rows: Lazy, regions: RegionTree) -> Lazy:
    """Repeats rows of one buurt for every ``region`` that they count in."""
    wijk = nw.concat_str(nw.lit("WK"), nw.col("buurt").str.slice(2, 6))
    return _spread(rows, ("region", nw.col("buurt"), wijk, nw.lit(regions.gemeente)))


def _spread(rows: Lazy, over: tuple[str, *tuple[nw.Expr, ...]]) -> Lazy:
    name, *wider = over
    return nw.concat([rows.with_columns(one.alias(name)) for one in wider], how="vertical")


def _placed(per_cell: pd.DataFrame, regions: RegionTree, places: Mapping[tuple[str, str], int]) -> dict[str, Figures]:
    keys = zip(per_cell["combination"], per_cell["domain"], strict=True)
    return placed(per_cell, regions, [places[key] for key in keys], len(places))


def placed(per_cell: pd.DataFrame, regions: RegionTree, columns: Sequence[int], width: int) -> dict[str, Figures]:
    """Gives figures [regions, width] by name from the rows of ``largest``, each with its column."""
    row_of = {code: row for row, code in enumerate(regions.codes)}
    rows = [row_of[code] for code in per_cell["region"]]
    found = {}
    for name in ("contributors", "cost_cent", "largest_cent", "second_cent"):
        found[name] = np.zeros((len(regions.codes), width), dtype=np.int64)
        found[name][rows, columns] = per_cell[name].to_numpy(np.int64)
    return found


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
            size[region] += int(sizes.get(buurt, 0))
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
