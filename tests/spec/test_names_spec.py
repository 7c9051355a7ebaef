"""Dutch names as they occur, and what is compared of them: one readable row each."""

import pyarrow as pa
import pytest

from pseudonymisation.names import read_dates, read_given_names, read_surnames, sound


@pytest.mark.parametrize(
    ("written", "own", "other"),
    [
        ("Vries", "vries", None),
        ("de Vries", "vries", None),
        ("DE VRIES", "vries", None),
        ("Vries, de", "vries", None),
        ("van der Berg", "berg", None),
        ("v.d. Berg", "berg", None),
        ("v/d Berg", "berg", None),
        ("Vanderberg", "berg", None),
        ("Vandenberg", "berg", None),
        ("van 't Hoff", "hoff", None),
        ("van \u2019t Hoff", "hoff", None),
        ("'s-Gravesande", "gravesande", None),
        ("in 't Veld", "veld", None),
        ("El Idrissi", "idrissi", None),
        ("Çelik", "celik", None),
        ("Müller", "muller", None),
        ("O'Neill", "oneill", None),
        ("Vermeer", "vermeer", None),
        ("Terpstra", "terpstra", None),
        ("Dekker", "dekker", None),
        ("Jansen-de Vries", "vries", "jansen"),
        ("Jansen - de Vries", "vries", "jansen"),
        ("van Dijk-van den Berg", "berg", "dijk"),
        ("Jansen e/v Pieters", "pieters", "jansen"),
        ("de", "de", None),
        ("-", None, None),
        ("", None, None),
    ],
)
def test_surname(written, own, other):
    read = read_surnames(pa.array([written]))
    assert (read.own[0].as_py(), read.other[0].as_py()) == (own, other)


@pytest.mark.parametrize(
    ("written", "first", "initial", "initials"),
    [
        ("Johannes Petrus", "johannes", "j", "jp"),
        ("Johannes", "johannes", "j", None),
        ("J.P.", None, "j", "jp"),
        ("J. P.", None, "j", "jp"),
        ("J P", None, "j", "jp"),
        ("JP", None, "j", "jp"),
        ("jp.", None, "j", "jp"),
        ("J", None, "j", None),
        ("Jo", "jo", "j", None),
        ("Anne-Marie", "anne", "a", "am"),
        ("Cornelis", "cornelis", "k", None),
        ("C.", None, "k", None),
        ("Zoë", "zoe", "s", None),
        ("", None, None, None),
    ],
)
def test_given_name(written, first, initial, initials):
    read = read_given_names(pa.array([written]))
    assert (read.first[0].as_py(), read.initial[0].as_py(), read.initials[0].as_py()) == (first, initial, initials)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jan", "Johannes"),
        ("Kees", "Cornelis"),
        ("Cees", "Cornelis"),
        ("Piet", "Petrus"),
        ("Wim", "Willem"),
        ("Els", "Elisabeth"),
        ("Catharina", "Katharina"),
        ("Mathilde", "Matilde"),
    ],
)
def test_short_forms_and_spellings_are_one_formal_name(one, other):
    formal = read_given_names(pa.array([one, other])).formal
    assert formal[0] == formal[1]


@pytest.mark.parametrize(("one", "other"), [("Jan", "Piet"), ("Maria", "Marinus"), ("Kees", "Klaas")])
def test_different_names_stay_different(one, other):
    formal = read_given_names(pa.array([one, other])).formal
    assert formal[0] != formal[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("meijer", "meyer"),
        ("meijer", "meier"),
        ("dijkstra", "dykstra"),
        ("kramer", "cramer"),
        ("visser", "fisser"),
        ("zanders", "sanders"),
        ("smid", "smit"),
        ("schmidt", "schmit"),
        ("bos", "bosch"),
        ("janssen", "jansen"),
        ("claassen", "klasen"),
        ("auwerkerk", "ouwerkerk"),
        ("huijgens", "huygens"),
        ("philips", "filips"),
        ("theunis", "teunis"),
        ("ijsbrandij", "ysbrandy"),
    ],
)
def test_sounds_alike(one, other):
    assert sound(pa.array([one])) == sound(pa.array([other]))


@pytest.mark.parametrize(
    ("one", "other"), [("jansen", "hansen"), ("bakker", "dekker"), ("boer", "boor"), ("pot", "pit")]
)
def test_sounds_different(one, other):
    assert sound(pa.array([one])) != sound(pa.array([other]))


@pytest.mark.parametrize(
    ("written", "year", "month", "day"),
    [
        ("1980-05-12", "1980", "05", "12"),
        ("19800512", "1980", "05", "12"),
        ("12-05-1980", "1980", "05", "12"),
        ("1980-05-00", "1980", "05", None),
        ("1980-00-00", "1980", None, None),
        ("0000-00-00", None, None, None),
        ("1980", None, None, None),
        ("12 mei 1980", None, None, None),
    ],
)
def test_birth_date(written, year, month, day):
    read = read_dates(pa.array([written]))
    assert (read.year[0].as_py(), read.month[0].as_py(), read.day[0].as_py()) == (year, month, day)
