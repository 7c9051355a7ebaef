"""No raw identifier survives the task that read it: every byte that a run leaves behind is searched."""

import gzip
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from end_to_end import faults
from end_to_end.airflow_home import AirflowNight
from end_to_end.deliveries import copied, lines, rewritten, sealed
from end_to_end.leaks import Identifiers
from end_to_end.municipality import Municipality, Place, snapshot


@pytest.fixture(scope="module")
def identifiers(municipality: Municipality) -> Identifiers:
    found = Identifiers.of(municipality.delivery)
    assert min(len(found.numbers), len(found.names), len(found.addresses)) > 500
    assert any(len(number) == 8 for number in found.numbers)
    return found


def _plain(path: Path, text: str) -> None:
    path.write_text(f"x{text}x")


def _utf16(path: Path, text: str) -> None:
    path.write_bytes(b"odd" + text.encode("utf-16-le"))


def _gzip(path: Path, text: str) -> None:
    path.write_bytes(b"before" + gzip.compress(text.encode()))


def _zip(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inside", text)


def _parquet(path: Path, text: str) -> None:
    pq.write_table(pa.table({"column": [text, None]}), path, compression="zstd")


def _half_a_parquet(path: Path, text: str) -> None:
    pq.write_table(pa.table({"column": [text] * 100}), path, compression="zstd", use_dictionary=False)
    path.write_bytes(path.read_bytes()[:-20])


def _sqlite(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (c)")
        database.execute("INSERT INTO t VALUES (?)", [text])
        database.commit()


def _name_of_a_file(path: Path, text: str) -> None:
    path.with_name(text).touch()


@pytest.mark.parametrize(
    "plant",
    [_plain, _utf16, _gzip, _zip, _parquet, _half_a_parquet, _sqlite, _name_of_a_file],
    ids=lambda f: f.__name__,
)
def test_the_search_finds_what_is_planted(
    plant: Callable[[Path, str], None], municipality: Municipality, identifiers: Identifiers, tmp_path: Path
) -> None:
    row = lines(municipality.delivery, "brp")[7].split(";")
    bsn, surname, postcode, number = row[0].zfill(9), row[1], row[6].replace(" ", "").upper(), row[7]
    planted = {
        **{bsn: "number", bsn.lstrip("0"): "number", row[10]: "number", surname.upper(): "name"},
        **{f"{postcode}{gap}{number}": "address" for gap in ("", " ", ";", "|")},
        f"{postcode[:4]} {postcode[4:]} {number}": "address",
    }
    for place, (text, kind) in enumerate(planted.items()):
        folder = tmp_path / str(place)
        folder.mkdir()
        plant(folder / "file", text)
        assert kind in {found.kind for found in identifiers.found_in([folder])}, text


def test_the_search_finds_the_delivery_itself(municipality: Municipality, identifiers: Identifiers) -> None:
    values = {found.value for found in identifiers.found_in([municipality.delivery])}
    assert len(identifiers.names - values) == 0
    assert len(identifiers.addresses & values) > 500


def test_a_command_line_run(municipality: Municipality, identifiers: Identifiers, release: Place) -> None:
    assert len(snapshot(release.root)) > 60
    assert identifiers.found_in([release.root, municipality.home]) == []


def test_an_airflow_run(municipality: Municipality, identifiers: Identifiers, airflow_night: AirflowNight) -> None:
    assert (airflow_night.home / "airflow.db").is_file()
    assert identifiers.found_in([airflow_night.root, municipality.home]) == []


def _bad_rows(delivery: Path) -> None:
    surname = lines(delivery, "brp")[3].split(";")[1]
    rewritten(delivery, "bezwaar", lambda given: [given[0], *(surname for _ in given[1:])])


def _ragged(delivery: Path) -> None:
    rewritten(delivery, "brp", lambda given: [*given[:50], f"{given[50]};{given[51]}", *given[51:]])


def _wrong_encoding(delivery: Path) -> None:
    sealed(delivery, "wmo", (delivery / "wmo.csv").read_text().encode("utf-16"))


def _no_header(delivery: Path) -> None:
    rewritten(delivery, "brp", lambda given: given[1:])


@pytest.mark.parametrize("breakage", [_bad_rows, _ragged, _wrong_encoding, _no_header], ids=lambda f: f.__name__)
def test_a_refused_run(
    breakage: Callable[[Path], None], municipality: Municipality, identifiers: Identifiers, tmp_path: Path
) -> None:
    delivery = copied(municipality.delivery, tmp_path / "delivery")
    breakage(delivery)
    place = Place(tmp_path / "run")
    outcome = replace(municipality, delivery=delivery).run(place, "--json")
    assert outcome.exit_code == 4
    assert outcome.stderr.startswith("refused: ")
    assert (place.work / "log" / "log.jsonl").is_file()
    assert identifiers.found_in([place.root, municipality.home]) == []


def test_a_run_killed_in_the_middle_of_a_pull(
    municipality: Municipality, identifiers: Identifiers, release: Place, tmp_path: Path
) -> None:
    place = Place(tmp_path / "run")
    assert municipality.run(place, "--approve", fault=faults.in_the_middle_of_a_pull).exit_code == -9
    assert [path.name for path in (place.work / "tmp").glob("*/*")] == []
    assert identifiers.found_in([place.root, municipality.home]) == []
    assert municipality.run(place, "--approve").exit_code == 0
    assert snapshot(place.published / "tables") == snapshot(release.published / "tables")
    assert list((place.work / "tmp").iterdir()) == []


def test_a_defect_tells_no_value(municipality: Municipality, identifiers: Identifiers, tmp_path: Path) -> None:
    place = Place(tmp_path / "run")
    outcome = municipality.run(place, fault=faults.a_library_that_quotes_a_cell)
    assert outcome.exit_code == 1
    assert outcome.stderr.count("\n") == 1
    assert outcome.stderr.startswith("failed: defect: ")
    assert identifiers.found_in([place.root]) == []
    shutil.rmtree(place.work)
