"""One canonical delivery in the other forms in which a municipality has its sources, and the purpose that reads it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from deliver_as.ddas import write_ddas
from deliver_as.istandaarden import write_messages
from deliver_as.suwi import write_suwi
from deliver_as.tables import SUITE_NAMES, load_sql, parquet_format, write_parquet, write_suite_csv

from end_to_end.deliveries import cells
from schemas.delivery import DeliveredFile
from schemas.source_formats import CsvFormat, DdasFormat, MessagesFormat, SourceFormat, SuwiFormat

Formats = Mapping[str, SourceFormat]
Rows = list[dict[str, str]]

#: What a form cannot say, and so no form may use: messages know care in kind alone, DDAS knows no cost.
UNSAID = {
    "wmo": ("leveringsvorm",),
    "jeugd": ("leveringsvorm",),
    "shv": ("bedrag_cent", "bedrag_begin", "bedrag_einde"),
}
SOURCES = ("brp", "jeugd", "wmo", "pwet", "shv", "rmc", "bezwaar")

#: How the register of truants and drop-outs writes what it says, and what that is in canonical words.
RMC_CODES = {
    "soort_nummer": {"B": "BSN", "O": "OWNR"},
    "status": {"AFG": "Afgesloten", "REG": "Geregistreerd", "INT": "Ingetrokken"},
}


def written_purpose(
    example: Path,
    to: Path,
    version: int = 1,
    formats: Formats | None = None,
    without: Mapping[str, tuple[str, ...]] | None = None,
) -> Path:
    """The example with the formats of one form, without columns that it then does not use."""
    said = yaml.safe_load(example.read_text(encoding="utf-8"))
    said["version"] = version
    for source, ground in said["sources"].items():
        unsaid = (without or {}).get(source, ())
        ground["drops"] = [*ground["drops"], *unsaid]
        ground["columns"] = [column for column in ground["columns"] if column not in unsaid]
        if form := (formats or {}).get(source):
            ground["format"], ground["drops"] = _as_purpose(form, ground)
    to.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return to


def _as_purpose(form: SourceFormat, ground: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    stated = form.model_dump(mode="json")
    if form.kind == "csv":
        stated["names"] = {column: names for column, names in stated["names"].items() if column in ground["columns"]}
        return stated, [_suite_name(column) for column in ground["drops"]]
    return stated, list(ground["drops"]) if form.kind == "parquet" else []


def _suite_name(column: str) -> str:
    return SUITE_NAMES.get(column, column.capitalize())


def delivered_as_standards(canonical: Path, to: Path) -> Formats:
    """Care as messages, benefits as SuwiML, debt help as DDAS, the rest as the CSV of a suite or a register."""
    to.mkdir()
    formats: dict[str, SourceFormat] = {}
    files: dict[str, list[DeliveredFile]] = {}
    for source in ("wmo", "jeugd"):
        files[source] = write_messages(to, source, cells(canonical, source), any_form=True)
        formats[source] = MessagesFormat(kind="istandaarden")
    files["pwet"], formats["pwet"] = write_suwi(to, cells(canonical, "pwet")), SuwiFormat(kind="suwi")
    files["shv"], formats["shv"] = write_ddas(to, cells(canonical, "shv")), DdasFormat(kind="ddas")
    for source in ("brp", "bezwaar"):
        files[source], formats[source] = write_suite_csv(to, source, cells(canonical, source))
    files["rmc"], formats["rmc"] = _register_of_drop_outs(to, cells(canonical, "rmc"))
    _write_manifest(canonical, to, files=files)
    return formats


def _register_of_drop_outs(to: Path, rows: Rows) -> tuple[list[DeliveredFile], CsvFormat]:
    words = {column: {word: code for code, word in codes.items()} for column, codes in RMC_CODES.items()}
    coded = [{name: words.get(name, {}).get(cell, cell) for name, cell in row.items()} for row in rows]
    files, form = write_suite_csv(to, "rmc", coded)
    return files, CsvFormat(**{**form.model_dump(), "values": RMC_CODES})


def delivered_as_parquet(canonical: Path, to: Path) -> Formats:
    """Every source as Parquet, the frame in three files."""
    to.mkdir()
    parts = {"brp": 3}
    files = {source: write_parquet(to, source, cells(canonical, source), parts.get(source, 1)) for source in SOURCES}
    _write_manifest(canonical, to, files=files)
    return dict.fromkeys(SOURCES, parquet_format())


def delivered_as_tables(database: sa.URL) -> Callable[[Path, Path], Formats]:
    """Every source as a table of a database; the folder holds the manifest alone."""

    def deliver(canonical: Path, to: Path) -> Formats:
        to.mkdir()
        tables = {source: cells(canonical, source) for source in SOURCES}
        formats = {source: load_sql(database, source, rows) for source, rows in tables.items()}
        _write_manifest(canonical, to, tables={source: {"rows": len(rows)} for source, rows in tables.items()})
        return formats

    return deliver


def _write_manifest(
    canonical: Path,
    to: Path,
    files: Mapping[str, list[DeliveredFile]] | None = None,
    tables: Mapping[str, dict[str, int]] | None = None,
) -> None:
    manifest = json.loads((canonical / "levering.json").read_text(encoding="utf-8"))
    manifest["files"] = {source: [file.model_dump() for file in found] for source, found in (files or {}).items()}
    manifest["tables"] = dict(tables or {})
    (to / "levering.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
