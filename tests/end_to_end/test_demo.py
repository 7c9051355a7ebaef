"""The demo, as somebody who has just installed the product meets it."""

import csv
from pathlib import Path

import pytest

from end_to_end.commands import Outcome, command

#: Households per 1000 of Zoetermeer in the first half of 2018, in the national statistic.
_ZOETERMEER = {
    "Jeugd": 41,
    "P-wet": 48,
    "Wmo": 76,
    "Jeugd+P-wet": 5,
    "Jeugd+Wmo": 3,
    "P-wet+Wmo": 18,
    "Jeugd+P-wet+Wmo": 3,
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    root = tmp_path_factory.mktemp("demo")
    return root, command(("demo", "--households", "5000", "--seed", "3", "--out", "demo"), root, {})


@pytest.fixture(scope="module")
def current(demo: tuple[Path, Outcome]) -> Path:
    return demo[0] / "demo" / "stapeling" / "2018H1" / "current"


def _verify(folder: Path, root: Path) -> Outcome:
    return command(("verify", folder), root, {"SAMENLOOP_HOME": str(root / "demo" / "keyring")})


def test_it_says_where_to_look(demo: tuple[Path, Outcome], current: Path) -> None:
    root, outcome = demo
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stderr == ""
    assert f"{current.relative_to(root)}/index.html" in outcome.stdout
    assert (current / "index.html").is_file()


def test_it_gives_the_known_figures_of_zoetermeer(current: Path) -> None:
    with (current / "tables" / "stacking.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["region"] == "GM0637"]
    published = {row["combination"]: int(row["per_1000"]) for row in rows if row["combination"] in _ZOETERMEER}
    assert published.keys() == _ZOETERMEER.keys()
    # Five of 5,000 households, the base of the rounding, are 1 per 1,000.
    assert all(abs(published[combination] - figure) <= 3 for combination, figure in _ZOETERMEER.items())


@pytest.mark.slow
def test_a_whole_zoetermeer_is_within_one_per_thousand(tmp_path: Path) -> None:
    assert command(("demo", "--out", "demo"), tmp_path, {}).exit_code == 0
    table = tmp_path / "demo" / "stapeling" / "2018H1" / "current" / "tables" / "stacking.csv"
    with table.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["region"] == "GM0637"]
    published = {row["combination"]: int(row["per_1000"]) for row in rows if row["combination"] in _ZOETERMEER}
    assert {combination: abs(published[combination] - figure) <= 1 for combination, figure in _ZOETERMEER.items()} == (
        dict.fromkeys(_ZOETERMEER, True)
    )


def test_verification(demo: tuple[Path, Outcome], current: Path) -> None:
    assert _verify(current, demo[0]).exit_code == 0


def test_one_changed_byte_in_any_file_is_detected(demo: tuple[Path, Outcome], current: Path) -> None:
    files = sorted(path for path in current.rglob("*") if path.is_file())
    assert len(files) > 18
    undetected = []
    for path in files:
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        outcome = _verify(current, demo[0])
        if outcome.exit_code != 6 or outcome.stderr.count("\n") != 1:
            undetected.append((path.name, outcome))
        path.write_bytes(content)
    assert undetected == []


def test_a_file_more_or_less_is_detected(demo: tuple[Path, Outcome], current: Path) -> None:
    more = current / "tables" / "more.csv"
    more.write_text("x")
    assert _verify(current, demo[0]).exit_code == 6
    more.unlink()
    less = current / "tables" / "costs.csv"
    content = less.read_bytes()
    less.unlink()
    assert _verify(current, demo[0]).exit_code == 6
    less.write_bytes(content)
    assert _verify(current, demo[0]).exit_code == 0
