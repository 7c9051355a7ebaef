"""Nearly all of a class going one way tells of each of its households: the wijk is left out, with a sibling."""

import numpy as np
import pytest
from cubes import POLICY, SECRETS

from outputs.base_cube import BaseCube, Category
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
    return regions_telling(table, round_release(tabulated, POLICY, SECRETS, ()), POLICY)


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
