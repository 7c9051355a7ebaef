"""Which purposes may ask for kinds of records, approaches and trajectories, and how kinds are read."""

from copy import deepcopy
from datetime import date

import pyarrow as pa
import pytest
import yaml
from builders import EXAMPLE_PURPOSE, PURPOSE, bsn
from pydantic import ValidationError

from outputs.register.words import SOURCE_NAMES
from pseudonymisation.births import ages
from pseudonymisation.record_kinds import record_kinds
from pseudonymisation.records import read_identifiers
from samenloop.purpose_page import explained
from samenloop.purposes import dpia_scope_sha256, read_purpose
from schemas.domains import BESIDE_DOMAINS, DOMAIN_NAMES, RECORD_DOMAINS, RECORD_LABELS
from schemas.extracts import CANONICAL_COLUMNS, columns_of
from schemas.purpose import PurposeConfig
from schemas.record_kinds import STAGE_OF_STATUS, STAGES

EXAMPLE = yaml.safe_load(EXAMPLE_PURPOSE.read_text(encoding="utf-8"))
GROUND = {"law": "Gemeentewet", "article": "Artikel 108", "bsn_ground": "Artikel 10 Wabb"}
APPROACH = {**GROUND, "columns": ["bsn", "aanpak", "begin", "einde"]}
TRAJECTORIES = {**GROUND, "columns": ["bsn", "soort", "vorm", "status", "resultaat", "begin", "einde"]}
REPORTS = {
    "law": "Wet politiegegevens",
    "article": "Artikel 20",
    "columns": ["postcode", "huisnummer", "huisletter", "huisnummertoevoeging", "soort", "datum", "geboortedatum"],
}


def problem_of(*tables, without=(), used=(), scope="purpose", avg_10="Artikel 10 AVG", **sources):
    """What a purpose with these tables and extra sources is refused for; None when it is in order.

    Columns ``without`` and ``used`` are written ``source.column``.
    """
    content = deepcopy(EXAMPLE)
    content["tables"] = ["stacking", *tables]
    content["pseudonym_scope"] = scope
    content["legal_ground"]["avg_10"] = avg_10
    content["sources"] |= deepcopy(sources)
    for change, names in (("remove", without), ("append", used)):
        for source, column in (name.split(".") for name in names):
            ground = content["sources"][source]
            getattr(ground["columns"], change)(column)
            ground["drops"] = [name for name in ground.get("drops", []) if name not in ground["columns"]]
    try:
        PurposeConfig.model_validate(content)
    except ValidationError as refused:
        return str(refused)
    return None


AGES = ("brp.geboortedatum",)


@pytest.mark.parametrize(
    ("how", "complaint"),
    [
        ({"used": AGES}, None),
        ({"used": AGES, "veiligheid": REPORTS}, None),
        ({"used": AGES, "scope": "release"}, None),
        ({"used": AGES, "avg_10": None}, "legal_ground.avg_10 must name the ground"),
        ({}, "pyramid needs the column geboortedatum of brp"),
        ({"used": AGES, "without": ["jeugd.productcategorie"]}, "pyramid needs the column productcategorie of jeugd"),
        (
            {"used": AGES, "veiligheid": REPORTS, "without": ["veiligheid.soort"]},
            "pyramid needs the column soort of veiligheid",
        ),
        (
            {"used": AGES, "veiligheid": REPORTS, "without": ["veiligheid.geboortedatum"]},
            "pyramid needs the column geboortedatum of veiligheid",
        ),
    ],
)
def test_the_pyramid_has_a_ground_and_its_columns(how, complaint):
    problem = problem_of("pyramid", **how)
    assert problem is None if complaint is None else complaint in problem


@pytest.mark.parametrize(
    ("tables", "how", "complaint"),
    [
        (["effects"], {"aanpak": APPROACH}, None),
        (["effects"], {"aanpak": APPROACH, "trajecten": TRAJECTORIES}, None),
        (["trajectories"], {"trajecten": TRAJECTORIES}, None),
        (["trajectories"], {"trajecten": TRAJECTORIES, "scope": "release"}, None),
        (["effects", "trajectories"], {"aanpak": APPROACH, "trajecten": TRAJECTORIES}, None),
        (["effects"], {}, "effects needs the source aanpak"),
        (["effects"], {"aanpak": APPROACH, "scope": "release"}, "pseudonym_scope must be purpose"),
        (["trajectories"], {}, "trajectories needs the source trajecten"),
        ([], {"aanpak": APPROACH}, "aanpak is for effects only"),
        ([], {"trajecten": TRAJECTORIES}, "trajecten is for effects or trajectories only"),
        (["trajectories"], {"trajecten": TRAJECTORIES, "aanpak": APPROACH}, "aanpak is for effects only"),
        (["effects"], {"aanpak": APPROACH, "without": ["aanpak.aanpak"]}, "column aanpak is needed"),
        (["effects"], {"aanpak": {**APPROACH, "columns": [*APPROACH["columns"], "soort"]}}, "column soort does not"),
        (["effects"], {"aanpak": {**APPROACH, "bsn_ground": None}}, "bsn_ground must name the law"),
        (["effects"], {"aanpak": {name: APPROACH[name] for name in ("law", "columns", "bsn_ground")}}, "article"),
        *(
            (
                ["trajectories"],
                {"trajecten": TRAJECTORIES, "without": [f"trajecten.{name}"]},
                f"column {name} is needed",
            )
            for name in TRAJECTORIES["columns"]
        ),
    ],
)
def test_approaches_and_trajectories_are_for_their_tables(tables, how, complaint):
    problem = problem_of(*tables, **how)
    assert problem is None if complaint is None else complaint in problem


def test_they_are_pulled_and_are_no_domains():
    content = deepcopy(EXAMPLE)
    content |= {"tables": ["stacking", "effects"], "pseudonym_scope": "purpose"}
    content["sources"] |= {"trajecten": TRAJECTORIES, "aanpak": APPROACH}
    config = PurposeConfig.model_validate(content)
    assert config.domains == PURPOSE.domains
    assert config.pulled == (*PURPOSE.pulled, "aanpak", "trajecten")
    assert config.linked_by_name == ()
    page = explained(config)
    assert "### Aanpak" in page
    assert "### Trajecten" in page


@pytest.mark.parametrize("name", ["stapeling", "stapeling-veiligheid", "monitoring"])
def test_what_the_dpia_of_an_example_covers_is_as_before(name):
    read = read_purpose(EXAMPLE_PURPOSE.with_name(f"{name}.yaml"))
    assert dpia_scope_sha256(read.config) == read.config.dpia.covers_sha256


def test_every_source_that_is_linked_has_its_names():
    assert set(RECORD_DOMAINS) == set(RECORD_LABELS) == {*DOMAIN_NAMES, *BESIDE_DOMAINS}
    assert len(set(RECORD_DOMAINS.values())) == len(RECORD_DOMAINS)
    assert {source: SOURCE_NAMES[source] for source in RECORD_LABELS} == RECORD_LABELS
    assert not set(BESIDE_DOMAINS) & set(CANONICAL_COLUMNS)


def test_every_status_reaches_a_stage():
    assert set(STAGE_OF_STATUS.values()) <= set(STAGES)


def test_age_on_a_day_of_its_own():
    born = pa.array(["2000-07-01", "2000-07-01", None, "2000-07-01"])
    days = pa.array([date(2018, 6, 30), date(2018, 7, 1), date(2018, 7, 1), None], pa.date32())
    assert ages(born, days).to_pylist() == [17, 18, None, None]


@pytest.mark.parametrize("source", ["jeugd", "veiligheid", "aanpak", "trajecten", "wmo"])
@pytest.mark.parametrize("pyramid", [False, True])
def test_a_batch_without_rows_has_no_kinds(source, pyramid):
    cells = {name: pa.array([], pa.string()) for name in columns_of(source)}
    found = record_kinds(read_identifiers(source, cells), for_pyramid=pyramid)
    assert (len(found), found.type) == (0, pa.string())


def test_each_row_has_its_own_kind():
    cells = {name: pa.nulls(3, pa.string()) for name in columns_of("jeugd")}
    cells |= {"bsn": pa.array([bsn(0)] * 3), "productcategorie": pa.array(["48", None, "45"])}
    batch = read_identifiers("jeugd", cells)
    assert record_kinds(batch, for_pyramid=True).to_pylist() == ["protection", "voluntary", "voluntary"]
