"""Where every row of a file ends: used, quarantined, objected or excluded (docs/definitions.md, section 1)."""

import pytest
from builders import bsn, pulled, row

from pseudonymisation.keys import KeySet
from schemas.errors import RefusedDelivery

OBJECTOR = bsn(9)
OUTSIDE = {"begin": "2017-01-01", "einde": "2017-12-31", "bedrag_begin": "2017-01-01", "bedrag_einde": "2017-12-31"}


@pytest.mark.parametrize(
    ("source", "cells", "place"),
    [
        ("wmo", {}, "used"),
        ("wmo", {"bsn": ""}, "used"),
        ("wmo", {"bsn": "111222334"}, "used"),
        ("wmo", {"begin": "x"}, "quarantined:begin:date"),
        ("wmo", {"bsn": OBJECTOR}, "objected"),
        ("wmo", OUTSIDE, "excluded:outside_period"),
        # active without cost, and cost without being active, are both of the period
        ("wmo", {**OUTSIDE, "einde": "2018-01-01"}, "used"),
        ("wmo", {**OUTSIDE, "bedrag_einde": "2018-01-01"}, "used"),
        ("wmo", {**OUTSIDE, "bedrag_einde": "2018-01-01", "bedrag_cent": "0"}, "excluded:outside_period"),
        ("wmo", {"begin": "2018-06-30", "einde": "", "bedrag_cent": ""}, "used"),
        ("wmo", {"begin": "2018-07-01", "einde": "", "bedrag_cent": ""}, "excluded:outside_period"),
        ("wmo", {"einde": "2018-01-01", "bedrag_cent": ""}, "used"),
        ("pwet", {"regeling": "IOAW"}, "used"),
        ("pwet", {"regeling": "IOAZ"}, "used"),
        ("pwet", {"regeling": "Bbz"}, "used"),
        ("pwet", {"regeling": "bijzondere bijstand"}, "excluded:not_pwet"),
        ("pwet", {"regeling": "p-wet"}, "excluded:not_pwet"),
        ("shv", {"fase": "aanmelding"}, "excluded:before_admission"),
        ("shv", {"fase": "intake"}, "excluded:before_admission"),
        ("shv", {"fase": "stabilisatie"}, "used"),
        ("shv", {"fase": "nazorg"}, "used"),
        ("rmc", {"status": "Ingetrokken"}, "excluded:withdrawn"),
        ("rmc", {"status": "Afgesloten"}, "used"),
        ("veiligheid", {"datum": "2018-01-01"}, "used"),
        ("veiligheid", {"datum": "2018-06-30"}, "used"),
        ("veiligheid", {"datum": "2017-12-31"}, "excluded:outside_period"),
        ("veiligheid", {"datum": "2018-07-01"}, "excluded:outside_period"),
        ("brp", {"soort_adres": "briefadres"}, "used"),
        ("brp", {"bsn": ""}, "used"),
        ("brp", {"buurtcode": "x"}, "quarantined:buurtcode:format"),
        # objected before withdrawn before quarantined before every other rule
        ("rmc", {"nummer": OBJECTOR, "status": "Ingetrokken"}, "objected"),
        ("rmc", {"status": "Ingetrokken", "begin": "x"}, "excluded:withdrawn"),
        ("pwet", {"regeling": "bijzondere bijstand", "begin": "x"}, "quarantined:begin:date"),
        ("shv", {"fase": "intake", "begin": "x"}, "quarantined:begin:date"),
        ("pwet", {"regeling": "bijzondere bijstand", **OUTSIDE}, "excluded:not_pwet"),
        ("brp", {"bsn": OBJECTOR, "buurtcode": "x"}, "objected"),
    ],
)
def test_every_row_ends_in_one_place(tmp_path, source, cells, place):
    found = pulled(tmp_path, source, [row(source, **cells)], objectors=[OBJECTOR])
    places = {name: n for name, n in found.counts.items() if not name.startswith(("bsn:", "partner_", "received"))}
    assert places == {place: 1}
    assert found.table.num_rows == (place == "used")


@pytest.mark.parametrize(
    ("source", "one", "other", "same"),
    [
        ("wmo", {}, {}, True),
        ("wmo", {"bsn": "999996770"}, {"bsn": "999.996.770"}, True),
        ("wmo", {"bsn": "111222334"}, {"bsn": ""}, True),
        ("wmo", {"postcode": "2711AB"}, {"postcode": "2711 ab"}, True),
        ("wmo", {"huisnummer": "1"}, {"huisnummer": "01"}, True),
        ("wmo", {"huisnummer": "1", "huisletter": "A"}, {"huisnummer": "1 a"}, True),
        ("wmo", {"postcode": "x"}, {"postcode": ""}, True),
        ("wmo", {"bedrag_cent": "1000"}, {"bedrag_cent": "01000"}, True),
        ("wmo", {"bedrag_cent": "0"}, {"bedrag_cent": "-0"}, True),
        ("wmo", {"aanbieder": "a1"}, {"aanbieder": "A1"}, True),
        ("wmo", {"productcategorie": "45"}, {"productcategorie": " 45 "}, True),
        ("wmo", {"geboortedatum": "2000-01-01"}, {"geboortedatum": "2001-01-01"}, True),  # a dropped column
        ("wmo", {"productcategorie": "a1"}, {"productcategorie": "A1"}, False),
        ("wmo", {"bedrag_cent": "0"}, {"bedrag_cent": ""}, False),
        ("wmo", {"bedrag_cent": "1000"}, {"bedrag_cent": "-1000"}, False),
        ("wmo", {"begin": "2018-01-01"}, {"begin": "2018-01-02"}, False),
        ("wmo", {"einde": "2018-06-30"}, {"einde": ""}, False),
        ("wmo", {"bsn": bsn(1)}, {"bsn": bsn(2)}, False),
        ("wmo", {"huisnummer": "1"}, {"huisnummer": "2"}, False),
        ("wmo", {"productcategorie": "x", "leveringsvorm": ""}, {"productcategorie": "", "leveringsvorm": "x"}, False),
        (
            "wmo",
            {"productcategorie": "1", "leveringsvorm": "23"},
            {"productcategorie": "12", "leveringsvorm": "3"},
            False,
        ),
        ("pwet", {"bsn_partner": bsn(1)}, {"bsn_partner": bsn(2)}, False),
        ("pwet", {"bsn": bsn(1), "bsn_partner": ""}, {"bsn": "", "bsn_partner": bsn(1)}, False),
        ("rmc", {"soort_nummer": "OWNR", "nummer": "1"}, {"soort_nummer": "OWNR", "nummer": "2"}, False),
        ("rmc", {"soort_nummer": "OWNR", "nummer": "1"}, {"soort_nummer": "OWNR", "nummer": " 1"}, True),
        ("rmc", {"nummer": "x1"}, {"nummer": "x2"}, True),
    ],
)
def test_rows_that_are_equal_after_reading_are_one_record(tmp_path, source, one, other, same):
    first, second = pulled(tmp_path, source, [row(source, **one), row(source, **other)]).table["record"].to_pylist()
    assert (first == second) is same


def test_equal_rows_of_two_sources_are_two_records(tmp_path):
    domains = {pulled(tmp_path, source, [row(source)]).table["domain"][0].as_py() for source in ("jeugd", "wmo")}
    assert domains == {"Jeugd", "Wmo"}


def test_what_a_record_says_of_the_period(tmp_path):
    rows = [
        row("wmo", bedrag_begin="2018-06-30", bedrag_einde="2018-07-01", bedrag_cent="1001"),
        row("wmo", begin="2017-01-01", einde="2017-12-31"),
        row("wmo", bedrag_cent="-1000"),
        row("wmo", bedrag_cent="", einde=""),
    ]
    table = pulled(tmp_path, "wmo", rows).table
    assert table.select(["active", "cost_cent"]).to_pylist() == [
        {"active": True, "cost_cent": 501},
        {"active": False, "cost_cent": 1000},
        {"active": True, "cost_cent": -1000},
        {"active": True, "cost_cent": 0},
    ]


def test_one_person_has_one_pseudonym_in_every_source_and_as_partner(tmp_path):
    sources = ("brp", "jeugd", "wmo", "pwet", "shv", "rmc")
    keys = KeySet.generate()
    tables = [pulled(tmp_path, source, [row(source)], keys=keys).table for source in sources]
    partner = pulled(tmp_path, "pwet", [row("pwet", bsn=bsn(1), bsn_partner=bsn(0))], keys=keys).table
    everywhere = {table["person"][0].as_py() for table in tables} | {partner["partner"][0].as_py()}
    assert len(everywhere) == 1 != len(everywhere | {partner["person"][0].as_py()})
    assert len({table["address"][0].as_py() for table in tables[:5]}) == 1


def test_an_education_number_is_nobody(tmp_path):
    table = pulled(tmp_path, "rmc", [row("rmc", soort_nummer="OWNR"), row("rmc")]).table
    assert [person is None for person in table["person"].to_pylist()] == [True, False]


@pytest.mark.parametrize("sentinel", ["000000000", "999999999", "0000000"])
def test_a_sentinel_is_nobody(tmp_path, sentinel):
    found = pulled(tmp_path, "wmo", [row("wmo", bsn=sentinel), row("wmo", bsn="123")])
    assert found.table["person"].to_pylist() == [None, None]
    assert (found.counts["bsn:sentinel"], found.counts["bsn:invalid"]) == (1, 1)


@pytest.mark.parametrize(("source", "column"), [("wmo", "bsn"), ("pwet", "bsn_partner"), ("rmc", "nummer")])
def test_test_numbers_are_refused_in_real_data(tmp_path, source, column):
    rows = [row(source, **{column: "999900006"})]
    assert pulled(tmp_path, source, rows).counts["used"] == 1
    with pytest.raises(RefusedDelivery, match="test_numbers"):
        pulled(tmp_path, source, rows, allow_test_numbers=False)


@pytest.mark.parametrize(
    ("dwelling", "present"),
    [
        ("0637200000000001", True),
        ("637200000000001", False),
        ("06372000000000012", False),
        ("NL.0637", False),
        ("", False),
    ],
)
def test_a_dwelling_id_has_sixteen_digits(tmp_path, dwelling, present):
    table = pulled(tmp_path, "brp", [row("brp", nummeraanduiding_id=dwelling)]).table
    assert (table["dwelling"][0].as_py() is not None) is present


@pytest.mark.parametrize(
    ("cells", "flags"),
    [
        ({}, (False, False)),
        ({"soort_adres": "", "institutioneel": ""}, (False, False)),
        ({"soort_adres": "briefadres"}, (True, False)),
        ({"institutioneel": "J"}, (False, True)),
    ],
)
def test_what_the_frame_says_of_an_address(tmp_path, cells, flags):
    table = pulled(tmp_path, "brp", [row("brp", datum_aanvang_adres="1970-01-11", **cells)]).table
    assert (table["briefadres"][0].as_py(), table["institution"][0].as_py()) == flags
    assert table["since_days"].to_pylist() == [10]
