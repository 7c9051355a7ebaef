"""One municipality, delivered in every form that is read: the published tables are the same bytes."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from end_to_end.commands import command
from end_to_end.municipality import PERIOD, Municipality, Place, snapshot
from end_to_end.other_forms import (
    UNSAID,
    Formats,
    delivered_as_parquet,
    delivered_as_standards,
    delivered_as_tables,
    written_purpose,
)
from end_to_end.postgres_server import PASSWORD, postgres_server
from samenloop.keyring import open_keyring

pytestmark = pytest.mark.xdist_group("postgres")

EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml"
MESS = ("--mess", "objection=0.01", "--mess", "quarantine=0.02", "--mess", "duplicate=0.05", "--mess", "credit=0.1")


@dataclass(frozen=True)
class Form:
    """One form: what was published of it, and what the run said."""

    place: Place
    said: dict[str, Any]
    tables: dict[str, bytes] = field(repr=False)


@pytest.fixture(scope="module")
def canonical(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    """Keyring with the keys of the purpose, and a delivery; of each form its own copy of that keyring is used."""
    root = tmp_path_factory.mktemp("canonical")
    made = Municipality(
        root / "home", written_purpose(EXAMPLE, root / "stapeling.yaml", without=UNSAID), root / "delivery"
    )
    for words in (
        ("synthesise", "--households", "3000", "--seed", "29", "--out", made.delivery, *MESS),
        ("keys", "init", "--synthetic"),
    ):
        done = command(words, root, made.environment)
        assert done.exit_code == 0, done.stderr
    open_keyring(made.home).key_set("stapeling", PERIOD)
    return made


@pytest.fixture(scope="module")
def published(canonical: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Form]]:
    """Gives a form by its name; each is delivered, signed and run once."""
    root = tmp_path_factory.mktemp("forms")
    with postgres_server() as database:
        deliver: dict[str, Callable[[Path, Path], Formats]] = {
            "standards": delivered_as_standards,
            "parquet": delivered_as_parquet,
            "database": delivered_as_tables(database),
        }
        connections = root / "connections.json"
        connections.touch(mode=0o600)
        connections.write_text(json.dumps({"suite": {"url": database.render_as_string(hide_password=False)}}))
        made: dict[str, Form] = {}

        def form(name: str) -> Form:
            if name not in made:
                made[name] = _published(canonical, root / name, deliver.get(name), connections)
            return made[name]

        yield form


def _published(
    canonical: Municipality, root: Path, deliver: Callable[[Path, Path], Formats] | None, connections: Path
) -> Form:
    root.mkdir()
    shutil.copytree(canonical.home, root / "home")
    formats = deliver(canonical.delivery, root / "delivery") if deliver else {}
    own = Municipality(
        root / "home",
        written_purpose(EXAMPLE, root / "stapeling.yaml", version=2 if formats else 1, formats=formats, without=UNSAID),
        root / "delivery" if formats else canonical.delivery,
        {"SAMENLOOP_CONNECTIONS_FILE": str(connections)},
    )
    place = Place(root / "run")
    place.root.mkdir()
    signed = own.command(place, "purpose", "sign", own.purpose)
    assert signed.exit_code == 0, signed.stderr
    done = own.run(place, "--approve", "--json")
    assert done.exit_code == 0, done.stderr
    return Form(place, json.loads(done.stdout), snapshot(place.published / "tables"))


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode().splitlines(), delimiter=";"))


@pytest.mark.parametrize("name", ["standards", "parquet", "database"])
def test_the_tables_are_the_same_bytes(name: str, published: Callable[[str], Form]) -> None:
    expected, found = published("canonical").tables, published(name).tables
    assert found.keys() == expected.keys()
    assert [file for file in expected if found[file] != expected[file]] == []


@pytest.mark.parametrize("name", ["parquet", "database"])
def test_every_row_was_counted_alike(name: str, published: Callable[[str], Form]) -> None:
    expected, found = published("canonical").said, published(name).said
    assert found["rows"] == expected["rows"]
    assert found["methods"] == expected["methods"]


def test_standards_give_as_many_sound_rows(published: Callable[[str], Form]) -> None:
    expected, found = published("canonical").said, published("standards").said
    assert found["methods"] == expected["methods"]
    assert {source: rows["used"] for source, rows in found["rows"].items() if "used" in rows} == {
        source: rows["used"] for source, rows in expected["rows"].items() if "used" in rows
    }


def test_the_tables_have_something_to_differ_in(published: Callable[[str], Form]) -> None:
    tables = published("canonical").tables
    quality = _rows(tables["quality.csv"])
    assert {row["source"] for row in quality} >= {"jeugd", "wmo", "pwet", "shv", "rmc"}
    assert {row["method"] for row in quality if int(row["rows"] or 0)} >= {"bsn", "address", "unmatched", "excluded"}
    assert any(row["cost_eur"] for row in _rows(tables["costs.csv"]))
    assert any(
        row["households"] not in ("", "0") and "+" in row["combination"] for row in _rows(tables["stacking.csv"])
    )


def test_the_database_is_named_nowhere(published: Callable[[str], Form]) -> None:
    written = published("database").place.root
    assert not [path for path, content in snapshot(written).items() if PASSWORD.encode() in content]
