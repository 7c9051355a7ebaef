"""The commands of disclosure control: audit of a release as it lies there, the floor, and the ledger after approval."""

import json
import shutil
from dataclasses import replace
from datetime import date

import pandas as pd
import yaml

from end_to_end.municipality import Place
from outputs.disclosure.release_record import ReleaseRecord
from samenloop.keyring import open_keyring
from samenloop.purposes import dpia_scope_sha256
from samenloop.release_ledger import ReleaseLedger
from schemas.purpose import PurposeConfig


def test_the_release_passes_its_audit(municipality, release):
    done = municipality.command(release, "audit", release.published, "--work", release.work)
    assert done.exit_code == 0, done.stderr
    assert "none can be found too closely" in done.stdout


def test_one_true_count_among_the_rounded_ones_is_found(municipality, release, tmp_path):
    leaking = tmp_path / "leaking"
    shutil.copytree(release.published.resolve(), leaking)
    table = pd.read_csv(leaking / "tables" / "dimensions.csv", sep=";", dtype="string")
    table.loc[0, "households"] = str(int(table.loc[0, "households"]) + 1)
    table.to_csv(leaking / "tables" / "dimensions.csv", sep=";", index=False)
    done = municipality.command(release, "audit", leaking, "--work", release.work)
    assert done.exit_code == 5
    assert "refused: release_exposed: dimensions" in done.stderr


def test_approval_puts_the_release_in_the_ledger_and_nothing_of_it_is_legible(release):
    kept = sorted((release.work / "ledger" / "stapeling").iterdir())
    assert [file.name for file in kept] == [f"000001-{release.published.readlink()}.release"]
    assert b"GM0637" not in kept[0].read_bytes()


def test_a_floor_refuses_the_run_of_a_weaker_purpose(municipality, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(municipality.home, home)
    strict = replace(municipality, home=home)
    policy = {**yaml.safe_load(municipality.purpose.read_text())["disclosure"], "threshold": 25}
    (tmp_path / "floor.yaml").write_text(yaml.safe_dump(policy))
    place = Place(tmp_path / "run")
    place.root.mkdir()
    assert strict.command(place, "purpose", "floor", tmp_path / "floor.yaml").exit_code == 0
    done = strict.run(place)
    assert done.exit_code == 3
    assert "policy_below_floor" in done.stderr


def test_a_draft_is_not_approved_when_another_release_came_after_its_audit(municipality, tmp_path):
    place = Place(tmp_path / "run")
    assert municipality.run(place).exit_code == 0
    other = ReleaseRecord(release="other", period="2018H2", made=date(2018, 7, 2), cells={}, figures={})
    ReleaseLedger(open_keyring(municipality.home), place.work, "stapeling").append(other, date(2018, 7, 2))
    done = municipality.command(
        place, "release", "approve", place.drafts[0].name, "--work", place.work, "--out", place.out
    )
    assert done.exit_code == 5
    assert "refused: ledger_moved" in done.stderr
    assert not place.published.exists()


def test_a_purpose_may_mark_a_table_as_noisy_and_the_release_says_so_and_passes_its_audit(municipality, tmp_path):
    home, file = tmp_path / "home", tmp_path / "purpose.yaml"
    shutil.copytree(municipality.home, home)
    content = yaml.safe_load(municipality.purpose.read_text())
    content["disclosure"]["formal"] = {"tables": ["stacking"], "epsilon": 0.5, "budget": 1.0}
    content["version"] += 1
    content["dpia"]["covers_sha256"] = dpia_scope_sha256(PurposeConfig.model_validate(content))
    file.write_text(yaml.safe_dump(content))
    noisy, place = replace(municipality, home=home, purpose=file), Place(tmp_path / "run")
    place.root.mkdir()
    assert noisy.command(place, "purpose", "sign", file).exit_code == 0
    done = noisy.run(place, "--approve")
    assert done.exit_code == 0, done.stderr
    page = (place.published / "index.html").read_text()
    report = json.loads((place.published / "protocol" / "disclosure.json").read_text())
    assert "differential privacy" in page
    assert "epsilon 0,5" in page
    assert report["tables"]["stacking"]["error_95"] == 7
    assert noisy.command(place, "audit", place.published, "--work", place.work).exit_code == 0
    kept = ReleaseLedger(open_keyring(home), place.work, "stapeling").releases()
    assert [table.spent for one in kept for table in one.noisy.values()] == [0.5]
