"""The nightly DAG in a real Airflow: same bytes as the command line, references only, refusals as one line."""

import ast
import json
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from end_to_end.airflow_home import AirflowNight
from end_to_end.municipality import Place, snapshot
from samenloop import airflow_steps, steps
from schemas.errors import RefusedDelivery, RunError

_SOURCES = {"brp", "jeugd", "wmo", "pwet", "shv", "rmc"}
_KEYS = {"run", "work", "name", "sha256", "rows", "release", "folder", "manifest_sha256"}
_DAG = Path(__file__).parent.parent.parent / "dags" / "nightly_linkage.py"
_HEAVY = ("duckdb", "pandas", "pyarrow", "scipy", "cryptography.x509", "samenloop.steps", "samenloop.settings")
_PARSE = f"""
import sys, airflow.sdk, airflow.sdk.configuration, airflow.triggers.base
known = set(sys.modules)
import runpy
runpy.run_path({str(_DAG)!r})
print([name for name in {_HEAVY!r} if name in sys.modules and name not in known])
"""
_HEX = re.compile(r"[0-9a-f]{64}")


def test_the_draft_has_the_tables_of_the_command_line(airflow_night: AirflowNight, release: Place) -> None:
    assert airflow_night.exit_codes["good"] == 0, airflow_night.log(airflow_night.good)[-2000:]
    (draft,) = airflow_night.good.drafts
    assert snapshot(draft / "tables") == snapshot(release.published / "tables")
    assert draft.name == release.published.resolve().name
    assert not airflow_night.good.out.exists()


def test_one_labelled_task_per_source(airflow_night: AirflowNight) -> None:
    labels = airflow_night.rows(
        "SELECT run_id, rendered_map_index FROM task_instance WHERE task_id = 'pull' AND state = 'success'"
    )
    runs = [run for run, label in labels if label == "wmo"]
    assert len(runs) == 1
    assert {label for run, label in labels if run == runs[0]} == _SOURCES


def test_xcom_carries_references_only(airflow_night: AirflowNight) -> None:
    values = [json.loads(value) for (value,) in airflow_night.rows("SELECT value FROM xcom")]
    items = [item for value in values for item in (value if isinstance(value, list) else [value])]
    assert len(items) > 20
    for item in items:
        assert len(json.dumps(item)) < 400
        if isinstance(item, dict):
            assert set(item) <= _KEYS
            assert all(_HEX.fullmatch(item[key]) for key in ("sha256", "manifest_sha256") if key in item)
        else:
            assert item in _SOURCES


def test_a_refusal_is_one_line_without_a_retry(airflow_night: AirflowNight) -> None:
    assert airflow_night.exit_codes["refused"] == 1
    failed = airflow_night.rows(
        "SELECT task_id, rendered_map_index, try_number, max_tries FROM task_instance WHERE state = 'failed'"
    )
    assert failed == [("pull", "wmo", 1, 2)]
    told = [line for line in airflow_night.log(airflow_night.refused).splitlines() if "refused: " in line]
    assert len(told) == 2
    line = r"refused: wrong_hash: wmo: [^:]+: [^:]+"
    assert len([one for one in told if re.search(rf"AirflowFailException: {line}$", one)]) == 1
    report = rf"nightly_linkage: run 2018h1-[0-9a-f]{{12}}, step pull, source wmo, attempt 1: {line}"
    assert len([one for one in told if re.search(report, one)]) == 1
    assert "During handling" not in airflow_night.log(airflow_night.refused)
    assert airflow_night.refused.drafts == []


def test_nobody_else_can_read_what_airflow_keeps(airflow_night: AirflowNight) -> None:
    files = [path for path in airflow_night.home.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def _refuse() -> None:
    raise RefusedDelivery("wrong_hash", "wmo: x", "deliver again")


def _fault() -> None:
    raise RunError("artefact_missing", "x", "run again")


def _quote() -> None:
    raise KeyError("Treukelebrugge")


@pytest.mark.parametrize(
    ("raised", "kind", "text"),
    [
        (_refuse, AirflowFailException, "refused: wrong_hash: wmo: x: deliver again"),
        (_fault, AirflowException, "failed: artefact_missing: x: run again"),
        (_quote, AirflowException, "failed: defect: "),
    ],
)
def test_how_a_failure_crosses_into_airflow(
    raised: Callable[[], None], kind: type[Exception], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "sources", lambda _reference: raised())
    with pytest.raises(AirflowException) as caught:
        airflow_steps.sources({"run": "x", "work": "x"})
    assert type(caught.value) is kind
    assert str(caught.value).startswith(text)
    assert "Treukelebrugge" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_incomplete_request_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PURPOSE", "DELIVERY", "PERIOD", "WORK", "OUT"):
        monkeypatch.delenv(f"SAMENLOOP_{name}", raising=False)
    with pytest.raises(
        AirflowFailException, match=r"^failed: request_incomplete: 4 value\(s\) missing, first delivery"
    ):
        airflow_steps.open_run({"purpose": str(tmp_path / "purpose.yaml")})


def test_the_dag_file_is_wiring_only() -> None:
    tree = ast.parse(_DAG.read_text())
    imported = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}"
        for node in tree.body
        for alias in getattr(node, "names", [])
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    light = {"datetime", "typing", "airflow.sdk", "airflow.sdk.configuration", "samenloop.airflow_waiting"}
    assert imported == light
    anywhere = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert anywhere == light | {"samenloop"}


def test_the_dag_file_is_parsed_without_what_the_tasks_need() -> None:
    done = subprocess.run([sys.executable, "-c", _PARSE], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_the_dag_runs_nightly_one_at_a_time(airflow_night: AirflowNight) -> None:
    (serialized,) = airflow_night.rows("SELECT data FROM serialized_dag WHERE dag_id = 'nightly_linkage' LIMIT 1")
    dag = json.loads(serialized[0])["dag"]
    assert dag["timetable"]["__var"]["timetable"]["__var"]["expression"] == "0 2 * * *"
    assert dag["dagrun_timeout"] == 20 * 3600
    assert (dag.get("catchup", False), dag["max_active_runs"]) == (False, 1)
    assert {task["__var"]["retries"] for task in dag["tasks"] if "retries" in task["__var"]} <= {2}
    assert {name for name, _ in dag["params"]} == {"purpose", "delivery", "period", "work", "out", "wait"}
