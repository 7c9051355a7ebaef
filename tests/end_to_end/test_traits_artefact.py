"""What a real run stores of kinds, approaches and trajectories: what a table of the signed purpose needs, no more."""

import csv
import hashlib
import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from samenloop import steps
from samenloop.keyring import make_keyring
from samenloop.log_book import read_entries
from samenloop.purpose_register import sign_and_register
from samenloop.purposes import read_purpose
from samenloop.runs import RunRequest
from samenloop.storage import WorkFolder
from samenloop.synthetic.municipality import SynthesisRequest, synthesise

EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml"
GROUND = {"law": "Gemeentewet", "article": "Artikel 108", "bsn_ground": "Artikel 10 Wabb"}
COLUMNS = {
    "aanpak": ["bsn", "aanpak", "begin", "einde"],
    "trajecten": ["bsn", "soort", "vorm", "status", "resultaat", "begin", "einde"],
}
IN_APPROACH = 20


def purpose(tables, sources=(), scope="release", frame_columns=(), **fields):
    content = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    content |= {"tables": [*content["tables"], *tables], "pseudonym_scope": scope, **fields}
    content["legal_ground"]["avg_10"] = "Artikel 10 AVG"
    content["sources"] |= {source: {**GROUND, "columns": list(COLUMNS[source])} for source in sources}
    for column in frame_columns:
        content["sources"]["brp"]["columns"].append(column)
        content["sources"]["brp"]["drops"].remove(column)
    return yaml.safe_dump(content)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    """Of 300 households, with an approach and trajectories of the first persons of the frame."""
    made = synthesise(SynthesisRequest(households=300, seed=5, out=tmp_path_factory.mktemp("levering") / "d"))[0].folder
    with (made / "brp.csv").open(encoding="utf-8") as file:
        persons = [row["bsn"] for row in csv.DictReader(file, delimiter=";")][:IN_APPROACH]
    approach = [f"{bsn};Samen verder;2018-02-01;" for bsn in persons]
    trajectories = [f"{bsn};schuldhulp;kort;afgerond;financieel stabiel;2018-02-01;2018-05-31" for bsn in persons]
    manifest = json.loads((made / "levering.json").read_text())
    for source, rows in (("aanpak", approach), ("trajecten", trajectories)):
        content = "\n".join([";".join(COLUMNS[source]), *rows, ""]).encode()
        (made / f"{source}.csv").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        manifest["files"][source] = {"name": f"{source}.csv", "rows": len(rows), "sha256": digest}
    (made / "levering.json").write_text(json.dumps(manifest))
    return made


@pytest.fixture(scope="module")
def keyring(tmp_path_factory):
    return make_keyring(tmp_path_factory.mktemp("keys") / "home", "synthetic")


@pytest.fixture
def linked(tmp_path, delivery, keyring, monkeypatch):
    """Gives a function that runs a purpose up to its linkage: tables by name, and the counts of that step."""
    monkeypatch.setenv("SAMENLOOP_HOME", str(keyring.home))

    def run(text: str) -> tuple[dict[str, pa.Table], dict[str, int]]:
        path = tmp_path / "purpose.yaml"
        path.write_text(text, encoding="utf-8")
        sign_and_register(keyring, read_purpose(path))
        work = WorkFolder(tmp_path / "work")
        request = RunRequest(str(path), str(delivery), "2018H1", str(work.path), str(tmp_path / "out"))
        reference = steps.open_run(request)
        pulled = [steps.pull(reference, source) for source in steps.sources(reference)]
        made = [*pulled, *steps.link(reference, pulled)]
        [entry] = [one for one in read_entries(work) if one.step == "link"]
        return {one.name: pq.read_table(work.artefact_path(one)) for one in made}, dict(entry.counts)

    return run


def kinds(table: pa.Table) -> dict[str | None, int]:
    return dict(Counter(table["kind"].to_pylist()))


def test_a_purpose_without_such_tables_stores_nothing_of_it(linked):
    found, counts = linked(purpose([]))
    assert not {"traits", "aanpak", "trajecten"} & set(found)
    for source in ("jeugd", "wmo", "pwet", "shv", "rmc"):
        assert set(kinds(found[source])) == {None}, source
    assert set(found["brp"]["age"].to_pylist()) == {None}
    assert not [name for name in counts if name.startswith(("aanpak", "trajecten"))]


def test_for_the_pyramid_kinds_of_youth_care_and_minors(linked):
    found, _ = linked(purpose(["pyramid"], frame_columns=["geboortedatum"]))
    assert {"voluntary"} <= set(kinds(found["jeugd"])) <= {"voluntary", "protection"}
    assert set(kinds(found["wmo"])) == {None}
    traits = Counter((row["domain"], row["kind"]) for row in found["traits"].to_pylist())
    assert set(traits) <= {("Jeugd", "voluntary"), ("Jeugd", "protection"), ("brp", "minor")}
    assert traits["brp", "minor"] > 0
    assert traits["Jeugd", "voluntary"] > 0


def test_for_effects_and_trajectories_their_sources_and_no_more(linked):
    sources = ("aanpak", "trajecten")
    families = {"household_method": "family", "household_rules": {"split": ["families"]}}
    columns = ["geboortedatum", "geslachtsnaam"]
    found, counts = linked(purpose(["effects", "trajectories"], sources, "purpose", columns, **families))
    assert set(kinds(found["jeugd"])) == {None}
    assert kinds(found["aanpak"]) == {"approach": IN_APPROACH}
    # Ages are there for the families; no table here asks who is a minor.
    assert None not in set(found["brp"]["age"].to_pylist())
    traits = Counter((row["domain"], row["kind"]) for row in found["traits"].to_pylist())
    assert set(traits) == {("aanpak", "approach"), ("trajecten", "schuldhulp:kort:succeeded")}
    assert len(set(traits.values())) == 1
    for source in sources:
        assert sum(number for name, number in counts.items() if name.startswith(f"{source}:")) == IN_APPROACH
    assert not {"aanpak", "trajecten"} & set(found["use"]["domain"].to_pylist())
