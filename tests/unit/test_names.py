"""Reading names, birth dates and sex on whole columns: nulls, repeats, and what never changes."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymisation.name_tables import FORMAL_NAMES, PARTICLES
from pseudonymisation.names import (
    folded,
    formal_name,
    read_dates,
    read_given_names,
    read_sex,
    read_surnames,
    sound,
)

NAMES = st.lists(st.one_of(st.none(), st.text("abcdevnijzABC '-.,éüß/", max_size=14)), max_size=20)


def text(values):
    return pa.array(values, pa.string())


@pytest.mark.parametrize("read", [read_surnames, read_given_names, read_dates])
def test_empty_and_missing_columns(read):
    for values in ([], [None, None]):
        columns = vars(read(text(values))).values()
        assert [column.to_pylist() for column in columns] == [[None] * len(values)] * len(columns)


@settings(max_examples=15)
@given(NAMES)
def test_a_column_is_read_cell_by_cell(values):
    for read in (read_surnames, read_given_names):
        together = vars(read(text(values)))
        alone = [vars(read(text([value]))) for value in values]
        for name, column in together.items():
            assert column.to_pylist() == [cell[name][0].as_py() for cell in alone]


@settings(max_examples=50)
@given(NAMES)
def test_what_is_read_holds_letters_only(values):
    for column in vars(read_surnames(text(values))).values():
        assert all(
            cell is None or (cell.isascii() and cell.isalpha() and cell.islower()) for cell in column.to_pylist()
        )


@settings(max_examples=50)
@given(NAMES)
def test_case_does_not_matter(values):
    upper = [value and value.upper() for value in values]
    for name, column in vars(read_surnames(text(values))).items():
        assert column.equals(vars(read_surnames(text(upper)))[name])


def test_only_letters_are_folded_into_letters():
    assert folded(text(["Müller", "ÇELİK", "Łukasz", "Groß", "Bjørn", "\u0132sbrand"])).to_pylist() == [
        *("muller", "celik", "lukasz", "gross", "bjorn", "ijsbrand")
    ]


def test_a_sound_is_its_own_sound_for_common_names():
    names = text(["jansen", "vries", "dijk", "bosch", "smit", "visser", "meijer", "groot", "bakker", "mulder"])
    assert sound(sound(names)).equals(sound(names))


def test_tables_are_folded_and_no_short_form_has_two_names():
    assert all(name.isascii() and name.isalpha() and name.islower() for name in (*FORMAL_NAMES, *PARTICLES))
    assert not set(FORMAL_NAMES) & set(FORMAL_NAMES.values())


def test_a_name_without_short_form_is_its_own_formal_name():
    assert formal_name(text(["wessel", None])).to_pylist() == ["wesel", None]


def test_sexes():
    codes = ["M", "v", "1", "2", "Man", "VROUW", "f", "0", "onbekend", "", None]
    assert read_sex(text(codes)).to_pylist() == ["m", "v", "m", "v", "m", "v", "v", None, None, None, None]
