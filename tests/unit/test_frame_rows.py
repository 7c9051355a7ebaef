"""What of a person of the frame is stored, and that nothing is that no rule of the purpose needs."""

from datetime import date

import pyarrow as pa
import pytest
from builders import PERIOD, bsn, row

from pseudonymisation.births import ages, birth_at
from pseudonymisation.frame_rows import FrameTerms, frame_batch, institution_batch
from pseudonymisation.keys import KeySet
from pseudonymisation.records import read_identifiers
from schemas.extracts import CANONICAL_COLUMNS, OPTIONAL_COLUMNS
from schemas.household_rules import HouseholdRules

KEYS = KeySet.generate()
REFERENCE = date(2018, 7, 1)
COLUMNS = (*CANONICAL_COLUMNS["brp"], *OPTIONAL_COLUMNS["brp"])


def frame(*cells, **rules):
    rows = [row("brp", bsn=bsn(place), **one) for place, one in enumerate(cells)]
    columns = {name: pa.array([one.get(name) or None for one in rows], pa.string()) for name in COLUMNS}
    terms = FrameTerms(REFERENCE, PERIOD, HouseholdRules(**rules))
    return frame_batch(read_identifiers("brp", columns), KEYS, terms).to_pydict()


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2000-07-01", 18),
        ("2000-07-02", 17),
        ("2018-07-01", 0),
        ("2018-07-02", -1),
        ("2020-01-01", -2),
        ("1918-01-01", 100),
        ("2000-00-00", 18),
        ("2000-07-00", 18),
        ("2000-08-00", 17),
        ("0000-00-00", None),
        ("vroeger", None),
        (None, None),
    ],
)
def test_age_on_the_reference_date(born, age):
    assert ages(pa.array([born], pa.string()), REFERENCE).to_pylist() == [age]


def test_birth_date_and_address_together_need_both_whole():
    births = pa.array(["1980-01-02", "1980-01-02", "1980-01-03", "1980-01-00", None])
    addresses = pa.array(["2711AB|1|", "2711AB|2|", "2711AB|1|", "2711AB|1|", "2711AB|1|"])
    first, second, third, *unknown = birth_at(births, addresses, KEYS["address"]).to_pylist()
    assert len({first, second, third}) == 3
    assert unknown == [None, None]
    assert birth_at(births, pa.nulls(5, pa.string()), KEYS["address"]).null_count == 5


PERSON = {"geboortedatum": "1980-01-02", "geslachtsnaam": "de Vries", "datum_overlijden": "2018-07-01"}


def test_age_and_surname_are_stored_only_for_a_rule_that_needs_them():
    plain, unborn, split = (
        frame(PERSON, PERSON | {"geboortedatum": "2018-08-01"}, **rules)
        for rules in ({}, {"apart": ("unborn",)}, {"split": ("families",)})
    )
    assert (plain["age"], plain["surname_at"]) == ([None, None], [None, None])
    assert (unborn["age"], unborn["surname_at"]) == ([None, -1], [None, None])
    assert split["age"] == [38, -1]
    assert None not in split["surname_at"]


def test_a_surname_is_equal_inside_one_dwelling_only():
    spelled = [{"geslachtsnaam": "de Vries"}, {"geslachtsnaam": "VRIES"}, {"geslachtsnaam": "Vries", "huisnummer": "2"}]
    here, also, elsewhere = frame(*spelled, split=("families",))["surname_at"]
    assert here == also != elsewhere


def test_what_happened_to_a_person():
    found = frame(
        {"datum_overlijden": "2018-07-01", "indicatie_geheim": "7", "datum_aanvang_adres": "2018-06-30"},
        {"datum_overlijden": "2018-07-02", "indicatie_geheim": "0", "geboortedatum": "2018-01-01"},
        {"datum_aanvang_adres": "2018-07-01", "geboortedatum": "2017-12-31"},
    )
    assert found["deceased"] == [True, False, False]
    assert found["secret"] == [True, False, False]
    assert found["moved"] == [True, False, False]
    assert found["born"] == [False, True, False]


def test_the_address_of_an_institution_is_that_of_the_frame():
    cells = {"nummeraanduiding_id": ["0637200000000001", None], "postcode": ["2711AB", "2711AB"]}
    cells |= {"huisnummer": ["1", "2"], "huisletter": [None, None], "huisnummertoevoeging": [None, None]}
    columns = {name: pa.array(values, pa.string()) for name, values in cells.items()}
    listed = institution_batch(read_identifiers("instellingen", columns), KEYS).to_pydict()
    known = frame({"nummeraanduiding_id": "0637200000000001"}, {"huisnummer": "2"})
    assert listed["dwelling"] == known["dwelling"]
    assert listed["address"] == known["address"]
