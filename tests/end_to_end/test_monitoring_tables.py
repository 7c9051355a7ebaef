"""The tables over time of a real series of runs, against a second count of what the last run linked."""

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from end_to_end.commands import command
from end_to_end.municipality import Municipality, Place

#: What the runs left is made once.
pytestmark = pytest.mark.xdist_group("monitoring")

PURPOSE = Path(__file__).parent.parent.parent / "purposes" / "monitoring.yaml"
PERIODS = ("2016H1", "2016H2", "2017H1", "2017H2", "2018H1")
LAWS = ("Jeugd", "P-wet", "Wmo")
DOMAINS = (*LAWS, "SHV")
OVER_TIME = {"transitions", "dimension_transitions", "flow", "duration", "relapse"}
#: Tables that compare with a half-year before.
COMPARING = OVER_TIME - {"duration"}


@dataclass(frozen=True)
class Series:
    """The drafts of the half-years, and what the last run linked: a row per household now or before."""

    drafts: list[Path]
    rows: pd.DataFrame
    place: Place
    made: Municipality

    def table(self, name: str) -> pd.DataFrame:
        rows = pd.read_csv(self.drafts[-1] / "tables" / f"{name}.csv", sep=";")
        return rows[rows["region"] == "GM0637"]

    def within(self, table: str) -> int:
        report = json.loads((self.drafts[-1] / "protocol" / "disclosure.json").read_text())
        return report["tables"][table]["within"]


@pytest.fixture(scope="module")
def series(municipality: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Series:
    root = tmp_path_factory.mktemp("series")
    out = root / "deliveries"
    words = ("synthesise", "--households", "900", "--seed", "5", "--out", out, "--periods", ",".join(PERIODS))
    assert command(words, root, municipality.environment).exit_code == 0
    place = Place(root / "monitoring")
    place.root.mkdir()
    path = Path(shutil.copy(PURPOSE, place.root))
    assert municipality.command(place, "purpose", "sign", path).exit_code == 0
    drafts = []
    for period in PERIODS:
        words = ("run", path, "--delivery", out / period, "--work", place.work, "--out", place.out)
        done = municipality.command(place, *words, "--period", period, "--json")
        assert done.exit_code == 0, done.stderr
        drafts.append(Path(json.loads(done.stdout)["release"]))
    return Series(drafts, _linked(municipality, place), place, municipality)


def _linked(made: Municipality, place: Place) -> pd.DataFrame:
    shown = made.command(place, "log", "show", "--work", place.work).stdout.splitlines()
    last = [entry for entry in map(json.loads, shown) if entry["step"] == "link"][-1]
    past, use = (
        pq.read_table(place.work / "artefacts" / f"{last['outputs'][name]}.parquet").to_pandas()
        for name in ("past", "use")
    )
    active = use[use["active"]].groupby("household")["domain"].agg(frozenset)
    rows = past.assign(now=past["household"].map(active))
    rows["now"] = [now if isinstance(now, frozenset) else frozenset() for now in rows["now"]]
    rows["was"] = [
        None if pd.isna(bits) else frozenset(d for place, d in enumerate(DOMAINS) if int(bits) >> place & 1)
        for bits in rows["before"]
    ]
    return rows


def _combination(domains: frozenset[str]) -> str:
    return "+".join(law for law in LAWS if law in domains) or "geen"


def _number(domains: frozenset[str]) -> str:
    return ("geen", "1D", "2D", "3-4D", "3-4D")[len(domains & set(DOMAINS))]


def _ends(row: pd.Series, class_of) -> tuple[str, str]:
    unknown = row["fate"] in ("unknown", "first", "former_unknown")
    was = "nieuw" if row["fate"] == "new" else "onbekend" if unknown and row["was"] is None else class_of(row["was"])
    if not pd.isna(row["household"]):
        return was, class_of(row["now"])
    return was, "onbekend" if row["fate"] == "former_unknown" else "vertrokken"


@pytest.mark.parametrize(("table", "class_of"), [("transitions", _combination), ("dimension_transitions", _number)])
def test_transitions_are_those_of_the_households(series, table, class_of):
    true = Counter(_ends(row, class_of) for _, row in series.rows.iterrows())
    printed = series.table(table)
    assert set(printed["from_period"]) == {"2017H2"}
    assert set(printed["to_period"]) == {"2018H1"}
    for row in printed.itertuples():
        ends = [
            n for (was, now), n in true.items() if row.from_class in ("totaal", was) and row.to_class in ("totaal", now)
        ]
        assert abs(row.households - sum(ends)) <= series.within(table)
    whole = printed[(printed["from_class"] == "totaal") & (printed["to_class"] == "totaal")]
    assert whole["households"].item() == pytest.approx(len(series.rows), abs=series.within(table))


def test_flow(series):
    rows = series.rows[~series.rows["fate"].isin(["unknown", "first", "former_unknown"])]
    for row in series.table("flow").itertuples():
        laws = set(DOMAINS) if row.law == "totaal" else {row.law}
        then = rows["was"].map(lambda was, laws=laws: bool(was) and bool(laws & was))
        now = rows["now"].map(lambda now, laws=laws: bool(laws & now))
        true = {"stayed": (then & now).sum(), "inflow": (~then & now).sum(), "outflow": (then & ~now).sum()}
        for name, number in true.items():
            assert abs(getattr(row, name) - number) <= series.within("flow")


def test_duration(series):
    here = series.rows[series.rows["household"].notna()]
    true: Counter[str] = Counter()
    for known, used in zip(here["known"], here["used"], strict=True):
        length = 0
        while length < known and used >> length & 1:
            length += 1
        if length:
            true["onbekend" if length == known else "0-1" if length < 3 else "1-2" if length < 5 else "2-3"] += 1
    printed = series.table("duration").set_index("duration")["households"]
    for name in ("0-1", "1-2", "2-3", "3-5", "5+", "onbekend"):
        assert abs(printed[name] - true[name]) <= series.within("duration")
    assert printed["totaal"] == printed.drop("totaal").sum()
    assert true["0-1"] > 20


def test_relapse_is_told_of_years_that_households_were_followed(series):
    here = series.rows[(series.rows["household"].notna()) & (series.rows["known"] >= 4)]
    left = here[(here["used"] // 4 % 4) == 2]
    back = left[left["used"] % 4 > 0]
    printed = series.table("relapse")
    assert printed["within_years"].tolist() == [1]
    assert abs(printed["households"].item() - len(left)) <= series.within("relapse")
    assert abs(printed["relapsed"].item() - len(back)) <= series.within("relapse")


def test_the_first_half_year_compares_with_nothing(series):
    first, second = ({path.stem for path in (draft / "tables").glob("*.csv")} for draft in series.drafts[:2])
    assert not COMPARING & first
    assert "duration" in first
    assert second >= OVER_TIME


def test_an_outsider_with_every_release_finds_nothing(series):
    done = series.made.command(series.place, "audit", series.drafts[-1], "--work", series.place.work)
    assert done.exit_code == 0, done.stderr
    assert "none can be found too closely" in done.stdout
