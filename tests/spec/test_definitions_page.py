"""The definitions: every published table and figure has one, none is about nothing, and the page shows each."""

import re
from xml.etree import ElementTree

import pytest
import yaml

from outputs.publication.definitions_page import render_definitions_page
from outputs.publication.indicators import Definitions, indicators, read_definitions, shipped_definitions
from schemas.errors import RunError
from schemas.tables import TABLE_CONTRACTS

EVERY = {one.id: one.definition for one in indicators(shipped_definitions())}
BESIDE = ("aandachtshuishoudens", "prijslijst", "pwet_uitstroom", "pilots", "mkba")


def content():
    return shipped_definitions().model_dump(mode="json", exclude_none=True)


def refused(changed):
    with pytest.raises(RunError) as caught:
        read_definitions(yaml.safe_dump(changed, allow_unicode=True))
    return caught.value


def test_every_table_and_figure_has_its_definition_and_nothing_else_has():
    figures = {f"{name}.{column}" for name, contract in TABLE_CONTRACTS.items() for column in contract.figures}
    assert set(EVERY) == {*TABLE_CONTRACTS, *figures, *BESIDE}


@pytest.mark.parametrize("name", EVERY)
def test_no_field_is_empty(name):
    definition = EVERY[name]
    texts = (definition.naam, definition.formule, definition.populatie, definition.periode, definition.bron)
    assert all(len(text) >= 3 for text in texts)
    assert definition.valkuilen
    # A pitfall is a sentence: a list that YAML cut at a comma is not.
    assert all(re.fullmatch(r"[A-Z].{10,}\.", pitfall) for pitfall in definition.valkuilen)


def test_the_page_shows_each_in_full():
    page = ElementTree.fromstring(render_definitions_page().replace("<!DOCTYPE html>\n", ""))  # noqa: S314
    shown = {element.get("id") for element in page.iter() if element.get("id")}
    assert set(EVERY) <= shown
    text = " ".join("".join(page.itertext()).split())
    for definition in EVERY.values():
        fields = (definition.formule, definition.populatie, definition.periode, definition.bron, *definition.valkuilen)
        assert [field for field in fields if field not in text] == []
    for contract in TABLE_CONTRACTS.values():
        assert f"{contract.name}.csv" in text


def test_a_column_has_what_it_leaves_out_from_its_table_and_its_own_otherwise():
    changed = content()
    changed["tabellen"]["stacking"]["kolommen"]["per_1000"]["bron"] = "Een andere bron."
    made = {one.id: one.definition for one in indicators(Definitions.model_validate(changed))}
    assert made["stacking.per_1000"].bron == "Een andere bron."
    assert made["stacking.per_1000"].periode == made["stacking"].periode
    assert made["stacking.households"].bron == made["stacking"].bron


@pytest.mark.parametrize("missing", ["effects", "stacking.per_1000"])
def test_a_definition_that_is_missing_is_refused_by_name(missing):
    changed = content()
    table, _, column = missing.partition(".")
    if column:
        del changed["tabellen"][table]["kolommen"][column]
    else:
        del changed["tabellen"][table]
    error = refused(changed)
    assert error.code == "definitions_incomplete"
    assert missing in error.what


def test_a_definition_of_a_table_or_column_that_is_not_published_is_refused():
    changed = content()
    changed["tabellen"]["stapels"] = changed["tabellen"]["stacking"]
    assert refused(changed).code == "definitions_incomplete"
    changed = content()
    changed["tabellen"]["stacking"]["kolommen"]["status"] = changed["tabellen"]["stacking"]["kolommen"]["per_1000"]
    assert "stacking.status" in refused(changed).what


@pytest.mark.parametrize(("field", "value"), [("formule", " "), ("valkuilen", []), ("bron", None), ("extra", "tekst")])
def test_an_empty_or_unknown_field_is_refused(field, value):
    changed = content()
    changed["tabellen"]["costs"][field] = value
    assert refused(changed).code == "figures_invalid"


def test_the_page_is_the_same_every_time():
    assert render_definitions_page() == render_definitions_page(
        read_definitions(yaml.safe_dump(content(), sort_keys=False))
    )
