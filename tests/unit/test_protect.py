"""What a protected table shows: groups that nobody may name, steps of the concentration, rows in tens, a bound draw."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from cubes import POLICY, SECRETS, asked, cube, tabulated, tabulated_with_costs

from outputs.base_cube import BaseCube, Category
from outputs.disclosure import protect as protection
from outputs.disclosure.audit import Audit, Finding
from outputs.disclosure.protect import protect
from outputs.disclosure.round_release import published_rows, round_release
from outputs.disclosure.shown_figures import shown_concentration
from outputs.disclosure.small_groups import regions_to_hide, with_siblings
from outputs.rates import to_tens
from outputs.regions import RegionTree
from outputs.true_tables import TrueTable
from schemas.errors import RefusedByDisclosureControl

TREE = RegionTree("GM0637", tuple(f"BU0637{code}" for code in ("0101", "0102", "0103", "0201", "0301", "0302")))
ORDER = ("GM0637", "WK063701", "WK063702", "WK063703", *TREE.buurten)
SIZES = dict(zip(ORDER, (600, 300, 100, 200, 200, 60, 40, 100, 150, 50), strict=True))


@pytest.mark.parametrize(
    ("told", "hidden"),
    [
        (set(), set()),
        # The smallest sibling goes with it.
        ({"BU06370101"}, {"BU06370101", "BU06370103"}),
        # Two that protect each other need no third.
        ({"BU06370101", "BU06370102"}, {"BU06370101", "BU06370102"}),
        # An only child takes its parent along, and that one its smallest sibling with all its buurten.
        ({"BU06370201"}, {"BU06370201", "WK063702", "WK063703", "BU06370301", "BU06370302"}),
        # A wijk that is hidden hides what lies in it.
        ({"WK063703"}, {"WK063703", "BU06370301", "BU06370302", "WK063702", "BU06370201"}),
    ],
)
def test_regions_that_go_with_a_region_that_tells_of_its_households(told, hidden):
    assert with_siblings(TREE, told, SIZES) == hidden


def test_the_last_wijk_takes_everything_along():
    tree = RegionTree("GM0637", ("BU06370101",))
    assert with_siblings(tree, {"BU06370101"}, dict.fromkeys(tree.codes, 1)) == set(tree.codes)


def municipality(uses: list[int], nothing: list[int]) -> BaseCube:
    """Households that use Wmo and that use nothing, per buurt of ``TREE``."""
    order = (Category((), (), "0", False), Category(("Wmo",), ("Wmo",), "1", True))
    return BaseCube(TREE, order, np.array([nothing, uses]).T)


def test_a_buurt_where_nearly_everybody_uses_the_same_is_not_published():
    figures = tabulated(municipality([95, 5, 5, 20, 20, 20], [5, 95, 95, 300, 200, 200]))
    assert regions_to_hide(round_release(figures, POLICY, SECRETS, []), POLICY) == {"BU06370101", "BU06370102"}
    frame = protect(figures, None, asked()).tables["dimensions"].frame
    hidden = set(frame[frame["status"] == "C"]["region"])
    assert hidden == {"BU06370101", "BU06370102"}


def test_a_region_of_fewer_households_than_the_threshold_is_not_published():
    figures = tabulated(municipality([5, 5, 5, 5, 5, 1], [500, 500, 500, 500, 500, 8]))
    assert regions_to_hide(round_release(figures, POLICY, SECRETS, []), POLICY) == {"BU06370301", "BU06370302"}


def test_nobody_can_name_the_group_that_uses_nothing():
    figures = tabulated(municipality([5, 5, 5, 5, 5, 5], [500, 500, 500, 500, 500, 500]))
    assert regions_to_hide(round_release(figures, POLICY, SECRETS, []), POLICY) == set()


def test_a_domain_whose_users_nearly_all_use_another_law_is_hidden_in_the_wijk_and_one_beside_it():
    order = tuple(
        sorted(
            (
                Category((), (), "0", False),
                Category(("P-wet", "SHV"), ("P-wet", "SHV"), "0", True),
                Category(("SHV",), ("SHV",), "0", True),
            )
        )
    )
    both, alone, none = (
        next(i for i, one in enumerate(order) if one.active == what) for what in (("P-wet", "SHV"), ("SHV",), ())
    )
    counts = np.zeros((6, 3), dtype=np.int64)
    counts[:, none] = 900
    counts[:, both] = [40, 40, 40, 20, 20, 20]
    counts[:, alone] = [0, 0, 0, 20, 20, 20]
    frame = protect(tabulated(BaseCube(TREE, order, counts)), None, asked()).tables["use"].frame
    shv = frame[frame["law"] == "SHV"].set_index("region")["status"]
    assert shv.to_dict() == {"GM0637": "A", "WK063701": "C", "WK063702": "C", "WK063703": "A"}


@pytest.mark.parametrize(("level", "rows"), [("gemeente", 1), ("wijk", 4), ("buurt", 10)])
def test_rows_of_a_table_by_its_smallest_region(level, rows):
    assert published_rows(TREE, level) == list(range(rows))


@pytest.mark.parametrize(
    ("with_cost", "cost", "clients", "shown"),
    [
        ((20, 40), (1000, 2000), 100, (True, True)),
        ((2, 2), (1000, 1000), 2, (False, False)),  # two households hold all cost, however large the group
        ((9, 40), (1000, 2000), 100, (False, True)),
        ((20, 25), (1000, 2000), 100, (True, False)),  # five households more than the step before
        ((20, 40), (1000, 2000), 45, (True, False)),  # five households hold what the group leaves
        ((20, 40), (150, 2000), 100, (False, True)),  # one household holds most of it
        ((20, 40), (1000, 99_990), 100, (True, False)),  # nearly everything: printed as 100 percent
        ((20, 40), (400, 2000), 100, (False, True)),  # printed as 0 percent
    ],
)
def test_steps_of_the_concentration(with_cost, cost, clients, shown):
    tree = RegionTree("GM0637", ("BU06370101",))
    rows = len(tree.codes)
    figures = {
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
    release = SimpleNamespace(
        cube=SimpleNamespace(regions=tree),
        rows={"concentration": [0, 1]},
        classes={"concentration": SimpleNamespace(keys=(("huishoudens",), ("clienthuishoudens",)))},
        counts={"concentration": {"households": np.full((rows, 2), 2000)}},
    )
    hidden = shown_concentration(table, release, POLICY, set()).hidden[:2]
    assert (~hidden == shown).all()


@pytest.mark.parametrize(("rows", "tens"), [(0, 0), (1, 0), (4, 0), (5, 10), (14, 10), (15, 20), (1234, 1230)])
def test_rows_in_tens(rows, tens):
    assert to_tens(rows) == tens


def test_quality_is_in_tens():
    quality = pd.DataFrame({"source": ["rmc", "rmc"], "method": ["bsn", "unmatched"], "rows": [1, 57]})
    frame = protect(tabulated(cube(1, 2, 2, 500)), quality, asked()).tables["quality"].frame
    assert frame["rows"].tolist() == [0, 60]
    assert frame["share_pct"].tolist() == [0.0, 100.0]


def test_a_rounding_that_tells_too_much_is_drawn_again_and_then_refused(monkeypatch):
    tried = []

    def too_much(_tables, _terms):
        tried.append(1)
        return Audit((Finding("stacking", "narrow", 2),), 10)

    monkeypatch.setattr(protection, "audit", too_much)
    with pytest.raises(RefusedByDisclosureControl, match=r"release_exposed: stacking: 2 figure\(s\), rule narrow"):
        protect(tabulated(cube(1, 2, 2, 500)), None, asked())
    assert len(tried) == 5


def test_every_table_of_a_run_with_costs():
    made = protect(tabulated_with_costs(cube(5, 3, 3, 2500), 5), None, asked())
    counts = made.facts.counts
    assert counts["audit:found"] == 0
    assert counts["costs:hidden"] < counts["costs:cells"]
    shown = made.tables["costs"].frame.query("status == 'A'")
    assert (shown["cost_eur"] % 1000 == 0).all()
    means = shown[shown["households"] > 0]
    exact = means["cost_eur"].astype(float) / means["households"].astype(float)
    assert (np.abs(means["mean_cost_eur"].astype(float) - exact) <= 0.5).all()


def test_costs_that_an_earlier_release_printed_and_that_have_not_moved_stay_in_print():
    """Hiding what everybody knows protects nobody; what is hidden beside it has to hold without it."""
    true = tabulated_with_costs(cube(5, 3, 3, 2500), 5)
    first = protect(true, None, asked()).record
    assert _hidden(protect(true, None, asked("r2", earlier=(first,))).record) == _hidden(first)
    shown = next(label for label, one in first.figures.items() if "|cost_eur|" in label and (one.figure or 0) > 10_000)
    closed = first.model_copy(
        update={"figures": {label: one for label, one in first.figures.items() if label == shown}}
    )
    assert shown not in _hidden(protect(true, None, asked("r2", earlier=(closed,))).record)


def _hidden(record) -> set[str]:
    return {label for label, one in record.figures.items() if "|cost_eur|" in label and one.figure is None}
