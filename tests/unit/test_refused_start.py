"""A run that is refused before it opens leaves an entry: which purpose, which code, nothing else."""

import shutil
from pathlib import Path

import pytest

from samenloop.keyring import make_keyring
from samenloop.log_book import read_entries
from samenloop.runs import RunRequest
from samenloop.steps import open_run
from samenloop.storage import WorkFolder
from schemas.errors import RefusedByPurpose

EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml"


@pytest.mark.parametrize(
    ("text", "code", "label"),
    [(EXAMPLE.read_text(), "purpose_unsigned", "stapeling:1"), ("id: 1\n", "purpose_invalid", "unreadable:0")],
)
def test_the_refusal_is_in_the_log(tmp_path, monkeypatch, text, code, label):
    monkeypatch.setenv("SAMENLOOP_HOME", str(tmp_path / "home"))
    make_keyring(tmp_path / "home", "synthetic")
    purpose = Path(shutil.copyfile(EXAMPLE, tmp_path / "purpose.yaml"))
    purpose.write_text(text)
    work = tmp_path / "work"
    with pytest.raises(RefusedByPurpose):
        open_run(RunRequest(str(purpose), str(tmp_path), "2018H1", str(work), str(tmp_path / "out")))
    (entry,) = read_entries(WorkFolder(work))
    assert (entry.run, entry.step, entry.code, entry.purpose) == ("unopened", "refused", code, label)
