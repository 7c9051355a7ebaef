"""Suppression against an outsider who solves the whole table at once, while the product works layer by layer."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outsider import calculable, dominated_remainders, thin_remainders

from outputs import costs
from outputs.disclosure import protect as protection
from outputs.disclosure.suppression import Cells, Money, suppress
from outputs.regions import RegionTree
from outputs.true_tables import Equation, TrueTable
from schemas.domains import COMBINATIONS, TOTAL
from schemas.period import HalfYear
from schemas.purpose import DisclosurePolicy

HALF_YEAR = HalfYear(2018, 1)
THRESHOLD = 10
POLICY = DisclosurePolicy(threshold=THRESHOLD, dominance_pct=50, cost_rounding_eur=1000)
SETTINGS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Zeros, small figures, figures around the threshold and large ones, so that every rule meets every other.
COUNTS = st.sampled_from([0, 0, 0, 1, 2, 4, 5, 7, 9, 10, 11, 14, 20, 35, 80, 300])


@st.composite
def trees(draw, max_wijken=4, max_buurten=4):
    sizes = draw(st.lists(st.integers(1, max_buurten), min_size=1, max_size=max_wijken))
    codes = (f"BU0637{wijk:02d}{buurt:02d}" for wijk, size in enumerate(sizes) for buurt in range(size))
    return RegionTree("GM0637", tuple(codes))


def drawn(draw, rows, columns, figures=COUNTS):
    values = draw(st.lists(figures, min_size=rows * columns, max_size=rows * columns))
    return np.array(values, dtype=np.int64).reshape(rows, columns)


def assert_safe(cells, primary):
    hidden = suppress(cells, primary)
    assert not (primary & ~hidden).any()
    assert not calculable(cells, hidden).any()
    assert thin_remainders(cells, hidden) == []
    return hidden


@st.composite
def counts(draw):
    """A table with one total over its categories, such as stacking."""
    tree, width = draw(trees()), draw(st.integers(1, 6))
    parts = drawn(draw, len(tree.buurten), width)
    households = tree.rolled_up(np.hstack([parts, parts.sum(axis=1, keepdims=True)]))
    return Cells(tree, (Equation(width, tuple(range(width))),), households, households, THRESHOLD)


@SETTINGS
@given(counts())
def test_one_total_over_categories(cells):
    assert_safe(cells, (cells.households > 0) & (cells.households < THRESHOLD))


def test_a_cell_of_the_only_buurt_of_a_wijk_hides_the_wijk_and_what_gives_that_back():
    tree = RegionTree("GM0637", ("BU06370101", "BU06370201", "BU06370202", "BU06370301"))
    households = tree.rolled_up(np.array([[20], [30], [40], [50]]))
    primary = np.zeros(households.shape, dtype=bool)
    primary[tree.codes.index("BU06370101")] = True
    hidden = assert_safe(Cells(tree, (), households, households, THRESHOLD), primary)
    assert [code for code, flag in zip(tree.codes, hidden[:, 0], strict=True) if flag] == [
        *("WK063701", "WK063703", "BU06370101", "BU06370301"),
    ]


@st.composite
def uses(draw):
    """Multiple and single use per law."""
    tree, laws = draw(trees()), draw(st.integers(1, 4))
    multiple, single = (drawn(draw, len(tree.buurten), laws) for _ in range(2))
    figures = {"households": tree.rolled_up(multiple + single), "multiple_households": tree.rolled_up(multiple)}
    return TrueTable("use", tree, tuple((f"law {number}",) for number in range(laws)), (), figures)


@SETTINGS
@given(uses())
def test_all_multiple_and_single_use(table):
    households, multiple = table.figures["households"], table.figures["multiple_households"]
    laws = households.shape[1]
    cells = np.hstack([households, multiple, households - multiple])
    equations = tuple(Equation(law, (laws + law, 2 * laws + law)) for law in range(laws))
    whole = Cells(table.regions, equations, cells, cells, THRESHOLD)
    primary = (cells > 0) & (cells < THRESHOLD)
    assert_safe(whole, primary)

    # As published: a row shows all of its three cells or none, and none that is small can be calculated.
    published = protection.protect({"use": table}, None, HALF_YEAR, POLICY).tables["use"].frame
    rows = (published["status"] == "C").to_numpy().reshape(households.shape)
    hidden = np.hstack([rows, rows, rows])
    assert not (primary & ~hidden).any()
    assert not (calculable(whole, hidden) & primary).any()


@st.composite
def cost_tables(draw):
    """Costs of combinations by domain: a household has cost in one domain or more, so domains overlap."""
    tree, domains = draw(trees(max_wijken=3, max_buurten=3)), draw(st.integers(1, 2))
    combinations = draw(st.integers(1, 3))
    buurten = len(tree.buurten)
    behind = np.zeros((buurten, len(COMBINATIONS), domains + 1), dtype=np.int64)
    cost, largest = behind.copy(), behind.copy()
    for buurt in range(buurten):
        for row in range(combinations):
            members = draw(COUNTS)
            inside = [draw(st.integers(0, members)) for _ in range(domains)]
            behind[buurt, row, :domains] = inside
            behind[buurt, row, domains] = min(members, sum(inside)) if sum(inside) else 0
            cost[buurt, row, :domains] = [number * draw(st.sampled_from([0, 1000, 70_000])) for number in inside]
            cost[buurt, row, domains] = cost[buurt, row, :domains].sum()
            share = draw(st.sampled_from([10, 10, 10, 70]))
            largest[buurt, row] = [
                amount * share // 100 if number > 1 else amount
                for amount, number in zip(cost[buurt, row], behind[buurt, row], strict=True)
            ]
    with_total = [np.concatenate([one, one.sum(axis=1)[:, None]], axis=1) for one in (behind, cost)]
    with_total.append(np.concatenate([largest, largest.max(axis=1)[:, None]], axis=1))
    households, cents = (tree.rolled_up(one.reshape(buurten, -1)) for one in with_total[:2])
    names = (*(f"domain {number}" for number in range(domains)), TOTAL)
    categories = tuple((combination, domain) for combination in (*COMBINATIONS, TOTAL) for domain in names)
    figures = {
        "households": households,
        "cost_cent": cents,
        "largest_cent": tree.largest(with_total[2].reshape(buurten, -1)),
    }
    return TrueTable("costs", tree, categories, costs._equations(domains + 1), figures)


@settings(SETTINGS, max_examples=100)
@given(cost_tables())
def test_costs_by_combination_and_domain(table):
    households, cost, largest = (table.figures[name] for name in ("households", "cost_cent", "largest_cent"))
    small = (households > 0) & (households < THRESHOLD)
    dominated = (households > 0) & (100 * largest > POLICY.dominance_pct * cost)
    primary = small | dominated
    weight = np.where(households > 0, np.maximum(abs(cost), 1), 0)
    money = Money(cost, largest, POLICY.dominance_pct)
    cells = Cells(table.regions, table.equations, households, weight, THRESHOLD, money)
    hidden = assert_safe(cells, primary)
    assert dominated_remainders(cells, hidden) == []

    published = protection.protect({"costs": table}, None, HALF_YEAR, POLICY).tables["costs"].frame
    assert (published["status"] == "C").to_numpy().reshape(hidden.shape).tolist() == hidden.tolist()


def test_what_a_total_leaves_is_not_the_cost_of_one_household():
    """A hidden cell of which one household holds 95%, and the lightest cell beside it, leave that household too."""
    tree = RegionTree("GM0637", ("BU06370101", "BU06370201", "BU06370301"))
    households = tree.rolled_up(np.array([[30], [20], [50]]))
    cost = tree.rolled_up(np.array([[1_000_000], [20_000], [4_000_000]]))
    largest = tree.largest(np.array([[950_000], [2_000], [100_000]]))
    cells = Cells(tree, (), households, cost, THRESHOLD, Money(cost, largest, 50))
    hidden = assert_safe(cells, cells.money.dominated())
    assert dominated_remainders(cells, hidden) == []
    assert hidden[1:4, 0].all()


def left_below_hidden_wijken(cells, hidden):
    """Households behind: a visible municipality minus its visible wijken and the visible buurten of the hidden ones."""
    tree, left = cells.regions, []
    for column in np.flatnonzero(~hidden[0]):
        rows = [row for row, _ in enumerate(tree.wijken, start=1) if hidden[row, column]]
        below = [child for row in rows for child in tree.children(tree.wijken[row - 1]) if hidden[child, column]]
        left.append(int(cells.households[below, column].sum()))
    return left


@SETTINGS
@given(counts())
def test_what_a_municipality_leaves_below_its_hidden_wijken_is_no_small_group(cells):
    hidden = assert_safe(cells, (cells.households > 0) & (cells.households < THRESHOLD))
    assert not [left for left in left_below_hidden_wijken(cells, hidden) if 0 < left < THRESHOLD]


def test_hidden_buurten_of_two_wijken_are_no_small_group_together():
    tree = RegionTree("GM0637", tuple(f"BU0637{code}" for code in ("0101", "0102", "0201", "0202", "0203", "0301")))
    households = tree.rolled_up(np.array([[1], [1], [3], [4], [13], [100]]))
    cells = Cells(tree, (), households, households, THRESHOLD)
    hidden = suppress(cells, (households > 0) & (households < THRESHOLD))
    assert left_below_hidden_wijken(cells, hidden) == [22]
