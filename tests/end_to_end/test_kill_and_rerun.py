"""A run killed at any moment leaves the former release untouched and can simply be started again."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from end_to_end import faults
from end_to_end.deliveries import shuffled
from end_to_end.municipality import Municipality, Place, copied_place, snapshot
from outputs.log.entry_line import entry_of


@pytest.fixture(scope="module")
def corrected(municipality: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    """The same rows in another order: another delivery, so another run, with the same tables."""
    folder = tmp_path_factory.mktemp("corrected") / "delivery"
    return replace(municipality, delivery=shuffled(municipality.delivery, folder, seed=8))


@pytest.fixture
def place(release: Place, tmp_path: Path) -> Place:
    """Work and publication folders with a former release in them."""
    return copied_place(release, tmp_path / "run")


def _untouched(former: dict[str, bytes], place: Place) -> None:
    assert former.items() <= snapshot(place.out).items()


def _succeeds(corrected: Municipality, former: dict[str, bytes], place: Place) -> None:
    old = place.published.readlink()
    done = corrected.run(place, "--approve")
    assert done.exit_code == 0, done.stderr
    assert place.published.readlink() != old
    assert snapshot(place.published / "tables") == snapshot(place.published.with_name(str(old)) / "tables")
    assert corrected.command(place, "verify", place.published).exit_code == 0
    assert {name: content for name, content in former.items() if not name.endswith("/current")}.items() <= (
        snapshot(place.out).items()
    )
    assert list((place.work / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    "fault",
    [
        faults.in_the_middle_of_a_pull,
        faults.between_log_and_artefact,
        faults.before_the_draft,
        faults.before_the_rename,
        faults.before_it_is_current,
    ],
    ids=lambda f: f.__name__,
)
def test_a_power_cut_at_a_seam(fault: Callable[[], None], corrected: Municipality, place: Place) -> None:
    former = snapshot(place.out)
    assert corrected.run(place, "--approve", fault=fault).exit_code == -9
    _untouched(former, place)
    _succeeds(corrected, former, place)


def test_a_power_cut_leaves_nothing_half_beside_the_releases(corrected: Municipality, place: Place) -> None:
    former = snapshot(place.out)
    assert corrected.run(place, "--approve", fault=faults.before_the_rename).exit_code == -9
    _succeeds(corrected, former, place)
    assert [path.name for path in place.published.parent.iterdir() if path.name.startswith(".")] == []


def test_a_release_is_never_without_the_entry_of_its_approval(corrected: Municipality, place: Place) -> None:
    old = place.published.readlink()
    assert corrected.run(place, "--approve", fault=faults.before_the_approval_is_logged).exit_code == -9
    if (new := place.published.readlink()) != old:
        entries = [entry_of(line) for line in (place.work / "log" / "log.jsonl").read_bytes().splitlines()]
        assert ("approve", str(new)) in [(entry.step, entry.run) for entry in entries]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kills_at_random_moments(seed: int, corrected: Municipality, place: Place) -> None:
    former, moments = snapshot(place.out), random.Random(seed)
    for _ in range(3):
        running = corrected.begin(place, "--approve")
        time.sleep(moments.uniform(0.2, 1.6))
        if running.killed().exit_code == 0:
            break
        current = place.published.readlink()
        assert current.name in {path.name for path in place.published.parent.iterdir()}
        without_current = {name: content for name, content in former.items() if not name.endswith("/current")}
        assert without_current.items() <= snapshot(place.out).items()
    assert corrected.run(place, "--approve").exit_code == 0
    old = next(name.split("/")[2] for name in former if name.endswith("/manifest.sig"))
    assert snapshot(place.published / "tables") == snapshot(place.published.with_name(old) / "tables")
    assert list((place.work / "tmp").iterdir()) == []
