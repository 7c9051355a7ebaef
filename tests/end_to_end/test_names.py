"""Linkage by name in whole runs: what it finds, and that no token of a name outlives its run."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from end_to_end.commands import command
from end_to_end.municipality import PERIOD, Municipality, Place
from samenloop import steps
from samenloop.runs import RunRequest
from samenloop.steps import link, open_run, pull, sources
from samenloop.storage import WorkFolder
from schemas.errors import RunError

EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling-veiligheid.yaml"


@pytest.fixture(scope="module")
def by_name(municipality: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    """A purpose with Veiligheid and a delivery in which some incidents have no address."""
    root = tmp_path_factory.mktemp("names")
    made = replace(municipality, purpose=root / EXAMPLE.name, delivery=root / "delivery")
    made.purpose.write_bytes(EXAMPLE.read_bytes())
    mess = ("--mess", "objection=0.01")
    for words in (
        ("synthesise", "--households", "4000", "--seed", "12", "--out", made.delivery, *mess),
        ("purpose", "sign", made.purpose),
    ):
        done = command(words, root, made.environment)
        assert done.exit_code == 0, done.stderr
    _without_addresses(made.delivery, 25)
    return made


def _without_addresses(delivery: Path, number: int) -> None:
    """Takes the address out of the first incidents, so that only their names are left."""
    import hashlib

    path = delivery / "veiligheid.csv"
    header, *rows = path.read_text().splitlines()
    columns = header.split(";")
    places = [columns.index(name) for name in ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging")]
    cells = [row.split(";") for row in rows]
    for one in cells[:number]:
        for place in places:
            one[place] = ""
    content = "".join(f"{line}\n" for line in (header, *(";".join(one) for one in cells))).encode()
    path.write_bytes(content)
    manifest = json.loads((delivery / "levering.json").read_bytes())
    manifest["files"]["veiligheid"]["sha256"] = hashlib.sha256(content).hexdigest()
    (delivery / "levering.json").write_text(json.dumps(manifest))


@pytest.fixture(scope="module")
def ran(by_name: Municipality, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict[str, int]]:
    """One run, and what its step link counted."""
    place = Place(tmp_path_factory.mktemp("ran"))
    done = by_name.run(place)
    assert done.exit_code == 0, done.stderr
    log = by_name.command(place, "log", "show", "--work", place.work).stdout.splitlines()
    (entry,) = [one for one in map(json.loads, log) if one["step"] == "link"]
    return place, entry["counts"]


def test_incidents_without_an_address_are_linked_by_name(ran):
    _, counts = ran
    assert counts["veiligheid:probability"] >= 15
    assert counts["by_name:veiligheid:precision_low"] >= 9900
    outcomes = ("linked", "ambiguous", "clerical", "unlikely", "no_candidate")
    records = sum(
        number for name, number in counts.items() if name.startswith("veiligheid:") and "duplicate" not in name
    )
    assert sum(counts[f"by_name:veiligheid:{outcome}"] for outcome in outcomes) == records


def test_no_match_token_is_left_and_only_two_sources_had_any(by_name, ran):
    place, _ = ran
    assert list((place.work / "match_tokens").iterdir()) == []
    log = by_name.command(place, "log", "show", "--work", place.work).stdout.splitlines()
    with_tokens = {one["subject"] for one in map(json.loads, log) if "match_tokens" in one.get("outputs", {})}
    assert with_tokens == {"brp", "veiligheid"}
    for path in place.work.rglob("*.parquet"):
        assert "block" not in pq.read_schema(path).names


@pytest.fixture
def request_(by_name, tmp_path, monkeypatch) -> RunRequest:
    monkeypatch.setenv("SAMENLOOP_HOME", str(by_name.home))
    paths = (by_name.purpose, by_name.delivery)
    return RunRequest(*map(str, paths), PERIOD, str(tmp_path / "work"), str(tmp_path / "out"))


def tokens(request: RunRequest) -> list[Path]:
    return list((Path(request.work) / "match_tokens").iterdir())


def test_a_link_that_breaks_off_can_be_tried_again_and_one_that_is_done_cannot(request_, monkeypatch):
    reference = open_run(request_)
    pulled = [pull(reference, source) for source in sources(reference)]
    assert len(tokens(request_)) == 2
    with monkeypatch.context() as patched:
        patched.setattr(steps, "linked", lambda *_: 1 / 0)
        with pytest.raises(RunError, match="defect"):
            link(reference, pulled)
    assert len(tokens(request_)) == 2
    link(reference, pulled)
    assert tokens(request_) == []
    with pytest.raises(RunError, match="match_tokens_gone"):
        link(reference, pulled)


def test_tokens_of_two_purposes_and_of_two_runs_after_rotation_share_nothing(request_, by_name, monkeypatch):
    from samenloop.keyring import open_keyring

    def values() -> set[int]:
        found: set[int] = set()
        for path in tokens(request_):
            table = pq.read_table(path)
            found.update(table["block"].drop_null().to_pylist())
        return found

    first = open_run(request_)
    for source in ("brp", "veiligheid"):
        pull(first, source)
    before = values()
    WorkFolder(Path(request_.work)).erase_match_tokens(first.run)
    keyring = open_keyring(by_name.home)
    keyring.store.rotate("stapeling-veiligheid", PERIOD, keyring.kek)
    second = open_run(request_)
    assert second.run != first.run
    for source in ("brp", "veiligheid"):
        pull(second, source)
    assert len(before) > 1000
    assert len(values()) > 1000
    assert not before & values() - {0}


def test_a_refused_link_leaves_no_token(request_, monkeypatch):
    from schemas.errors import RefusedDelivery

    def refuse(*_: object) -> None:
        raise RefusedDelivery("frame_empty", "brp: 0 households in the frame", "ask the sender for the whole frame")

    reference = open_run(request_)
    pulled = [pull(reference, source) for source in sources(reference)]
    monkeypatch.setattr(steps, "linked", refuse)
    with pytest.raises(RefusedDelivery):
        link(reference, pulled)
    assert tokens(request_) == []


def test_a_run_that_is_refused_before_linkage_leaves_no_token(by_name, tmp_path):
    broken = shutil.copytree(by_name.delivery, tmp_path / "broken")
    with (broken / "wmo.csv").open("a") as file:
        file.write("x\n")
    place = Place(tmp_path / "place")
    assert replace(by_name, delivery=broken).run(place).exit_code == 4
    assert list((place.work / "match_tokens").iterdir()) == []


def test_two_runs_on_one_frame_do_not_erase_each_other_s_tokens(request_, by_name, tmp_path):
    other = shutil.copytree(by_name.delivery, tmp_path / "other")
    manifest = json.loads((other / "levering.json").read_bytes())
    (other / "levering.json").write_text(json.dumps(manifest | {"delivery_id": "another"}))
    first, second = open_run(request_), open_run(replace(request_, delivery=str(other)))
    pulled = {run.run: [pull(run, source) for source in sources(run)] for run in (first, second)}
    assert len(tokens(request_)) == 4
    link(first, pulled[first.run])
    assert len(tokens(request_)) == 2
    link(second, pulled[second.run])
    assert tokens(request_) == []
