"""What is past its term goes, what is not stays, and the log tells; on a real run."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from samenloop.data_subjects import access
from samenloop.key_retention import erase_and_destroy, note_destructions
from samenloop.keyring import make_keyring, open_keyring
from samenloop.log_book import read_entries
from samenloop.purpose_register import sign_and_register
from samenloop.purposes import read_purpose
from samenloop.releases import approve, reject
from samenloop.retention import last_day
from samenloop.runs import RunRequest
from samenloop.steps import open_run, pull, run_all
from samenloop.storage import WorkFolder
from samenloop.synthetic.municipality import SynthesisRequest, synthesise

EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml"
TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("made", "term", "last"),
    [
        ("2018-01-31", "P7D", "2018-02-07"),
        ("2018-01-31", "P1M", "2018-02-28"),
        ("2020-02-29", "P1Y", "2021-02-28"),
        ("2018-01-01", "P1Y6M", "2019-07-01"),
        ("2018-01-01", "P2W", "2018-01-15"),
    ],
)
def test_last_day_of_a_term(made, term, last):
    assert str(last_day(datetime.fromisoformat(made).date(), term)) == last


def left(folder: Path, pattern: str) -> int:
    return len(list(folder.glob(pattern)))


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """Gives a function that signs a purpose of this scope and runs it to an approved release."""
    home, work, out = tmp_path / "home", tmp_path / "work", tmp_path / "out"
    monkeypatch.setenv("SAMENLOOP_HOME", str(home))
    delivery = synthesise(SynthesisRequest(households=300, seed=5, out=tmp_path / "levering"))[0].folder
    keyring = make_keyring(home, "synthetic")

    def run(scope: str) -> str:
        purpose = tmp_path / f"{scope}.yaml"
        purpose.write_text(EXAMPLE.read_text().replace("pseudonym_scope: release", f"pseudonym_scope: {scope}"))
        sign_and_register(keyring, read_purpose(purpose))
        reference, _ = run_all(RunRequest(str(purpose), str(delivery), "2018H1", str(work), str(out)))
        approve(work, out, reference.run)
        return reference.run

    return run


def erased_after(folder: Path, days: int) -> dict[str, int]:
    """What goes on a day so far from now, by kind."""
    entries = erase_and_destroy(WorkFolder(folder / "work"), folder / "out", TODAY + timedelta(days=days))
    return {entry.subject: sum(entry.counts.values()) for entry in entries}


def states(folder: Path) -> list[tuple[str, int, str]]:
    return [(one.scope, one.version, one.state) for one in open_keyring(folder / "home").store.listed()]


def test_terms_of_a_run(tmp_path, ran):
    ran("release")
    work, out = tmp_path / "work", tmp_path / "out"
    artefacts = left(work, "artefacts/*")
    assert erased_after(tmp_path, 7) == {}
    assert left(work, "artefacts/*") == artefacts
    assert erased_after(tmp_path, 9) == {"pseudonymised_extract": 6, "linked_households": 5, "keys": 1}
    assert left(work, "artefacts/*") == artefacts - 11
    assert left(work, "drafts/*/*/*/index.html") == 1
    assert erased_after(tmp_path, 9) == {}
    assert erased_after(tmp_path, 92) == {"draft": 12}
    assert left(work, "artefacts/*") == left(work, "drafts/*/*/*/index.html") == 0
    assert (out / "stapeling" / "2018H1" / "current" / "index.html").is_file()
    assert left(work, "data_subjects/*") == 6
    assert erased_after(tmp_path, 11 * 366) == {"publication": 1, "log": 6}
    assert left(out, "**/*.csv") == left(work, "data_subjects/*") == 0
    assert not (out / "stapeling" / "2018H1" / "current").is_symlink()
    assert [entry.subject for entry in read_entries(WorkFolder(work)) if entry.step == "erase"] == [
        *("linked_households", "pseudonymised_extract", "keys", "draft", "log", "publication"),
    ]
    answer = access(WorkFolder(work), open_keyring(tmp_path / "home"), "999996770")
    assert (answer.processed, answer.searched, answer.erased) == ((), 0, 6)


def test_keys_go_with_what_they_made_and_the_period_can_be_run_again(tmp_path, ran):
    first = ran("release")
    assert states(tmp_path) == [("2018H1", 1, "in use")]
    erased_after(tmp_path, 9)
    assert states(tmp_path) == [("2018H1", 1, "destroyed"), ("2018H1", 2, "in use")]
    (noted,) = [entry for entry in read_entries(WorkFolder(tmp_path / "work")) if entry.subject == "keys"]
    (opened,) = [entry for entry in read_entries(WorkFolder(tmp_path / "work"), first) if entry.step == "open"]
    assert (noted.run, noted.keys, noted.counts) == (first, opened.keys, {"keys_destroyed": 1})
    assert ran("release") != first
    assert states(tmp_path) == [("2018H1", 1, "destroyed"), ("2018H1", 2, "in use")]


def test_keys_that_follow_households_stay_as_long_as_the_purpose(tmp_path, ran):
    ran("purpose")
    assert erased_after(tmp_path, 100).keys() == {"pseudonymised_extract", "linked_households", "draft"}
    assert states(tmp_path) == [("purpose", 1, "in use")]
    assert erased_after(tmp_path, 5 * 366)["keys"] == 1
    assert states(tmp_path) == [("purpose", 1, "destroyed")]


def test_keys_destroyed_by_hand_are_noted_in_the_log_once(tmp_path, ran):
    run, work = ran("release"), WorkFolder(tmp_path / "work")
    keyring = open_keyring(tmp_path / "home")
    keyring.store.destroy("stapeling", "2018H1", None)
    assert [(one.run, one.subject) for one in note_destructions(work, keyring)] == [(run, "keys")]
    assert note_destructions(work, keyring) == []
    assert note_destructions(WorkFolder(tmp_path / "elsewhere"), keyring) == []


def test_keys_stay_when_a_newer_version_of_the_purpose_goes_on(tmp_path, ran):
    ran("purpose")
    content = EXAMPLE.read_text().replace("pseudonym_scope: release", "pseudonym_scope: purpose")
    newer = tmp_path / "newer.yaml"
    newer.write_text(content.replace("version: 1", "version: 2", 1).replace("2030-12-31", "2040-12-31"))
    sign_and_register(open_keyring(tmp_path / "home"), read_purpose(newer))
    assert "keys" not in erased_after(tmp_path, 5 * 366)
    assert states(tmp_path) == [("purpose", 1, "in use")]
    assert erased_after(tmp_path, 15 * 366)["keys"] == 1


def test_keys_of_a_run_that_has_only_just_begun_stay(tmp_path, ran):
    ran("release")
    erased_after(tmp_path, 9)
    purpose, delivery = tmp_path / "release.yaml", next((tmp_path / "levering").glob("**/levering.json")).parent
    begun = open_run(RunRequest(str(purpose), str(delivery), "2018H1", str(tmp_path / "work"), str(tmp_path / "out")))
    assert erased_after(tmp_path, 0) == {}
    assert states(tmp_path)[-1] == ("2018H1", 2, "in use")
    assert pull(begun, "wmo").rows > 0
    assert erased_after(tmp_path, 9)["keys"] == 1


def test_a_rejected_draft_goes_with_its_term(tmp_path, ran):
    run = ran("release")
    purpose, delivery = tmp_path / "release.yaml", next((tmp_path / "levering").glob("**/levering.json")).parent
    run_all(RunRequest(str(purpose), str(delivery), "2018H1", str(tmp_path / "work"), str(tmp_path / "out")))
    reject(tmp_path / "work", run)
    assert left(tmp_path / "work", "drafts/*/*/.rejected.*/manifest.json") == 1
    erased_after(tmp_path, 80)
    assert left(tmp_path / "work", "drafts/*/*/.rejected.*/manifest.json") == 1
    erased_after(tmp_path, 92)
    assert left(tmp_path / "work", "drafts/*/*/.rejected.*") == 0


def test_what_a_killed_run_left_behind_goes_a_day_later(tmp_path, ran):
    ran("release")
    work = tmp_path / "work"
    tokens, persons, unfinished = (
        work / "match_tokens" / f"2018h1-0123456789ab.{'0' * 64}.parquet",
        work / "data_subjects" / f"{'0' * 64}.parquet",
        work / "tmp" / "2018h1-0123456789ab.x",
    )
    tokens.write_bytes(b"x")
    persons.write_bytes(b"x")
    unfinished.mkdir()
    erased_after(tmp_path, 0)
    assert tokens.exists()
    assert persons.exists()
    assert unfinished.exists()
    for path in (tokens, persons, unfinished):
        os.utime(path, (0, 0))
    erased_after(tmp_path, 0)
    assert not (tokens.exists() or persons.exists() or unfinished.exists())
    assert left(work, "data_subjects/*") == 6
