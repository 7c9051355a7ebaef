"""Refusals by the real command: the exit code, one line that tells no value, and the former release untouched."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from end_to_end.breakages import BREAKAGES, Breakage
from end_to_end.commands import Outcome
from end_to_end.deliveries import copied
from end_to_end.leaks import Identifiers
from end_to_end.municipality import Municipality, Place, copied_place, snapshot

_LINE = re.compile(r"refused: (?P<code>[a-z_]+): (?P<what>[^\n]+): (?P<advice>[^\n:]+)\n")


@pytest.fixture
def place(release: Place, tmp_path: Path) -> Place:
    """Work and publication folders with a release in them."""
    return copied_place(release, tmp_path / "run")


def _refused(outcome: Outcome, exit_code: int, code: str) -> str:
    assert outcome.exit_code == exit_code, outcome
    assert outcome.stdout == ""
    line = _LINE.fullmatch(outcome.stderr)
    assert line, outcome.stderr
    assert line["code"] == code
    return line["what"]


@pytest.mark.parametrize("breakage", BREAKAGES.values(), ids=BREAKAGES)
def test_a_broken_delivery(breakage: Breakage, municipality: Municipality, place: Place, tmp_path: Path) -> None:
    former = snapshot(place.out)
    delivery = copied(municipality.delivery, tmp_path / "delivery")
    breakage.apply(delivery)
    outcome = replace(municipality, delivery=delivery).run(place, "--approve")
    what = _refused(outcome, 4, breakage.code)
    assert all(part in what for part in breakage.says), what
    assert list(Identifiers.of(municipality.delivery).found_in_text(outcome.stderr)) == []
    assert snapshot(place.out) == former
    assert list((place.work / "tmp").iterdir()) == []


def _signed_in_production(municipality: Municipality, place: Place) -> Municipality:
    production = replace(municipality, home=place.root / "home", purpose=place.root / "purpose.yaml")
    shutil.copyfile(municipality.purpose, production.purpose)
    assert production.command(place, "keys", "init").exit_code == 0
    assert production.command(place, "purpose", "sign", production.purpose).exit_code == 0
    return production


def test_a_synthetic_delivery_under_a_production_keyring(municipality: Municipality, place: Place) -> None:
    former = snapshot(place.out)
    outcome = _signed_in_production(municipality, place).run(place, "--approve")
    assert "synthetic" in _refused(outcome, 4, "synthetic_delivery")
    assert snapshot(place.out) == former


def test_numbers_of_the_test_range_in_a_production_delivery(
    municipality: Municipality, place: Place, tmp_path: Path
) -> None:
    former = snapshot(place.out)
    delivery = copied(municipality.delivery, tmp_path / "delivery")
    path = delivery / "levering.json"
    path.write_text(path.read_text().replace('"synthetic": true', '"synthetic": false'))
    outcome = replace(_signed_in_production(municipality, place), delivery=delivery).run(place, "--approve")
    assert re.search(r"brp: bsn: \d+ number", _refused(outcome, 4, "test_numbers"))
    assert snapshot(place.out) == former


def _no_signature(purpose: Path) -> None:
    purpose.with_name(f"{purpose.name}.fg.sig").unlink()


def _next_version(purpose: Path) -> None:
    purpose.write_text(purpose.read_text().replace("version: 1", "version: 2", 1))


def _lower_threshold(purpose: Path) -> None:
    purpose.write_text(purpose.read_text().replace("threshold: 10", "threshold: 9"))


def _unknown_key(purpose: Path) -> None:
    purpose.write_text(purpose.read_text() + "extra: waarde\n")


def _exchanged_signatures(purpose: Path) -> None:
    one, other = (purpose.with_name(f"{purpose.name}.{role}.sig") for role in ("controller", "fg"))
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (_no_signature, "purpose_unsigned", "fg"),
        (_next_version, "changed_version", "version"),
        (_exchanged_signatures, "purpose_signature", "controller"),
        (_lower_threshold, "purpose_invalid", "disclosure.threshold"),
        (_unknown_key, "purpose_invalid", "extra"),
    ],
)
def test_a_purpose_that_nobody_signed(
    change: Callable[[Path], None], code: str, says: str, municipality: Municipality, place: Place
) -> None:
    former = snapshot(place.out)
    for path in municipality.purpose.parent.glob(f"{municipality.purpose.name}*"):
        shutil.copy(path, place.root)
    changed = replace(municipality, purpose=place.root / municipality.purpose.name)
    change(changed.purpose)
    assert says in _refused(changed.run(place, "--approve"), 3, code)
    assert snapshot(place.out) == former


def test_no_keyring(municipality: Municipality, place: Place) -> None:
    former = snapshot(place.out)
    outcome = replace(municipality, home=place.root / "nowhere").run(place, "--approve")
    _refused(outcome, 3, "keyring_missing")
    assert snapshot(place.out) == former


def test_comments_and_white_space_may_change(municipality: Municipality, place: Place) -> None:
    for path in municipality.purpose.parent.glob(f"{municipality.purpose.name}*"):
        shutil.copy(path, place.root)
    changed = replace(municipality, purpose=place.root / municipality.purpose.name)
    changed.purpose.write_text("# nieuw commentaar\n\n" + changed.purpose.read_text())
    assert changed.run(place, "--approve").exit_code == 0
