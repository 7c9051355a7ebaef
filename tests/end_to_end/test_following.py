"""Households followed over half-years: only under a purpose that may, and only while the former run is kept."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reference.households import read_frame
from reference.linking import link
from reference.records import USED, read_objectors, read_records

from end_to_end.commands import command
from end_to_end.municipality import Municipality, Place

#: What the runs left is made once.
pytestmark = pytest.mark.xdist_group("following")

PURPOSES = Path(__file__).parent.parent.parent / "purposes"
PERIODS = ("2017H1", "2017H2", "2018H1")
#: The run of 2018H1 is rejected, and what the run of 2018H2 left of the past is erased.
AFTERWARDS = ("2018H2", "2019H1")
DOMAINS = ("jeugd", "pwet", "wmo", "shv")


@pytest.fixture(scope="module")
def half_years(municipality: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    root = tmp_path_factory.mktemp("periods")
    out = root / "deliveries"
    periods = ",".join((*PERIODS, *AFTERWARDS))
    words = ("synthesise", "--households", "600", "--seed", "11", "--out", out, "--periods", periods)
    calm = ("lost_zeros", "dotted_bsn", "missing_dwelling_id", "objection", "quarantine")
    words += tuple(word for kind in calm for word in ("--mess", f"{kind}=0"))
    done = command(words, root, municipality.environment)
    assert done.exit_code == 0, done.stderr
    return replace(municipality, delivery=out, purpose=root)


def signed(made: Municipality, place: Place, purpose: str) -> Path:
    place.root.mkdir(exist_ok=True)
    path = place.root / purpose
    shutil.copy(PURPOSES / purpose, path)
    assert made.command(place, "purpose", "sign", path).exit_code == 0
    return path


def ran(made: Municipality, place: Place, path: Path, period: str) -> dict:
    """What the log says of the step link."""
    words = ("run", path, "--delivery", made.delivery / period, "--work", place.work, "--out", place.out)
    done = made.command(place, *words, "--period", period)
    assert done.exit_code == 0, done.stderr
    return [entry for entry in entries(made, place) if entry["step"] == "link"][-1]


def entries(made: Municipality, place: Place) -> list[dict]:
    return [json.loads(line) for line in made.command(place, "log", "show", "--work", place.work).stdout.splitlines()]


@dataclass(frozen=True)
class Monitored:
    """What the steps link of consecutive half-years counted and kept, read before anything is rejected or erased."""

    place: Place
    purpose: Path
    linked: list[dict]
    tables: list[dict[str, pa.Table]]


def artefact(place: Place, entry: dict, name: str) -> Path:
    return place.work / "artefacts" / f"{entry['outputs'][name]}.parquet"


@pytest.fixture(scope="module")
def monitored(half_years: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Monitored:
    place = Place(tmp_path_factory.mktemp("monitoring"))
    purpose = signed(half_years, place, "monitoring.yaml")
    linked = [ran(half_years, place, purpose, period) for period in PERIODS]
    kept = ("past", "followed", "members")
    tables = [
        {name: pq.read_table(artefact(place, entry, name)) for name in kept if name in entry["outputs"]}
        for entry in linked
    ]
    return Monitored(place, purpose, linked, tables)


def homes(delivery: Path) -> dict[str, str]:
    """Person -> dwelling, straight from a delivery without mess."""
    rows = pd.read_csv(delivery / "brp.csv", sep=";", dtype=str)
    rows = rows[(rows["soort_adres"] != "briefadres") & (rows["institutioneel"] != "J")]
    rows = rows.sort_values("datum_aanvang_adres").drop_duplicates("bsn", keep="last")
    return dict(zip(rows["bsn"], rows["nummeraanduiding_id"], strict=True))


def test_households_are_followed_under_one_key(half_years, monitored):
    *_, last = (entry["counts"] for entry in monitored.linked)
    assert "followed" not in monitored.tables[0]
    followed = Counter(monitored.tables[-1]["followed"]["fate"].to_pylist())
    assert followed["continued"] + followed["new"] + followed["unknown"] == last["households"]
    then, now = (homes(half_years.delivery / period) for period in PERIODS[-2:])
    met = {now[person] for person in now if person in then}
    assert followed["continued"] == len(met)
    assert followed["ended"] == len(set(then.values())) - len({then[one] for one in then if one in now})
    assert Counter(monitored.tables[-1]["past"]["fate"].to_pylist()) == followed


def test_no_log_tells_exactly_how_many_came_and_went(monitored):
    """The log is published, and these numbers stand rounded in the tables."""
    for entry in monitored.linked:
        assert not [name for name in entry["counts"] if name.startswith("followed")]


@dataclass(frozen=True)
class Town:
    """A half-year in clear text: per household its identified people, its neighbourhood and the domains it uses."""

    people: dict[int, frozenset[str]]
    buurt: dict[int, str]
    bits: dict[int, int]


def town(delivery: Path, period: str) -> Town:
    objectors = read_objectors(delivery)
    frame = read_frame(delivery, "GM0637", objectors)
    there = frame.persons[frame.persons["household"] >= 0]
    people = {n: frozenset(bsns) - {""} for n, bsns in there.groupby("household")["bsn"]}
    bits = dict.fromkeys(people, 0)
    for place, source in enumerate(DOMAINS):
        records = read_records(delivery, source, period, objectors)
        linked = link(records[records["place"] == USED], frame)
        for household in set(linked.loc[linked["active"] & (linked["household"] >= 0), "household"]):
            bits[household] |= 1 << place
    return Town(people, frame.households["buurt"].to_dict(), bits)


Past = dict[int, list[bool]]
Rows = Counter[tuple[bool, str, str, int | None, int, int]]


def pasts(then: Town | None, known: Past, towns: Sequence[Town]) -> Iterator[Rows]:
    """The rows of the last half-year, for every choice between former households that share as many persons."""
    now, later = towns[0], towns[1:]
    best = {n: most_shared(people, then) for n, people in now.people.items()}
    for chosen in product(*best.values()):
        continued = dict(zip(best, chosen, strict=True))
        past = {n: [now.bits[n] > 0, *known.get(one, [])] for n, one in continued.items()}
        if later:
            yield from pasts(now, past, later)
        else:
            yield rows(then, now, continued, past, known)


def most_shared(people: frozenset[str], then: Town | None) -> list[int]:
    shared = {n: len(people & former) for n, former in then.people.items() if people & former} if then else {}
    return [n for n in shared if shared[n] == max(shared.values())] or [-1]


def rows(then: Town | None, now: Town, continued: dict[int, int], past: Past, known: Past) -> Rows:
    counted: Rows = Counter()
    for n, one in continued.items():
        before = then.bits[one] if then and one >= 0 else None
        fate = "first" if then is None else "continued" if one >= 0 else "new" if now.people[n] else "unknown"
        counted[True, now.buurt[n], fate, before, *lowest_first(past[n])] += 1
    everybody = frozenset[str]().union(*now.people.values())
    for n in set(then.people if then else ()) - set(continued.values()):
        fate = "absorbed" if then.people[n] & everybody else "ended" if then.people[n] else "former_unknown"
        counted[False, then.buurt[n], fate, then.bits[n], *lowest_first(known[n])] += 1
    return counted


def lowest_first(past: list[bool]) -> tuple[int, int]:
    return len(past), sum(used << back for back, used in enumerate(past))


def test_the_past_is_that_of_a_second_computation_from_the_clear_text(half_years, monitored):
    towns = [town(half_years.delivery / period, period) for period in PERIODS]
    fates: set[str] = set()
    for until, tables in enumerate(monitored.tables, start=1):
        table = tables["past"].to_pylist()
        found = Counter((one.pop("household") is not None, *one.values()) for one in table)
        assert any(found == expected for expected in pasts(None, {}, towns[:until]))
        fates |= {fate for _, _, fate, *_ in found}
    assert fates == {"first", "continued", "new", "ended", "absorbed"}
    # Somebody left, and came back; somebody else is known for less than all half-years.
    assert {0b101, 0b110, 0b011} <= {used for *_, known, used in found if known == len(PERIODS)}
    assert {1, 2, 3} == {known for *_, known, _ in found}


def test_households_are_not_followed_where_each_release_has_its_own_keys(half_years, tmp_path):
    place = Place(tmp_path / "stapeling")
    purpose = signed(half_years, place, "stapeling.yaml")
    for period in PERIODS[-2:]:
        linked = ran(half_years, place, purpose, period)
        assert not {"members", "followed", "past"} & linked["outputs"].keys()
    for path in place.work.glob("artefacts/*.parquet"):
        assert not {"person", "household"} <= set(pq.read_schema(path).names)


def test_nothing_is_followed_from_what_was_rejected_or_is_erased(half_years, monitored):
    place = monitored.place
    made = half_years.command(place, "release", "reject", monitored.linked[-1]["run"], "--work", place.work)
    assert made.exit_code == 0, made.stderr
    after_rejected = ran(half_years, place, monitored.purpose, AFTERWARDS[0])
    anew = pq.read_table(artefact(place, after_rejected, "past"))
    artefact(place, after_rejected, "past").unlink()
    after_erased = ran(half_years, place, monitored.purpose, AFTERWARDS[1])
    for entry, past in ((after_rejected, anew), (after_erased, pq.read_table(artefact(place, after_erased, "past")))):
        assert "followed" not in entry["outputs"]
        assert set(past["fate"].to_pylist()) == {"first"}
        assert set(past["known"].to_pylist()) == {1}
        assert past.num_rows == entry["counts"]["households"]
