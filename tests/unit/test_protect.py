"""What a protected table shows, beyond what is hidden: rates, concentration, rows in tens."""

import numpy as np
import pandas as pd
import pytest

from outputs.disclosure.protect import protect
from outputs.rates import to_tens
from outputs.regions import RegionTree
from outputs.true_tables import Equation, TrueTable
from schemas.domains import DIMENSIONS, TOTAL
from schemas.period import HalfYear
from schemas.purpose import DisclosurePolicy

POLICY = DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000)
TREE = RegionTree("GM0637", ("BU06370101", "BU06370102", "BU06370103"))


def published(table):
    return protect({table.name: table}, None, HalfYear(2018, 1), POLICY).tables[table.name].frame


def test_no_rate_beside_a_hidden_total():
    """geen / per_1000 would give the total of the region, and with it the one household that uses something."""
    parts = np.array([[12, 1, 0, 0], [0, 3, 0, 0], [900, 60, 30, 12]])
    households = TREE.rolled_up(np.hstack([parts, parts.sum(axis=1, keepdims=True)]))
    categories = tuple((name,) for name in (*DIMENSIONS, TOTAL))
    table = TrueTable("dimensions", TREE, categories, (Equation(4, (0, 1, 2, 3)),), {"households": households})
    frame = published(table)
    hidden_totals = frame[(frame["dimensions"] == TOTAL) & (frame["status"] == "C")]["region"]
    assert len(hidden_totals) > 0
    assert frame[frame["region"].isin(hidden_totals)]["per_1000"].isna().all()
    assert frame[~frame["region"].isin(hidden_totals) & (frame["status"] == "A")]["per_1000"].notna().all()


@pytest.mark.parametrize(
    ("households", "with_cost", "clients", "shown"),
    [
        ((20, 40), (20, 40), 100, (True, True)),
        ((20, 40), (2, 2), 2, (False, False)),  # two households hold all cost, however large the group
        ((9, 40), (9, 40), 100, (False, True)),
        ((20, 25), (20, 25), 100, (True, False)),  # five households more than the step before
        ((20, 40), (20, 40), 45, (True, False)),  # five households hold what the group leaves
    ],
)
def test_steps_of_the_concentration(households, with_cost, clients, shown):
    tree = RegionTree("GM0637", ("BU06370101",))
    rows = len(tree.codes)
    cost = [1000 * number for number in with_cost]
    figures = {
        "households": households,
        "with_cost": with_cost,
        "clients": (clients, clients),
        "cost_cent": cost,
        "total_cent": (100_000, 100_000),
        "largest_cent": (100, 100),
    }
    table = TrueTable(
        "concentration",
        tree,
        (("huishoudens", "1"), ("huishoudens", "2")),
        (),
        {name: np.array([values] * rows, dtype=np.int64) for name, values in figures.items()},
    )
    assert ((published(table)["status"] == "A").to_numpy().reshape(rows, 2) == shown).all()


@pytest.mark.parametrize(("rows", "tens"), [(0, 0), (1, 0), (4, 0), (5, 10), (14, 10), (15, 20), (1234, 1230)])
def test_rows_in_tens(rows, tens):
    assert to_tens(rows) == tens


def test_quality_is_in_tens():
    quality = pd.DataFrame({"source": ["rmc", "rmc"], "method": ["bsn", "unmatched"], "rows": [1, 57]})
    frame = protect({}, quality, HalfYear(2018, 1), POLICY).tables["quality"].frame
    assert frame["rows"].tolist() == [0, 60]
    assert frame["share_pct"].tolist() == [0.0, 100.0]
