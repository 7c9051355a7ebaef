"""The rights of a person: found again by BSN with the FG's key, in the runs that read them; and the two exports."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from end_to_end.commands import begin
from end_to_end.municipality import Municipality, Place
from outputs.log.otlp_lines import read_otlp_lines
from samenloop.data_subjects import access
from samenloop.executions import executions
from samenloop.keyring import open_keyring
from samenloop.log_exports import export
from samenloop.storage import WorkFolder
from schemas.errors import RunError

SOURCES = ("brp", "jeugd", "wmo", "pwet", "shv", "rmc")


@pytest.fixture
def keyring(municipality: Municipality, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAMENLOOP_HOME", str(municipality.home))
    return open_keyring(municipality.home)


def numbers(municipality: Municipality, source: str) -> set[str]:
    """The BSNs in a file of the delivery, lost zeros put back."""
    rows = pd.read_csv(municipality.delivery / f"{source}.csv", sep=";", dtype=str)
    if source == "rmc":
        columns = [rows.loc[rows["soort_nummer"] == "BSN", "nummer"]]
    else:
        columns = [rows["bsn"], *([rows["bsn_partner"]] if source == "pwet" else [])]
    digits = pd.concat(columns).dropna().str.replace(r"[ .-]", "", regex=True).str.zfill(9)
    return {number for number in digits if is_bsn(number)}


def is_bsn(number: str) -> bool:
    """The elfproef, written out again."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return (
        number.isdecimal()
        and len(number) == 9
        and int(number) > 0
        and sum(int(digit) * w for digit, w in zip(number, weights, strict=True)) % 11 == 0
    )


def test_a_person_is_found_in_every_source_that_held_them_and_nowhere_else(municipality, release, keyring):
    objected = numbers(municipality, "bezwaar")
    held = {source: numbers(municipality, source) for source in SOURCES}
    seen = Counter(number for persons in held.values() for number in persons)
    most = max((number for number in seen if number not in objected), key=lambda number: (seen[number], number))
    for number in (most, sorted(held["pwet"] - objected)[0], sorted(objected)[0]):
        answer = access(WorkFolder(release.work), keyring, number)
        expected = [] if number in objected else [source for source in SOURCES if number in held[source]]
        assert sorted(one.source for one in answer.processed) == sorted(expected)
        assert (answer.searched, answer.erased) == (len(SOURCES), 0)
    assert seen[most] > 1


def test_the_persons_in_the_log_are_those_of_the_delivery_without_the_objectors(municipality, release, keyring):
    (execution,) = [one for one in executions(WorkFolder(release.work)) if one.pulls]
    objected = numbers(municipality, "bezwaar")
    for entry in execution.pulls:
        ids = pq.read_table(release.work / "data_subjects" / f"{entry.outputs['data_subjects']}.parquet")
        assert ids.num_rows == len(set(ids["data_subject"].to_pylist()))
        assert ids.num_rows == len(numbers(municipality, entry.subject) - objected), entry.subject


def test_no_id_of_a_person_occurs_in_two_sources_or_in_another_artefact(release):
    ids, others = [], set()
    for path in release.work.glob("data_subjects/*.parquet"):
        ids.extend(pq.read_table(path)["data_subject"].to_pylist())
    for path in release.work.glob("artefacts/*.parquet"):
        for column in pq.read_table(path).itercolumns():
            others.update(column.to_pylist() if pa.types.is_fixed_size_binary(column.type) else [])
    assert len(ids) > 1000
    assert len(others) > 1000
    assert len(set(ids)) == len(ids)
    assert not others & set(ids)


def asked(municipality: Municipality, release: Place, bsn: str, *options: str):
    """Runs ``log subject`` with a BSN on standard input."""
    given = release.root / "asked"
    given.write_text(bsn + "\n")
    try:
        words = ["log", "subject", "--work", release.work, *options]
        return begin(words, release.root, municipality.environment, _Standing(given)).ended()
    finally:
        given.unlink()


class _Standing:
    """Puts a file in the place of standard input."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> None:
        import sys

        sys.stdin = self.path.open()


def test_the_command_answers_in_dutch_repeats_no_number_and_is_logged(municipality, release):
    number = sorted(numbers(municipality, "wmo") - numbers(municipality, "bezwaar"))[0]
    before = municipality.command(release, "log", "show", "--work", release.work).stdout.splitlines()
    done, again = (asked(municipality, release, number) for _ in range(2))
    assert done.exit_code == 0, done.stderr
    assert "bron Wmo, verwerking 2018h1-" in done.stdout
    assert "Wet maatschappelijke ondersteuning 2015" in done.stdout
    assert done.stdout == again.stdout
    after = municipality.command(release, "log", "show", "--work", release.work).stdout
    fresh = [json.loads(line) for line in after.splitlines()[len(before) :]]
    assert [(one["step"], one["purpose"]) for one in fresh] == [("subject", "avg-15-inzage:1")] * 2
    assert number not in done.stdout + done.stderr + after
    assert json.loads(asked(municipality, release, number, "--json").stdout)["searched"] == len(SOURCES)


def test_no_bsn_is_refused_without_repeating_it(municipality, release):
    done = asked(municipality, release, "999999999")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no valid BSN" in done.stderr
    assert "999999999" not in done.stderr


def test_without_the_key_of_the_fg_nobody_is_looked_up(municipality, release):
    key = municipality.home / "signing" / "fg.key"
    content = key.read_bytes()
    key.unlink()
    try:
        done = asked(municipality, release, "999996770")
    finally:
        key.touch(mode=0o600)
        key.write_bytes(content)
    assert (done.exit_code, done.stderr.split(": ")[1]) == (3, "key_missing")


def test_a_key_that_is_not_the_fg_s_looks_nobody_up(municipality, release):
    public = municipality.home / "signing" / "fg.pub"
    content = public.read_bytes()
    public.write_bytes((municipality.home / "signing" / "controller.pub").read_bytes())
    try:
        done = asked(municipality, release, "999996770")
    finally:
        public.write_bytes(content)
    assert (done.exit_code, done.stderr.split(": ")[1]) == (3, "fg_key")


def test_both_exports_hold_every_step_and_every_person(municipality, release, keyring, tmp_path):
    work = WorkFolder(release.work)
    entries = [entry for one in executions(work) for entry in one.entries]
    traces = len(list(executions(work)))
    (execution,) = [one for one in executions(work) if one.pulls]
    persons = sum(len(numbers(municipality, source) - numbers(municipality, "bezwaar")) for source in SOURCES)
    assert export(work, tmp_path / "ldv", "ldv") == traces + len(entries) + persons
    assert export(work, tmp_path / "vng", "vng") == persons
    with (tmp_path / "ldv").open("rb") as file:
        records = list(read_otlp_lines(file))
    subjects = [one.attributes.data_subject_id for one in records if one.attributes.data_subject_id]
    assert len(subjects) == persons
    objects = [json.loads(line)["verwerkteObjecten"][0]["objectId"] for line in (tmp_path / "vng").open()]
    assert sorted(objects) == sorted(subjects)
    assert export(work, tmp_path / "one", "ldv", execution.entries[0].run) < len(records) + 1
    done = municipality.command(release, "log", "export", "--work", release.work, "--to", tmp_path / "again")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "again").read_bytes() == (tmp_path / "ldv").read_bytes()


def test_persons_that_are_gone_without_an_erasure_in_the_log_are_missed(release, keyring, tmp_path):
    work = WorkFolder(release.work)
    path = sorted((release.work / "data_subjects").iterdir())[0]
    content = path.read_bytes()
    for damage, code in ((b"", "data_subjects_differ"), (None, "data_subjects_missing")):
        path.unlink() if damage is None else path.write_bytes(damage)
        try:
            for look in (
                lambda: access(work, keyring, "999996770"),
                lambda: export(work, tmp_path / "ldv", "ldv"),
            ):
                with pytest.raises(RunError) as failed:
                    look()
                assert failed.value.code == code
        finally:
            path.write_bytes(content)
    assert not list(tmp_path.iterdir())


def test_a_mistyped_folder_is_no_answer(municipality, release, tmp_path):
    for words in (
        ("log", "show", "--work", tmp_path / "typo"),
        ("log", "export", "--work", tmp_path / "typo", "--to", tmp_path / "file"),
        ("log", "subject", "--work", tmp_path / "typo"),
        ("retention", "--work", tmp_path / "typo", "--out", tmp_path / "out"),
    ):
        done = municipality.command(release, *words)
        assert (done.exit_code, done.stderr.split(": ")[1]) == (1, "work_missing"), words
    assert not (tmp_path / "typo").exists()
    done = municipality.command(release, "log", "export", "--work", release.work, "--to", tmp_path / "no" / "file")
    assert (done.exit_code, done.stderr.split(": ")[1]) == (1, "folder_missing")
