"""What is past its term goes, what is not stays, and the log tells; on a real run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from samenloop.data_subjects import access
from samenloop.key_retention import erase_and_destroy, note_destructions
from samenloop.keyring import make_keyring, open_keyring
from samenloop.log_book import read_entries
from samenloop.purpose_register import sign_and_register
from samenloop.purposes import read_purpose
from samenloop.releases import approve
from samenloop.retention import last_day
from samenloop.runs import RunRequest
from samenloop.steps import run_all
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
    assert erased_after(tmp_path, 9) == {"pseudonymised_extract": 6, "linked_households": 4, "keys": 1}
    assert left(work, "artefacts/*") == artefacts - 10
    assert left(work, "drafts/*/*/*/index.html") == 1
    assert erased_after(tmp_path, 9) == {}
    assert erased_after(tmp_path, 92) == {"draft": 8}
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
