"""The synthetic municipality: exact figures, the same bytes, valid numbers, and mess that shows."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from samenloop.synthetic.identifiers import Identifiers, check_remainder, misread
from samenloop.synthetic.municipality import MessRates, SynthesisRequest, synthesise
from samenloop.synthetic.names import given_names, surnames
from samenloop.synthetic.reference import household_counts, per_1000
from schemas.domains import COMBINATIONS
from schemas.extracts import CANONICAL_COLUMNS
from schemas.period import HalfYear

H2, H1 = HalfYear(2017, 2), HalfYear(2018, 1)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("households", [1000, 2000])
@pytest.mark.parametrize(
    ("column", "periods"),
    [("zoetermeer", (H2, H1)), ("zoetermeer", (H2,)), ("zoetermeer", (H1,)), ("netherlands", (H2,))],
)
def test_every_combination_is_exact(tmp_path, households, column, periods):
    request = SynthesisRequest(households=households, seed=4, out=tmp_path / "d", column=column, periods=periods)
    for delivery in synthesise(request):
        truth = rows(delivery.truth)
        counted = Counter(row["combination"] for row in truth)
        rates = per_1000(column, delivery.period)
        assert {name: counted[name] for name in COMBINATIONS} == {
            name: rate * households // 1000 for name, rate in rates.items()
        }
        assert len({row["address"] for row in truth}) == households


@pytest.mark.parametrize("households", [1, 3, 7, 200, 1499, 55_678])
def test_counts_add_up_and_round_half_up(households):
    counts = household_counts("zoetermeer", H1, households)
    assert sum(counts) == households
    assert min(counts) >= 0
    assert counts[3] == int(households * 76 / 1000 + 0.5)


@pytest.mark.parametrize("households", [1, 2, 5, 200])
def test_small_municipalities_work(tmp_path, households):
    request = SynthesisRequest(households=households, seed=1, out=tmp_path / "d", periods=(H2, H1))
    for delivery in synthesise(request):
        truth = rows(delivery.truth)
        assert len(truth) == households
        assert len({row["buurtcode"] for row in truth}) == min(3, households)


def test_same_request_same_bytes_whatever_the_hash_seed(tmp_path):
    code = (
        "import sys; from pathlib import Path; from schemas.period import HalfYear;"
        "from samenloop.synthetic.municipality import SynthesisRequest, synthesise;"
        "synthesise(SynthesisRequest(households=700, seed=9, out=Path(sys.argv[1]),"
        "periods=(HalfYear(2017, 2), HalfYear(2018, 1))))"
    )
    found = []
    for hash_seed in ("0", "12345"):
        out = tmp_path / hash_seed
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", code, str(out)], check=True, env=env, timeout=60)
        found.append(digests(out))
    assert found[0] == found[1]
    synthesise(SynthesisRequest(households=700, seed=10, out=tmp_path / "other", periods=(H2, H1)))
    assert found[0] != digests(tmp_path / "other")


def test_the_manifest_says_what_the_files_are(tmp_path):
    (delivery,) = synthesise(SynthesisRequest(households=500, seed=3, out=tmp_path / "d"))
    manifest = json.loads((delivery.folder / "levering.json").read_text())
    assert delivery.truth == tmp_path / "d.truth.csv"
    assert manifest["synthetic"] is True
    assert (manifest["gemeentecode"], manifest["period"]) == ("GM0637", "2018H1")
    assert manifest["reference_date"] == "2018-07-01"
    assert set(manifest["files"]) == set(CANONICAL_COLUMNS)
    assert {path.name for path in delivery.folder.iterdir()} == {f"{s}.csv" for s in CANONICAL_COLUMNS} | {
        "levering.json"
    }
    for source, file in manifest["files"].items():
        content = (delivery.folder / file["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        lines = content.decode().splitlines()
        assert lines[0] == ";".join(CANONICAL_COLUMNS[source])
        assert len(lines) - 1 == file["rows"]
        assert all(line.count(";") == lines[0].count(";") for line in lines)


def test_numbers_are_valid_and_unique():
    frame, strangers = Identifiers(5), Identifiers(5, lane=1)
    numbers = [source.bsn() for _ in range(20_000) for source in (frame, strangers)]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert check_remainder(number[:8]) == int(number[8])
        assert check_remainder(misread(number)[:8]) != int(misread(number)[8])
    assert 0.07 < sum(number.startswith("0") for number in numbers) / len(numbers) < 0.09
    assert not any(number.startswith("00") for number in numbers)
    pupil = frame.education_number()
    assert re.fullmatch(r"10\d{7}", pupil)
    assert check_remainder(pupil[:8]) != int(pupil[8])


def test_people_of_a_clean_frame(tmp_path):
    (delivery,) = synthesise(SynthesisRequest(households=1500, seed=6, out=tmp_path / "d", mess=MessRates.none()))
    people = rows(delivery.folder / "brp.csv")
    numbers = [person["bsn"] for person in people]
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 9 and check_remainder(number[:8]) == int(number[8]) for number in numbers)
    assert all(re.fullmatch(r"063720\d{10}", person["nummeraanduiding_id"]) for person in people)
    assert all(re.fullmatch(r"BU0637\d{4}", person["buurtcode"]) for person in people)
    homes = {(p["postcode"], p["huisnummer"], p["huisletter"] + p["huisnummertoevoeging"]) for p in people}
    assert len(homes) == 1500
    most, *_ = Counter(person["geslachtsnaam"] for person in people).most_common(1)
    assert most[1] > 20


def test_names_are_long_and_differ():
    every = [*surnames(), *given_names("M"), *given_names("V")]
    assert len(set(every)) == len(every)
    assert min(map(len, every)) >= 8


RATES = sorted(MessRates.model_fields)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    out = tmp_path_factory.mktemp("clean")
    return synthesise(small(out / "d", MessRates.none()))[0].folder


def small(out, mess):
    return SynthesisRequest(households=400, seed=1, out=out, mess=mess)


@pytest.mark.parametrize("kind", RATES)
def test_every_kind_of_mess_shows(tmp_path, clean, kind):
    mess = MessRates.none().model_copy(update={kind: 0.9})
    (delivery,) = synthesise(small(tmp_path / "d", mess))
    before, after = digests(clean), digests(delivery.folder)
    changed = {name for name in before if name != "levering.json" and before[name] != after[name]}
    assert changed, kind
    # Mess does not reshuffle the rest: where it is not about the frame itself, the same people live in the same houses.
    if kind not in ("student_house", "dotted_bsn", "address_spelling", "missing_dwelling_id"):
        same = set((clean / "brp.csv").read_text().splitlines()) & set(
            (delivery.folder / "brp.csv").read_text().splitlines()
        )
        assert len(same) > 400


def test_people_keep_their_number_from_period_to_period(tmp_path):
    first, second = synthesise(
        SynthesisRequest(households=1500, seed=2, out=tmp_path, periods=(H2, H1), mess=MessRates.none())
    )
    before, after = ({p["bsn"]: p for p in rows(d.folder / "brp.csv")} for d in (first, second))
    both = before.keys() & after.keys()
    assert 0.93 < len(both) / len(before) < 0.995
    assert all(before[bsn]["geboortedatum"] == after[bsn]["geboortedatum"] for bsn in both)
    moved = [bsn for bsn in both if before[bsn]["nummeraanduiding_id"] != after[bsn]["nummeraanduiding_id"]]
    assert 0.01 < len(moved) / len(both) < 0.1
    assert any(before[bsn]["buurtcode"] != after[bsn]["buurtcode"] for bsn in moved)
    classes = [{row["address"]: row["combination"] for row in rows(d.truth)} for d in (first, second)]
    users = [address for address, name in classes[0].items() if name != "geen" and address in classes[1]]
    assert sum(classes[0][address] == classes[1][address] for address in users) / len(users) > 0.75


@pytest.mark.parametrize(
    "wrong",
    [
        {"households": 0},
        {"seed": -1},
        {"column": "utrecht"},
        {"periods": ()},
        {"periods": (H1, H2)},
        {"periods": (H2, H2)},
        {"periods": (HalfYear(2017, 1), H1)},
        {"gemeentecode": "0637"},
        {"households": 20_000, "households_per_buurt": 1},
        {"mess": {"duplicate": 1.5}},
    ],
)
def test_impossible_requests_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError):
        SynthesisRequest(**{"households": 100, "seed": 1, "out": tmp_path, **wrong})
