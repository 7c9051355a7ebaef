"""No flag, environment variable or DAG parameter lowers what the signed purpose says."""

import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest
import typer.main
import yaml

from end_to_end.municipality import Place, snapshot
from samenloop.cli import app
from samenloop.settings import Settings
from schemas.purpose import PurposeConfig

DAGS = Path(__file__).parent.parent.parent / "dags"

#: Every way in from outside. Whoever adds one decides here that it cannot widen anything.
OPTIONS_OF_RUN = {"purpose", "delivery", "period", "work", "out", "approve", "as_json", "repair_report"}
SETTINGS = {
    *("home", "passphrase_file", "passphrase_variable", "vault_addr", "vault_token_file", "vault_key", "vault_mount"),
    *("threads", "memory_limit", "purpose", "delivery", "period", "work", "out", "connections_file", "notify_url"),
}
DAG_PARAMETERS = {"purpose", "delivery", "period", "work", "out", "wait", "release"}


def fields(model, before: str = "") -> list[str]:
    """The names of all fields of the purpose, with the names of what holds them."""
    found = []
    for name, field in model.model_fields.items():
        found.append(f"{before}{name}")
        if inspect.isclass(field.annotation) and hasattr(field.annotation, "model_fields"):
            found += fields(field.annotation, f"{before}{name}__")
    return found


def test_there_is_no_other_way_in():
    command = typer.main.get_command(app).commands["run"]
    assert {parameter.name for parameter in command.params} == OPTIONS_OF_RUN
    assert set(Settings.model_fields) == SETTINGS
    for path in DAGS.glob("*.py"):
        assert set(re.findall(r'"(\w+)": Param\(', path.read_text())) <= DAG_PARAMETERS


def test_variables_named_after_the_policy_change_no_byte_of_a_table(municipality, release, tmp_path):
    names = [name.upper() for name in fields(PurposeConfig)]
    values = {name: "1" for name in names if name not in {one.upper() for one in SETTINGS}}
    env = {f"SAMENLOOP_{name}": value for name, value in values.items()} | values
    env |= {f"AIRFLOW_VAR_{name}": value for name, value in values.items()}
    assert "SAMENLOOP_DISCLOSURE__THRESHOLD" in env
    place = Place(tmp_path / "hostile")
    done = replace(municipality, env=env).run(place, "--approve")
    assert done.exit_code == 0, done.stderr
    assert snapshot(place.published / "tables") == snapshot(release.published / "tables")


@pytest.mark.parametrize("flag", ["--threshold", "--dominance-pct", "--tables", "--policy", "--force", "--no-log"])
def test_there_is_no_such_flag(municipality, tmp_path, flag):
    done = municipality.run(Place(tmp_path / "place"), flag, "1")
    assert done.exit_code == 2
    assert not list((tmp_path / "place").rglob("*.parquet"))


@pytest.mark.parametrize(
    ("field", "value"), [("threshold", 9), ("threshold", -1), ("dominance_pct", 51), ("cost_rounding_eur", 100)]
)
def test_a_policy_below_the_floor_is_refused_even_when_signed(municipality, tmp_path, field, value):
    content = yaml.safe_load(municipality.purpose.read_text())
    content["disclosure"][field] = value
    path = tmp_path / "stapeling.yaml"
    path.write_text(yaml.safe_dump(content))
    place = Place(tmp_path / "place")
    place.root.mkdir()
    signed = municipality.command(place, "purpose", "sign", path)
    ran = replace(municipality, purpose=path).run(place)
    for done in (signed, ran):
        assert (done.exit_code, done.stderr.split(": ")[1]) == (3, "purpose_invalid")
        assert f"disclosure.{field}" in done.stderr
    log = municipality.command(place, "log", "show", "--work", place.work).stdout
    assert '"code":"purpose_invalid"' in log
