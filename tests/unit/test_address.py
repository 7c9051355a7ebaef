"""Reading an address (docs/definitions.md, 1.2)."""

import pyarrow as pa
import pytest

from pseudonymisation.address import ADDRESS_COLUMNS, read_address


def read(*cells):
    given = {name: pa.array([cell], pa.string()) for name, cell in zip(ADDRESS_COLUMNS, cells, strict=True)}
    address = read_address(given)
    return address.full[0].as_py(), address.number[0].as_py(), address.bare[0].as_py()


@pytest.mark.parametrize(
    ("postcode", "number", "letter", "addition", "full"),
    [
        ("2711AB", "1", None, None, "2711AB|1|"),
        ("2711 ab", "1", None, None, "2711AB|1|"),
        ("2 7 1 1 A B", "1", None, None, "2711AB|1|"),
        ("2711AB", "012", None, None, "2711AB|12|"),
        ("2711AB", "12", "a", None, "2711AB|12|A"),
        ("2711AB", "12", None, "-a", "2711AB|12|A"),
        ("2711AB", "12 A", None, None, "2711AB|12|A"),
        ("2711AB", "12-A", None, None, "2711AB|12|A"),
        ("2711AB", "12A", None, "3", "2711AB|12|A3"),
        ("2711AB", "12", "A", "bis", "2711AB|12|ABIS"),
        ("2711AB", "12 A", "B", "C", "2711AB|12|ABC"),
        ("2711AB", "12 /2", None, "hs", "2711AB|12|2HS"),
        ("2711AB", "99999", None, None, "2711AB|99999|"),
    ],
)
def test_spellings_of_one_address_become_one(postcode, number, letter, addition, full):
    suffix = full.rsplit("|", 1)[1]
    assert read(postcode, number, letter, addition) == (full, full.rsplit("|", 1)[0], suffix == "")


@pytest.mark.parametrize(
    ("postcode", "number"),
    [
        (None, "1"),
        ("2711AB", None),
        ("0711AB", "1"),
        ("2711A", "1"),
        ("2711ABC", "1"),
        ("27111AB", "1"),
        ("AB2711", "1"),
        ("2711AÉ", "1"),
        ("2711AB", "0"),
        ("2711AB", "000"),
        ("2711AB", "100000"),
        ("2711AB", "A1"),
        ("2711AB", "-1"),
        ("2711AB", "１"),  # noqa: RUF001 - a digit of another script
    ],
)
def test_an_address_that_cannot_be_read_is_none(postcode, number):
    full, at_number, _ = read(postcode, number, "A", None)
    assert (full, at_number) == (None, None)


def test_number_and_suffix_do_not_run_into_each_other():
    assert read("2711AB", "1", None, "11") != read("2711AB", "11", None, "1")


def test_an_address_column_shows_no_address():
    one = read_address({name: pa.array(["2711AB"], pa.string()) for name in ADDRESS_COLUMNS})
    assert "2711" not in repr(one)
