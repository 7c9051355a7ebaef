"""The approach and the trajectories beside a synthetic municipality."""

import csv
import json
import shutil
from dataclasses import replace

import pyarrow as pa
import pytest

from pseudonymisation.pseudonymise import quarantine_reasons
from pseudonymisation.records import read_identifiers
from samenloop.synthetic.approach import NAME, add_approach
from samenloop.synthetic.municipality import MessRates, SynthesisRequest, synthesise
from schemas.extracts import columns_of
from schemas.period import HalfYear

PERIODS = (HalfYear.parse("2017H2"), HalfYear.parse("2018H1"))


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(delivery, source):
    with (delivery.folder / f"{source}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


#: Rows that are spelled as they are meant, so that these tests can read them.
CALM = MessRates.none()


def asked(out):
    return SynthesisRequest(households=2000, seed=3, out=out, periods=PERIODS, mess=CALM)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two half-years of 2000 households: before and after."""
    out = tmp_path_factory.mktemp("municipality") / "levering"
    deliveries = synthesise(asked(out))
    before = files(out)
    add_approach(deliveries, 3)
    return deliveries, before


def test_nothing_else_changes_and_the_manifest_names_two_more_files(made):
    deliveries, before = made
    after = files(deliveries[0].folder.parent)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {f"{delivery.period}/levering.json" for delivery in deliveries}
    added = {f"{delivery.period}/{source}.csv" for delivery in deliveries for source in ("aanpak", "trajecten")}
    assert set(after) - set(before) == added
    for delivery in deliveries:
        name = f"{delivery.period}/levering.json"
        old, new = json.loads(before[name]), json.loads(after[name])
        assert {source: new["files"].pop(source)["rows"] for source in ("aanpak", "trajecten")} == {
            source: len(rows(delivery, source)) for source in ("aanpak", "trajecten")
        }
        assert new == {**old, "delivery_id": f"{old['delivery_id']}-aanpak"}


def test_the_same_deliveries_give_the_same_bytes(made, tmp_path):
    deliveries, _ = made
    again = synthesise(asked(tmp_path / "levering"))
    add_approach(again, 3)
    assert files(tmp_path / "levering") == files(deliveries[0].folder.parent)
    shutil.rmtree(tmp_path)


def test_rows_are_sound(made):
    for delivery in made[0]:
        approach, trajectories = rows(delivery, "aanpak"), rows(delivery, "trajecten")
        for source, written in (("aanpak", approach), ("trajecten", trajectories)):
            cells = {name: pa.array([row[name] or None for row in written], pa.string()) for name in written[0]}
            assert tuple(cells) == columns_of(source)
            assert quarantine_reasons(read_identifiers(source, cells)).isna().all()
        assert {row["aanpak"] for row in approach} == {NAME}
        assert len({row["status"] for row in trajectories}) == 4
        of_frame = {row["bsn"] for row in rows(delivery, "brp")}
        assert {row["bsn"] for row in [*approach, *trajectories]} <= of_frame
        first, last = str(delivery.period.first_day), str(delivery.period.last_day)
        assert all(first <= row["begin"] <= (row["einde"] or last) <= last for row in trajectories)


def test_who_is_in_the_approach_stays_in_it_and_others_come_in(made):
    first, second = ({row["bsn"]: row["begin"] for row in rows(delivery, "aanpak")} for delivery in made[0])
    still = set(first) & set(second)
    assert len(still) > len(first) // 2
    assert {person: second[person] for person in still} == {person: first[person] for person in still}
    assert all(second[person] >= str(PERIODS[1].first_day) for person in set(second) - set(first))
    assert set(second) - set(first)


def test_the_costlier_households_of_two_laws_are_chosen_sooner(made, tmp_path):
    """Of 58 households in ten draws: about 15% of the cheaper half and 35% of the costlier half."""
    delivery = made[0][0]
    with delivery.truth.open(encoding="utf-8") as file:
        truth = {row["address"]: row for row in csv.DictReader(file, delimiter=";")}
    cost = {
        key: sum(int(cell) for name, cell in row.items() if name.startswith("cost"))
        for key, row in truth.items()
        if "+" in row["combination"]
    }
    costlier = sorted(cost, key=cost.__getitem__)[len(cost) // 2 :]
    home = {}
    for row in rows(delivery, "brp"):
        parts = (row["postcode"], row["huisnummer"], row["huisletter"] + row["huisnummertoevoeging"])
        home[row["bsn"]] = "-".join(filter(None, parts)).upper()
    chosen = []
    for seed in range(10):
        copied = replace(delivery, folder=shutil.copytree(delivery.folder, tmp_path / str(seed)))
        add_approach([copied], seed)
        here = [home[row["bsn"]] for row in rows(copied, "aanpak")]
        assert len(here) == len(set(here))
        chosen += here
    assert set(chosen) <= set(cost)
    of_costlier = sum(key in costlier for key in chosen)
    assert of_costlier > 1.5 * (len(chosen) - of_costlier) > 0
