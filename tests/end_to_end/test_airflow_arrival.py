"""A night that waits for its delivery, reads in pools, is told of when it fails, and starts once all sources are in."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from end_to_end.airflow_home import airflow, rows_of, without_slots
from end_to_end.municipality import PERIOD, Municipality, Place, snapshot

pytestmark = pytest.mark.xdist_group("airflow_arrival")

_ROOT = Path(__file__).parent.parent.parent
_SOURCES = {"brp", "jeugd", "wmo", "pwet", "shv", "rmc"}
_POOLS = {"jeugd": "suite", "wmo": "suite", "veiligheid": "meldkamer"}


@dataclass(frozen=True)
class Home:
    """A home of Airflow with the DAGs of the product and the loading DAG of the documentation, not paused."""

    root: Path
    env: Mapping[str, str]

    def run(self, name: str, *words: str, **more: str) -> int:
        return airflow(self.root, name, {**self.env, **more}, *words)

    def log(self, name: str) -> str:
        return (self.root / f"{name}.log").read_text(encoding="utf-8")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows_of(self.root / "airflow", query)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("arrival")
    dags = root / "dags"
    dags.mkdir()
    shutil.copy(_ROOT / "dags" / "nightly_linkage.py", dags)
    (loading,) = re.findall(r"```python\n(.*?)```", (_ROOT / "docs" / "airflow.md").read_text(), re.DOTALL)
    (dags / "load_sources.py").write_text(loading)
    airflow_settings = {
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__SAMENLOOP__POOLS": json.dumps(_POOLS),
    }
    made = Home(root, airflow_settings)
    assert made.run("migrate", "db", "migrate") == 0
    return made


def _conf(municipality: Municipality, place: Place, delivery: Path, wait: int) -> str:
    asked = {"purpose": str(municipality.purpose), "delivery": str(delivery), "period": PERIOD, "wait": wait}
    return json.dumps({**asked, "work": str(place.work), "out": str(place.out)})


@pytest.fixture(scope="module")
def waited(home: Home, municipality: Municipality) -> Place:
    place = Place(home.root / "waited")
    conf = _conf(municipality, place, municipality.delivery, 600)
    code = home.run("waited", "dags", "test", "nightly_linkage", "-c", conf, **municipality.environment)
    assert code == 0, home.log("waited")[-2000:]
    return place


def test_after_waiting_the_tables_are_those_of_the_command_line(waited: Place, release: Place) -> None:
    (draft,) = waited.drafts
    assert snapshot(draft / "tables") == snapshot(release.published / "tables")


def test_it_waited_in_the_trigger(waited: Place, home: Home) -> None:
    assert "waiting: everything is there, a second look follows" in home.log(waited.root.name)


def test_the_sources_of_a_pool_are_read_in_it(waited: Place, home: Home) -> None:
    read = home.rows("SELECT task_id, rendered_map_index, pool FROM task_instance WHERE task_id LIKE 'pull%'")
    suite = {(task, source) for task, source, pool in read if pool == "suite"}
    assert suite == {("pull_suite", "jeugd"), ("pull_suite", "wmo")}
    others = {source for task, source, pool in read if (task, pool) == ("pull", "default_pool")}
    assert others == _SOURCES - {"jeugd", "wmo"}


def test_a_pool_without_a_source_in_the_run_is_skipped(waited: Place, home: Home) -> None:
    assert set(home.rows("SELECT state FROM task_instance WHERE task_id = 'pull_meldkamer'")) == {("skipped",)}


def test_the_log_of_a_task_tells_how_many_rows_it_read(waited: Place, home: Home) -> None:
    told = re.findall(r"(\w+): (\d+) of (\d+) rows read, done", home.log(waited.root.name))
    assert {source for source, _, _ in told} == _SOURCES
    assert all(0 < int(read) == int(expected) for _, read, expected in told)


@contextmanager
def _webhook(status: int) -> Iterator[tuple[str, list[object]]]:
    posted: list[object] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Webhook)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/secret-of-the-webhook", posted
    finally:
        server.shutdown()
        server.server_close()


def test_a_delivery_that_does_not_come_is_told_of_once(home: Home, municipality: Municipality) -> None:
    place = Place(home.root / "in_vain")
    conf = _conf(municipality, place, home.root / "nothing", 1)
    with _webhook(200) as (url, posted):
        env = {**municipality.environment, "SAMENLOOP_NOTIFY_URL": url}
        code = home.run("in_vain", "dags", "test", "nightly_linkage", "-c", conf, **env)
    assert code == 1
    (text,) = [body["text"] for body in posted if isinstance(body, dict)]
    assert re.fullmatch(
        rf"nightly_linkage: run \S+, step wait, attempt 1: failed: delivery_awaited: no complete delivery of {PERIOD} "
        r"by \S+: levering.json is not in the delivery folder: ask the sender, .*",
        text,
    )
    assert text in home.log("in_vain")
    assert "secret-of-the-webhook" not in home.log("in_vain")
    assert not place.work.exists()


def test_linkage_starts_once_every_source_was_loaded(home: Home) -> None:
    by_asset = "SELECT count(*) FROM dag_run WHERE dag_id = 'nightly_linkage' AND run_type = 'asset_triggered'"
    assert home.rows(by_asset) == [(0,)]
    assert home.run("load", "dags", "test", "load_sources") == 0
    # A scheduler makes the runs; without slots it starts no task of them.
    without_slots(home.root / "airflow")
    assert home.run("scheduler", "scheduler", "--skip-serve-logs", "--num-runs", "2") == 0
    assert home.rows(by_asset) == [(1,)]
