"""What is past its term goes, what is not stays, and the log tells; on a real run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from samenloop.keyring import make_keyring
from samenloop.log_book import read_entries
from samenloop.purpose_register import sign_and_register
from samenloop.purposes import read_purpose
from samenloop.releases import approve
from samenloop.retention import erase_expired, last_day
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


def test_terms_of_a_run(tmp_path, monkeypatch):
    home, work, out = tmp_path / "home", tmp_path / "work", tmp_path / "out"
    monkeypatch.setenv("SAMENLOOP_HOME", str(home))
    purpose = tmp_path / "stapeling.yaml"
    purpose.write_bytes(EXAMPLE.read_bytes())
    sign_and_register(make_keyring(home, "synthetic"), read_purpose(purpose))
    delivery = synthesise(SynthesisRequest(households=300, seed=5, out=tmp_path / "levering"))[0].folder
    reference, _ = run_all(RunRequest(str(purpose), str(delivery), "2018H1", str(work), str(out)))
    approve(work, out, reference.run)

    def erased_after(days: int) -> dict[str, int]:
        entries = erase_expired(WorkFolder(work), out, TODAY + timedelta(days=days))
        return {entry.subject: entry.counts["erased"] for entry in entries}

    artefacts = left(work, "artefacts/*")
    assert erased_after(7) == {}
    assert left(work, "artefacts/*") == artefacts
    assert erased_after(9) == {"pseudonymised_extract": 6, "linked_households": 4}
    assert left(work, "artefacts/*") == artefacts - 10
    assert left(work, "drafts/*/*/*/index.html") == 1
    assert erased_after(9) == {}
    assert erased_after(92) == {"draft": 8}
    assert left(work, "artefacts/*") == left(work, "drafts/*/*/*/index.html") == 0
    assert (out / "stapeling" / "2018H1" / "current" / "index.html").is_file()
    assert erased_after(11 * 366) == {"publication": 1}
    assert left(out, "**/*.csv") == 0
    assert not (out / "stapeling" / "2018H1" / "current").is_symlink()
    assert [entry.subject for entry in read_entries(WorkFolder(work)) if entry.step == "erase"] == [
        *("linked_households", "pseudonymised_extract", "draft", "publication"),
    ]
