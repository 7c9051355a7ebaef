"""What can be seen of a release without solving anything: that every figure is one that rounding and hiding allow.

A figure that is no multiple of its base, a total that is not the sum of its parts, a rate that does not follow from the
printed counts, a mean that does not follow from printed cost and households: each of them brings true figures along.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from outputs.count_tables import COUNT_FIGURES, PARTITIONS, PARTITIONS_OF_USERS, PERCENTAGES
from outputs.disclosure.effect_form import effect_findings
from outputs.household_classes import HOUSEHOLDS
from outputs.rates import rate
from outputs.tabulate import MONEY
from schemas.disclosure_policy import REGION_LEVELS, DisclosurePolicy
from schemas.domains import COMBINATIONS, TOTAL
from schemas.tables import PUBLISHED, TABLE_CONTRACTS

_PREFIX: Final = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}

Found = tuple[str, str, int]


def findings_of_form(tables: Mapping[str, pd.DataFrame], policy: DisclosurePolicy) -> Iterator[Found]:
    """Yields table, rule and number of rows for everything that a protected release cannot hold."""
    for name, frame in tables.items():
        if name not in TABLE_CONTRACTS:
            yield name, "unknown_table", len(frame)
            continue
        if list(frame.columns) != TABLE_CONTRACTS[name].names:
            yield name, "other_columns", len(frame.columns)
            continue
        if name == "effects":
            yield from effect_findings(frame, policy)
            continue
        for rule, breaks in _RULES_OF.get(name, _RULES).items():
            number = int(np.sum(breaks(name, frame, policy)))
            if number:
                yield name, rule, number
    yield from _other_rates(tables)
    yield from _different_totals({name: one for name, one in tables.items() if name not in policy.noisy_tables})


_Rule = Callable[[str, pd.DataFrame, DisclosurePolicy], Any]


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["status"] == PUBLISHED] if "status" in frame.columns else frame


def _unrounded(name: str, frame: pd.DataFrame, policy: DisclosurePolicy) -> Any:
    if name == "concentration" or name in policy.noisy_tables:
        return []
    if name == "quality":
        return frame["rows"] % 10 != 0
    shown = _shown(frame)
    wrong = np.zeros(len(shown), dtype=bool)
    for figure in COUNT_FIGURES.get(name, (HOUSEHOLDS,)):
        wrong |= (shown[figure].isna() | (shown[figure] % policy.base != 0)).to_numpy(bool)
    if name in MONEY:
        wrong |= shown["cost_eur"].isna() | (shown["cost_eur"] % policy.cost_rounding_eur != 0)
    return wrong


def _rate_of_other_counts(name: str, frame: pd.DataFrame, _policy: DisclosurePolicy) -> Any:
    if name in PERCENTAGES:
        figure, part, whole = PERCENTAGES[name]
        shown = _shown(frame)
        return _differs(shown[figure], _percentages(shown[part], shown[whole], 100))
    if "per_1000" not in frame.columns:
        return []
    key = TABLE_CONTRACTS[name].classes[-1]
    shown = _shown(frame)
    totals = shown[shown[key] == TOTAL].drop_duplicates("region").set_index("region")[HOUSEHOLDS]
    return _differs(shown["per_1000"], _percentages(shown[HOUSEHOLDS], shown["region"].map(totals), 1000))


def _mean_of_other_figures(name: str, frame: pd.DataFrame, _policy: DisclosurePolicy) -> Any:
    if name not in MONEY:
        return []
    shown = _shown(frame)
    cost = shown["cost_eur"].fillna(0).to_numpy(np.int64)
    mean = np.sign(cost) * rate(abs(cost), shown[HOUSEHOLDS].fillna(0).to_numpy(np.int64), 1)
    return _differs(shown["mean_cost_eur"], pd.Series(mean, index=shown.index).where(shown[HOUSEHOLDS] > 0))


def _share_of_other_rows(name: str, frame: pd.DataFrame, _policy: DisclosurePolicy) -> Any:
    if name != "quality":
        return []
    of_source = frame.groupby("source")["rows"].transform("sum")
    shares = rate(frame["rows"].to_numpy(np.int64), of_source.to_numpy(np.int64), 1000) / 10
    return _differs(frame["share_pct"], pd.Series(shares, index=frame.index))


def _share_of_other_costs(name: str, frame: pd.DataFrame, _policy: DisclosurePolicy) -> Any:
    if name != "segments":
        return []
    shown = _shown(frame)
    every = shown[shown["segment"] == TOTAL].set_index(["region", "segmentation"])["cost_eur"]
    whole = pd.Series(
        every.reindex(pd.MultiIndex.from_frame(shown[["region", "segmentation"]])).to_numpy(), shown.index
    )
    cost = shown["cost_eur"].fillna(0).to_numpy(np.int64)
    share = np.sign(cost) * rate(abs(cost), whole.fillna(0).to_numpy(np.int64), 100)
    return _differs(shown["cost_share_pct"], pd.Series(share, index=shown.index).where(whole > 0))


def _difference_of_other_figures(_name: str, frame: pd.DataFrame, _policy: DisclosurePolicy) -> Any:
    shown = _shown(frame)
    return _differs(shown["difference"], (shown["per_1000"] - shown["reference_per_1000"]).astype("Float64"))


def _other_rates(tables: Mapping[str, pd.DataFrame]) -> Iterator[Found]:
    """Rates in ``comparison`` are those of ``stacking``."""
    if not {"comparison", "stacking"} <= set(tables):
        return
    own = _shown(tables["stacking"]).set_index(["region", "combination"])["per_1000"]
    both = _shown(tables["comparison"]).join(own.rename("own"), on=["region", "combination"])
    both = both[both["combination"].isin(COMBINATIONS)]
    number = int((both["own"].isna() | (both["own"] != both["per_1000"])).sum())
    if number:
        yield "comparison", "rate", number


def _too_fine(name: str, frame: pd.DataFrame, policy: DisclosurePolicy) -> Any:
    if "region" not in frame.columns:
        return []
    finest = REGION_LEVELS.index(policy.finest(name))
    levels = frame["region"].str[:2].map(_PREFIX)
    return levels.isna() | (levels.map({level: place for place, level in enumerate(REGION_LEVELS)}) > finest)


def _boundary(name: str, frame: pd.DataFrame, _policy: DisclosurePolicy) -> Any:
    if name != "concentration":
        return []
    shown = _shown(frame)
    return (shown["cost_share_pct"] <= 0) | (shown["cost_share_pct"] >= 100)


def _small_step(name: str, frame: pd.DataFrame, policy: DisclosurePolicy) -> Any:
    if name != "concentration":
        return []
    shown = _shown(frame).assign(top=lambda rows: rows["top_pct"].astype(int)).sort_values("top")
    before = shown.groupby(["region", "denominator"])[HOUSEHOLDS].shift(fill_value=0)
    return shown[HOUSEHOLDS] - before < policy.threshold


def _parts_off(name: str, frame: pd.DataFrame, _policy: DisclosurePolicy) -> Any:
    """Totals of counts that are not the sum of their parts, over regions and over classes, where all are printed."""
    if name in ("quality", "concentration"):
        return []
    keys = TABLE_CONTRACTS[name].classes
    figures = COUNT_FIGURES.get(name, (HOUSEHOLDS,))
    wrong = 0
    for figure in figures:
        wide = frame.assign(key=frame[keys].agg("|".join, axis=1)).pivot(index="region", columns="key", values=figure)
        values = wide.astype("Float64")
        wrong += sum(_off(values, parent, children) for parent, children in _families(list(wide.index)))
        if name in (*PARTITIONS, *PARTITIONS_OF_USERS) and TOTAL in values.columns:
            wrong += _off(values.T, TOTAL, [column for column in values.columns if column != TOTAL])
    return np.ones(wrong)


def _off(values: pd.DataFrame, whole: str, parts: list[str]) -> int:
    if not parts or values.empty:
        return 0
    apart = values.loc[whole] - values.loc[parts].sum(axis=0, skipna=False)
    return int((apart.fillna(0) != 0).sum())


def _families(regions: list[str]) -> Iterator[tuple[str, list[str]]]:
    for region in regions:
        below = {"GM": "WK", "WK": "BU"}.get(region[:2])
        children = [one for one in regions if below and one.startswith(below + region[2:])]
        if children:
            yield region, children


def _different_totals(tables: Mapping[str, pd.DataFrame]) -> Iterator[Found]:
    """All households of a region are the same number in every table, or there are two roundings to compare."""
    totals: dict[str, pd.Series] = {}
    for name in PARTITIONS:
        if name not in tables or list(tables[name].columns) != TABLE_CONTRACTS[name].names:
            continue
        frame = _shown(tables[name])
        key = TABLE_CONTRACTS[name].keys[-1]
        totals[name] = frame[frame[key] == TOTAL].set_index("region")[HOUSEHOLDS]
    names = list(totals)
    for one, other in pairwise(names):
        both = pd.concat([totals[one], totals[other]], axis=1, join="inner")
        number = int((both.iloc[:, 0] != both.iloc[:, 1]).sum())
        if number:
            yield other, "other_total", number


def _percentages(parts: pd.Series, wholes: pd.Series, per: int) -> pd.Series:
    known = wholes.fillna(0).to_numpy(np.int64)
    figures = pd.Series(rate(parts.fillna(0).to_numpy(np.int64), known, per), index=parts.index)
    return figures.where(known > 0)


def _differs(printed: pd.Series, expected: pd.Series) -> Any:
    """A figure left out tells nothing."""
    return printed.notna() & ~np.isclose(printed.astype("Float64").fillna(0).to_numpy(float), expected.fillna(-1))


_RULES: Final[dict[str, _Rule]] = {
    "unrounded": _unrounded,
    "rate": _rate_of_other_counts,
    "mean": _mean_of_other_figures,
    "share": _share_of_other_rows,
    "cost_share": _share_of_other_costs,
    "region_too_fine": _too_fine,
    "boundary": _boundary,
    "small_step": _small_step,
    "parts": _parts_off,
}
#: Tables that follow from others have rules of their own.
_RULES_OF: Final[dict[str, dict[str, _Rule]]] = {
    "comparison": {"difference": _difference_of_other_figures, "region_too_fine": _too_fine},
}
