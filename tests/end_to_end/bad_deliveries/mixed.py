"""A small municipality that delivers every source in another form, under one signed purpose that says so.

brp is Parquet, jeugd are messages of iJw, wmo is the CSV of a suite, pwet is SuwiML, shv is DDAS, rmc is canonical CSV
and bezwaar a table of SQLite.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from builders import csv_of, deliver, passes_elfproef
from deliver_as.ddas import write_ddas
from deliver_as.istandaarden import write_messages
from deliver_as.suwi import write_suwi
from deliver_as.tables import load_sql, parquet_format, write_parquet, write_suite_csv

from end_to_end.commands import command
from end_to_end.leaks import Identifiers
from end_to_end.municipality import Municipality
from samenloop.purposes import dpia_scope_sha256
from schemas.purpose import PurposeConfig
from schemas.source_formats import CsvFormat

#: Stands in cells of every kind of source, and in what the breakages put into them; it may be found nowhere else.
MARKER = "Geheimkruid"
DATABASE = "bezwaar.db"
CONNECTIONS = "connections.json"
HOUSEHOLDS = 40
#: Rows of each source but the frame: more than a handful.
ROWS = 12

Row = dict[str, str]

_STREET = {"postcode": "2711 ZX", "huisletter": "", "huisnummertoevoeging": ""}
_SPAN = {"begin": "2018-01-01", "einde": "2018-06-30"}
_COST = {"bedrag_cent": "123456", "bedrag_begin": "2018-01-01", "bedrag_einde": "2018-06-30"}
_CARE = {"leveringsvorm": "zin", "aanbieder": f"{MARKER} één", **_SPAN, **_COST}


def test_numbers() -> Iterator[str]:
    """The BSNs of the test range, in order."""
    return (text for text in map(str, range(999_900_006, 999_999_991)) if passes_elfproef(text))


_BSNS = list(islice(test_numbers(), 2 * HOUSEHOLDS + 1))


def _persons(number: int) -> list[Row]:
    """One per household."""
    return [
        {"bsn": _BSNS[2 * place], "geboortedatum": "1980-02-03", **_STREET, "huisnummer": str(9000 + place)}
        for place in range(number)
    ]


def rows_of() -> dict[str, list[Row]]:
    """Sound rows of every source, with the marker where a source has room for a name."""
    living = {"buurtcode": "BU06370101", "soort_adres": "woonadres", "institutioneel": "N"}
    names = {"geslachtsnaam": MARKER, "voornamen": MARKER, "datum_aanvang_adres": "2010-01-01"}
    partners = [{**person, "bsn": _BSNS[2 * place + 1]} for place, person in enumerate(_persons(HOUSEHOLDS))]
    users = _persons(ROWS)
    return {
        "brp": [{**person, **living, **names} for person in (*_persons(HOUSEHOLDS), *partners)],
        "jeugd": [{**person, "productcategorie": "45", **_CARE} for person in users],
        "wmo": [{**person, "productcategorie": "01", **_CARE} for person in users],
        "pwet": [{**person, "leefvorm": MARKER, "regeling": "P-wet", **_SPAN, **_COST} for person in users],
        "shv": [{**person, "fase": "begeleiding", "uitstroom_reden": MARKER, **_SPAN} for person in users],
        "rmc": [
            {"soort_nummer": "BSN", "nummer": row["bsn"], "soort": MARKER, "status": "Geregistreerd", **_SPAN}
            for row in users
        ],
        "bezwaar": [{"bsn": _BSNS[-1]}],
    }


def identifiers() -> Identifiers:
    """What of the rows, and of what the breakages plant, may not be left behind."""
    streets = frozenset(f"2711ZX{9000 + place}" for place in range(HOUSEHOLDS))
    return Identifiers(frozenset(_BSNS), frozenset({MARKER.lower()}), streets)


def write_delivery(folder: Path) -> CsvFormat:
    """Writes the sound delivery; gives the format of the CSV of the suite."""
    folder.mkdir()
    rows = rows_of()
    suite, form = write_suite_csv(folder, "wmo", rows["wmo"])
    files = {
        "brp": write_parquet(folder, "brp", rows["brp"]),
        "jeugd": write_messages(folder, "jeugd", rows["jeugd"]),
        "wmo": suite,
        "pwet": write_suwi(folder, rows["pwet"]),
        "shv": write_ddas(folder, rows["shv"]),
        "rmc": [deliver(folder, "rmc", csv_of("rmc", rows["rmc"]))],
    }
    load_sql(sa.URL.create("sqlite", database=str(folder / DATABASE)), "bezwaar", rows["bezwaar"])
    named = {source: [file.model_dump() for file in several] for source, several in files.items()}
    manifest = {
        **{"gemeentecode": "GM0637", "period": "2018H1", "reference_date": "2018-07-01", "delivery_id": "d1"},
        **{"synthetic": True, "files": named, "tables": {"bezwaar": {"rows": 1}}},
    }
    (folder / "levering.json").write_text(json.dumps(manifest))
    connect(folder)
    return form


def connect(folder: Path) -> None:
    """Writes the connections of a delivery: its own database."""
    (folder / CONNECTIONS).write_text(json.dumps({"suite": {"url": f"sqlite:///{folder / DATABASE}"}}))
    (folder / CONNECTIONS).chmod(0o600)


def _purpose(example: Path, suite: CsvFormat) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(example.read_text())
    sources = content["sources"]
    used = {column: names for column, names in suite.names.items() if column in sources["wmo"]["columns"]}
    sources["wmo"] |= {"format": {**suite.model_dump(mode="json"), "names": _lists(used)}}
    sources["wmo"]["drops"] = [suite.names["geboortedatum"][0]]
    sources["brp"]["format"] = parquet_format().model_dump(mode="json")
    sources["brp"]["drops"] = ["geslachtsnaam", "voornamen", "geboortedatum"]
    sources["brp"]["columns"].remove("nummeraanduiding_id")
    for source, kind in (("jeugd", "istandaarden"), ("pwet", "suwi"), ("shv", "ddas")):
        sources[source] |= {"format": {"kind": kind}, "drops": []}
    sources["bezwaar"]["format"] = {"kind": "sql", "connection": "suite", "table": "bezwaar"}
    content["dpia"]["covers_sha256"] = dpia_scope_sha256(PurposeConfig.model_validate(content))
    return content


def _lists(names: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {column: list(aliases) for column, aliases in names.items()}


@dataclass(frozen=True)
class Mixed(Municipality):
    """The municipality; its databases are known by the connections of the delivery at hand."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "SAMENLOOP_CONNECTIONS_FILE": str(self.delivery / CONNECTIONS)}

    @classmethod
    def made(cls, root: Path, example: Path) -> "Mixed":
        """Makes keyring, delivery and signed purpose."""
        made = cls(root / "home", root / "stapeling.yaml", root / "delivery")
        made.purpose.write_text(yaml.safe_dump(_purpose(example, write_delivery(made.delivery))))
        for words in (("keys", "init", "--synthetic"), ("purpose", "sign", made.purpose)):
            done = command(words, root, made.environment)
            assert done.exit_code == 0, done.stderr
        return made

    def delivering(self, delivery: Path) -> "Mixed":
        """The same municipality with another delivery."""
        return replace(self, delivery=delivery)
