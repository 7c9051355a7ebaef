"""Households followed between two half-years: only under a purpose that may, and only while the former run is kept."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from end_to_end.commands import command
from end_to_end.municipality import Municipality, Place

PURPOSES = Path(__file__).parent.parent.parent / "purposes"
PERIODS = ("2017H2", "2018H1")


@pytest.fixture(scope="module")
def two_periods(municipality: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    root = tmp_path_factory.mktemp("periods")
    out = root / "deliveries"
    words = ("synthesise", "--households", "600", "--seed", "7", "--out", out, "--periods", ",".join(PERIODS))
    calm = ("lost_zeros", "dotted_bsn", "missing_dwelling_id", "objection", "quarantine")
    words += tuple(word for kind in calm for word in ("--mess", f"{kind}=0"))
    done = command(words, root, municipality.environment)
    assert done.exit_code == 0, done.stderr
    return replace(municipality, delivery=out, purpose=root)


def ran(made: Municipality, place: Place, purpose: str) -> list[dict[str, int]]:
    """What the step link counted, period after period."""
    place.root.mkdir(exist_ok=True)
    path = place.root / purpose
    shutil.copy(PURPOSES / purpose, path)
    assert made.command(place, "purpose", "sign", path).exit_code == 0
    for period in PERIODS:
        words = ("run", path, "--delivery", made.delivery / period, "--work", place.work, "--out", place.out)
        done = made.command(place, *words, "--period", period)
        assert done.exit_code == 0, done.stderr
    return [entry["counts"] for entry in entries(made, place) if entry["step"] == "link"]


def entries(made: Municipality, place: Place) -> list[dict]:
    return [json.loads(line) for line in made.command(place, "log", "show", "--work", place.work).stdout.splitlines()]


def homes(delivery: Path) -> dict[str, str]:
    """Person -> dwelling, straight from a delivery without mess."""
    rows = pd.read_csv(delivery / "brp.csv", sep=";", dtype=str)
    rows = rows[(rows["soort_adres"] != "briefadres") & (rows["institutioneel"] != "J")]
    rows = rows.sort_values("datum_aanvang_adres").drop_duplicates("bsn", keep="last")
    return dict(zip(rows["bsn"], rows["nummeraanduiding_id"], strict=True))


def test_households_are_followed_under_one_key(two_periods, tmp_path):
    place = Place(tmp_path / "monitoring")
    first, second = ran(two_periods, place, "monitoring.yaml")
    assert not [name for name in first if name.startswith("followed:")]
    followed = {name.removeprefix("followed:"): n for name, n in second.items() if name.startswith("followed:")}
    assert followed["continued"] + followed["new"] + followed["unknown"] == second["households"]
    then, now = (homes(two_periods.delivery / period) for period in PERIODS)
    met = {now[person] for person in now if person in then}
    assert followed["continued"] == len(met)
    assert followed["ended"] == len(set(then.values())) - len({then[one] for one in then if one in now})
    last = [entry for entry in entries(two_periods, place) if entry["step"] == "link"][-1]
    table = pq.read_table(place.work / "artefacts" / f"{last['outputs']['followed']}.parquet")
    fates = Counter(table["fate"].to_pylist())
    assert {fate: n for fate, n in followed.items() if n and fate not in ("split", "merged")} == fates


def test_households_are_not_followed_where_each_release_has_its_own_keys(two_periods, tmp_path):
    place = Place(tmp_path / "stapeling")
    for counts in ran(two_periods, place, "stapeling.yaml"):
        assert not [name for name in counts if name.startswith("followed:")]
    assert not [entry for entry in entries(two_periods, place) if "members" in entry.get("outputs", {})]
    for path in place.work.glob("artefacts/*.parquet"):
        assert not {"person", "household"} <= set(pq.read_schema(path).names)


def test_nothing_is_followed_from_what_is_erased(two_periods, tmp_path):
    place = Place(tmp_path / "erased")
    ran(two_periods, place, "monitoring.yaml")
    first = next(entry for entry in entries(two_periods, place) if entry["step"] == "link")
    (place.work / "artefacts" / f"{first['outputs']['members']}.parquet").unlink()
    # Else there is nothing to do: the delivery was processed.
    shutil.rmtree(place.work / "drafts")
    path = place.root / "monitoring.yaml"
    words = ("run", path, "--delivery", two_periods.delivery / PERIODS[1], "--work", place.work, "--out", place.out)
    assert two_periods.command(place, *words, "--period", PERIODS[1]).exit_code == 0
    last = [entry for entry in entries(two_periods, place) if entry["step"] == "link"][-1]
    assert "followed" not in last["outputs"]
