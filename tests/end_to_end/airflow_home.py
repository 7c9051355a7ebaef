"""A real Airflow with a home of its own: metadata database, one DAG folder, no scheduler."""

import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from end_to_end.municipality import Place

_DAGS = Path(__file__).parent.parent.parent / "dags"


@dataclass(frozen=True)
class AirflowNight:
    """What one night left: a good run and a refused one, each with its folders and its log.

    Attributes:
        root: everything below was written by Airflow and its tasks.
        good: folders of the run that left a draft.
        refused: folders of the run on a broken delivery.
        exit_codes: of ``airflow dags test``, by folder name.
    """

    root: Path
    good: Place
    refused: Place
    exit_codes: Mapping[str, int]

    @property
    def home(self) -> Path:
        return self.root / "airflow"

    def log(self, place: Place) -> str:
        return (self.root / f"{place.root.name}.log").read_text(encoding="utf-8")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows_of(self.home, query)


def rows_of(home: Path, query: str) -> list[tuple[Any, ...]]:
    """What the metadata database of a home says."""
    with closing(sqlite3.connect(home / "airflow.db")) as database:
        return database.execute(query).fetchall()


def without_slots(home: Path) -> None:
    """Leaves the pools without a slot, so that a scheduler starts no task."""
    with closing(sqlite3.connect(home / "airflow.db")) as database, database:
        database.execute("UPDATE slot_pool SET slots = 0")


def airflow(root: Path, name: str, samenloop: Mapping[str, str], *words: str) -> int:
    """Runs one Airflow command with its output in ``name.log`` and gives its exit code."""
    temp = root / "temp"
    temp.mkdir(exist_ok=True)
    settings = {
        **{"AIRFLOW_HOME": str(root / "airflow"), "TMPDIR": str(temp), "HOME": str(root)},
        **{"AIRFLOW__CORE__DAGS_FOLDER": str(_DAGS), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
        **{"AIRFLOW__CORE__PARALLELISM": "4", "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin"},
        **{"AIRFLOW__API__HOST": "127.0.0.1", "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32)},
    }
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "SAMENLOOP"))}
    with (root / f"{name}.log").open("wb") as log:
        done = subprocess.run(
            [Path(sys.executable).with_name("airflow"), *words],
            env={**inherited, **settings, **samenloop},
            cwd=root,
            stdout=log,
            stderr=subprocess.STDOUT,
            umask=0o077,
            check=False,
        )
    return done.returncode
