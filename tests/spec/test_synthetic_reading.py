"""A plain reading of the messy delivery by docs/definitions.md finds exactly the truth that lies beside it."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from samenloop.synthetic.municipality import MessRates, SynthesisRequest, synthesise
from schemas.period import HalfYear

LAWS = {"jeugd": "Jeugd", "pwet": "P-wet", "wmo": "Wmo"}
PHASES = {"", "stabilisatie", "begeleiding", "schuldregeling", "oplossing", "nazorg"}
RMC_STATUSES = {"Geregistreerd", "In behandeling", "Afgesloten", "Ter kennisgeving aangenomen"}
COST = ("jeugd", "pwet", "wmo", "shv")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [{name: cell.strip() for name, cell in row.items()} for row in csv.DictReader(stream, delimiter=";")]


def read_bsn(text: str) -> str:
    digits = re.sub(r"[ .\-]", "", text)
    if not re.fullmatch(r"[0-9]{7,9}", digits) or digits.zfill(9) in ("000000000", "999999999"):
        return ""
    digits = digits.zfill(9)
    total = sum(w * int(d) for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
    return "" if total % 11 else digits


def read_address(row: dict[str, str]) -> tuple[str, int, str] | None:
    postcode = row["postcode"].upper().replace(" ", "")
    number = re.match(r"^(\d+)\s*(.*)$", row["huisnummer"])
    if not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", postcode) or not number or not 1 <= int(number[1]) <= 99999:
        return None
    suffix = re.sub(r"[^A-Z0-9]", "", (number[2] + row["huisletter"] + row["huisnummertoevoeging"]).upper())
    return postcode, int(number[1]), suffix


def read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


class Reading:
    """Households, their laws and their cost, read from a delivery folder."""

    def __init__(self, folder: Path, period: HalfYear) -> None:
        self.folder, self.first, self.last = folder, period.first_day, period.last_day
        self.objectors = {read_bsn(row["bsn"]) for row in rows(folder / "bezwaar.csv")}
        self.frame()
        self.laws: dict[object, set[str]] = defaultdict(set)
        self.cents: Counter[tuple[object, str]] = Counter()
        self.methods: Counter[tuple[str, str]] = Counter()
        for source in COST:
            self.domain(source)
        for row in rows(folder / "rmc.csv"):
            if row["status"] in RMC_STATUSES and row["soort_nummer"] == "BSN" and self.sound(row):
                home = self.home.get(self.not_objecting(read_bsn(row["nummer"])))
                if home is not None and self.active(row):
                    self.laws[home].add("rmc")

    def not_objecting(self, bsn: str) -> str:
        return "" if bsn in self.objectors else bsn

    def frame(self) -> None:
        latest: dict[object, dict[str, str]] = {}
        for place, row in enumerate(rows(self.folder / "brp.csv")):
            bsn = read_bsn(row["bsn"])
            if (bsn and bsn in self.objectors) or not self.usable(row):
                continue
            key = bsn or place
            if key not in latest or row["datum_aanvang_adres"] > latest[key]["datum_aanvang_adres"]:
                latest[key] = row
        self.outside = {
            key for key, row in latest.items() if row["soort_adres"] == "briefadres" or row["institutioneel"] == "J"
        }
        inside = {key: row for key, row in latest.items() if key not in self.outside}
        ids = defaultdict(set)
        for row in inside.values():
            if row["nummeraanduiding_id"]:
                ids[read_address(row)].add(row["nummeraanduiding_id"])
        self.home: dict[object, object] = {}
        self.at: dict[object, set[object]] = defaultdict(set)
        self.dwellers: Counter[object] = Counter()
        for key, row in inside.items():
            address = read_address(row)
            assert address is not None
            only = next(iter(ids[address])) if len(ids[address]) == 1 else address
            self.home[key] = row["nummeraanduiding_id"] or only
            self.at[address].add(self.home[key])
            self.dwellers[self.home[key]] += 1

    def usable(self, row: dict[str, str]) -> bool:
        since = row["datum_aanvang_adres"]
        return (
            re.fullmatch(r"(BU\d{8})?", row["buurtcode"]) is not None
            and row["soort_adres"] in ("", "woonadres", "briefadres")
            and row["institutioneel"] in ("", "J", "N")
            and (not since or read_date(since) is not None)
            and (row["nummeraanduiding_id"] != "" or read_address(row) is not None)
        )

    def active(self, row: dict[str, str]) -> bool:
        begin, end = read_date(row["begin"]), read_date(row["einde"])
        return begin is not None and begin <= self.last and (end is None or end >= self.first)

    def sound(self, row: dict[str, str]) -> bool:
        begin, end = read_date(row["begin"]), read_date(row["einde"])
        if begin is None or (row["einde"] and (end is None or end < begin)):
            return False
        if any(row[name] and not read_date(row[name]) for name in ("bedrag_begin", "bedrag_einde") if name in row):
            return False
        if not row.get("bedrag_cent"):
            return True
        since, until = read_date(row["bedrag_begin"]), read_date(row["bedrag_einde"])
        return (
            bool(re.fullmatch(r"-?\d+", row["bedrag_cent"]))
            and since is not None
            and until is not None
            and since <= until
        )

    def cost(self, row: dict[str, str]) -> int:
        if not row["bedrag_cent"]:
            return 0
        since, until = date.fromisoformat(row["bedrag_begin"]), date.fromisoformat(row["bedrag_einde"])
        days = (until - since).days + 1
        inside = max((min(until, self.last) - max(since, self.first)).days + 1, 0)
        cents = int(row["bedrag_cent"])
        return (1 if cents > 0 else -1) * int(abs(cents) * inside / days + 0.5)

    def domain(self, source: str) -> None:
        seen = set()
        for row in rows(self.folder / f"{source}.csv"):
            bsn = read_bsn(row["bsn"])
            if (bsn and bsn in self.objectors) or not self.sound(row):
                continue
            if row.get("regeling", "P-wet") in ("", "Bijzondere bijstand") or row.get("fase", "") not in PHASES:
                continue
            partner = self.not_objecting(read_bsn(row.get("bsn_partner", "")))
            cells = {name: cell for name, cell in row.items() if name not in ("bsn", "geboortedatum", "leefvorm")}
            cells.update(aanbieder=cells.get("aanbieder", "").upper(), bsn_partner=partner)
            for name in ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging"):
                del cells[name]
            same = (bsn or row["bsn"], read_address(row), tuple(sorted(cells.items())))
            cents, active = self.cost(row), self.active(row)
            if same in seen or not (active or cents):
                continue
            seen.add(same)
            home = self.link(source, bsn, partner, row)
            if home is not None:
                self.cents[home, source] += cents
                if active:
                    self.laws[home].add(source)

    def link(self, source: str, bsn: str, partner: str, row: dict[str, str]) -> object:
        for person in filter(None, (bsn, partner)):
            if person in self.home:
                self.methods[source, "bsn"] += 1
                return self.home[person]
        if bsn or partner:
            self.methods[source, "excluded" if bsn in self.outside else "not_in_frame"] += 1
            return None
        homes = self.at.get(read_address(row), set())
        self.methods[source, "address" if len(homes) == 1 else "unmatched"] += 1
        return next(iter(homes)) if len(homes) == 1 else None


HIGH = MessRates(
    lost_zeros=1, dotted_bsn=0.5, sentinel_bsn=0.1, missing_bsn=0.2, invalid_bsn=0.1, address_spelling=0.9,
    code_spelling=0.3, missing_dwelling_id=0.3, moved=0.5, partner=0.7, partner_elsewhere=0.3, claimant_gone=0.3,
    student_house=0.05, name_error=0.9, duplicate=0.3, credit=0.4, ended=0.3, outside_frame=0.2, unlinkable=0.2,
    briefadres=0.1, care_home=1, objection=0.3, quarantine=0.2,
)  # fmt: skip
BOTH = (HalfYear(2017, 2), HalfYear(2018, 1))


@pytest.mark.parametrize("mess", [MessRates.none(), MessRates(), HIGH], ids=["clean", "usual", "extreme"])
def test_a_plain_reading_finds_the_truth(tmp_path: Path, mess: MessRates) -> None:
    request = SynthesisRequest(households=2000, seed=7, out=tmp_path, periods=BOTH, mess=mess)
    for delivery in synthesise(request):
        reading = Reading(delivery.folder, delivery.period)
        by_address = {address: next(iter(homes)) for address, homes in reading.at.items()}
        truth = rows(delivery.truth)
        assert len(truth) == len(reading.dwellers) == 2000
        for row in truth:
            postcode, number, *suffix = row["address"].split("-")
            home = by_address[postcode, int(number), "".join(suffix)]
            used = reading.laws[home]
            laws = "+".join(name for source, name in LAWS.items() if source in used)
            assert (row["address"], laws or "geen") == (row["address"], row["combination"])
            assert reading.dwellers[home] == int(row["persons"])
            assert ("shv" in used, "rmc" in used) == (row["shv"] == "1", row["rmc"] == "1")
            assert {s: reading.cents[home, s] for s in COST} == {s: int(row[f"cost_cent_{s}"]) for s in COST}


def test_every_way_of_linking_occurs(tmp_path: Path) -> None:
    (delivery,) = synthesise(SynthesisRequest(households=3000, seed=2, out=tmp_path, mess=HIGH))
    methods = Reading(delivery.folder, delivery.period).methods
    for method in ("bsn", "address", "excluded", "not_in_frame", "unmatched"):
        assert methods["wmo", method] > 0, method


def test_the_kitchen_table_can_be_crowded(tmp_path: Path) -> None:
    request = SynthesisRequest(households=20_000, seed=5, out=tmp_path, mess=MessRates.none())
    (delivery,) = synthesise(request)
    reading = Reading(delivery.folder, delivery.period)
    providers: dict[object, set[str]] = defaultdict(set)
    for source in ("jeugd", "wmo"):
        for row in rows(delivery.folder / f"{source}.csv"):
            providers[reading.home.get(row["bsn"])].add(row["aanbieder"])
    providers.pop(None, None)
    laws = {home: len(used & LAWS.keys()) for home, used in reading.laws.items()}
    crowded = sorted((len(codes) for codes in providers.values()), reverse=True)
    assert crowded[:2] == [89, 24]
    assert crowded[2] <= 20
    three = [len(providers[home]) for home in providers if laws[home] == 3]
    assert 0.3 < sum(10 <= count <= 20 for count in three) / len(three) < 0.7
    assert all(len(providers[home]) <= 2 for home in providers if laws[home] == 1)
