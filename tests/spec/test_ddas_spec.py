"""What a DDAS 1.0 delivery of debt help means: which row a client becomes, in which phase, from when until when."""

import io
import json

import pytest
from deliver_as.ddas import document

from pseudonymisation.sources.ddas import DdasTrajectories
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.errors import RefusedDelivery
from schemas.extracts import CANONICAL_COLUMNS, SHV_ADMITTED
from schemas.purpose import SourceGround

COLUMNS = CANONICAL_COLUMNS["shv"]
ANNA, BEN = {"Burgerservicenummer": "999900006"}, {"Burgerservicenummer": "999900018"}
DAY = {"startdatum": "2018-01-01"}
ADMITTED = {**DAY, "beschikkingssoort": "Toelatingsbeschikking"}
REJECTED = {**DAY, "beschikkingssoort": "Afwijzingsbeschikking"}


def reader(content, rows, columns=COLUMNS):
    ground = SourceGround(law="wet", article="artikel", bsn_ground="wet", columns=columns)
    return DdasTrajectories("shv", [OpenedFile(io.BytesIO(json.dumps(content).encode()), rows)], ground)


def rows_of(content, rows=1, columns=COLUMNS):
    """The rows of a delivery, each without the cells that are empty."""
    return [
        {name: cell for name, cell in zip(columns, cells, strict=True) if cell is not None}
        for batch in reader(content, rows, columns).batches()
        for cells in zip(*(batch[name].to_pylist() for name in columns), strict=True)
    ]


def trajectory(*clients, **members):
    return {"gemeentecode": "GM0637", "client": clients or (ANNA,), **members}


@pytest.mark.parametrize(
    ("phases", "fase"),
    [
        ({}, None),
        ({"aanmelding": DAY}, "aanmelding"),
        ({"aanmelding": DAY, "intake": DAY}, "intake"),
        ({"intake": {"beschikkingsdatum": "2018-01-01"}}, "intake"),
        ({"intake": ADMITTED}, "stabilisatie"),  # admitted: counts, with or without a further phase
        ({"intake": ADMITTED, "begeleiding": [DAY]}, "begeleiding"),
        ({"intake": REJECTED}, "intake"),  # rejected: does not count
        ({"intake": REJECTED, "begeleiding": [DAY]}, "intake"),
        ({"intake": {"beschikkingssoort": "Anders"}}, "intake"),
        ({"stabilisatie": DAY}, "stabilisatie"),
        ({"begeleiding": [{"soort": "Budgetbeheer"}]}, "begeleiding"),
        ({"schuldregeling": {"datum": "2018-01-01"}, "stabilisatie": DAY}, "schuldregeling"),
        ({"oplossing": {"soort": "0%-aanbod"}}, "oplossing"),
        ({"nazorg": DAY, "oplossing": DAY}, "nazorg"),
        # what is there and holds nothing has not been reached
        ({"aanmelding": DAY, "nazorg": {}, "oplossing": None, "begeleiding": []}, "aanmelding"),
        ({"aanmelding": DAY, "nazorg": {"startdatum": "", "einddatum": None}}, "aanmelding"),
        ({"aanmelding": DAY, "schuldregeling": {"datum": " ", "dwangakkoord": False}}, "aanmelding"),
        ({"aanmelding": DAY, "begeleiding": [{}, {"soort": ""}], "intake": {}}, "aanmelding"),
        # help before a trajectory is no phase of it
        ({"aanmelding": DAY, "crisisinterventies": [DAY], "moratoria": [DAY], "informatieEnAdvies": DAY}, "aanmelding"),
        ({"toekenningsdatum": "2018-01-01"}, None),
    ],
)
def test_the_phase_is_the_latest_that_was_reached(phases, fase):
    [row] = rows_of([trajectory(**phases)])
    assert row.get("fase") == fase


def test_an_admission_counts_as_an_admitted_phase():
    [row] = rows_of([trajectory(intake=ADMITTED)])
    assert row["fase"] in SHV_ADMITTED


@pytest.mark.parametrize(
    ("days", "begin", "einde"),
    [
        ({"startdatum": "2018-01-01", "einddatum": "2018-06-30"}, "2018-01-01", "2018-06-30"),
        ({"startdatum": "2018-01-01"}, "2018-01-01", None),
        ({"aanmelding": {"startdatum": "2017-12-01"}}, "2017-12-01", None),
        ({"startdatum": "", "aanmelding": {"startdatum": "2017-12-01"}}, "2017-12-01", None),
        ({"startdatum": "2018-01-01", "aanmelding": {"startdatum": "2017-12-01"}}, "2018-01-01", None),
        ({"startdatum": "2018-01-01", "uitstroom": {"datum": "2018-05-01"}}, "2018-01-01", "2018-05-01"),
        ({"einddatum": "2018-06-30", "uitstroom": {"datum": "2018-05-01"}}, None, "2018-06-30"),
        ({"startdatum": "01-01-2018", "einddatum": None}, "01-01-2018", None),  # left to quarantine
        ({"startdatum": 20180101}, "20180101", None),
    ],
)
def test_begin_and_end(days, begin, einde):
    [row] = rows_of([trajectory(**days)])
    assert (row.get("begin"), row.get("einde")) == (begin, einde)


def test_a_client_has_a_row_and_two_clients_have_two():
    of_both = {"startdatum": "2018-01-01", "uitstroom": {"reden": "Afgerond"}}
    anna = {**ANNA, "Geboortedatum": "1980-02-03", "Geslachtsaanduiding": "Leeg", "Postcode": "2711AB"}
    found = rows_of([trajectory({**anna, "Huisnummer": "12 A", "Huisnummertoevoeging": "II"}, BEN, **of_both)], 2)
    shared = {"begin": "2018-01-01", "uitstroom_reden": "Afgerond"}
    address = {"postcode": "2711AB", "huisnummer": "12 A", "huisnummertoevoeging": "II"}
    assert found == [
        {"bsn": "999900006", "geboortedatum": "1980-02-03", **address, **shared},
        {"bsn": "999900018", **shared},
    ]


@pytest.mark.parametrize(
    ("client", "bsn"),
    [
        ({"burgerservicenummer": "999900006"}, "999900006"),  # the schema has it small, the samples have it big
        ({"Burgerservicenummer": " 999900006 "}, "999900006"),
        ({"Burgerservicenummer": 12345672}, "12345672"),  # a number has lost its zero; the reading of BSNs knows
        ({"Burgerservicenummer": "987654321"}, "987654321"),  # no BSN: counted where BSNs are read
        ({"Burgerservicenummer": ""}, None),
        ({}, None),
    ],
)
def test_the_number_of_a_client(client, bsn):
    [row] = rows_of([trajectory(client)])
    assert row.get("bsn") == bsn


def test_debt_is_no_cost_and_is_not_read():
    secret = "x" * 10_000
    debt = {"bedrag": 1, "bedrag_cent": 1, "schuldeiser": {"naam": secret, "startdatum": "1999-01-01"}}
    unread = {
        "totaalSchuldbedragBijAanvangSchuld": 31000,
        "schulden": [debt] * 200,
        "oplossing": {"vtlb": 1200, "startdatum": "2018-01-01"},
        "omschrijving": secret,
        "bedrag_cent": "1",
    }
    [row] = rows_of([trajectory(**unread)])
    assert row == {"bsn": "999900006", "fase": "oplossing"}


def test_columns_that_the_purpose_does_not_use_are_not_read():
    columns = ("bsn", "fase", "begin", "einde")
    row = trajectory({**ANNA, "Postcode": "x" * 999, "Geboortedatum": ["x"]}, uitstroom={"reden": ["x"]})
    assert rows_of([row], columns=columns) == [{"bsn": "999900006"}]


def test_the_header_has_what_the_standard_has():
    without = ("huisletter", "bedrag_cent", "bedrag_begin", "bedrag_einde")
    assert reader([], 0).header() == tuple(name for name in COLUMNS if name not in without)


@pytest.mark.parametrize(
    ("wrap", "rows"),
    [
        (lambda one: [one, one], 2),
        (lambda one: {"schuldhulptrajecten": [one]}, 1),
        (lambda one: document([one, one]), 2),
        (
            lambda one: {"leveringen": [{"schuldhulptrajecten": [one]}, {"teller": 2}, {"schuldhulptrajecten": [one]}]},
            2,
        ),
        (lambda one: {"leveringen": []}, 0),
        (lambda one: [], 0),
    ],
)
def test_where_trajectories_are(wrap, rows):
    assert len(rows_of(wrap(trajectory()), rows)) == rows


@pytest.mark.parametrize("code", ["GM0637", "0637", "637", 637, " GM0637 "])
def test_spellings_of_the_municipality(code):
    trajectories = reader([trajectory(gemeentecode=code), trajectory()], 2)
    list(trajectories.batches())
    assert trajectories.gemeentecode == "GM0637"


@pytest.mark.parametrize("code", ["GM001", "GM637", "37", "06370", "gemeente", "", None, "gm0637"])
def test_a_code_that_is_none_is_refused(code):
    with pytest.raises(RefusedDelivery, match=r"wrong_gemeentecode.* 1 trajectory"):
        rows_of([trajectory(), trajectory(gemeentecode=code)], 2)


def test_two_municipalities_are_refused():
    with pytest.raises(RefusedDelivery, match=r"several_municipalities.* 1 trajectory"):
        rows_of([trajectory(), trajectory(gemeentecode="GM0638")], 2)
