"""A task that was killed is tried again by itself: the same artefact, and never half of one."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from end_to_end import faults
from end_to_end.municipality import PERIOD, Municipality, Place
from samenloop import steps
from samenloop.runs import RunReference, RunRequest

_PROCESSES = multiprocessing.get_context("forkserver")


def _when_the_log_knows_it() -> None:
    """The log tells of the extract, which has no name yet."""
    from samenloop.storage import WorkFolder

    faults._put(WorkFolder, "keep", faults._cut_at_call(2, WorkFolder.keep))


def _pull(home: str, run: RunReference, fault: Callable[[], None] | None, answer: str) -> None:
    """What a worker does with one task, in a process of its own."""
    os.environ["SAMENLOOP_HOME"] = home
    if fault:
        fault()
    artefact = steps.pull(run, "brp")
    Path(answer).write_text(f"{artefact.name}|{artefact.sha256}|{artefact.rows}")


def _pulled(municipality: Municipality, run: RunReference, fault: Callable[[], None] | None, answer: Path) -> int:
    process = _PROCESSES.Process(target=_pull, args=(str(municipality.home), run, fault, str(answer)))
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def _opened(municipality: Municipality, place: Place, monkeypatch: pytest.MonkeyPatch) -> RunReference:
    monkeypatch.setenv("SAMENLOOP_HOME", str(municipality.home))
    folders = {"delivery": str(municipality.delivery), "work": str(place.work), "out": str(place.out)}
    return steps.open_run(RunRequest(purpose=str(municipality.purpose), period=PERIOD, **folders))


def _artefacts(place: Place) -> list[str]:
    return sorted(path.stem for path in (place.work / "artefacts").iterdir())


@pytest.mark.parametrize(
    "fault", [faults.in_the_middle_of_a_pull, _when_the_log_knows_it], ids=lambda one: one.__name__
)
def test_a_pull_that_was_killed_is_pulled_again(
    fault: Callable[[], None], municipality: Municipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {}
    for name in ("undisturbed", "killed"):
        place, answer = Place(tmp_path / name), tmp_path / f"{name}.txt"
        run = _opened(municipality, place, monkeypatch)
        if name == "killed":
            assert _pulled(municipality, run, fault, answer) == -9
            assert _artefacts(place) == []
            assert not answer.exists()
        assert _pulled(municipality, run, None, answer) == 0
        answers[name] = answer.read_text()
        assert _artefacts(place) == [answers[name].split("|")[1]]
    assert answers["killed"] == answers["undisturbed"]
