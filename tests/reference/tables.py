"""The tables of a release (definitions 5), exact and with every region x category."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

NAMES = {"jeugd": "Jeugd", "pwet": "P-wet", "wmo": "Wmo", "shv": "SHV", "rmc": "RMC"}
LAWS = ["Jeugd", "P-wet", "Wmo"]
COMBINATIONS = ["geen", "Jeugd", "P-wet", "Wmo", "Jeugd+P-wet", "Jeugd+Wmo", "P-wet+Wmo", "Jeugd+P-wet+Wmo"]
DIMENSIONS = ["geen", "1D", "2D", "3-4D", "3-4D"]
TOTAL = "totaal"
TOP_PERCENTAGES = [1, 2, 4, 5, 10, 20]
PROVIDERS = [*(str(number) for number in range(10)), "10+"]


def describe_households(households: pd.DataFrame, linked: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Gives per household and region level one row with everything that the tables count.

    Columns: region, combination, dimensions, providers, and per domain ``uses <name>``; per domain with costs and for
    all of them together (``totaal``) ``linked <name>`` and ``cost <name>``.
    """
    facts = households.copy()
    for source, records in linked.items():
        _add_domain(facts, NAMES[source], records[records["household"] >= 0])
    costly = [name for name in (*LAWS, "SHV") if f"cost {name}" in facts]
    facts[f"linked {TOTAL}"] = facts[[f"linked {name}" for name in costly]].any(axis=1)
    facts[f"cost {TOTAL}"] = facts[[f"cost {name}" for name in costly]].sum(axis=1).astype("int64")
    facts["combination"] = _combination(facts)
    dimensions = [f"uses {name}" for name in (*LAWS, "SHV") if f"uses {name}" in facts]
    facts["dimensions"] = np.array(DIMENSIONS, dtype=object)[facts[dimensions].sum(axis=1).to_numpy(np.int64)]
    facts["providers"] = _providers(facts.index, linked)
    levels = [facts.assign(region=facts[level]) for level in ("buurt", "wijk", "gemeente")]
    return pd.concat(levels, ignore_index=True)


def tabulate(facts: pd.DataFrame, gemeentecode: str) -> dict[str, pd.DataFrame]:
    """Gives stacking, dimensions, use, costs, concentration and providers.

    The municipality is a region even when it has no household.
    """
    regions = sorted({*facts["region"], gemeentecode})
    domains = [name for name in NAMES.values() if f"uses {name}" in facts]
    return {
        "stacking": _with_rate(_class_counts(facts, regions, "combination", COMBINATIONS)),
        "dimensions": _with_rate(_class_counts(facts, regions, "dimensions", ["geen", "1D", "2D", "3-4D"])),
        "use": _use(facts, regions, domains),
        "costs": _costs(facts, regions),
        "concentration": _concentration(facts, regions),
        "providers": _class_counts(facts, regions, "providers", PROVIDERS),
    }


def halves_up(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Divides non-negative whole numbers and rounds halves up; NA where the denominator is 0."""
    divisor = denominator.astype("Int64").mask(denominator == 0)
    return (2 * numerator.astype("Int64") + divisor) // (2 * divisor)


def _add_domain(facts: pd.DataFrame, name: str, records: pd.DataFrame) -> None:
    facts[f"uses {name}"] = facts.index.isin(records.loc[records["active"], "household"])
    if name == "RMC":
        return
    facts[f"linked {name}"] = facts.index.isin(records["household"])
    facts[f"cost {name}"] = records.groupby("household")["cost_cent"].sum().reindex(facts.index, fill_value=0)


def _combination(facts: pd.DataFrame) -> pd.Series:
    joined = pd.Series("", index=facts.index, dtype=object)
    for law in LAWS:
        if f"uses {law}" in facts:
            joined += np.where(facts[f"uses {law}"], "+" + law, "")
    return joined.str.lstrip("+").replace("", "geen")


def _providers(households: pd.Index, linked: Mapping[str, pd.DataFrame]) -> pd.Series:
    care = [linked[source] for source in ("jeugd", "wmo") if source in linked]
    if not care:
        return pd.Series("0", index=households, dtype=object)
    records = pd.concat([records[["household", "active", "aanbieder"]] for records in care])
    records = records[records["active"] & (records["household"] >= 0) & (records["aanbieder"] != "")]
    number = records.groupby("household")["aanbieder"].nunique().reindex(households, fill_value=0)
    return number.astype(str).mask(number >= 10, "10+")


def _class_counts(facts: pd.DataFrame, regions: list[str], column: str, classes: list[str]) -> pd.DataFrame:
    grid = pd.MultiIndex.from_product([regions, [*classes, TOTAL]], names=["region", column])
    both = pd.concat([facts[["region", column]], facts[["region"]].assign(**{column: TOTAL})])
    counts = both.groupby(["region", column]).size().reindex(grid, fill_value=0)
    return _sorted(counts.rename("households").reset_index(), 2)


def _with_rate(counts: pd.DataFrame) -> pd.DataFrame:
    denominator = counts["households"].where(counts.iloc[:, 1] == TOTAL).groupby(counts["region"]).transform("max")
    rate = halves_up(1000 * counts["households"], denominator.astype("int64"))
    return counts.assign(per_1000=rate.fillna(0).astype("int64"))


def _use(facts: pd.DataFrame, regions: list[str], domains: list[str]) -> pd.DataFrame:
    parts = []
    for name in domains:
        others = [f"uses {law}" for law in LAWS if law != name and f"uses {law}" in facts]
        uses = facts[f"uses {name}"]
        flags = pd.DataFrame({"households": uses, "multiple_households": uses & facts[others].any(axis=1)})
        counts = flags.groupby(facts["region"]).sum().reindex(regions, fill_value=0).astype("int64")
        parts.append(counts.rename_axis("region").reset_index().assign(law=name))
    table = pd.concat(parts)
    table["multiple_pct"] = halves_up(100 * table["multiple_households"], table["households"])
    return _sorted(table[["region", "law", "households", "multiple_households", "multiple_pct"]], 2)


def _costs(facts: pd.DataFrame, regions: list[str]) -> pd.DataFrame:
    both = pd.concat([facts, facts.assign(combination=TOTAL)])
    grid = pd.MultiIndex.from_product([regions, [*COMBINATIONS, TOTAL]], names=["region", "combination"])
    parts = []
    for name in (*LAWS, "SHV", TOTAL):
        if f"cost {name}" in facts:
            columns = {f"linked {name}": "households", f"cost {name}": "cost_cent"}
            sums = both.groupby(["region", "combination"])[list(columns)].sum().rename(columns=columns)
            parts.append(sums.reindex(grid, fill_value=0).astype("int64").reset_index().assign(domain=name))
    return _sorted(pd.concat(parts)[["region", "combination", "domain", "households", "cost_cent"]], 3)


def _concentration(facts: pd.DataFrame, regions: list[str]) -> pd.DataFrame:
    costs = facts[f"cost {TOTAL}"].clip(lower=0).sort_values(ascending=False)
    by_region = {region: group.to_numpy() for region, group in costs.groupby(facts["region"])}
    rows = []
    for region in regions:
        descending = by_region.get(region, np.zeros(0, np.int64))
        cumulative = np.concatenate([[0], descending.cumsum()])
        for denominator, size in (
            ("huishoudens", len(descending)),
            ("clienthuishoudens", int((descending > 0).sum())),
        ):
            for top in TOP_PERCENTAGES:
                households = -(-top * size // 100)
                rows.append((region, denominator, top, households, cumulative[households], cumulative[-1]))
    columns = ["region", "denominator", "top_pct", "households", "top_cost", "cost"]
    table = pd.DataFrame(rows, columns=columns)
    table["cost_share_pct"] = halves_up(100 * table.pop("top_cost"), table.pop("cost"))
    return _sorted(table, 3)


def _sorted(table: pd.DataFrame, keys: int) -> pd.DataFrame:
    return table.sort_values(list(table.columns[:keys]), ignore_index=True)
