"""Every bad delivery is refused with one line, leaves nothing behind and stays small.

The tables are in ``bad_deliveries``. One case of each kind, and each that changes during the run, is a whole
``samenloop run``; the others call its steps here, for the broken source alone.
"""

import ast
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from end_to_end.bad_deliveries import csv_cases, file_cases, json_cases, table_cases, xml_cases
from end_to_end.bad_deliveries.case import LATER, Bad, Folder
from end_to_end.bad_deliveries.mixed import Mixed, connect, identifiers
from end_to_end.commands import Outcome
from end_to_end.municipality import PERIOD, Place, snapshot
from samenloop import steps
from samenloop.key_custody import custodian
from samenloop.key_custody.passphrase import ScryptCost
from samenloop.key_custody.passphrase import kek_of_passphrase as passphrase_key
from samenloop.runs import RunRequest
from schemas.domains import OBJECTIONS
from schemas.errors import SamenloopError

_ROOT = Path(__file__).parent.parent.parent
_EXAMPLE = _ROOT / "purposes" / "stapeling.yaml"
_READING = ("pseudonymisation", "samenloop", "linkage")
_REFUSING = ("RefusedDelivery", "refuse", "_refuse", "refused", "_refused")
_LINE = re.compile(r"(?:refused|failed): (?P<code>[a-z_]+): (?P<what>[^\n]+): (?P<advice>[^\n:]+)\n")
_TABLES = {
    kind: cases
    for module in (csv_cases, table_cases, xml_cases, json_cases, file_cases)
    for kind, cases in module.CASES.items()
}
#: The first of each kind is run with every source.
BAD = {
    f"{kind}: {bad.name} ({bad.source})": replace(bad, by_command=place == 0 or bad.fault is not None)
    for kind, cases in _TABLES.items()
    for place, bad in enumerate(cases)
}
_DERIVED: dict[tuple[str, str], Any] = {}
#: Of the processor: others may be at work beside the tests.
_SECONDS = 10
_BYTES = 1 << 30


@dataclass(frozen=True)
class Former:
    """A release that was published before, and how it looked then."""

    place: Place
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    return Mixed.made(tmp_path_factory.mktemp("mixed"), _EXAMPLE)


@pytest.fixture(scope="module")
def former(mixed: Mixed, tmp_path_factory: pytest.TempPathFactory) -> Former:
    """The sound delivery is accepted: whatever is refused is so for what was broken."""
    place = Place(tmp_path_factory.mktemp("former"))
    done = mixed.run(place, "--approve")
    assert done.exit_code == 0, done.stderr
    return Former(place, snapshot(place.out))


@pytest.fixture
def place(former: Former, tmp_path: Path) -> Iterator[Place]:
    """A work folder of its own, beside the former release."""
    made = Place(tmp_path / "run")
    made.root.mkdir()
    made.out.symlink_to(former.place.out)
    yield made
    assert snapshot(former.place.out) == former.files
    shutil.rmtree(tmp_path)


@pytest.fixture
def one_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derives the key of the passphrase once: it is made to be slow, and is not what is tested here."""

    def derived(passphrase: str, cost: ScryptCost) -> Any:
        key = (passphrase, cost.model_dump_json())
        if key not in _DERIVED:
            _DERIVED[key] = passphrase_key(passphrase, cost)
        return _DERIVED[key]

    monkeypatch.setattr(custodian, "kek_of_passphrase", derived)


def _by_command(mixed: Mixed, place: Place, bad: Bad) -> Outcome:
    return mixed.begin(place, fault=bad.fault).ended(60)


def _by_step(mixed: Mixed, place: Place, bad: Bad, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Opens the run and pulls the broken source alone; the line is that of the command."""
    for name, value in mixed.environment.items():
        monkeypatch.setenv(name, value)
    folders = {"delivery": str(mixed.delivery), "work": str(place.work), "out": str(place.out)}
    try:
        reference = steps.open_run(RunRequest(purpose=str(mixed.purpose), period=PERIOD, **folders))
        steps.pull(reference, "rmc" if bad.source == OBJECTIONS else bad.source)
    except SamenloopError as error:
        return Outcome(error.exit_code, "", f"{error}\n")
    return Outcome(0, "", "")


def _codes_of(source: str) -> set[str]:
    """The codes with which a module refuses a delivery."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    refusing = [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in _REFUSING]
    first = [call.args[0] for call in refusing]
    return {word.value for word in first if isinstance(word, ast.Constant) and isinstance(word.value, str)}


def test_every_code_is_explained() -> None:
    page = (_ROOT / "docs" / "deliveries.md").read_text()
    explained = set(re.findall(r"^\| `([a-z_]+)` \| 4 ", page, re.MULTILINE))
    modules = [path for package in _READING for path in (_ROOT / package).rglob("*.py")]
    assert set().union(*(_codes_of(path.read_text()) for path in modules)) == explained
    assert {bad.code for bad in BAD.values() if bad.exit_code == 4} <= explained


def test_there_are_many_and_each_is_broken_in_its_own_way() -> None:
    assert len(BAD) == sum(map(len, _TABLES.values()))
    assert len(BAD) >= 120


@pytest.mark.usefixtures("one_derivation")
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_delivery(
    bad: Bad, mixed: Mixed, place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    delivery = place.root / "delivery"
    shutil.copytree(mixed.delivery, delivery)
    connect(delivery)
    folder = Folder(delivery)
    folder.manifest(lambda found: found.update(delivery_id=LATER))
    bad.breaks(folder)
    broken = mixed.delivering(delivery)
    before, began = peak_memory(), time.process_time()
    done = _by_command(broken, place, bad) if bad.by_command else _by_step(broken, place, bad, monkeypatch)
    assert time.process_time() - began < _SECONDS
    assert peak_memory(reset=False) - before < _BYTES
    assert capfd.readouterr() == ("", "")
    line = _LINE.fullmatch(done.stderr)
    assert line, done
    assert (done.exit_code, done.stdout, line["code"]) == (bad.exit_code, "", bad.code), done
    assert bad.says in line["what"]
    assert line["what"].startswith(bad.named)
    _check_nothing_is_left(bad, place)


def peak_memory(*, reset: bool = True) -> int:
    """Bytes of this process, at their highest since the last reset."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) << 10


def _check_nothing_is_left(bad: Bad, place: Place) -> None:
    """Searches what lies about after the run, but for the delivery and what the test put beside it."""
    shutil.rmtree(place.root / "delivery")
    (place.root / "elsewhere.csv").unlink(missing_ok=True)
    kept = ["tmp", "drafts"] if bad.by_command else ["tmp", "drafts", "artefacts", "data_subjects", "match_tokens"]
    assert [path for name in kept for path in (place.work / name).iterdir()] == []
    assert identifiers().found_in([place.root]) == []
