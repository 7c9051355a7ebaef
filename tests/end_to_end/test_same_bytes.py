"""Same delivery, same keys, same bytes: whatever the order of the rows, the machine or its surroundings."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from end_to_end.deliveries import shuffled
from end_to_end.municipality import PERIOD, Municipality, Place, snapshot
from samenloop import steps
from samenloop.runs import RunRequest


def _tables(place: Place) -> dict[str, bytes]:
    return snapshot(place.published / "tables")


def test_a_second_run_gives_the_same_tables(municipality: Municipality, release: Place, tmp_path: Path) -> None:
    again = Place(tmp_path)
    assert municipality.run(again, "--approve").exit_code == 0
    assert len(_tables(again)) == 28
    assert _tables(again) == _tables(release)


def test_the_order_of_rows_does_not_matter(municipality: Municipality, release: Place, tmp_path: Path) -> None:
    other = replace(municipality, delivery=shuffled(municipality.delivery, tmp_path / "delivery", seed=5))
    place = Place(tmp_path / "run")
    assert other.run(place, "--approve").exit_code == 0
    assert _tables(place) == _tables(release)


def test_surroundings_do_not_matter(municipality: Municipality, release: Place, tmp_path: Path) -> None:
    place = Place(tmp_path)
    surroundings = {
        **{"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati"},
        **{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        **{"SAMENLOOP_THREADS": "1", "SAMENLOOP_HOME": str(municipality.home), "TMPDIR": str(tmp_path)},
    }
    installed = Path(sys.executable).with_name("samenloop")
    done = subprocess.run(
        [installed, *municipality.words(place, "--approve")],
        env={**os.environ, **surroundings},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert _tables(place) == _tables(release)


def test_the_page_does_not_depend_on_the_order_of_the_tasks(
    municipality: Municipality, release: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = _draft(municipality, Place(tmp_path), monkeypatch, lambda sources: sources[::-1])
    assert (draft / "index.html").read_text() == (release.published / "index.html").read_text()


def test_a_task_that_ran_twice_counts_once(
    municipality: Municipality, release: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = _draft(municipality, Place(tmp_path), monkeypatch, lambda sources: [*sources, sources[-1]])
    assert (draft / "index.html").read_text() == (release.published / "index.html").read_text()


def _draft(
    municipality: Municipality,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    arrange: Callable[[list[str]], list[str]],
) -> Path:
    """A draft by the steps, with the pulls as a scheduler may arrange them."""
    monkeypatch.setenv("SAMENLOOP_HOME", str(municipality.home))
    folders = [str(path) for path in (municipality.purpose, municipality.delivery, place.work, place.out)]
    purpose, delivery, work, out = folders
    run = steps.open_run(RunRequest(purpose, delivery, PERIOD, work, out))
    pulled = {source: steps.pull(run, source) for source in arrange(steps.sources(run))}
    tables = steps.protect(run, steps.link(run, list(pulled.values())))
    return Path(steps.draft(run, tables).folder)
