"""Bewerking records of VNG Verwerkingenlogging: the lengths, the zone, the ids that tie them to the other export."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from accounts import entries
from builders import PURPOSE, mark
from pydantic import ValidationError

from outputs.log.ldv import LdvProfile, ldv_records
from outputs.log.vng import Bewerking, BewerkingProfile, bewerkingen, write_bewerkingen

LDV = LdvProfile("https://register.example", "https://register.example/id-types/log-subject", "0.1.0")
PROFILE = BewerkingProfile(LDV)
SUBJECTS = [("brp", mark("ann")), ("jeugd", mark("ann"))]


def records(profile: BewerkingProfile = PROFILE) -> list[Bewerking]:
    return list(bewerkingen(PURPOSE, entries(), SUBJECTS, profile))


def test_one_record_per_person_and_source_with_the_ids_of_the_other_export():
    ldv = list(ldv_records(entries(), SUBJECTS, LDV))[-2:]
    for record, span in zip(records(), ldv, strict=True):
        assert record.verwerking_id == UUID(hex=span.trace_id)
        assert record.verwerkte_objecten[0].object_id == span.attributes.data_subject_id
        assert record.verwerkingsactiviteit_url == span.attributes.processing_activity_id
        assert round(record.tijdstip.timestamp() * 1000) == span.start_time


def test_the_purpose_fills_the_fields():
    content = records()[1].model_dump(mode="json", exclude_none=True)
    assert content["bewaartermijn"] == PURPOSE.retention["log"] == "P10Y"
    assert (content["vertrouwelijkheid"], content["gegevensbron"]) == ("normaal", "Jeugd")
    assert content["systeem"] == "samenloop 0.1.0"
    assert "gebruiker" not in content
    kinds = [one["soortGegeven"] for one in content["verwerkteObjecten"][0]["verwerkteSoortenGegevens"]]
    assert kinds == list(PURPOSE.sources["jeugd"].columns)


def test_the_executor_is_named_only_when_it_is_another_than_the_controller():
    assert records(BewerkingProfile(LDV, uitvoerder=PURPOSE.controller.oin))[0].uitvoerder is None
    assert records(BewerkingProfile(LDV, uitvoerder="0" * 20))[0].uitvoerder == "0" * 20


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tijdstip", "2026-11-01T02:00:00"),
        ("vertrouwelijkheid", "opgeheven"),
        ("bewaartermijn", "10 jaar"),
        ("uitvoerder", "123"),
        ("systeem", "x" * 243),
        ("actieNaam", "x" * 243),
        ("verwerkteObjecten", []),
        ("verwerkingsactiviteitUrl", "https://" + "x" * 2042),
        ("gebruiker", "jan"),
    ],
)
def test_a_field_that_does_not_fit_is_refused(field, value):
    sound = records()[0].model_dump(mode="json")
    assert Bewerking.model_validate(sound) == records()[0]
    with pytest.raises(ValidationError):
        Bewerking.model_validate(sound | {field: value})


@pytest.mark.parametrize(("size", "fits"), [(40, True), (41, False)])
def test_an_object_id_has_forty_characters_at_most(size, fits):
    content = records()[0].model_dump(mode="json")
    content["verwerkteObjecten"][0]["objectId"] = "A" * size
    if fits:
        Bewerking.model_validate(content)
    else:
        with pytest.raises(ValidationError):
            Bewerking.model_validate(content)


def test_lines_are_json_with_a_zone_and_are_counted(tmp_path: Path):
    path = tmp_path / "vng.jsonl"
    with path.open("wb") as file:
        assert write_bewerkingen(records(), file) == len(SUBJECTS)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [Bewerking.model_validate(line) for line in lines] == records()
    assert all(line["tijdstip"].endswith(("Z", "+00:00")) for line in lines)


def test_another_purpose_or_an_unread_source_is_refused():
    with pytest.raises(ValueError, match="another purpose"):
        list(bewerkingen(PURPOSE.model_copy(update={"version": 2}), entries(), [], PROFILE))
    with pytest.raises(ValueError, match="not pulled"):
        list(bewerkingen(PURPOSE, entries(), [("veiligheid", mark("ann"))], PROFILE))
