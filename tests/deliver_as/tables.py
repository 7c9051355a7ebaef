"""Canonical rows as a Parquet file, a CSV of a suite or a table of a database; read again they are the same cells."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from pseudonymisation.sources.notations import AMOUNT_COLUMN, DATE_COLUMNS
from schemas.delivery import DeliveredFile
from schemas.extracts import CANONICAL_COLUMNS, OPTIONAL_COLUMNS
from schemas.source_formats import CsvFormat, ParquetFormat, SqlFormat

Rows = Sequence[Mapping[str, str]]

#: What a suite calls the columns; others get a capital.
SUITE_NAMES = {
    "bsn": "BSN",
    "bsn_partner": "BSN partner",
    "begin": "Datum ingang",
    "einde": "Datum einde",
    "bedrag_cent": "Bruto bedrag",
    "bedrag_begin": "Periode van",
    "bedrag_einde": "Periode t/m",
    "aanbieder": "aanbieder_agb",
    "nummeraanduiding_id": "BAG nummeraanduiding",
}


def write_parquet(folder: Path, source: str, rows: Rows, parts: int = 1) -> list[DeliveredFile]:
    """Writes typed columns: dates, whole numbers, and text where a cell is neither."""
    table = pa.table({name: _typed(name, [row.get(name, "") for row in rows]) for name in columns_of(source, rows)})
    size = -(-len(rows) // parts)
    delivered = []
    for part in range(parts):
        name = f"{source}.parquet" if parts == 1 else f"{source}-{part + 1}.parquet"
        piece = table.slice(part * size, size)
        pq.write_table(piece, folder / name)
        delivered.append(_delivered(folder / name, piece.num_rows))
    return delivered


def parquet_format() -> ParquetFormat:
    return ParquetFormat(kind="parquet")


def write_suite_csv(folder: Path, source: str, rows: Rows) -> tuple[list[DeliveredFile], CsvFormat]:
    """Writes names, dates, amounts, delimiter and, where its letters allow, the encoding of a suite."""
    columns = columns_of(source, rows)
    names = {column: SUITE_NAMES.get(column, column.capitalize()) for column in columns}
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(names.values())
    writer.writerows([_as_suite(column, row.get(column, "")) for column in columns] for row in rows)
    encoding = "windows-1252" if _fits(written.getvalue()) else "utf-8"
    path = folder / f"{source}.csv"
    path.write_bytes(written.getvalue().encode(encoding))
    form = CsvFormat(
        kind="csv",
        names={column: (name,) for column, name in names.items()},
        dates="dutch",
        amounts="euros_comma",
        delimiter=",",
        encoding=encoding,
    )
    return [_delivered(path, len(rows))], form


def load_sql(engine_url: sa.URL | str, source: str, rows: Rows, connection: str = "suite") -> SqlFormat:
    """Makes a table with typed columns and the name of the source; gives the format that reads it."""
    cells = {name: _typed(name, [row.get(name, "") for row in rows]) for name in columns_of(source, rows)}
    kinds = {pa.date32(): sa.Date, pa.int64(): sa.BigInteger, pa.string(): sa.Text}
    table = sa.Table(source, sa.MetaData(), *(sa.Column(name, kinds[one.type]) for name, one in cells.items()))
    engine = sa.create_engine(engine_url)
    with engine.begin() as opened:
        table.drop(opened, checkfirst=True)
        table.create(opened)
        if rows:
            opened.execute(table.insert(), pa.table(cells).to_pylist())
    engine.dispose()
    return SqlFormat(kind="sql", connection=connection, table=source)


def columns_of(source: str, rows: Rows) -> list[str]:
    """The columns that any row has; all of the source when there is no row."""
    known = [*CANONICAL_COLUMNS.get(source, ()), *OPTIONAL_COLUMNS.get(source, ())]
    return [name for name in known if any(name in row for row in rows)] or known


def _typed(column: str, cells: Sequence[str]) -> "pa.Array[Any]":
    filled = [cell or None for cell in cells]
    if column in DATE_COLUMNS and _all(filled, lambda cell: date.fromisoformat(cell).isoformat()):
        return pa.array([cell and date.fromisoformat(cell) for cell in filled], pa.date32())
    if column in (AMOUNT_COLUMN, "huisnummer") and _all(filled, lambda cell: str(int(cell))):
        return pa.array([cell and int(cell) for cell in filled], pa.int64())
    return pa.array(filled, pa.string())


def _all(cells: Sequence[str | None], again: Callable[[str], str]) -> bool:
    """Whether each cell is written the same again once it was read as what it is."""
    try:
        return all(again(cell) == cell for cell in cells if cell is not None)
    except ValueError:
        return False


def _as_suite(column: str, cell: str) -> str:
    if column in DATE_COLUMNS:
        if iso := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", cell):
            return "-".join(reversed(iso.groups()))
        return f"?{cell}" if cell else ""
    if column == AMOUNT_COLUMN and cell:
        if not re.fullmatch(r"-?\d{1,12}", cell):
            return f"?{cell}"
        cents = int(cell)
        euros = f"{abs(cents) // 100:,}".replace(",", ".")
        return f"{euros},{abs(cents) % 100:02}" + "-" * (cents < 0)
    return cell


def _fits(text: str) -> bool:
    try:
        text.encode("windows-1252")
    except UnicodeEncodeError:
        return False
    return True


def _delivered(path: Path, rows: int) -> DeliveredFile:
    return DeliveredFile(name=path.name, rows=rows, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
