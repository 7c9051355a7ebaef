"""Records of the Logboek Dataverwerkingen: one trace per run, one span per person and source, none lost."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from accounts import START, entries, entry
from builders import PURPOSE, mark
from pydantic import ValidationError

from outputs.log.ldv import LdvProfile, activity_uri, ldv_records, trace_id
from outputs.log.ldv_record import Attributes, LdvRecord
from outputs.log.otlp_lines import read_otlp_lines, write_otlp_lines
from schemas.errors import RunError, VerificationFailed

PROFILE = LdvProfile("https://register.example", "https://register.example/id-types/log-subject", "0.1.0")
SUBJECTS = [("brp", mark("ann")), ("jeugd", mark("ann")), ("brp", mark("bob"))]


def records(log=None, subjects=SUBJECTS):
    return list(ldv_records(log or entries(), subjects, PROFILE))


def test_one_trace_a_root_a_span_per_action_and_a_span_per_person_and_source():
    made = records()
    root, actions, persons = made[0], made[1 : len(entries()) + 1], made[len(entries()) + 1 :]
    assert {one.trace_id for one in made} == {trace_id(entries())}
    assert len({one.span_id for one in made}) == len(made) == 1 + len(entries()) + len(SUBJECTS)
    assert root.parent_span_id is None
    assert {one.parent_span_id for one in actions} == {root.span_id}
    names = {one.span_id: one.name for one in actions}
    assert [names[one.parent_span_id] for one in persons] == [one.name for one in persons]
    assert [one.name for one in persons] == [f"Ophalen en pseudonimiseren: {source}" for source, _ in SUBJECTS]
    assert (root.start_time, root.end_time) == (actions[0].start_time, actions[-1].end_time)


def test_times_are_milliseconds_and_the_activity_names_purpose_and_version():
    made = records()
    assert made[1].start_time == round(START.timestamp() * 1000)
    assert made[1].end_time - made[1].start_time == 31_250
    assert {one.attributes.processing_activity_id for one in made} == {
        "https://register.example/processing_activities/stapeling/versions/1"
    }
    assert activity_uri("urn:x", "monitoring:12") == "urn:x/processing_activities/monitoring/versions/12"


def test_a_person_has_another_id_than_the_bytes_of_any_table_and_says_what_kind():
    person = records()[-1]
    assert person.attributes.data_subject_id_type == PROFILE.subject_id_type
    assert len(person.attributes.data_subject_id) == 26
    assert records()[0].attributes.data_subject_id is None


def test_same_entries_same_ids_another_start_another_trace():
    assert records() == records()
    moved = [one.model_copy(update={"started": one.started - timedelta(milliseconds=1)}) for one in entries()]
    assert not {one.span_id for one in records()} & {one.span_id for one in records(moved)}


@pytest.mark.parametrize(("code", "status"), [("test_numbers", "Unset"), ("defect", "Error")])
def test_a_refusal_is_no_error_and_a_defect_is(code, status):
    log = [*entries(), entry(PURPOSE, "refused", "wmo", code=code)]
    made = records(log)
    assert (made[0].status, made[len(log)].status) == (status, status)
    assert {one.status for one in made[1 : len(log)]} == {"Unset"}
    assert made[len(log)].attributes.exception_type == (code if status == "Error" else None)


def test_entries_of_two_runs_and_persons_of_an_unread_source_are_refused():
    other = entry(PURPOSE, "open", run="another")
    for log in ([], [*entries(), other]):
        with pytest.raises(ValueError, match="one run"):
            list(ldv_records(log, [], PROFILE))
    with pytest.raises(ValueError, match="veiligheid was not pulled"):
        records(subjects=[("veiligheid", mark("ann"))])
    with pytest.raises(ValueError, match="16 bytes"):
        records(subjects=[("brp", b"short")])


@pytest.mark.parametrize(
    "change",
    [
        {"trace_id": "0" * 31},
        {"span_id": "X" * 16},
        {"status": "OK"},
        {"name": ""},
        {"start_time": 1.5},
        {"end_time": 0},
        {"user": "jan"},
        {"status": "Error"},
    ],
)
def test_a_record_outside_the_profile_is_refused(change):
    sound = records()[1].model_dump()
    assert LdvRecord.model_validate(sound) == records()[1]
    with pytest.raises(ValidationError):
        LdvRecord.model_validate({**sound, **change})


def test_attributes_hold_the_core_namespace_only():
    activity = {"dpl.core.processing_activity_id": "urn:a:b"}
    for wrong in ({"dpl.core.data_subject_id": "A" * 26}, {"dpl.objects.dataset": "x"}, {"enduser.id": "jan"}):
        with pytest.raises(ValidationError):
            Attributes.model_validate(activity | wrong)


def test_lines_come_back_as_they_were_and_are_counted(tmp_path: Path):
    path = tmp_path / "ldv.jsonl"
    with path.open("wb") as file:
        assert write_otlp_lines(records(), file) == len(records())
    with path.open("ab") as file:
        assert write_otlp_lines(records()[:2], file) == 2
    with path.open("rb") as file:
        assert list(read_otlp_lines(file)) == [*records(), *records()[:2]]


def test_lines_are_otlp(tmp_path: Path):
    path = tmp_path / "ldv.jsonl"
    with path.open("wb") as file:
        write_otlp_lines(records(), file)
    first = json.loads(path.read_bytes().splitlines()[-1])["resourceSpans"][0]
    (span,) = first["scopeSpans"][0]["spans"]
    assert span["startTimeUnixNano"] == str(records()[-1].start_time * 10**6)
    assert span["status"] == {"code": 0}
    assert {pair["key"] for pair in span["attributes"]} == {
        "dpl.core.processing_activity_id",
        "dpl.core.data_subject_id",
        "dpl.core.data_subject_id_type",
    }
    assert {pair["key"] for pair in first["resource"]["attributes"]} == {"service.name", "service.version"}


def test_every_cut_and_changed_line_is_refused(tmp_path: Path):
    path = tmp_path / "ldv.jsonl"
    with path.open("wb") as file:
        write_otlp_lines(records()[:1], file)
    whole = path.read_bytes()
    broken = [whole[:-1], whole.replace(b"traceId", b"traceid"), whole.replace(b'"kind":1', b'"user":"jan"')]
    for content in [*broken, whole.replace(b"250000000", b"250000001"), b"[]\n"]:
        path.write_bytes(content)
        with path.open("rb") as file, pytest.raises(VerificationFailed, match="line 1 "):
            list(read_otlp_lines(file))


def test_a_disk_that_loses_bytes_is_noticed(tmp_path: Path):
    path = tmp_path / "ldv.jsonl"

    class Losing:
        def __init__(self, file):
            self.file = file

        def write(self, data):
            return self.file.write(data[:-10])

        def __getattr__(self, name):
            return getattr(self.file, name)

    with path.open("wb") as file, pytest.raises(RunError, match="log_incomplete"):
        write_otlp_lines(records(), Losing(file))


def test_many_persons_stream(tmp_path: Path):
    path, number, on_disk = tmp_path / "ldv.jsonl", 10_000, []

    def persons():
        for index in range(number):
            on_disk.append(path.stat().st_size)
            yield "wmo", index.to_bytes(16, "big")

    with path.open("wb") as file:
        assert write_otlp_lines(ldv_records(entries(), persons(), PROFILE), file) == number + 1 + len(entries())
    waiting = [path.stat().st_size * place / number - size for place, size in enumerate(on_disk)]
    assert max(waiting) < path.stat().st_size / 4
