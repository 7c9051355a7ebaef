"""Our true tables against the clear-text reference, which shares no code with the product."""

import tempfile
from pathlib import Path

import ours
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from reference.clear_text import reference_tables
from reference.small_municipality import Recipe, build, recipes, write_delivery

from outputs.rates import rate
from outputs.true_tables import TrueTable
from pseudonymisation.keys import KeySet
from samenloop.synthetic.municipality import SynthesisRequest, synthesise
from schemas.domains import DOMAIN_NAMES, TOTAL

PERIOD = "2018H1"
SOURCES = ours.PURPOSE.domains


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recipe=recipes())
def test_small_messy_municipalities(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_delivery(Path(folder), build(recipe), PERIOD)
        _assert_same(Path(folder))


@pytest.mark.slow
def test_a_municipality_of_5000_households(tmp_path: Path) -> None:
    made = synthesise(SynthesisRequest(households=5000, seed=7, out=tmp_path / "levering"))
    _assert_same(made[0].folder)


def _assert_same(delivery: Path) -> None:
    expected = reference_tables(delivery, PERIOD, SOURCES)
    tables, counts = ours.pulled(delivery, PERIOD, KeySet.generate())
    found = ours.linked(tables)
    for name, table in ours.tabulated(found).true_tables().items():
        _assert_equal(name, _figures(table), expected[name])
    _assert_equal("quality", ours.quality(found), expected["quality"])
    _assert_equal("accounts", _accounts(counts, found), _pulled_only(expected["accounts"]))
    _assert_equal("frame", _frame(found), expected["frame"])
    _assert_equal("unmatched", _unmatched(found), expected["unmatched"])


def _assert_equal(name: str, ours_: pd.DataFrame, theirs: pd.DataFrame) -> None:
    keys = [column for column in theirs.columns if not pd.api.types.is_numeric_dtype(theirs[column])]
    ordered = ours_[list(theirs.columns)].astype(theirs.dtypes.to_dict()).sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(ordered, theirs.sort_values(keys, ignore_index=True), obj=name)


def _figures(table: TrueTable) -> pd.DataFrame:
    """The true figures, and the rates that the publication derives from them by the same rounding."""
    frame, figures = table.frame(), table.figures
    if table.name in ("stacking", "dimensions"):
        totals = figures["households"][:, [table.categories.index((TOTAL,))]].repeat(len(table.categories), axis=1)
        frame["per_1000"] = rate(figures["households"], totals, 1000).ravel()
    if table.name == "use":
        percentages = pd.Series(rate(figures["multiple_households"], figures["households"], 100).ravel(), dtype="Int64")
        frame["multiple_pct"] = percentages.mask(frame["households"] == 0)
    if table.name == "concentration":
        shares = pd.Series(rate(figures["cost_cent"], figures["total_cent"], 100).ravel(), dtype="Int64")
        frame["cost_share_pct"] = shares.mask(frame["total_cent"] == 0)
        frame["top_pct"] = frame["top_pct"].astype("int64")
    return frame


def _pulled_only(accounts: pd.DataFrame) -> pd.DataFrame:
    return accounts[accounts["source"] != "bezwaar"]


def _accounts(counts: dict[str, dict[str, int]], found) -> pd.DataFrame:
    """Rows per source and outcome; duplicates are found in linking, so they move from used to excluded."""
    duplicates = dict.fromkeys(counts, 0)
    duplicates["brp"] = found.frame_counts["duplicate"]
    sources = {name: source for source, name in DOMAIN_NAMES.items()}
    for row in found.link_counts.to_pylist():
        if row["method"] == "duplicate":
            duplicates[sources[row["source"]]] = row["rows"]
    rows = []
    for source, outcomes in counts.items():
        kept = {name: n for name, n in outcomes.items() if name.split(":")[0] not in ("bsn", "partner_objected")}
        kept["used"] = kept.get("used", 0) - duplicates[source]
        kept["excluded:duplicate"] = duplicates[source]
        rows += [(source, outcome, n) for outcome, n in kept.items() if n]
    return pd.DataFrame(rows, columns=["source", "outcome", "rows"])


def _frame(found) -> pd.DataFrame:
    rows = [(rule, persons) for rule, persons in found.frame_counts.items() if persons]
    return pd.DataFrame(rows, columns=["rule", "persons"])


def _unmatched(found) -> pd.DataFrame:
    sources = {name: source for source, name in DOMAIN_NAMES.items()}
    rows = [
        (sources[row["source"]], row["reason"], row["rows"])
        for row in found.link_counts.to_pylist()
        if row["method"] in ("unmatched", "bsn") and row["reason"]
    ]
    return pd.DataFrame(rows, columns=["source", "reason", "rows"]).astype({"rows": "int64"})
