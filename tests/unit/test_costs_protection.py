"""Costs of a whole table: which rows take part, and what an earlier release has told."""

import numpy as np
import pytest

from outputs.disclosure.cost_protection import hidden_costs
from outputs.regions import RegionTree
from outputs.true_tables import Equation, TrueTable
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByDisclosureControl

POLICY = DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000)
TREE = RegionTree("GM0637", tuple(f"BU0637{code}" for code in ("0101", "0102", "0201", "0202", "0301", "0302")))


def table(households, tree=TREE):
    """One category; every household costs 2,000 euros and has a provider of its own."""
    counts = tree.rolled_up(np.array(households)[:, None])
    cost, one = counts * 200_000, np.minimum(counts, 1) * 200_000
    second = np.where(counts > 1, 200_000, 0)
    figures = {"households": counts, "cost_cent": cost, "largest_cent": one, "second_cent": second}
    figures |= {"provider_cost_cent": cost, "provider_largest_cent": one, "provider_second_cent": second}
    return TrueTable("costs", tree, (("totaal", "totaal"),), (), figures)


def hidden(true, rows=None, told=()):
    codes = true.regions.codes
    numbers = None if rows is None else [codes.index(code) for code in rows]
    flags = np.isin(np.array(codes), list(told))[:, None]
    found = hidden_costs(true, POLICY, numbers, flags if told else None)
    return {code for code, flag in zip(codes, found[:, 0], strict=True) if flag}


WIJKEN = ("WK063701", "WK063702", "WK063703")
TO_WIJKEN = ("GM0637", *WIJKEN)


def test_every_row_by_default():
    assert hidden(table([20, 30, 40, 50, 60, 70])) == set()
    assert hidden(table([5, 30, 40, 50, 60, 70])) == {"BU06370101", "BU06370102"}


def test_rows_that_are_not_published_are_hidden_and_cost_others_nothing():
    assert hidden(table([5, 30, 40, 50, 60, 70]), TO_WIJKEN) == set(TREE.buurten)


def test_a_wijk_that_is_left_out_is_what_the_others_leave():
    small = table([1, 2, 40, 50, 60, 70])
    assert hidden(small, ("GM0637", "WK063702", "WK063703")) == {"WK063701", "WK063702", *TREE.buurten}
    assert hidden(table([11, 20, 40, 50, 60, 70]), ("GM0637", "WK063702", "WK063703")) == {"WK063701", *TREE.buurten}


def test_a_wijk_that_is_left_out_between_its_buurten_and_the_municipality():
    rows = [code for code in TREE.codes if code != "WK063701"]
    assert hidden(table([5, 30, 40, 50, 60, 70]), rows) == {"WK063701", "BU06370101", "BU06370102"}


def test_what_buurten_of_two_hidden_wijken_leave_of_the_municipality():
    """Two buurten of four households, in two wijken that are not printed: together they are eight."""
    rows = [code for code in TREE.codes if code not in ("WK063701", "WK063702")]
    found = hidden(table([4, 30, 4, 50, 60, 70]), rows)
    behind = dict(zip(TREE.codes, table([4, 30, 4, 50, 60, 70]).figures["households"][:, 0], strict=True))
    assert sum(behind[code] for code in found if code.startswith("BU")) >= 10
    assert found > {"WK063701", "WK063702", "BU06370101", "BU06370201"}


def test_an_empty_region_is_printed():
    assert hidden(table([0, 30, 40, 50, 60, 70])) == set()


def test_what_an_earlier_release_told_stays_and_others_are_hidden_instead():
    true = table([5, 30, 30, 50, 60, 70])
    assert hidden(true) == {"BU06370101", "BU06370102"}
    assert hidden(true, told=["BU06370102"]) > {"BU06370101", "WK063701"}
    assert hidden(true, told=["BU06370101"]) == set()


def test_refused_when_an_earlier_release_tells_what_is_sensitive_now():
    with pytest.raises(RefusedByDisclosureControl, match="cell_exposed"):
        hidden(table([5, 30, 40, 50, 60, 70]), told=["WK063701", "BU06370102"])


def test_a_table_of_no_published_rows_is_hidden():
    assert hidden(table([20, 30, 40, 50, 60, 70]), ()) == set(TREE.codes)


def test_equations_of_categories_hold_in_every_row():
    tree = RegionTree("GM0637", ("BU06370101",))
    counts = np.array([[5, 40, 60, 100]])
    parts = {"households": counts, "cost_cent": counts * 200_000}
    one = {"largest_cent": np.full((1, 4), 200_000), "second_cent": np.full((1, 4), 200_000)}
    nobody = {f"provider_{name}": np.zeros((1, 4)) for name in ("cost_cent", "largest_cent", "second_cent")}
    figures = {name: np.repeat(figure, 3, axis=0).astype(np.int64) for name, figure in (parts | one | nobody).items()}
    figures["cost_cent"][:, 3] = figures["cost_cent"][:, :3].sum(axis=1)
    categories = (("a", "x"), ("b", "x"), ("c", "x"), ("totaal", "x"))
    true = TrueTable("costs", tree, categories, (Equation(3, (0, 1, 2)),), figures)
    assert hidden_costs(true, POLICY).tolist() == [[True, True, False, False]] * 3
