"""Which costs may not be known, at both sides of every limit; and what several cells are as one figure."""

import numpy as np
import pytest

from outputs.disclosure.cost_rules import Contributions, sensitive
from outputs.regions import RegionTree
from outputs.true_tables import TrueTable
from schemas.disclosure_policy import DisclosurePolicy

POLICY = DisclosurePolicy(threshold=10, dominance_pct=50, p_pct=10, cost_rounding_eur=1000)


def cells(*rows):
    """Households, cost, largest, second, and if named: cost of providers, their largest and second."""
    figures = np.array([[*row, *([0] * (7 - len(row)))] for row in rows], dtype=np.int64)
    return Contributions(*figures.T)


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        ((0, 0, 0, 0), False),
        ((1, 1000, 1000, 0), True),
        ((9, 9000, 1000, 1000), True),
        ((10, 10_000, 1000, 1000), False),
        ((10, 0, 0, 0), False),  # ten households without cost: nothing is told of any of them
        # dominance: half of the cost is too much, as GaussSuppression has it
        ((20, 10_000, 4999, 1000), False),
        ((20, 10_000, 5000, 1000), True),
        # p%: the others must hold ten percent of the largest, and exactly ten percent is enough
        ((20, 10_000, 4999, 4501), False),
        ((20, 10_000, 4999, 4502), True),
        # credits: contributions are absolute, the cost is the sum as printed
        ((20, -10_000, 3000, 1000), True),
        ((20, 0, 500, 500), True),
        # providers: the same limits
        ((20, 10_000, 1000, 1000, 10_000, 4999, 1000), False),
        ((20, 10_000, 1000, 1000, 10_000, 5000, 1000), True),
        ((20, 10_000, 1000, 1000, 10_000, 4999, 4501), False),
        ((20, 10_000, 1000, 1000, 10_000, 4999, 4502), True),
        # a provider of a small part of a cost says little of it
        ((20, 10_000, 1000, 1000, 500, 500, 0), False),
    ],
)
def test_limits(cell, flag):
    assert cells(cell).sensitive(POLICY).tolist() == [flag]


def test_every_region_and_category_of_a_table():
    tree = RegionTree("GM0637", ("BU06370101",))
    small = np.array([[True, False]] * 3)
    names = ("cost_cent", "largest_cent", "second_cent")
    figures = {name: np.full((3, 2), amount) for name, amount in zip(names, (10_000, 1000, 1000), strict=True)}
    figures |= {f"provider_{name}": np.zeros((3, 2), dtype=np.int64) for name in names}
    table = TrueTable("costs", tree, (("a", "x"), ("b", "x")), (), {"households": np.where(small, 9, 10), **figures})
    assert sensitive(table, POLICY).tolist() == small.tolist()


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        ((1, 1000, 1000, 0), True),
        ((2, 1000, 1000, 0), False),
        ((30, 1000, 100, 100, 1000, 1000, 0), True),  # one provider, of the whole cost
        ((30, 1000, 100, 100, 1000, 900, 100), False),
        ((30, 1500, 100, 100, 1000, 1000, 0), False),  # a part of the cost is not its own
        ((30, 0, 0, 0), False),
        ((30, 0, 100, 100), False),
        ((30, -1000, 100, 100, -1000, 1000, 0), True),
    ],
)
def test_who_knows_a_whole_cell(cell, flag):
    assert cells(cell).lone.tolist() == [flag]


def together(*rows, disjoint):
    sum_of = cells(*rows).together(range(len(rows)), disjoint=disjoint)
    return [int(figure[0]) for figure in vars(sum_of).values()]


def test_disjoint_cells_have_the_largest_of_all_their_households():
    rows = [(5, 100, 40, 30, 80, 50, 30), (7, 200, 35, 20, 200, 90, 60)]
    assert together(*rows, disjoint=True) == [12, 300, 40, 35, 280, 140, 90]


def test_one_household_may_be_the_largest_of_every_cell_that_overlaps():
    rows = [(5, 100, 40, 30), (7, 200, 35, 20)]
    assert together(*rows, disjoint=False)[:4] == [7, 300, 75, 50]


def test_one_cell_alone_is_itself():
    row = (5, 100, 40, 30, 80, 50, 30)
    assert together(row, disjoint=True) == together(row, disjoint=False) == list(row)
