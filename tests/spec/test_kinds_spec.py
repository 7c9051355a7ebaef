"""Kinds of records, approaches and trajectories (docs/definitions.md, section 7)."""

from collections import Counter

import pyarrow as pa
import pytest
from builders import PERIOD, deliver, delivery_of, lazy, linked, person, persons_of_the_log, record

from outputs.tabulate import link_quality
from pseudonymisation.keys import KeySet
from pseudonymisation.objections import Objections
from pseudonymisation.pseudonymise import Pull, PullOrder
from schemas.errors import RefusedDelivery
from schemas.extracts import columns_of
from schemas.purpose import SourceGround

ANNA, BO, CEM = "999900006", "999900018", "999900031"
SPAN = {"begin": "2018-01-01"}
TRAJECTORY = {**SPAN, "soort": "schuldhulp", "vorm": "kort", "status": "gestart"}
SOUND = {
    "brp": {"postcode": "2711AA", "huisnummer": "1"},
    "aanpak": {**SPAN, "aanpak": "Samen verder"},
    "trajecten": TRAJECTORY,
    "rmc": {"soort_nummer": "BSN", "nummer": ANNA, "status": "Geregistreerd", **SPAN},
    "veiligheid": {"datum": "2018-03-01"},
}


def pull(folder, source, *cells, objectors=(), for_pyramid=False):
    """Pulls rows of a source, one per mapping of cells, and gives the pull and its table."""
    columns = columns_of(source)
    rows = [{"bsn": ANNA, **SOUND.get(source, SPAN), **one} for one in cells]
    lines = [columns, *([one.get(name, "") for name in columns] for one in rows)]
    delivered = deliver(folder, source, "".join(";".join(line) + "\n" for line in lines).encode())
    ground = SourceGround(law="Wet", article="Artikel", bsn_ground="Wet", columns=columns)
    order = PullOrder(delivery_of(source, folder, delivered, ground=ground), PERIOD, True, for_pyramid=for_pyramid)
    one = Pull(order, KeySet.generate(), Objections(pa.array(list(objectors), pa.string())), persons_of_the_log())
    return one, pa.Table.from_batches(one.batches(), order.schema)


def kinds(folder, source, *cells, **how):
    return pull(folder, source, *cells, **how)[1]["kind"].to_pylist()


YOUTH_CODES = [
    *((code, "protection") for code in ("47", "48", "49")),
    *((code, "voluntary") for code in ("31", "37", "45", "46", "50", "54", "55", "", "4", "470", "jeugdbescherming")),
]


@pytest.mark.parametrize(("code", "kind"), YOUTH_CODES)
def test_youth_protection_by_the_code_of_the_product(tmp_path, code, kind):
    assert kinds(tmp_path, "jeugd", {"productcategorie": code}, for_pyramid=True) == [kind]


@pytest.mark.parametrize(
    ("report", "born", "day", "kind"),
    [
        ("OVERLAST", "2000-03-02", "2018-03-01", "nuisance_minor"),
        ("OVERLAST", "2000-03-01", "2018-03-01", None),
        ("WOONOVERLAST", "2010-01-01", "2018-06-30", "nuisance_minor"),
        ("overlast", "2010-01-01", "2018-03-01", "nuisance_minor"),
        ("HALT", "2010-01-01", "2018-03-01", None),
        ("", "2010-01-01", "2018-03-01", None),
        # on the day of the report, not on any other
        ("OVERLAST", "2000-03-31", "2018-03-30", "nuisance_minor"),
        ("OVERLAST", "2000-03-31", "2018-03-31", None),
        # who is born after it, or when nobody knows
        ("OVERLAST", "2018-03-02", "2018-03-01", None),
        ("OVERLAST", "2018-03-01", "2018-03-01", "nuisance_minor"),
        ("OVERLAST", "", "2018-03-01", None),
        ("OVERLAST", "2000-00-00", "2018-03-01", "nuisance_minor"),
    ],
)
def test_nuisance_of_a_minor(tmp_path, report, born, day, kind):
    cells = {"soort": report, "geboortedatum": born, "datum": day}
    assert kinds(tmp_path, "veiligheid", cells, for_pyramid=True) == [kind]


@pytest.mark.parametrize("source", ["wmo", "pwet", "shv", "rmc"])
def test_other_domains_have_no_kinds(tmp_path, source):
    cells = {"regeling": "P-wet", "fase": "nazorg", "soort": "OVERLAST", "productcategorie": "48"}
    known = {name: cell for name, cell in cells.items() if name in columns_of(source)}
    assert kinds(tmp_path, source, known, for_pyramid=True) == [None]


def test_without_the_table_pyramid_nothing_judicial_is_stored(tmp_path):
    """Minimisation: youth protection is Jeugd, a report is a report, and nobody has an age."""
    assert kinds(tmp_path, "jeugd", *({"productcategorie": code} for code, _ in YOUTH_CODES)) == [None] * 14
    minor = {"soort": "OVERLAST", "geboortedatum": "2010-01-01"}
    assert kinds(tmp_path, "veiligheid", minor) == [None]
    child = {"geboortedatum": "2010-01-01"}
    assert pull(tmp_path, "brp", child)[1]["age"].to_pylist() == [None]
    assert pull(tmp_path, "brp", child, for_pyramid=True)[1]["age"].to_pylist() == [8]


@pytest.mark.parametrize("pyramid", [False, True])
def test_an_approach_is_no_more_than_that(tmp_path, pyramid):
    assert kinds(tmp_path, "aanpak", {}, for_pyramid=pyramid) == ["approach"]


@pytest.mark.parametrize("form", ["kort", "intensief"])
@pytest.mark.parametrize(
    ("sort", "status", "result", "stage"),
    [
        ("schuldhulp", "aangeboden", "", "offered"),
        ("schuldhulp", "gestart", "", "started"),
        ("schuldhulp", "afgebroken", "", "started"),
        ("schuldhulp", "afgerond", "", "completed"),
        ("schuldhulp", "afgerond", "geen", "completed"),
        ("schuldhulp", "afgerond", "betaald werk", "completed"),
        ("schuldhulp", "afgerond", "financieel stabiel", "succeeded"),
        ("schuldhulp", "afgebroken", "financieel stabiel", "started"),
        ("reintegratie", "aangeboden", "", "offered"),
        ("reintegratie", "gestart", "betaald werk", "started"),
        ("reintegratie", "afgebroken", "", "started"),
        ("reintegratie", "afgerond", "financieel stabiel", "completed"),
        ("reintegratie", "afgerond", "betaald werk", "succeeded"),
    ],
)
def test_how_far_a_trajectory_came(tmp_path, form, sort, status, result, stage):
    cells = {"soort": sort, "vorm": form, "status": status, "resultaat": result}
    assert kinds(tmp_path, "trajecten", cells) == [f"{sort}:{form}:{stage}"]


@pytest.mark.parametrize(
    ("source", "cells", "outcome"),
    [
        ("aanpak", {}, "used"),
        ("aanpak", {"begin": ""}, "quarantined:begin:missing"),
        ("aanpak", {"begin": "1-1-2018"}, "quarantined:begin:date"),
        ("aanpak", {"einde": "x"}, "quarantined:einde:date"),
        ("aanpak", {"einde": "2017-12-31"}, "quarantined:einde:before_begin"),
        ("aanpak", {"aanpak": ""}, "quarantined:aanpak:missing"),
        ("aanpak", {"aanpak": "", "begin": ""}, "quarantined:begin:missing"),
        ("aanpak", {"begin": "2018-07-01"}, "excluded:outside_period"),
        ("aanpak", {"begin": "2017-01-01", "einde": "2017-12-31"}, "excluded:outside_period"),
        ("aanpak", {"bsn": BO}, "objected"),
        ("aanpak", {"bsn": BO, "aanpak": ""}, "objected"),
        ("trajecten", {}, "used"),
        ("trajecten", {"begin": ""}, "quarantined:begin:missing"),
        ("trajecten", {"soort": ""}, "quarantined:soort:unknown"),
        ("trajecten", {"soort": "Schuldhulp"}, "quarantined:soort:unknown"),
        ("trajecten", {"vorm": ""}, "quarantined:vorm:unknown"),
        ("trajecten", {"vorm": "lang"}, "quarantined:vorm:unknown"),
        ("trajecten", {"status": ""}, "quarantined:status:unknown"),
        # of another source: here it is no rule that withdraws a row, but a code that is not in the list
        ("trajecten", {"status": "Ingetrokken"}, "quarantined:status:unknown"),
        ("trajecten", {"resultaat": "werk"}, "quarantined:resultaat:unknown"),
        ("trajecten", {"resultaat": ""}, "used"),
        ("trajecten", {"soort": "x", "vorm": "x", "status": "x", "resultaat": "x"}, "quarantined:soort:unknown"),
        ("trajecten", {"vorm": "x", "status": "x", "resultaat": "x"}, "quarantined:vorm:unknown"),
        ("trajecten", {"status": "x", "resultaat": "x"}, "quarantined:status:unknown"),
        ("trajecten", {"begin": "2019-01-01", "soort": "x"}, "quarantined:soort:unknown"),
        ("trajecten", {"einde": "2017-12-31", "begin": "2017-01-01"}, "excluded:outside_period"),
        ("trajecten", {"bsn": BO}, "objected"),
        # a kind of report is no code list elsewhere
        ("rmc", {"soort": "wat dan ook"}, "used"),
        ("veiligheid", {"soort": "wat dan ook"}, "used"),
    ],
)
def test_where_a_row_ends(tmp_path, source, cells, outcome):
    one, table = pull(tmp_path, source, cells, objectors=(BO,))
    counts = {name: number for name, number in one.facts.counts.items() if not name.startswith("bsn:")}
    assert counts == {"received": 1, outcome: 1}
    assert table.num_rows == (outcome == "used")


def test_a_delivery_is_about_one_approach(tmp_path):
    with pytest.raises(RefusedDelivery, match="2 approaches") as refused:
        pull(tmp_path, "aanpak", {}, {"bsn": CEM, "aanpak": "Geheimkruid"})
    assert refused.value.code == "several_approaches"
    assert "Geheimkruid" not in str(refused.value)
    assert "Samen" not in str(refused.value)


@pytest.mark.parametrize(
    "second",
    [
        {"bsn": CEM},
        {"bsn": CEM, "aanpak": ""},
        {"bsn": CEM, "aanpak": " Samen verder "},
        {"bsn": BO, "aanpak": "of another, who objected"},
        {"bsn": CEM, "aanpak": "of another, unsound", "begin": ""},
    ],
)
def test_one_approach_is_one(tmp_path, second):
    assert set(kinds(tmp_path, "aanpak", {}, second, objectors=(BO,))) == {"approach"}
    assert kinds(tmp_path, "aanpak") == []


FRAME = [
    person("anna", "2711AA 1", age=40),
    person("bo", "2711AA 1", age=17),
    person("cem", "2711AA 2", age=18),
    person("dee", "2711AA 3", age=0),
    person(None, "2711AA 4", age=5),
    person("eva", "2711AA 5"),
    person("unborn", "2711AA 6", age=-1),
    person("apart", "2711AA 7", age=5, institution=True),
]


def of_kind(domain, name, kind, **more):
    return record(domain, name, **{"same_as": f"{domain} {name} {kind}", **more}) | {"kind": kind}


def traits(*records):
    found = linked(FRAME, records)
    rows = [(row["household"], row["domain"], row["kind"]) for row in found.traits.to_pylist()]
    assert rows == sorted(set(rows))
    assert {household for household, _, _ in rows} <= set(found.households["household"].to_pylist())
    return Counter((domain, kind) for _, domain, kind in rows if domain != "brp")


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([of_kind("Jeugd", "bo", "protection")], {("Jeugd", "protection"): 1}),
        # once per household, whoever of it the record is of
        ([of_kind("Jeugd", "bo", "voluntary"), of_kind("Jeugd", "anna", "voluntary")], {("Jeugd", "voluntary"): 1}),
        ([of_kind("Jeugd", "bo", "voluntary"), of_kind("Jeugd", "cem", "voluntary")], {("Jeugd", "voluntary"): 2}),
        (
            [of_kind("Jeugd", "bo", "voluntary"), of_kind("Jeugd", "anna", "protection")],
            {("Jeugd", "voluntary"): 1, ("Jeugd", "protection"): 1},
        ),
        ([of_kind("Jeugd", "bo", "protection", active=False, cost=5)], {}),
        ([of_kind("Jeugd", "bo", None)], {}),
        ([of_kind("aanpak", "stranger", "approach")], {}),
        ([of_kind("aanpak", "apart", "approach")], {}),
        ([of_kind("aanpak", "cem", "approach")], {("aanpak", "approach"): 1}),
    ],
)
def test_traits_are_the_kinds_of_active_linked_records(records, expected):
    assert traits(*records) == expected


def test_a_household_with_a_minor():
    found = linked(FRAME)
    assert [(row["domain"], row["kind"]) for row in found.traits.to_pylist()] == [("brp", "minor")] * 3
    without_ages = [{**one, "age": None} for one in FRAME]
    assert linked(without_ages).traits.num_rows == 0


def test_what_is_beside_the_domains_enters_no_use_and_no_cost():
    beside = [
        of_kind("aanpak", "anna", "approach", provider="p", cost=700),
        of_kind("trajecten", "cem", "schuldhulp:kort:offered", provider="p", cost=700),
        of_kind("trajecten", "stranger", "schuldhulp:kort:offered"),
    ]
    doubled = [*beside, beside[0]]
    found = linked(FRAME, doubled)
    assert (found.use.num_rows, found.providers.num_rows, found.provider_costs.num_rows) == (0, 0, 0)
    outcomes = {(row["source"], row["method"]): row["rows"] for row in found.link_counts.to_pylist()}
    quality = {("aanpak", "bsn"): 1, ("trajecten", "bsn"): 1, ("trajecten", "unmatched"): 1}
    assert outcomes == {("aanpak", "duplicate"): 1, **quality}
    table = link_quality(lazy(found.link_counts)).set_index(["source", "method"])["rows"]
    assert table.to_dict() == quality
