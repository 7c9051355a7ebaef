"""Made once for all end-to-end tests: a municipality, and one published release of it."""

import json
from pathlib import Path

import pytest

from end_to_end.airflow_home import AirflowNight, airflow
from end_to_end.commands import command
from end_to_end.deliveries import copied
from end_to_end.municipality import PERIOD, Municipality, Place

_MESS = ("--mess", "objection=0.01", "--mess", "quarantine=0.02", "--mess", "lost_zeros=0.5")
_EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml"


@pytest.fixture(scope="session")
def municipality(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    """Keyring, signed purpose and a messy delivery of 1000 households."""
    root = tmp_path_factory.mktemp("municipality")
    made = Municipality(root / "home", root / "stapeling.yaml", root / "delivery")
    made.purpose.write_bytes(_EXAMPLE.read_bytes())
    for words in (
        ("synthesise", "--households", "1000", "--seed", "11", "--out", made.delivery, *_MESS),
        ("keys", "init", "--synthetic"),
        ("purpose", "sign", made.purpose),
    ):
        done = command(words, root, made.environment)
        assert done.exit_code == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def release(municipality: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One approved release by the command line; tests copy it or leave it as it is."""
    place = Place(tmp_path_factory.mktemp("release"))
    done = municipality.run(place, "--approve")
    assert done.exit_code == 0, done.stderr
    return place


@pytest.fixture(scope="session")
def airflow_night(municipality: Municipality, tmp_path_factory: pytest.TempPathFactory) -> AirflowNight:
    """A night of Airflow: one good run with parameters, one refused run that takes its values from the environment."""
    root = tmp_path_factory.mktemp("night")
    broken = copied(municipality.delivery, tmp_path_factory.mktemp("broken") / "delivery")
    with (broken / "wmo.csv").open("ab") as file:
        file.write(b"x\n")
    good, refused = Place(root / "good"), Place(root / "refused")
    asked = {"purpose": str(municipality.purpose), "delivery": str(municipality.delivery), "period": PERIOD}
    conf = json.dumps({**asked, "work": str(good.work), "out": str(good.out)})
    defaults = {**asked, "delivery": str(broken), "work": str(refused.work), "out": str(refused.out)}
    env = {**municipality.environment, **{f"SAMENLOOP_{name.upper()}": value for name, value in defaults.items()}}
    assert airflow(root, "migrate", env, "db", "migrate") == 0
    exit_codes = {
        "good": airflow(root, "good", env, "dags", "test", "nightly_linkage", "-c", conf),
        "refused": airflow(root, "refused", env, "dags", "test", "nightly_linkage"),
    }
    return AirflowNight(root, good, refused, exit_codes)
