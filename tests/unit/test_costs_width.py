"""How closely hidden costs can be found, and what else is hidden when that is too closely."""

import numpy as np
import pytest
from scipy import sparse

from outputs.disclosure import interval_repair
from outputs.disclosure.attacker import Relations, intervals
from outputs.disclosure.interval_repair import BESIDE_SENSITIVE, CostPrecision, widened
from outputs.disclosure.suppression import CellSystem
from outputs.true_tables import Equation
from schemas.errors import RefusedByDisclosureControl

PRECISION = CostPrecision(rounding_eur=1000, width_pct=10, negative=False)
THOUSAND = 100_000


def rectangle(cells, *, sensitive, empty=()):
    """A table of costs in thousands of euros with its margins, row by row; sensitive and empty cells by number."""
    inner = np.array(cells, dtype=float) * THOUSAND
    whole = np.vstack([inner, inner.sum(axis=0)])
    whole = np.hstack([whole, whole.sum(axis=1, keepdims=True)])
    rows, columns = whole.shape
    number = np.arange(whole.size).reshape(rows, columns)
    flags = np.isin(number.ravel(), list(sensitive))
    families = tuple(
        tuple(Equation(int(line[-1]), tuple(map(int, line[:-1]))) for line in lines) for lines in (number, number.T)
    )
    weight = np.maximum(whole.ravel(), 1)
    weight[list(empty)] = np.inf
    return CellSystem(families, whole.ravel(), flags, np.zeros_like(flags), weight)


def hidden_after(system, before, precision=PRECISION):
    flags = np.isin(np.arange(len(system.value)), list(before))
    return set(np.flatnonzero(widened(system, flags, precision)).tolist())


def test_a_cell_that_lies_free_needs_nothing():
    """Four hidden corners of equal size: each can be nothing, or twice what it is."""
    system = rectangle([[50, 50, 90], [50, 50, 90], [90, 90, 90]], sensitive=[0])
    assert hidden_after(system, {0, 1, 4, 5}) == {0, 1, 4, 5}


def test_a_cell_that_a_small_one_pins_gets_the_lightest_others_beside_it():
    """The hidden corner of one thousand moves by one thousand at most, and so do the others, of which one is large."""
    cells = [[900, 1, 70, 600], [1, 1, 70, 600], [70, 70, 70, 600], [600, 600, 600, 600]]
    system = rectangle(cells, sensitive=[0])
    pinned = {0, 1, 5, 6}
    added = hidden_after(system, pinned) - pinned
    assert added
    assert set(system.value[list(added)]) == {70 * THOUSAND}


def test_a_cell_hidden_beside_others_may_be_found_more_closely():
    cells = [[100, 3, 90], [3, 3, 90], [90, 90, 90]]
    pinned = {0, 1, 4, 5}
    assert 100 * 10 / 100 / BESIDE_SENSITIVE < 3 + 3 < 100 * 10 / 100
    assert hidden_after(rectangle(cells, sensitive=[1]), pinned) == pinned
    assert hidden_after(rectangle(cells, sensitive=[0]), pinned) > pinned


def test_the_rounding_of_what_is_printed_hides_small_costs():
    """A cost of 3,000 euros in a table where every printed figure may be off by 500."""
    system = rectangle([[3, 40, 40], [40, 40, 40], [40, 40, 40]], sensitive=[0])
    assert hidden_after(system, {0}) == {0}
    sharp = CostPrecision(rounding_eur=1, width_pct=10, negative=False)
    assert hidden_after(system, {0}, sharp) > {0}


def test_where_costs_may_be_negative_no_small_cell_pins_another():
    cells = [[900, 1, 70], [1, 1, 70], [70, 70, 70]]
    pinned, negative = {0, 1, 4, 5}, CostPrecision(rounding_eur=1000, width_pct=10, negative=True)
    assert hidden_after(rectangle(cells, sensitive=[0]), pinned) > pinned
    assert hidden_after(rectangle(cells, sensitive=[0]), pinned, negative) == pinned


def test_an_empty_cell_does_not_move():
    system = rectangle([[50, 0, 90], [0, 50, 90], [90, 90, 90]], sensitive=[0], empty=[1, 4])
    found = hidden_after(system, {0})
    assert found > {0}
    assert not found & {1, 4}


def test_the_attackers_own_arithmetic_finds_the_same_width():
    rng = np.random.default_rng(1)
    system = rectangle(rng.integers(1, 400, (5, 6)), sensitive=[0, 8, 17])
    hidden = sorted(hidden_after(system, {0, 1, 7, 8, 16, 17}))
    value = system.value / THOUSAND
    lower, upper = np.rint(value) - 0.5, np.rint(value) + 0.5
    lower[hidden], upper[hidden] = 0, np.inf
    sums = np.zeros((len(system.equations), len(value)))
    for row, equation in enumerate(system.equations):
        sums[row, equation.total], sums[row, list(equation.parts)] = 1, -1
    zeros = np.zeros(len(sums))
    known = Relations(np.maximum(lower, 0), upper, sparse.csr_array(sums), zeros, zeros, whole=False)
    found = intervals(known, sparse.csr_array(np.eye(len(value))[hidden]))
    share = np.where(system.sensitive[hidden], 1, 1 / BESIDE_SENSITIVE) * PRECISION.width_pct / 100
    assert (found.high - found.low >= share * value[hidden] - 1e-5).all()


def test_refused_when_no_solver_finds_a_way(monkeypatch):
    class GivenUp:
        status = 4

    monkeypatch.setattr(interval_repair, "linprog", lambda *_, **__: GivenUp())
    system = rectangle([[900, 1], [1, 1]], sensitive=[0])
    with pytest.raises(RefusedByDisclosureControl, match="cost_exposed"):
        hidden_after(system, {0, 1, 3, 4})
