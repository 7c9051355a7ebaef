"""Nearly all of a class going one way tells of each of its households: the wijk is left out, with a sibling."""

import numpy as np
import pytest
from cubes import POLICY, SECRETS, asked

from outputs.base_cube import BaseCube, Category
from outputs.disclosure.protect import protect
from outputs.disclosure.round_release import round_release
from outputs.disclosure.small_groups import regions_to_hide
from outputs.disclosure.telling_shares import regions_telling
from outputs.regions import RegionTree
from outputs.tabulate import Tabulated

WIJKEN = ("BU06370101", "BU06370201", "BU06370301")


def told(table: str, households: dict[tuple[str, tuple[str, ...]], tuple[int, int, int]]) -> set[str]:
    """The wijken that a table leaves out; households per mark and active domains, for each of three wijken."""
    categories = {
        Category(active, (), "0", False, tuple(marks.split())): n for (marks, active), n in households.items()
    }
    order = sorted(categories)
    cube = BaseCube(RegionTree("GM0637", WIJKEN), tuple(order), np.array([categories[one] for one in order]).T)
    tabulated = Tabulated(cube, ("Jeugd", "P-wet", "Wmo", "SHV"), (table,), {})
    return regions_telling(round_release(tabulated, POLICY, SECRETS, ()), POLICY)


JEUGD, WMO, NONE = ("Jeugd",), ("Wmo",), ()


@pytest.mark.parametrize(
    ("table", "households", "expected"),
    [
        # nearly all of Jeugd leave in wijk 01; wijk 02 is the smallest sibling
        (
            "transitions",
            {
                ("past=Jeugd", NONE): (100, 50, 50),
                ("past=Jeugd", JEUGD): (0, 50, 90),
                ("past=geen", NONE): (300, 300, 600),
            },
            {"WK063701", "WK063702", "BU06370101", "BU06370201"},
        ),
        # nearly all who are in Wmo now came from Jeugd
        (
            "transitions",
            {
                ("past=Jeugd", WMO): (100, 50, 50),
                ("past=geen", WMO): (0, 50, 90),
                ("past=Jeugd", JEUGD): (300, 300, 600),
            },
            {"WK063701", "WK063702", "BU06370101", "BU06370201"},
        ),
        # to stay is no news, nor is to have used nothing before
        ("transitions", {("past=Jeugd", JEUGD): (100, 100, 100), ("past=geen", NONE): (300, 300, 600)}, set()),
        ("transitions", {("past=geen", WMO): (10, 10, 10), ("past=Wmo", WMO): (90, 90, 90)}, set()),
        # a few households drown in the rounding
        ("transitions", {("past=Jeugd", NONE): (5, 5, 5), ("past=geen", NONE): (300, 300, 600)}, set()),
        (
            "flow",
            {
                ("past=Jeugd", NONE): (100, 50, 50),
                ("past=Jeugd", JEUGD): (0, 50, 90),
                ("past=geen", NONE): (300, 300, 600),
            },
            {"WK063701", "WK063702", "BU06370101", "BU06370201"},
        ),
        (
            "duration",
            {("duration=5+", WMO): (100, 50, 50), ("duration=0-1", WMO): (0, 50, 90), ("", NONE): (300, 300, 600)},
            {"WK063701", "WK063702", "BU06370101", "BU06370201"},
        ),
        ("duration", {("duration=onbekend", WMO): (100, 100, 100), ("", NONE): (300, 300, 600)}, set()),
        (
            "relapse",
            {("relapse=1+", WMO): (100, 50, 50), ("relapse=1-", NONE): (0, 50, 90), ("", NONE): (300, 300, 600)},
            {"WK063701", "WK063702", "BU06370101", "BU06370201"},
        ),
        ("stacking", {("", WMO): (100, 100, 100)}, set()),
    ],
)
def test_regions_left_out(table, households, expected):
    assert told(table, households) == expected


def cube_of(households: dict[Category, tuple[int, ...]], buurten: tuple[str, ...] = WIJKEN) -> BaseCube:
    order = sorted(households)
    return BaseCube(RegionTree("GM0637", buurten), tuple(order), np.array([households[one] for one in order]).T)


NOBODY = Category((), (), "0", False)


def apart(table: str, households: dict[Category, tuple[int, ...]]) -> set[str]:
    """The wijken that no table shows when a purpose has this table alone."""
    tabulated = Tabulated(cube_of(households), ("Jeugd", "P-wet", "Wmo", "SHV"), (table,), {})
    hidden = regions_to_hide(round_release(tabulated, POLICY, SECRETS, ()), POLICY)
    return {code for code in hidden if code.startswith("WK")}


@pytest.mark.parametrize("table", ["use", "transitions", "flow", "duration", "stacking"])
def test_small_and_telling_wijken_are_shown_in_no_table_whatever_a_purpose_prints(table):
    on_benefit = Category(("P-wet",), ("P-wet",), "0", True)
    assert apart(table, {NOBODY: (300, 300, 300), on_benefit: (30, 30, 30)}) == set()
    assert apart(table, {NOBODY: (5, 300, 400)}) == {"WK063701", "WK063702"}
    assert apart(table, {NOBODY: (4, 300, 400), on_benefit: (170, 30, 30)}) == {"WK063701", "WK063702"}


def test_a_wijk_where_only_households_that_are_no_more_lived_is_shown_in_no_table():
    gone = Category((), (), "0", False, ("left=vertrokken", "past=P-wet"))
    assert apart("flow", {NOBODY: (0, 300, 400), gone: (1, 0, 0)}) == {"WK063701", "WK063702"}
    assert apart("flow", {NOBODY: (500, 300, 400), gone: (1, 0, 0)}) == set()


def test_what_one_table_over_time_tells_the_others_leave_out_too():
    """A wijk that only transitions would hide follows from flow, when flow is printed for it."""
    marks = [
        ("past=Jeugd", NONE, (100, 50, 50)),
        ("past=Jeugd", JEUGD, (0, 50, 90)),
        ("past=geen", NONE, (300, 300, 600)),
    ]
    cube = cube_of({Category(active, (), "0", False, (mark,)): count for mark, active, count in marks})
    tables = ("transitions", "dimension_transitions", "flow")
    made = protect(Tabulated(cube, ("Jeugd", "P-wet", "Wmo", "SHV"), tables, {}), None, asked())
    withheld = {}
    for table in tables:
        frame = made.tables[table].frame
        withheld[table] = set(frame.loc[frame["status"] == "C", "region"])
    assert set(map(frozenset, withheld.values())) == {frozenset({"WK063701", "WK063702"})}


def hidden_by_level(level: str) -> set[str]:
    """The wijken that no table shows, when nearly all of wijk 01 stand on one step of the family pyramid."""
    order = [Category((), (), "0", False, (f"level={name}",)) for name in ("0", "1", "geen")]
    here = [300 if one.mark("level") == level else 10 for one in order]
    cube = BaseCube(RegionTree("GM0637", WIJKEN), tuple(order), np.array([here, [100, 100, 100], [200, 200, 200]]))
    tabulated = Tabulated(cube, ("Jeugd", "P-wet", "Wmo", "SHV"), ("pyramid",), {})
    return regions_to_hide(round_release(tabulated, POLICY, SECRETS, ()), POLICY)


def test_to_stand_on_no_step_of_the_pyramid_is_no_news_but_the_lowest_step_is():
    assert hidden_by_level("geen") == set()
    assert "WK063701" in hidden_by_level("0")
    assert "WK063701" in hidden_by_level("1")
