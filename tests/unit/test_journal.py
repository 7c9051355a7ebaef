"""The processing log as a file, and the order of entry and artefact."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pyarrow as pa
import pytest
from pydantic import ValidationError

from outputs.log.journal import append, line_of, read
from samenloop import journalled
from samenloop.storage import WorkFolder
from schemas.errors import RefusedDelivery
from schemas.log_entries import LogEntry, StepFacts

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def entry(run="run-1", step="open", **fields):
    sound = {"started": NOON, "ended": NOON, "purpose": "stapeling:1", "purpose_sha256": "0" * 64}
    return LogEntry(run=run, step=step, **{**sound, **fields})


class TestFile:
    def test_gives_back_what_was_appended_in_order(self, tmp_path):
        entries = [entry(), entry(run="run-2"), entry(step="pull", subject="wmo", counts={"received": 3})]
        for one in entries:
            append(tmp_path / "log" / "log.jsonl", one)
        assert list(read(tmp_path / "log" / "log.jsonl")) == entries
        assert list(read(tmp_path / "log" / "log.jsonl", "run-1")) == [entries[0], entries[2]]

    def test_is_for_its_owner_only(self, tmp_path):
        append(tmp_path / "log.jsonl", entry())
        assert (tmp_path / "log.jsonl").stat().st_mode & 0o777 == 0o600

    def test_that_is_not_there_has_no_entries(self, tmp_path):
        assert list(read(tmp_path / "log.jsonl")) == []

    @pytest.mark.parametrize("broken", [b'{"run": "run-1", "st', b"\xff", b"{}"])
    def test_half_a_last_line_is_not_read_and_is_cut_off_by_the_next_entry(self, tmp_path, broken):
        journal = tmp_path / "log.jsonl"
        append(journal, entry())
        with journal.open("ab") as file:
            file.write(broken)
        assert len(list(read(journal))) == 1
        append(journal, entry(step="link"))
        assert [one.step for one in read(journal)] == ["open", "link"]
        assert broken not in journal.read_bytes().splitlines()

    def test_only_half_a_line_leaves_an_empty_log(self, tmp_path):
        (tmp_path / "log.jsonl").write_bytes(b'{"half')
        append(tmp_path / "log.jsonl", entry())
        assert len(list(read(tmp_path / "log.jsonl"))) == 1


def test_a_line_is_canonical_json_without_empty_fields():
    line = line_of(entry(counts={"b": 1, "a": 2}))
    assert b"\n" not in line
    assert list(json.loads(line)) == sorted(["run", "step", "started", "ended", "purpose", "purpose_sha256", "counts"])
    assert b'"counts":{"a":2,"b":1}' in line


@pytest.mark.parametrize(
    "fields",
    [
        {"run": "Jan de Wit"},
        {"step": "peek"},
        {"subject": "111222333"},
        {"counts": {"Jan de Wit": 1}},
        {"counts": {"received": "many"}},
        {"outputs": {"frame": "no hash"}},
        {"columns": {"secret": ("bsn",)}},
        {"columns": {"received": ("Jan de Wit",)}},
        {"code": "Jan de Wit"},
        {"remark": "free text"},
    ],
    ids=str,
)
def test_an_entry_has_no_room_for_free_text(fields):
    with pytest.raises(ValidationError):
        entry(**fields)


@pytest.fixture
def run(tmp_path):
    purpose = SimpleNamespace(label="stapeling:1", sha256="0" * 64)
    return SimpleNamespace(work=WorkFolder(tmp_path / "work"), reference=SimpleNamespace(run="run-1"), purpose=purpose)


def pending(run, folder):
    return run.work.write(folder, "use", pa.schema({"n": pa.int64()}), [pa.record_batch({"n": [1, 2]})])


class TestBracket:
    def test_no_entry_no_artefact(self, run, monkeypatch):
        def full_disk(*_):
            raise OSError("no space left")

        monkeypatch.setattr(journalled, "append", full_disk)
        with (
            pytest.raises(OSError, match="no space"),
            journalled.bracket(run, "link") as step,
            run.work.temporary("run-1") as folder,
        ):
            step.finish(StepFacts(), pending=[pending(run, folder)])
        assert list((run.work.path / "artefacts").iterdir()) == []

    def test_the_entry_is_on_disk_before_the_artefact_has_its_name(self, run, monkeypatch):
        def crash(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(WorkFolder, "keep", crash)
        with (
            pytest.raises(KeyboardInterrupt),
            journalled.bracket(run, "link") as step,
            run.work.temporary("run-1") as folder,
        ):
            step.finish(StepFacts(), pending=[pending(run, folder)])
        assert [one.step for one in read(run.work.journal)] == ["link"]

    def test_an_entry_names_what_was_made(self, run):
        with journalled.bracket(run, "link") as step, run.work.temporary("run-1") as folder:
            [made] = step.finish(StepFacts(counts={"households": 2}), {"brp": "1" * 64}, [pending(run, folder)])
        [told] = read(run.work.journal)
        assert (told.inputs, told.outputs) == ({"brp": "1" * 64}, {"use": made.sha256})
        assert told.counts == {"households": 2}
        assert run.work.artefact_path(made).is_file()

    def test_a_refusal_is_logged_by_its_code_and_goes_on(self, run):
        with pytest.raises(RefusedDelivery), journalled.bracket(run, "pull", "wmo"):
            raise RefusedDelivery("wrong_hash", "wmo: the file differs", "deliver again")
        [told] = read(run.work.journal)
        assert (told.step, told.subject, told.code) == ("refused", "wmo", "wrong_hash")
        assert b"differs" not in run.work.journal.read_bytes()
