"""Which reason a broken row is quarantined for (docs/definitions.md, 1.4)."""

import pyarrow as pa
import pytest
from builders import GROUNDS, row

from pseudonymisation.pseudonymise import quarantine_reasons
from pseudonymisation.records import read_identifiers
from schemas.extracts import CANONICAL_COLUMNS, OPTIONAL_COLUMNS, REASON_ORDER


def reasons(*rows, source):
    columns = (*(GROUNDS[source].columns if source in GROUNDS else ()), *OPTIONAL_COLUMNS.get(source, ()))
    cells = {name: pa.array([one.get(name) or None for one in rows], pa.string()) for name in columns}
    found = quarantine_reasons(read_identifiers(source, cells))
    return found.astype(object).where(found.notna(), None).tolist()


SPAN = [
    ({"begin": ""}, "begin:missing"),
    ({"begin": "2018-02-30"}, "begin:date"),
    ({"begin": "01-02-2018"}, "begin:date"),
    ({"einde": "2018-6-30"}, "einde:date"),
    ({"einde": "2017-12-31"}, "einde:before_begin"),
    ({"einde": ""}, None),
    ({"begin": "2018-06-30", "einde": "2018-06-30"}, None),
    # the first of several, from left to right
    ({"begin": "", "einde": "x"}, "begin:missing"),
    ({"begin": "x", "einde": "x"}, "begin:date"),
]
COST = [
    ({"bedrag_cent": "12,50"}, "bedrag_cent:integer"),
    ({"bedrag_cent": "12.50"}, "bedrag_cent:integer"),
    ({"bedrag_cent": "+1"}, "bedrag_cent:integer"),
    ({"bedrag_cent": "1000000000000"}, "bedrag_cent:integer"),
    ({"bedrag_cent": "-999999999999"}, None),
    ({"bedrag_begin": "x"}, "bedrag_begin:date"),
    ({"bedrag_einde": "x"}, "bedrag_einde:date"),
    ({"bedrag_begin": ""}, "bedrag_period:missing"),
    ({"bedrag_einde": ""}, "bedrag_period:missing"),
    ({"bedrag_cent": "", "bedrag_begin": "", "bedrag_einde": ""}, None),
    ({"bedrag_cent": "", "bedrag_begin": ""}, None),
    ({"bedrag_einde": "2017-12-31"}, "bedrag_einde:before_begin"),
    ({"bedrag_cent": "", "bedrag_einde": "2017-12-31"}, "bedrag_einde:before_begin"),
    ({"einde": "2017-12-31", "bedrag_cent": "x"}, "einde:before_begin"),
    ({"bedrag_cent": "x", "bedrag_begin": "x"}, "bedrag_cent:integer"),
    ({"bedrag_begin": "x", "bedrag_einde": "x"}, "bedrag_begin:date"),
    ({"bedrag_begin": "", "bedrag_einde": "x"}, "bedrag_einde:date"),
]
TRAJECTORY = {"begin": "2018-01-01", "soort": "schuldhulp", "vorm": "kort", "status": "gestart"}
#: Sources whose rows have no defaults here.
OPTIONAL_SOURCES = ("instellingen", "aanpak", "trajecten")
CASES = [
    *(("jeugd", cells, reason) for cells, reason in SPAN + COST),
    *(("wmo", cells, reason) for cells, reason in SPAN + COST),
    *(("pwet", cells, reason) for cells, reason in SPAN + COST),
    *(("shv", cells, reason) for cells, reason in SPAN + COST),
    *(("rmc", cells, reason) for cells, reason in SPAN),
    ("pwet", {"regeling": ""}, "regeling:missing"),
    ("pwet", {"regeling": "bijzondere bijstand"}, None),
    ("pwet", {"regeling": "", "bedrag_einde": "2017-12-31"}, "bedrag_einde:before_begin"),
    ("shv", {"fase": ""}, "fase:unknown"),
    ("shv", {"fase": "Begeleiding"}, "fase:unknown"),
    ("shv", {"fase": "aanmelding"}, None),
    ("rmc", {"soort_nummer": ""}, "soort_nummer:unknown"),
    ("rmc", {"soort_nummer": "bsn"}, "soort_nummer:unknown"),
    ("rmc", {"soort_nummer": "OWNR"}, None),
    ("rmc", {"status": ""}, "status:unknown"),
    ("rmc", {"status": "geregistreerd"}, "status:unknown"),
    ("rmc", {"soort_nummer": "", "status": ""}, "soort_nummer:unknown"),
    ("veiligheid", {"datum": ""}, "datum:missing"),
    ("veiligheid", {"datum": "gisteren"}, "datum:date"),
    ("veiligheid", {"bedrag_cent": "x"}, "bedrag_cent:integer"),
    ("veiligheid", {"datum": "x", "bedrag_cent": "x"}, "datum:date"),
    ("veiligheid", {"bedrag_cent": ""}, None),
    ("brp", {"buurtcode": "06370101"}, "buurtcode:format"),
    ("brp", {"buurtcode": "BU0637010"}, "buurtcode:format"),
    ("brp", {"buurtcode": ""}, None),
    ("brp", {"soort_adres": "Woonadres"}, "soort_adres:unknown"),
    ("brp", {"soort_adres": ""}, None),
    ("brp", {"soort_adres": "briefadres"}, None),
    ("brp", {"institutioneel": "ja"}, "institutioneel:unknown"),
    ("brp", {"institutioneel": ""}, None),
    ("brp", {"datum_aanvang_adres": "2018"}, "datum_aanvang_adres:date"),
    ("brp", {"datum_aanvang_adres": ""}, None),
    ("brp", {"postcode": "x"}, "address:unusable"),
    ("brp", {"huisnummer": ""}, "address:unusable"),
    ("brp", {"postcode": "x", "nummeraanduiding_id": "0637200000000001"}, None),
    ("brp", {"postcode": "x", "nummeraanduiding_id": "063720000000001"}, "address:unusable"),
    ("brp", {"buurtcode": "x", "postcode": "x"}, "buurtcode:format"),
    ("brp", {"buurtcode": "x", "soort_adres": "x"}, "buurtcode:format"),
    ("brp", {"soort_adres": "x", "institutioneel": "x"}, "soort_adres:unknown"),
    ("brp", {"institutioneel": "x", "datum_aanvang_adres": "x"}, "institutioneel:unknown"),
    ("brp", {"datum_aanvang_adres": "x", "postcode": "x"}, "datum_aanvang_adres:date"),
    ("brp", {"datum_overlijden": "2018-02-30"}, "datum_overlijden:date"),
    ("brp", {"datum_overlijden": "", "indicatie_geheim": ""}, None),
    ("brp", {"indicatie_geheim": "8"}, "indicatie_geheim:unknown"),
    ("brp", {"indicatie_geheim": "7", "postcode": "x"}, "address:unusable"),
    ("brp", {"datum_overlijden": "x", "indicatie_geheim": "x"}, "datum_overlijden:date"),
    ("aanpak", {"begin": "2018-01-01", "aanpak": ""}, "aanpak:missing"),
    ("aanpak", {"begin": "", "aanpak": ""}, "begin:missing"),
    ("aanpak", {"begin": "2018-01-01", "aanpak": "x"}, None),
    ("trajecten", {**TRAJECTORY}, None),
    ("trajecten", {**TRAJECTORY, "soort": "x", "vorm": "x"}, "soort:unknown"),
    ("trajecten", {**TRAJECTORY, "vorm": "x", "status": "x"}, "vorm:unknown"),
    ("trajecten", {**TRAJECTORY, "status": "Geregistreerd", "resultaat": "x"}, "status:unknown"),
    ("trajecten", {**TRAJECTORY, "resultaat": "x"}, "resultaat:unknown"),
    ("instellingen", {"postcode": "2711AB", "huisnummer": "1"}, None),
    ("instellingen", {"nummeraanduiding_id": "0637200000000001"}, None),
    ("instellingen", {"postcode": "x", "huisnummer": "1"}, "address:unusable"),
]


@pytest.mark.parametrize("source", [*(name for name in CANONICAL_COLUMNS if name != "bezwaar"), *OPTIONAL_SOURCES])
def test_reason_of_each_broken_row(source):
    cases = [(cells, reason) for name, cells, reason in CASES if name == source]
    rows = [cells if source in OPTIONAL_SOURCES else row(source, **cells) for cells, _ in cases]
    found = reasons(*rows, source=source)
    assert list(zip((cells for cells, _ in cases), found, strict=True)) == cases


def test_every_reason_has_a_case():
    assert {reason for _, _, reason in CASES} - {None} == set(REASON_ORDER)


def test_an_unreadable_bsn_or_address_is_no_reason_outside_the_frame():
    assert reasons(row("wmo", bsn="x", postcode="x", huisnummer="x"), source="wmo") == [None]


def test_a_batch_without_rows_has_no_reasons():
    assert reasons(source="wmo") == []
