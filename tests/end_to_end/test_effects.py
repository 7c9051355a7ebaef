"""Effects over half-years of a municipality: a planted effect is found, and who is observed is who was followed."""

import csv
import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from builders import lazy

from outputs.disclosure.effect_form import effect_findings
from outputs.effects.effect_table import effects_frame
from outputs.profiles import collected
from samenloop import steps
from samenloop.keyring import make_keyring
from samenloop.log_book import read_entries
from samenloop.purpose_register import sign_and_register
from samenloop.purposes import read_purpose
from samenloop.runs import RunRequest
from samenloop.storage import Artefact, WorkFolder
from samenloop.synthetic.municipality import MessRates, SynthesisRequest, synthesise
from schemas.households import OBSERVED_SCHEMA
from schemas.period import HalfYear
from schemas.tables import typed

#: What the runs left is made once.
pytestmark = pytest.mark.xdist_group("effects")

PURPOSE = Path(__file__).parent.parent.parent / "purposes" / "effect.yaml"
PERIODS = (HalfYear(2017, 1), HalfYear(2017, 2), HalfYear(2018, 1))
SOURCES = ("jeugd", "pwet", "wmo", "shv")
APPROACH = "bsn;aanpak;begin;einde"


def rows(delivery, source):
    with (delivery / f"{source}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def homes(delivery):
    """Person -> dwelling, of those who live in a private household."""
    private = (
        row for row in rows(delivery, "brp") if row["soort_adres"] != "briefadres" and row["institutioneel"] != "J"
    )
    return {
        row["bsn"]: row["nummeraanduiding_id"] for row in sorted(private, key=lambda row: row["datum_aanvang_adres"])
    }


def rewrite(delivery, source, lines):
    """Writes a file of a delivery anew, in the manifest too."""
    content = "\n".join([*lines, ""]).encode()
    (delivery / f"{source}.csv").write_bytes(content)
    manifest = json.loads((delivery / "levering.json").read_text())
    digest = hashlib.sha256(content).hexdigest()
    manifest["files"][source] = {"name": f"{source}.csv", "rows": len(lines) - 1, "sha256": digest}
    (delivery / "levering.json").write_text(json.dumps(manifest))


def chosen(delivery):
    """Every fifth dwelling with a provision is in the approach from the first half-year, another from the second."""
    living, users = homes(delivery), set()
    for source in SOURCES:
        users |= {living[row["bsn"]] for row in rows(delivery, source) if row["bsn"] in living}
    ordered = sorted(users)
    return set(ordered[::5]), set(ordered[2::5])


def list_approach(delivery, since):
    """Person -> since when in the approach."""
    rewrite(delivery, "aanpak", [APPROACH, *(f"{bsn};Samen verder;{begin};" for bsn, begin in sorted(since.items()))])


def plant(delivery, persons):
    """Takes away every provision of some persons."""
    for source in SOURCES:
        header = (delivery / f"{source}.csv").read_text().splitlines()[0]
        kept = [row for row in rows(delivery, source) if not {row["bsn"], row.get("bsn_partner", "")} & persons]
        rewrite(delivery, source, [header, *(";".join(row.values()) for row in kept)])


@dataclass(frozen=True)
class Town:
    """Deliveries of consecutive half-years, the truth of the one before the last, and who came in before it."""

    deliveries: list[Path]
    truth: Path
    early: set[str]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Two of three households that come into the approach in the last half-year lose all they had."""
    out = tmp_path_factory.mktemp("levering") / "deliveries"
    made = synthesise(SynthesisRequest(households=1500, seed=4, out=out, periods=PERIODS, mess=MessRates.none()))
    *before, last = [one.folder for one in made]
    members = defaultdict(set)
    for person, dwelling in homes(before[-1]).items():
        members[dwelling].add(person)
    early, late = chosen(before[-1])
    since = {min(members[one]): "2017-03-01" for one in early}
    for delivery in before:
        list_approach(delivery, since)
    list_approach(last, since | {min(members[one]): "2018-01-08" for one in late})
    plant(last, set().union(*(members[one] for place, one in enumerate(sorted(late)) if place % 3)))
    return Town([*before, last], made[-2].truth, early)


@pytest.fixture(scope="module")
def ran(tmp_path_factory, town):
    """Per half-year the artefacts that the step link keeps of following, and the draft that the run left."""
    place = tmp_path_factory.mktemp("effect")
    work = WorkFolder(place / "work")
    with pytest.MonkeyPatch.context() as patch:
        keyring = make_keyring(place / "home", "synthetic")
        patch.setenv("SAMENLOOP_HOME", str(keyring.home))
        purpose = place / PURPOSE.name
        purpose.write_bytes(PURPOSE.read_bytes())
        sign_and_register(keyring, read_purpose(purpose))
        requests = [
            RunRequest(str(purpose), str(delivery), str(period), str(work.path), str(place / "out"))
            for delivery, period in zip(town.deliveries, PERIODS, strict=True)
        ]
        drafts = [steps.run_all(request)[1] for request in requests]
        entries = [entry for entry in read_entries(work) if entry.step == "link"]
    names = ("observed", "followed")
    kept = [
        {
            name: pq.read_table(work.artefact_path(Artefact(name, entry.outputs[name], 0)))
            for name in names
            if name in entry.outputs
        }
        for entry in entries
    ]
    return kept, drafts


@pytest.fixture(scope="module")
def linked(ran):
    """Per half-year the artefacts that the step link keeps of following."""
    return ran[0]


@pytest.fixture(scope="module")
def observed(linked):
    return collected(lazy(linked[-1]["observed"]))


def test_nothing_is_observed_in_the_first_half_year(linked):
    assert linked[0] == {}
    assert all(one["observed"].schema.equals(OBSERVED_SCHEMA) for one in linked[1:])


def test_everybody_who_was_followed_is_observed_once_as_the_truth_has_it(town, linked, observed):
    fates = Counter(linked[-1]["followed"]["fate"].to_pylist())
    then, now = (homes(delivery) for delivery in town.deliveries[-2:])
    met = {then[person] for person in now if person in then}
    assert len(observed) == len(met) - fates["absorbed"]
    truth = known_of(town.truth, town.deliveries[-2])
    expected = Counter(truth[dwelling] for dwelling in met)
    found = Counter(zip(observed["domains_before"], observed["cost_before_cent"], strict=True))
    assert not found - expected
    assert max(domains for domains, _ in found) > 1
    in_it = len(met & town.early)
    assert in_it - fates["absorbed"] <= observed["treated_before"].sum() <= in_it


def known_of(truth, delivery):
    """Dwelling -> number of domains and cost."""
    with truth.open(encoding="utf-8") as file:
        by_address = {row["address"]: row for row in csv.DictReader(file, delimiter=";")}
    known = {}
    for row in rows(delivery, "brp"):
        parts = (row["postcode"], row["huisnummer"], row["huisletter"] + row["huisnummertoevoeging"])
        if true := by_address.get("-".join(filter(None, parts)).upper()):
            laws = [law for law in true["combination"].split("+") if law != "geen"]
            cost = sum(int(true[f"cost_cent_{source}"]) for source in SOURCES)
            known[row["nummeraanduiding_id"]] = (len(laws) + int(true["shv"]), cost)
    return known


def test_the_earlier_half_year_is_that_of_the_former_run(linked, observed):
    former = linked[-2]["observed"].to_pandas()
    known = observed.dropna(subset="domains_earlier")
    assert 0.9 < len(known) / len(observed) < 1
    found = Counter(zip(known["domains_earlier"], known["cost_earlier_cent"], strict=True))
    assert not found - Counter(zip(former["domains_before"], former["cost_before_cent"], strict=True))
    assert former["domains_earlier"].isna().all()


def test_a_planted_effect_is_found(observed):
    policy = read_purpose(PURPOSE).config.disclosure
    made = effects_frame(observed, policy, PERIODS[-1], "GM0637")
    assert not list(effect_findings(made.frame, policy))
    assert "trend_unknown" not in made.cautions
    table = made.frame.set_index(["outcome", "group"])
    new = observed[observed["treated"] & ~observed["treated_before"] & (observed["domains_before"] > 0)]
    assert 0.8 * len(new) <= table.loc[("domeinen", "aanpak"), "households"] <= len(new) + 5
    # Two of three lost all they had, some of which they would have lost anyway.
    domains, fewer = (table.loc[(outcome, "verschil")] for outcome in ("domeinen", "minder_domeinen"))
    planted = -2 / 3 * new["domains_before"].mean()
    assert domains["change_low"] <= planted + 0.1 <= domains["change_high"] < 0
    assert table.loc[("kosten", "verschil"), "change_high"] < 0
    # Whether one in ten controls has fewer domains after half a year is a near thing here.
    exposed = made.facts.get("effects:refused_group_exposed", 0)
    assert exposed if fewer["status"] == "C" else 0 < fewer["change_low"] <= 60 <= fewer["change_high"]


def test_the_draft_prints_what_was_measured(ran, observed):
    _, drafts = ran
    assert not (drafts[0] / "tables" / "effects.csv").exists()
    made = effects_frame(observed, read_purpose(PURPOSE).config.disclosure, PERIODS[-1], "GM0637")
    printed = typed("effects", pd.read_csv(drafts[-1] / "tables" / "effects.csv", sep=";"))
    pd.testing.assert_frame_equal(printed, made.frame)
    logged = next(one for one in read_log(drafts[-1]) if one["step"] == "protect")["counts"]
    assert {name: number for name, number in logged.items() if name.startswith("effects:")} == made.facts
    assert logged["audit:found"] == 0


def read_log(draft):
    lines = (draft / "protocol" / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_without_a_planted_effect_none_is_found(observed):
    """Of households outside the approach every third is taken to be in it."""
    others = observed[~observed["treated"] & ~observed["treated_before"]]
    users = others[others["domains_before"] > 0]
    drawn = others.assign(treated=others["household"].isin(users["household"].iloc[::3]))
    made = effects_frame(drawn, read_purpose(PURPOSE).config.disclosure, PERIODS[-1], "GM0637")
    effects = made.frame[made.frame["group"] == "verschil"].dropna(subset="change")
    assert len(effects) >= 2
    assert (effects["change_low"] <= 0).all()
    assert (effects["change_high"] >= 0).all()
