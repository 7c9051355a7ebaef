"""Every true table is a sum over the base cube: the cube tabulated from households is the one they were made from."""

import numpy as np
import pytest
from cubes import DOMAINS, POLICY, SECRETS, cube, tabulated, tabulated_with_costs
from followed_municipalities import municipality, of_rows, rows_of

from outputs.base_cube import BaseCube, Category
from outputs.disclosure.round_release import round_release
from outputs.marks import told_by_marks
from outputs.regions import RegionTree
from schemas.domains import TOTAL


def counts_by_label(of: BaseCube) -> dict[tuple[str, str], int]:
    return {
        (buurt, category.label): int(of.counts[row, column])
        for row, buurt in enumerate(of.regions.buurten)
        for column, category in enumerate(of.categories)
        if of.counts[row, column]
    }


def test_households_come_back_as_the_cube_that_they_were_made_from():
    made = cube(4, 2, 3, 900)
    assert counts_by_label(tabulated_with_costs(made, 4).cube) == counts_by_label(made)


def test_each_table_counts_what_its_name_says():
    tree = RegionTree("GM0637", ("BU06370101",))
    both = Category(("P-wet", "SHV"), ("P-wet", "SHV"), "0", True)
    care = Category(("Jeugd",), ("Jeugd",), "2", True)
    none = Category((), (), "0", False)
    order = tuple(sorted((both, care, none)))
    number = {both: 3, care: 5, none: 100}
    of = BaseCube(tree, order, np.array([[number[one] for one in order]]))
    figures = tabulated(of, ("stacking", "dimensions", "use", "providers", "costs", "concentration"))

    def figure(table: str, *keys: str, name: str = "households") -> int:
        classes = figures.classes(table)
        return int(classes.counted(of)[name][0, classes.keys.index(keys)])

    assert [figure("stacking", key) for key in ("geen", "P-wet", "Jeugd", TOTAL)] == [100, 3, 5, 108]
    assert [figure("dimensions", key) for key in ("geen", "1D", "2D", "3-4D")] == [100, 5, 3, 0]
    assert [figure("use", law) for law in DOMAINS] == [5, 3, 0, 3, 0]
    assert [figure("use", law, name="multiple_households") for law in DOMAINS] == [0, 0, 0, 3, 0]
    assert [figure("providers", key) for key in ("0", "1", "2", TOTAL)] == [103, 0, 5, 108]
    assert [figure("costs", *key) for key in (("P-wet", "SHV"), ("P-wet", TOTAL), (TOTAL, TOTAL))] == [3, 3, 8]
    assert [figure("concentration", key) for key in ("huishoudens", "clienthuishoudens")] == [108, 8]


@pytest.mark.parametrize("counts", [[[1, 2]], [[-1]]])
def test_a_cube_holds_households_of_its_categories(counts):
    with pytest.raises(ValueError, match="counts are not households"):
        BaseCube(RegionTree("GM0637", ("BU06370101",)), (Category((), (), "0", False),), np.array(counts))


def test_what_was_used_before_is_rounded_as_what_is_used_now():
    """Households that used Jeugd half a year ago, or have a trajectory of debt help, are as sensitive as users."""
    told = {
        ("past=Jeugd",): {"Jeugd"},
        ("left=vertrokken", "past=P-wet+SHV"): {"P-wet", "SHV"},
        ("past=geen",): set(),
        ("past=nieuw",): set(),
        ("past=onbekend",): set(),
        ("group=aanpak", "schuldhulp:kort=started"): {"SHV"},
        ("group=overig", "reintegratie:kort=started"): set(),
    }
    for marks, domains in told.items():
        assert told_by_marks(Category((), (), "0", False, marks)) == domains
    order = tuple(sorted(Category((), (), "0", False, marks) for marks in told))
    counts = np.full((1, len(order)), 7)
    figures = tabulated(BaseCube(RegionTree("GM0637", ("BU06370101",)), order, counts), ("transitions",))
    rounded = round_release(figures, POLICY, SECRETS, ()).cube.counts[0]
    sensitive = [bool(told[one.marks] & {"Jeugd", "SHV"}) for one in order]
    assert all(count % 10 == 0 for count, touched in zip(rounded, sensitive, strict=True) if touched)


def test_costs_of_the_costliest_in_a_buurt_that_everybody_left():
    made = municipality(2, 2, 2, 300, ("concentration", "flow"))
    emptied = rows_of(2, 2, 2, 300)
    emptied.past.append((None, "BU06379999", "ended", 1, 1, 1))
    assert "BU06379999" not in made.cube.regions.buurten
    assert "BU06379999" in of_rows(emptied, ("concentration", "flow")).cube.regions.buurten


def test_flow_leaves_out_households_that_cannot_be_followed():
    marks = [("left=onbekend", "past=P-wet"), ("left=vertrokken", "past=P-wet")]
    order = tuple(sorted(Category((), (), "0", False, one) for one in marks))
    of = BaseCube(RegionTree("GM0637", ("BU06370101",)), order, np.array([[7, 20]]))
    classes = tabulated(of, ("flow",)).classes("flow")
    assert classes.counted(of)["outflow"][0, classes.keys.index(("P-wet",))] == 20
