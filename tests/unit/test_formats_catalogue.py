"""The catalogue of a release meets DCAT-AP-NL, and a catalogue that lacks something mandatory does not."""

import copy
import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from pyshacl import validate
from test_publication_page import example_facts, example_tables

from outputs.publication.formats.catalogue import catalogue, workbook_name

SHAPES = rdflib.Graph().parse(Path(__file__).parent.parent / "shapes" / "dcat_ap_nl.ttl")
BASE = "https://example.org/stapeling/2018H1/2018h1-0001/catalog.jsonld"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.DCTERMS

_DATASET = (
    "dct:title",
    "dct:description",
    "dct:identifier",
    "dct:accessRights",
    "dct:creator",
    "dct:publisher",
    "dcat:contactPoint",
    "dcat:theme",
)
_CATALOG = ("dct:title", "dct:description", "dct:publisher", "dcat:contactPoint", "dcat:dataset")


def made(facts=None, names=("stacking", "costs")):
    return copy.deepcopy(catalogue(names, facts or example_facts()))


def graph(content, base=BASE):
    return rdflib.Graph().parse(data=json.dumps(content), format="json-ld", base=base)


def conforms(content):
    return validate(graph(content), shacl_graph=SHAPES)[0]


def test_a_release_meets_the_profile():
    assert conforms(made(names=example_tables()))


@pytest.mark.parametrize("name", _DATASET)
def test_a_dataset_without_a_mandatory_property_does_not(name):
    content = made()
    del content["dcat:dataset"][0][name]
    assert not conforms(content)


@pytest.mark.parametrize("name", _CATALOG)
def test_a_catalogue_without_a_mandatory_property_does_not(name):
    content = made()
    del content[name]
    assert not conforms(content)


@pytest.mark.parametrize("name", ["dct:license", "dcat:accessURL"])
def test_a_distribution_without_a_mandatory_property_does_not(name):
    content = made()
    del content["dcat:dataset"][1]["dcat:distribution"][2][name]
    assert not conforms(content)


def test_every_form_of_every_table_is_found_from_where_the_catalogue_is_served():
    found = {str(url) for url in graph(made()).objects(None, DCAT.downloadURL)}
    place = BASE.removesuffix("catalog.jsonld")
    files = ["stacking.csv", "stacking.parquet", "costs.csv", "costs.parquet", "stapeling-2018H1.xlsx"]
    assert found == {f"{place}tables/{file}" for file in files}
    assert workbook_name(example_facts()) in files


def test_it_says_which_period_place_version_and_language():
    found = graph(made(names=["stacking"]))
    dataset = rdflib.URIRef(f"{BASE}#stacking")
    assert found.value(dataset, DCT.identifier) == rdflib.Literal("GM0637/stapeling/2018H1/stacking")
    assert found.value(dataset, DCAT.version) == rdflib.Literal("2018H1-0001")
    assert str(found.value(dataset, DCT.accrualPeriodicity)).endswith("/frequency/ANNUAL_2")
    assert str(found.value(dataset, DCT.language)).endswith("/language/NLD")
    assert found.value(found.value(dataset, DCT.spatial), DCT.identifier) == rdflib.Literal("GM0637")
    period = found.value(dataset, DCT.temporal)
    assert [str(found.value(period, name)) for name in (DCAT.startDate, DCAT.endDate)] == ["2018-01-01", "2018-06-30"]


def test_it_is_read_without_a_request(monkeypatch):
    def refused(*_, **__):
        raise AssertionError("a request was made")

    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    assert len(graph(made())) > 50


@pytest.mark.parametrize(("contact", "mail"), [("fg@voorbeeld.nl", True), ("Stadhuis, kamer 1 (fg @ balie)", False)])
def test_only_an_address_of_mail_becomes_one(contact, mail):
    content = made(replace(example_facts(), fg_contact=contact))
    assert conforms(content)
    found = list(graph(content).objects(None, rdflib.URIRef("http://www.w3.org/2006/vcard/ns#hasEmail")))
    assert bool(found) is mail


@pytest.mark.parametrize("synthetic", [True, False])
def test_made_up_households_are_called_so(synthetic):
    text = json.dumps(made(replace(example_facts(), synthetic=synthetic)), ensure_ascii=False)
    assert ("verzonnen" in text) is synthetic
