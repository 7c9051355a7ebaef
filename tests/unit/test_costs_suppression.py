"""Which cells stay hidden beside the sensitive ones, in systems of a few cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.disclosure.exactness import PossibleChanges
from outputs.disclosure.suppression import CellSystem, suppressed
from outputs.true_tables import Equation
from schemas.errors import RefusedByDisclosureControl


def system(values, *families, sensitive=(), lone=(), unpublished=(), empty=(), told=(), together=None):
    """Cells by name; an equation is written ``"T = a b c"``, and the cells of a family stand in one tuple."""
    names = list(values)

    def flags(some):
        return np.array([name in some for name in names])

    def equation(text):
        total, parts = text.split(" = ")
        return Equation(names.index(total), tuple(names.index(part) for part in parts.split()))

    weight = np.maximum(np.abs(np.array(list(values.values()), dtype=float)), 1)
    weight[flags(unpublished)] = 0
    weight[flags(empty)] = np.inf
    extra = {} if together is None else {"together": lambda cells, _: together({names[cell] for cell in cells})}
    return CellSystem(
        families=tuple(tuple(equation(text) for text in family) for family in families),
        value=np.array(list(values.values()), dtype=float),
        sensitive=flags(sensitive) | flags(lone),
        lone=flags(lone),
        weight=weight,
        told=flags(told),
        **extra,
    )


def hidden(values, *families, **how):
    return {name for name, flag in zip(values, suppressed(system(values, *families, **how)), strict=True) if flag}


ROW = {"T": 60, "a": 10, "b": 20, "c": 30}


def test_the_lightest_other_cell_is_hidden_too():
    assert hidden(ROW, ("T = a b c",), sensitive="b") == {"a", "b"}


def test_nothing_is_hidden_where_nothing_is_sensitive():
    assert hidden(ROW, ("T = a b c",)) == set()


def test_a_cell_that_is_not_published_anyway_is_enough():
    assert hidden(ROW, ("T = a b c",), sensitive="b", unpublished="c") == {"b", "c"}


def test_an_empty_cell_protects_nothing():
    values = {"T": 50, "a": 0, "b": 20, "c": 30}
    assert hidden(values, ("T = a b c",), sensitive="b", empty="a") == {"b", "c"}


def test_a_rectangle_of_a_table_with_two_margins():
    values = {"a": 1, "b": 20, "c": 30, "d": 40, "ab": 21, "cd": 70, "ac": 31, "bd": 60, "T": 91}
    rows, columns = ("ab = a b", "cd = c d", "T = ac bd"), ("ac = a c", "bd = b d", "T = ab cd")
    assert hidden(values, rows, columns, sensitive="a") == {"a", "b", "c", "d"}


def test_a_total_of_one_cell_is_that_cell():
    values = {"T": 50, "A": 20, "B": 30, "a": 20, "b": 30}
    assert hidden(values, ("T = A B", "A = a", "B = b"), sensitive="a") == {"A", "a", "B", "b"}


def test_what_two_breakdowns_of_one_total_give_together():
    """a + b is c + d by way of their totals: with a, b and c known, d is."""
    values = {"T": 30, "a": 12, "b": 18, "c": 25, "d": 5}
    assert hidden(values, ("T = a b",), ("T = c d",), sensitive="d") == {"c", "d"}
    assert hidden(values, ("T = a b",), ("T = c d",), sensitive="d", unpublished="T") == {"T", "d", "a"}


def test_lone_contributors_take_their_own_cells_off():
    """A lone cell beside a sensitive one hides it from everybody but its own contributor."""
    assert hidden(ROW, ("T = a b c",), sensitive="b", lone="a") == {"a", "b", "c"}


def test_two_lone_contributors_do_not_find_each_other():
    assert hidden(ROW, ("T = a b c",), lone="ab") == {"a", "b", "c"}


def test_two_lone_contributors_tied_by_two_totals():
    """S - T = a - b: whoever knows one of them knows the other, though no published total contains the two alone."""
    values = {"S": 110, "T": 120, "a": 10, "b": 20, "c": 100}
    rows = ("S = a c", "T = b c")
    assert hidden(values, rows, lone="ab", unpublished="c") == {"a", "b", "c", "S"}
    assert hidden(values, rows, sensitive="ab", unpublished="c") == {"a", "b", "c"}


def test_one_contributor_in_a_cell_and_in_its_total():
    """The region has one household, and so has its only buurt with costs."""
    values = {"G": 90, "W": 5, "V": 85, "a": 5, "b": 0}
    assert hidden(values, ("G = W V", "W = a b"), lone="Wa", empty="b") == {"W", "a", "V"}


def test_what_a_total_leaves_may_not_be_sensitive_together():
    """a and b are too small together; the next one is hidden too."""
    assert hidden(ROW, ("T = a b c",), sensitive="ab", together=lambda cells: cells == {"a", "b"}) == {"a", "b", "c"}


def test_the_heaviest_cells_that_leave_enough_are_published():
    values = {"T": 100, "s": 30, "a": 5, "b": 10, "c": 15, "d": 40}
    size = {name: values[name] for name in "sabcd"}

    def too_little_beside_s(cells):
        return sum(size[cell] for cell in cells - {"s"}) < 12

    assert hidden(values, ("T = s a b c d",), sensitive="s", together=too_little_beside_s) == {"s", "a", "b"}


def test_what_is_left_of_hidden_parts_when_their_known_parts_are_taken_off():
    """G minus the known wijk and the known buurten of the others leaves a and c, too small together."""
    values = {"G": 150, "A": 31, "B": 39, "C": 80, "a": 1, "b": 30, "c": 2, "d": 37}
    rows = ("G = A B C", "A = a b", "B = c d")
    how = {"sensitive": "ac", "unpublished": "AB"}
    assert hidden(values, rows, **how) == {"a", "c", "A", "B"}
    assert hidden(values, rows, **how, together=lambda cells: cells == {"a", "c"}) > {"a", "c", "A", "B"}


def test_taking_parts_off_goes_through_other_directions():
    """G minus C leaves A and B; A minus a2 in the other breakdown leaves a1."""
    values = {"G": 150, "A": 31, "B": 39, "C": 80, "a1": 1, "a2": 30}
    families = ("G = A B C",), ("A = a1 a2",)
    how = {"sensitive": ("a1", "B"), "unpublished": "A"}
    assert hidden(values, *families, **how) == {"a1", "A", "B"}
    assert hidden(values, *families, **how, together=lambda cells: cells == {"a1", "B"}) > {"a1", "A", "B"}


def test_a_whole_total_is_no_remainder_of_itself():
    assert hidden(ROW, ("T = a b c",), sensitive="abc", together=lambda cells: True) == {"a", "b", "c"}


def test_what_was_told_stays_and_counts_as_known():
    assert hidden(ROW, ("T = a b c",), sensitive="b", told="a") == {"b", "c"}
    small = {"sensitive": "ab", "together": lambda cells: cells == {"a", "b"}}
    assert hidden(ROW, ("T = a b c",), **small) == {"a", "b", "c"}
    assert "T" in hidden(ROW, ("T = a b c",), **small, told="c")


def test_refused_when_a_sensitive_cell_follows_from_what_everybody_knows():
    with pytest.raises(RefusedByDisclosureControl, match="cell_exposed: 1 sensitive"):
        suppressed(system(ROW, ("T = a b c",), sensitive="b", told="Tac"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"values": {**ROW, "T": 61}},
        {"sensitive": "a", "empty": "a"},
        {"sensitive": "a", "told": "a"},
    ],
)
def test_a_system_that_cannot_be(wrong):
    how = {"values": ROW, **wrong}
    with pytest.raises(ValueError, match=r"total is not the sum|everybody knows"):
        system(how.pop("values"), ("T = a b c",), **how)


def test_arrays_of_one_length():
    flags = np.zeros(2, dtype=bool)
    with pytest.raises(ValueError, match="number"):
        CellSystem((), np.zeros(2), flags, flags, np.ones(3))


def test_a_system_shows_no_value():
    assert repr(system(ROW, ("T = a b c",))) == "<system of 4 cells>"


@st.composite
def sums_of_cells(draw):
    """Totals of cells before them, some with two breakdowns, and cells to make known."""
    cells = draw(st.integers(3, 9))
    equations = []
    for total in range(2, cells):
        for _ in range(draw(st.integers(0, 2))):
            parts = draw(st.sets(st.integers(0, total - 1), min_size=1, max_size=4))
            equations.append(Equation(total, tuple(sorted(parts))))
    return cells, equations, draw(st.lists(st.integers(0, cells - 1), max_size=6))


@given(sums_of_cells())
def test_known_is_what_no_solution_of_the_equations_moves(case):
    cells, equations, order = case
    changes = PossibleChanges(equations, cells)
    rows = [[float((cell == one.total) - (cell in one.parts)) for cell in range(cells)] for one in equations]
    for cell in order:
        before = {other for other in range(cells) if changes.is_known(other)}
        expected = changes.consequence(cell)
        changes.fix(cell)
        rows.append([float(other == cell) for other in range(cells)])
        rank = np.linalg.matrix_rank(np.array(rows))
        units = np.eye(cells)
        known = {other for other in range(cells) if np.linalg.matrix_rank(np.vstack([rows, units[other]])) == rank}
        assert {other for other in range(cells) if changes.is_known(other)} == known
        assert {other for other in range(cells) if changes.motion(other) == (0, 0)} == known
        assert known - before == set(expected.known)
