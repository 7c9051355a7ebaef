"""Reading a BSN (docs/definitions.md, 1.1)."""

import pyarrow as pa
import pytest
from builders import passes_elfproef
from hypothesis import given
from hypothesis import strategies as st

from pseudonymisation.bsn import read_bsn


@pytest.mark.parametrize(
    ("cell", "outcome", "digits"),
    [
        ("999996770", "valid", "999996770"),
        ("999.996.770", "valid", "999996770"),
        ("999 996 770", "valid", "999996770"),
        ("999-996-770", "valid", "999996770"),
        ("12345672", "valid", "012345672"),
        ("012345672", "valid", "012345672"),
        ("1234560", "valid", "001234560"),
        ("000123456", "valid", "000123456"),
        ("123456", "invalid", None),  # fits the elfproef once padded, but six digits are no BSN that lost its zeros
        ("0999996770", "invalid", None),
        ("111222334", "invalid", None),
        ("111222332", "invalid", None),
        ("-999996770", "valid", "999996770"),
        ("+999996770", "invalid", None),
        ("11122233a", "invalid", None),
        ("999996770x", "invalid", None),
        ("999996770\n", "invalid", None),
        ("１１１２２２３３３", "invalid", None),  # noqa: RUF001 - digits of another script are the point
        ("000000000", "sentinel", None),
        ("0000000", "sentinel", None),
        ("000.000.000", "sentinel", None),
        ("999999999", "sentinel", None),
        ("", "missing", None),
        (None, "missing", None),
        (" . - ", "missing", None),
    ],
)
def test_outcome_of_one_cell(cell, outcome, digits):
    read = read_bsn(pa.array([cell], pa.string()))
    assert {name for name, number in read.counts.items() if number} == {outcome}
    assert read.digits.to_pylist() == [digits]


@pytest.mark.parametrize(
    ("cell", "inside"),
    [("999900006", 1), ("999999990", 1), ("999899991", 0), ("123456782", 0), ("999900007", 0), ("", 0)],
)
def test_official_test_range(cell, inside):
    assert read_bsn(pa.array([cell], pa.string())).in_test_range == inside


@given(st.lists(st.integers(0, 999_999_999), max_size=50))
def test_agrees_with_the_elfproef_digit_by_digit(numbers):
    cells = [f"{number:09d}" for number in numbers]
    expected = [cell if passes_elfproef(cell) and cell != "000000000" else None for cell in cells]
    read = read_bsn(pa.array(cells, pa.string()))
    assert read.digits.to_pylist() == expected
    assert sum(read.counts.values()) == len(cells)


def test_a_column_of_bsns_shows_none_of_them():
    assert "999996770" not in repr(read_bsn(pa.array(["999996770"])))
