"""Parquet (brp) and a table of SQLite (bezwaar)."""

import io
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from end_to_end.bad_deliveries.case import Bad, Break, Folder, given, stated, table
from end_to_end.bad_deliveries.mixed import CONNECTIONS, DATABASE, HOUSEHOLDS, MARKER

_ROWS = 2 * HOUSEHOLDS
_BILLIONS = 1 << 33


def _written(columns: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(columns, buffer)
    return buffer.getvalue()


def _columns(change: Callable[[pa.Table], pa.Table]) -> Callable[[str], Break]:
    return given(lambda content: _written(change(pq.read_table(io.BytesIO(content)))))


def _column(name: str, cells: Any, kind: pa.DataType | None = None) -> Callable[[str], Break]:
    """Another column in the place of one, the same cell in every row."""
    made: pa.Array[Any] = pa.array([cells] * _ROWS, kind)
    return _columns(lambda found: found.set_column(found.schema.get_field_index(name), name, made))


def _repeated_text(found: pa.Table) -> pa.Table:
    """A text of 2 MB in every row, which a dictionary stores once."""
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * _ROWS, pa.int32()), [MARKER * 200_000])
    return found.set_column(found.schema.get_field_index("huisletter"), "huisletter", cells)


def _thrift(number: int) -> bytes:
    """A field of a footer that follows the one before it and has this whole number: of rows, or of values."""
    number, digits = number << 1, b"\x16"
    while number > 127:
        digits, number = digits + bytes([number & 127 | 128]), number >> 7
    return digits + bytes([number])


def _claimed(rows: int, *, by_groups: bool) -> Callable[[str], Break]:
    """A footer that claims another number of rows, for the file or for its row groups too; the manifest agrees."""

    def change(content: bytes) -> bytes:
        length = int.from_bytes(content[-8:-4], "little")
        pages, footer = content[: -8 - length], content[-8 - length : -8]
        assert _thrift(_ROWS) in footer
        footer = footer.replace(_thrift(_ROWS), _thrift(rows), -1 if by_groups else 1)
        return pages + footer + len(footer).to_bytes(4, "little") + b"PAR1"

    return given(change, rows)


def _flipped(place: int) -> Callable[[str], Break]:
    def change(content: bytes) -> bytes:
        broken = bytearray(content)
        broken[place] ^= 0xFF
        return bytes(broken)

    return given(change)


PARQUET = table(
    "brp",
    ("cut in its footer", "unreadable", given(lambda content: content[:-20])),
    ("its first half", "unreadable", given(lambda content: content[: len(content) // 2])),
    ("nothing but its sign", "unreadable", stated(b"PAR1PAR1")),
    ("a sign that is not at its end", "unreadable", given(lambda content: content + b"\n")),
    ("the sign of a secret footer", "unreadable", given(lambda content: content[:-4] + b"PARE")),
    ("a footer longer than the file", "unreadable", given(lambda content: content[:-8] + b"\xff\xff\xff\x7fPAR1")),
    ("a flipped byte in the length of the footer", "unreadable", _flipped(-6)),
    ("a flipped byte in the first page", "unreadable", _flipped(5)),
    ("text", "unreadable", stated(f"bsn;naam\n1;{MARKER}\n")),
    ("an Arrow file", "unreadable", stated(b"ARROW1\0\0" + MARKER.encode() * 99)),
    ("BSN as a float", "wrong_type", _column("bsn", 999900006.0), "double"),
    ("BSN as bytes", "wrong_type", _column("bsn", MARKER.encode()), "binary"),
    ("BSN as a list", "wrong_type", _column("bsn", [MARKER]), "nested"),
    ("BSN as an object", "wrong_type", _column("bsn", {"x": MARKER}), "nested"),
    ("house number as a float", "wrong_type", _column("huisnummer", 12.5), "double"),
    ("a moment of a time zone", "wrong_type", _column("datum_aanvang_adres", datetime(2010, 1, 1, tzinfo=UTC))),
    ("a moment that is not midnight", "wrong_type", _column("datum_aanvang_adres", datetime(2010, 1, 1, 12))),
    ("an hour", "wrong_type", _column("datum_aanvang_adres", 1, pa.time64("us")), "time64"),
    ("text that is no UTF-8", "wrong_type", _column("huisletter", pa.scalar(b"\xff").as_py()), "binary"),
    ("a column more", "undeclared_column", _columns(lambda t: t.append_column(MARKER, t["bsn"])), "number"),
    ("a column less", "missing_column", _columns(lambda t: t.drop_columns(["buurtcode"])), "buurtcode"),
    ("a column twice", "duplicate_header", _columns(lambda t: t.append_column("bsn", t["bsn"])), "bsn occurs 2"),
    ("a row less", "wrong_row_count", _columns(lambda t: t.slice(1)), f"{_ROWS - 1} rows"),
    ("no rows", "wrong_row_count", _columns(lambda t: t.slice(0, 0)), "0 rows"),
    ("a text of 2 MB in every row", "too_large", _columns(_repeated_text), "huisletter"),
    ("billions of rows by its footer", "wrong_row_count", _claimed(_BILLIONS, by_groups=False), str(_BILLIONS)),
    ("billions of rows by its row groups", "too_large", _claimed(_BILLIONS, by_groups=True), "row group"),
    ("no address that can be used", "all_quarantined", _column("postcode", "0000 AA"), "address:unusable"),
    ("codes of another list", "all_quarantined", _column("soort_adres", "W"), "soort_adres:unknown"),
    ("numbers for regions", "all_quarantined", _column("buurtcode", 6370101), "buurtcode:format"),
)


def _statements(*statements: str) -> Break:
    def breaks(folder: Folder) -> None:
        with closing(sqlite3.connect(folder.path / DATABASE)) as opened:
            for statement in statements:
                opened.execute(statement)
            opened.commit()

    return breaks


def _promised(rows: int) -> Break:
    return lambda folder: folder.manifest(lambda found: found["tables"]["bezwaar"].update(rows=rows))


def _database(content: bytes) -> Break:
    return lambda folder: (folder.path / DATABASE).write_bytes(content) and None


def _cut(folder: Folder) -> None:
    _statements(*[f"INSERT INTO bezwaar VALUES ('{MARKER * 99}')"] * 99)(folder)
    os.truncate(folder.path / DATABASE, 8192)


def _other_connection(folder: Folder) -> None:
    path = folder.path / CONNECTIONS
    path.write_text(path.read_text().replace("sqlite:", "mysql:"))


def _sql(name: str, code: str, breaks: Break, says: str = "bezwaar: ", exit_code: int = 4) -> Bad:
    return Bad(name, "bezwaar", code, breaks, says, exit_code)


SQL = [
    _sql("no database", "connection_failed", lambda folder: (folder.path / DATABASE).unlink(), exit_code=1),
    _sql("a database of another kind", "connection_failed", _other_connection, exit_code=1),
    _sql("a text for a database", "table_unknown", _database(MARKER.encode() * 999)),
    _sql("an empty file for a database", "table_unknown", _database(b"")),
    _sql("no such table", "table_unknown", _statements("ALTER TABLE bezwaar RENAME TO anders")),
    _sql("no such column", "missing_column", _statements("ALTER TABLE bezwaar RENAME bsn TO nummer")),
    _sql("other rows than promised", "wrong_row_count", _promised(2), "1 rows"),
    _sql("billions of rows promised", "wrong_row_count", _promised(1 << 62), "1 rows"),
    _sql("a BSN as a float", "wrong_type", _statements("DROP TABLE bezwaar", "CREATE TABLE bezwaar AS SELECT 1.5 bsn")),
    _sql("a BSN as bytes", "wrong_type", _statements(f"UPDATE bezwaar SET bsn = CAST('{MARKER}' AS BLOB)")),
    _sql("text that is no UTF-8", "unreadable", _statements("UPDATE bezwaar SET bsn = CAST(x'ff' AS TEXT)")),
    _sql(
        "a view of nothing",
        "table_unknown",
        _statements("DROP TABLE bezwaar", "CREATE VIEW bezwaar AS SELECT bsn FROM x"),
    ),
    _sql("an objection of nobody", "objection_unreadable", _statements("UPDATE bezwaar SET bsn = '000000000'")),
    _sql("an objection with a name", "objection_unreadable", _statements(f"UPDATE bezwaar SET bsn = '{MARKER}'")),
    _sql("an objection without anything", "objection_unreadable", _statements("UPDATE bezwaar SET bsn = NULL")),
    _sql("a database that was cut", "table_unknown", _cut),
]

CASES = {"Parquet": PARQUET, "SQLite": SQL}
