"""The tree of regions."""

import numpy as np
import pytest

from outputs.regions import RegionTree, wijk_of

TREE = RegionTree("GM0637", ("BU06370101", "BU06370102", "BU06370201", "BU06379999"))


def test_every_region_in_the_order_of_the_rows():
    assert TREE.wijken == ("WK063701", "WK063702", "WK063799")
    assert TREE.codes == ("GM0637", *TREE.wijken, *TREE.buurten)
    assert wijk_of("BU06370102") == "WK063701"
    assert [TREE.children(wijk) for wijk in TREE.wijken] == [[4, 5], [6], [7]]


def test_parts_add_up_and_the_largest_stays_the_largest():
    per_buurt = np.array([[1, -5], [2, 0], [4, 7], [8, 1]])
    assert TREE.rolled_up(per_buurt).tolist() == [[15, 3], [3, -5], [4, 7], [8, 1], *per_buurt.tolist()]
    assert TREE.largest(per_buurt).tolist() == [[8, 7], [2, 0], [4, 7], [8, 1], *per_buurt.tolist()]


@pytest.mark.parametrize(
    "buurten",
    [
        (),
        ("BU06370102", "BU06370101"),
        ("BU06370101", "BU06370101"),
        ("BU05990101",),
        ("BU05990101", "BU06370101"),
        ("WK06370101",),
    ],
)
def test_other_buurten_are_refused(buurten):
    with pytest.raises(ValueError, match="buurt"):
        RegionTree("GM0637", buurten)
