"""Keys in whole runs: purposes and scopes share nothing, destruction is final, and keys leave no trace."""

import hmac
import json
import os
import re
import shutil
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from end_to_end.airflow_home import airflow
from end_to_end.commands import command
from end_to_end.deliveries import cells, changed_manifest, copied
from end_to_end.key_search import candidates, found_in, secrets_of
from end_to_end.municipality import PERIOD, Municipality, Place
from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import PseudonymKey
from samenloop.keyring import open_keyring

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def own(municipality: Municipality, tmp_path: Path) -> Municipality:
    """The municipality with a keyring of its own, that may be changed."""
    home = shutil.copytree(municipality.home, tmp_path / "home")
    purpose = tmp_path / "stapeling.yaml"
    purpose.write_bytes(municipality.purpose.read_bytes())
    made = replace(municipality, home=home, purpose=purpose)
    assert command(("purpose", "sign", purpose), tmp_path, made.environment).exit_code == 0
    return made


def pseudonyms_of(place: Place) -> set[bytes]:
    """Every pseudonym in every artefact that a run left."""
    found: set[bytes] = set()
    for path in place.work.rglob("*.parquet"):
        table = pq.read_table(path)
        for field in table.schema:
            if pa.types.is_fixed_size_binary(field.type):
                found.update(table[field.name].drop_null().to_pylist())
    return found


def test_two_purposes_and_two_scopes_on_one_delivery_share_no_pseudonym(own: Municipality, tmp_path: Path) -> None:
    monitoring = tmp_path / "monitoring.yaml"
    shutil.copyfile(ROOT / "purposes" / "monitoring.yaml", monitoring)
    assert command(("purpose", "sign", monitoring), tmp_path, own.environment).exit_code == 0
    second = copied(own.delivery, tmp_path / "second")
    changed_manifest(second, lambda manifest: manifest.update(period="2018H2"))
    asked = {
        "release": (own.purpose, own.delivery, PERIOD),
        "other scope": (own.purpose, second, "2018H2"),
        "other purpose": (monitoring, own.delivery, PERIOD),
    }
    found = []
    for name, (purpose, delivery, period) in asked.items():
        place = Place(tmp_path / name)
        place.root.mkdir()
        words = ["run", purpose, "--delivery", delivery, "--period", period, "--work", place.work, "--out", place.out]
        done = command(words, place.root, own.environment)
        assert done.exit_code == 0, done.stderr
        found.append(pseudonyms_of(place))
    assert min(map(len, found)) > 4000
    for one, other in combinations(found, 2):
        assert not one & other


def test_after_destruction_nothing_on_disk_makes_the_artefacts_again(own: Municipality, tmp_path: Path) -> None:
    place = Place(tmp_path / "run")
    assert own.run(place).exit_code == 0
    made, known = pseudonyms_of(place), pa.array([row["bsn"].zfill(9) for row in cells(own.delivery, "brp")[:50]])
    # One person that the run used is enough to try a key on.
    keys = open_keyring(own.home).key_set("stapeling", PERIOD)
    person = next(value for value in known.to_pylist() if _person(value, keys["person"]) in made)

    def key_is_found() -> bool:
        return any(
            _tries(secret, person, made) for secret in candidates([own.home, place.work], open_keyring(own.home))
        )

    assert key_is_found()  # the search would find it: with the wrapped set still there, the custodian's key opens it
    told = own.command(place, "keys", "destroy", "stapeling", PERIOD, "--yes")
    assert (told.exit_code, told.stdout.split()[:4]) == (0, ["destroyed", "stapeling", PERIOD, "1"])
    assert not key_is_found()
    assert found_in([own.home, place.root], secrets_of(keys)) == []
    again = own.run(place)
    assert (again.exit_code, again.stderr.split(": ")[1]) == (3, "key_destroyed")
    assert re.search(rf"stapeling {PERIOD} 1 {keys.fingerprint} destroyed", own.command(place, "keys", "list").stdout)


def _person(value: str, key: PseudonymKey) -> bytes:
    made: bytes = pseudonyms(pa.array([value], pa.string()), key)[0].as_py()
    return made


def _tries(secret: bytes, person: str, made: set[bytes]) -> bool:
    message = b"\x00\x00\x00\x06person" + b"\x00\x00\x00\x011" + person.encode()
    return hmac.digest(secret, message, "sha256")[:16] in made


def test_after_rotation_a_run_gives_other_pseudonyms(own: Municipality, tmp_path: Path) -> None:
    first, second = Place(tmp_path / "first"), Place(tmp_path / "second")
    assert own.run(first).exit_code == 0
    assert own.command(first, "keys", "rotate", "stapeling", PERIOD).exit_code == 0
    assert own.run(second).exit_code == 0
    assert not pseudonyms_of(first) & pseudonyms_of(second)
    assert re.findall(r"stapeling 2018H1 (\d) \w{16} (.+)", own.command(first, "keys", "list").stdout) == [
        ("1", "rotated"),
        ("2", "in use"),
    ]


def test_destruction_asks_first(own: Municipality, tmp_path: Path) -> None:
    place = Place(tmp_path / "run")
    place.root.mkdir()
    open_keyring(own.home).key_set("stapeling", PERIOD)
    assert own.command(place, "keys", "destroy", "stapeling", PERIOD).exit_code == 2
    assert "in use" in own.command(place, "keys", "list").stdout


def test_a_purpose_of_another_custodian_is_refused_before_a_row_is_read(own: Municipality, tmp_path: Path) -> None:
    place = Place(tmp_path / "run")
    place.root.mkdir()
    for fingerprint, code in (("0" * 16, 3), (open_keyring(own.home).kek.fingerprint, 0)):
        text = own.purpose.read_text()
        own.purpose.write_text(
            re.sub(r"(?m)^key_fingerprint: .*\n", "", text) + f'\nkey_fingerprint: "{fingerprint}"\n'
        )
        assert own.command(place, "purpose", "check", own.purpose).exit_code == 0
        assert own.command(place, "purpose", "sign", own.purpose).exit_code == 0
        outcome = own.run(place)
        assert outcome.exit_code == code, outcome.stderr
        assert any(place.work.glob("artefacts/*")) == (code == 0)
        assert ("wrong_key" in outcome.stderr) == (code == 3)


def test_a_wrong_passphrase_is_one_line_and_exit_3(own: Municipality, tmp_path: Path) -> None:
    place = Place(tmp_path / "run")
    (own.home / "passphrase").write_text("another passphrase, long enough\n")
    outcome = own.run(place)
    assert outcome.exit_code == 3
    assert outcome.stderr.splitlines()[-1].startswith("refused: wrong_passphrase: ")
    assert len(outcome.stderr.splitlines()) == 1
    assert not any(place.work.glob("artefacts/*"))


_FAULT = """
import pseudonymisation.keyed_hash as keyed_hash

def HMAC(secret, algorithm):
    raise ValueError(f"{secret!r} {secret.hex()} {secret.hex().upper()} {list(secret)}", secret)

keyed_hash.HMAC = HMAC
"""


def test_a_run_that_fails_in_the_hashing_leaves_no_key_under_airflow(own: Municipality, tmp_path: Path) -> None:
    root, planted = tmp_path / "night", tmp_path / "planted"
    root.mkdir()
    planted.mkdir()
    (planted / "sitecustomize.py").write_text(_FAULT)
    place = Place(root / "run")
    paths = {"purpose": own.purpose, "delivery": own.delivery, "work": place.work, "out": place.out}
    asked = {"period": PERIOD, **{name: str(path) for name, path in paths.items()}}
    env = {**own.environment, "AIRFLOW__LOGGING__LOGGING_LEVEL": "DEBUG"}
    # The same DAG without its retries, five minutes apart.
    dag = (ROOT / "dags" / "nightly_linkage.py").read_text().replace('"retries": 2', '"retries": 0')
    (planted / "dags").mkdir()
    (planted / "dags" / "nightly_linkage.py").write_text(dag)
    env["AIRFLOW__CORE__DAGS_FOLDER"] = str(planted / "dags")
    assert airflow(root, "migrate", env, "db", "migrate") == 0
    env["PYTHONPATH"] = os.pathsep.join([str(planted), str(ROOT)])
    assert airflow(root, "run", env, "dags", "test", "nightly_linkage", "-c", json.dumps(asked)) == 1
    log = (root / "run.log").read_text(encoding="utf-8")
    assert "unexpected ValueError at pseudonymisation" in log
    assert "DEBUG" in log.upper()
    keyring = open_keyring(own.home)
    secrets = [*secrets_of(keyring.key_set("stapeling", PERIOD)), keyring.log_subject_key.expose_secret()]
    assert found_in([root, own.home], secrets) == []
    passphrase = (own.home / "passphrase").read_bytes().strip()
    assert found_in([root], [passphrase]) == []


def test_the_search_for_keys_finds_what_is_planted(tmp_path: Path) -> None:
    secret = bytes(range(200, 232))
    for form in (secret, secret.hex(), secret.hex().upper(), repr(secret), secret[16:], f"x{secret[:16].hex()}y"):
        (tmp_path / "file").write_bytes(form if isinstance(form, bytes) else form.encode())
        assert found_in([tmp_path], [secret]) == ["file"]
