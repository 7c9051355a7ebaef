"""The register entry and the DPIA sections say what the purpose says, and list what it does not say."""

import json
from datetime import date

import pytest
from builders import PURPOSE

from outputs.log.ldv import LdvProfile
from outputs.log.vng import activity_id
from outputs.register.dpia import dpia_sections
from outputs.register.legal_basis import grondslag, legal_bases
from outputs.register.processing_activity import RegisterEntry, register_entry
from outputs.register.words import duration_text
from samenloop.purposes import read_purpose
from schemas.purpose import PurposeConfig

URI = "https://register.example"
TODAY = date(2026, 11, 1)
OTHER = {"monitoring", "stapeling-veiligheid"}


def entry(config: PurposeConfig = PURPOSE) -> RegisterEntry:
    return register_entry(config, URI, TODAY)


def test_the_entry_is_versioned_and_the_id_is_that_of_the_log():
    second = entry(PURPOSE.model_copy(update={"version": 2, "valid_from": date(2026, 1, 1)}))
    assert second.activity.id == entry().activity.id == entry().var.id == activity_id(URI, PURPOSE.id)
    assert (second.version.version, second.version.valid_from) == (2, date(2026, 1, 1))
    assert LdvProfile(URI, "urn:x", "1").register_uri == URI


def test_json_has_the_field_names_of_the_registers_and_comes_back():
    content = json.loads(entry().model_dump_json())
    version = content["version"]
    assert {"validFrom", "legalBasis", "dataSubjects", "personalData", "processingOptions", "recipients"} <= set(
        version
    )
    assert version["legalBasis"] == ["PublicInterest"]
    assert content["var"]["grondslag"] == "Publieke taak"
    assert content["var"]["verantwoordelijkeOrganisatie"] == PURPOSE.controller.oin
    assert RegisterEntry.model_validate(content) == entry()


def test_active_follows_the_term():
    assert entry().activity.active
    assert not register_entry(PURPOSE, URI, date(2031, 1, 1)).activity.active


@pytest.mark.parametrize(
    ("article", "bases", "ground"),
    [
        ("artikel 6 lid 1 onder c AVG", ("LegalObligation",), "Wettelijke verplichting"),
        ("artikel 6 lid 1 onder e AVG (openbaar gezag)", ("OfficialAuthorityOfController",), "Publieke taak"),
        ("artikel 6 lid 1 onder e AVG", (), "Publieke taak"),
        ("artikel 6 lid 1 onder d AVG", ("VitalInterest",), None),
        ("artikel 6 AVG", (), None),
    ],
)
def test_only_the_ground_that_the_article_names_is_chosen(article, bases, ground):
    assert (legal_bases(article), grondslag(article)) == (bases, ground)
    changed = PURPOSE.model_copy(update={"legal_ground": PURPOSE.legal_ground.model_copy(update={"avg_6": article})})
    questions = " ".join(entry(changed).open_questions)
    assert ("LDV-register" in questions) == (not bases)
    assert ("VNG-register" in questions) == (ground is None)


def test_what_the_purpose_does_not_say_is_a_question_and_never_an_answer():
    assert any("Economische Ruimte" in question for question in entry().open_questions)
    bare = PURPOSE.model_copy(update={"retention": {"log": "P10Y"}})
    assert sum("Hoe lang" in question for question in entry(bare).open_questions) == 4
    (terms,) = [one for one in dpia_sections(bare).sections if one.number == "10.1.1"]
    assert (len(terms.answers), len(terms.open_questions)) == (1, 4)


def test_the_sections_are_those_of_the_form_and_hold_every_word_of_the_purpose():
    sections = dpia_sections(PURPOSE)
    assert [one.number for one in sections.sections] == ["2.1", "3.1", "5.1", "6.1", "9", "10.1.1", "11.1"]
    text = sections.text()
    for words in (
        *(PURPOSE.purpose, PURPOSE.target_group, PURPOSE.information_duty, PURPOSE.administrator),
        *PURPOSE.participants,
        *PURPOSE.proportionality.model_dump(exclude={"alternatives"}).values(),
        *(part for one in PURPOSE.proportionality.alternatives for part in one.model_dump().values()),
        *(part for one in PURPOSE.sources.values() for part in (one.law, one.article, one.bsn_ground) if part),
        *filter(None, PURPOSE.legal_ground.model_dump().values()),
    ):
        assert words in text
    assert "None" not in text


@pytest.mark.parametrize("name", sorted(OTHER))
def test_every_shipped_purpose_has_an_entry_and_sections(name):
    from builders import EXAMPLE_PURPOSE

    config = read_purpose(EXAMPLE_PURPOSE.with_name(f"{name}.yaml")).config
    made = entry(config)
    assert made.version.name == name
    assert (config.legal_ground.avg_10 or "") in made.var.toelichting_grondslag
    assert ("Artikel 10 AVG" in dpia_sections(config).text()) == (config.legal_ground.avg_10 is not None)


def test_durations_in_words():
    assert [duration_text(one) for one in ("P7D", "P1D", "P10Y", "P1Y6M", "P1W")] == [
        *("7 dagen", "1 dag", "10 jaar", "1 jaar en 6 maanden", "1 week"),
    ]
