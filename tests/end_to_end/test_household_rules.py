"""Household rules in a whole run: a list of institutions is a source like any other; the page says who is left out."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import yaml

from end_to_end.municipality import Municipality, Place

COLUMNS = ["nummeraanduiding_id", "postcode", "huisnummer", "huisletter", "huisnummertoevoeging"]
NAMES = {"geslachtsnaam", "geboortedatum"}


def with_rules(municipality: Municipality, folder: Path) -> Municipality:
    """The municipality under a purpose with a list of institutions and families, and a delivery with that list."""
    folder.mkdir()
    delivery = shutil.copytree(municipality.delivery, folder / "delivery")
    frame = pd.read_csv(delivery / "brp.csv", sep=";", dtype=str).fillna("")
    listed = frame.loc[frame["institutioneel"] == "N", COLUMNS].drop_duplicates().head(40)
    content = listed.to_csv(sep=";", index=False).encode()
    (delivery / "instellingen.csv").write_bytes(content)
    manifest = json.loads((delivery / "levering.json").read_bytes())
    file = {"name": "instellingen.csv", "rows": len(listed), "sha256": hashlib.sha256(content).hexdigest()}
    manifest["files"]["instellingen"] = file
    (delivery / "levering.json").write_text(json.dumps(manifest))
    purpose = yaml.safe_load(municipality.purpose.read_text())
    purpose |= {"version": 2, "household_method": "family"}
    purpose["household_rules"] = {
        "apart": ["briefadres", "institution", "institution_list", "institution_size"],
        "institution_above": 10,
        "split": ["student_house", "families"],
    }
    purpose["sources"]["instellingen"] = {"law": "Wet basisregistratie personen", "article": "3.8", "columns": COLUMNS}
    brp = purpose["sources"]["brp"]
    brp["columns"], brp["drops"] = [*brp["columns"], *NAMES], [one for one in brp["drops"] if one not in NAMES]
    path = folder / "stapeling.yaml"
    path.write_text(yaml.safe_dump(purpose, sort_keys=False))
    home = shutil.copytree(municipality.home, folder / "home")
    return replace(municipality, home=home, delivery=delivery, purpose=path)


def test_rules_of_a_purpose_hold_in_a_run(municipality, release, tmp_path):
    made, place = with_rules(municipality, tmp_path / "rules"), Place(tmp_path / "place")
    place.root.mkdir()
    assert made.command(place, "purpose", "sign", made.purpose).exit_code == 0
    done = made.run(place, "--approve")
    assert done.exit_code == 0, done.stderr
    log = [json.loads(line) for line in made.command(place, "log", "show", "--work", place.work).stdout.splitlines()]
    (linked,) = [one["counts"] for one in log if one["step"] == "link"]
    (frame,) = [one["counts"] for one in log if one["step"] == "pull" and one["subject"] == "brp"]
    assert linked["frame:institution_list"] >= 40
    assert linked["noted:families"] > 0
    assert sum(n for name, n in linked.items() if name.startswith("frame:")) == frame["used"]
    page = (place.published / "index.html").read_text()
    assert page.count('<th scope="row">BRP</th>') == page.count('<th scope="row">Instellingen</th>') == 1
    assert "wie woont op een adres van de lijst van instellingen" in page
    assert "dan is elk gezin een huishouden" in page
    assert made.command(place, "verify", place.published).exit_code == 0
    entries = [json.loads(line) for line in (place.published / "protocol" / "log.jsonl").read_text().splitlines()]
    assert {one["subject"] for one in entries if one["step"] == "pull"} >= {"instellingen", "brp"}
