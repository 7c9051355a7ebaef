"""Every true table is a sum over the base cube: the cube tabulated from households is the one they were made from."""

import numpy as np
import pytest
from cubes import DOMAINS, cube, tabulated, tabulated_with_costs

from outputs.base_cube import BaseCube, Category
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
