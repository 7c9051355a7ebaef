"""The canonical CSV of a delivery: UTF-8, ``;``, a header row, empty = missing.

A file whose structure is off is refused as a whole. The refusal names source, column and count; a header cell is only
repeated when the line is beyond doubt a header, since the first line of a file without one holds a person.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from schemas.errors import RefusedDelivery
from schemas.purpose import SourceGround

DELIMITER: Final = ";"
BATCH_BYTES: Final = 8 << 20

_HEADER_LIMIT: Final = 64 << 10
_COLUMN_NAME: Final = re.compile(r"[a-z_]{2,40}")


@dataclass
class CanonicalCsv:
    """One opened canonical CSV file, to be read once.

    Attributes:
        source: name of the source.
        file: the opened file, at its start.
        ground: the columns that the purpose uses and drops.
        expected_rows: rows that the manifest promises.
        rows: rows read so far.
    """

    source: str
    file: io.BufferedReader
    ground: SourceGround
    expected_rows: int
    rows: int = field(default=0, init=False)
    _ragged: int = field(default=0, init=False)
    _only_header: bool = field(default=False, init=False)
    _names: tuple[str, ...] = field(default=(), init=False)

    def header(self) -> tuple[str, ...]:
        """Gives the columns received and leaves the file at its start.

        Raises:
            RefusedDelivery: ``wrong_delimiter``, ``header_missing``, ``duplicate_header``, ``undeclared_column``
                or ``missing_column``.
        """
        line = self.file.readline(_HEADER_LIMIT).decode("utf-8-sig", errors="replace")
        self._only_header = not self.file.read(1)
        self.file.seek(0)
        try:
            names = [name.strip() for name in next(csv.reader([line], delimiter=DELIMITER), [])]
        except csv.Error:
            self._refuse(
                "header_missing", "the first line is no header", "add the header row, lines ended by a line feed"
            )
        self._check_header(names, line)
        self._names = tuple(names)
        return self._names

    def _check_header(self, names: Sequence[str], line: str) -> None:
        used, dropped = set(self.ground.columns), set(self.ground.drops)
        known = used & set(names)
        if len(names) == 1 and len(used) > 1 and re.search(r"[,\t|]", line):
            self._refuse(
                "wrong_delimiter", "1 column was found, the delimiter is not ;", "deliver it with ; between cells"
            )
        if 2 * len(known) < len(used):
            self._refuse(
                "header_missing", f"{len(known)} of {len(used)} columns are in the header", "add the header row"
            )
        if repeated := sorted({name for name in names if names.count(name) > 1 and name in used | dropped}):
            self._refuse(
                "duplicate_header", f"column {repeated[0]} occurs {names.count(repeated[0])} times", "send it once"
            )
        if undeclared := [name for name in names if name not in used | dropped]:
            what = f"{len(undeclared)} undeclared column(s), first {_shown(undeclared[0], names)}"
            self._refuse("undeclared_column", what, "leave it out, or declare it in a new signed purpose")
        if missing := [name for name in self.ground.columns if name not in names]:
            self._refuse("missing_column", f"{len(missing)} column(s) missing, first {missing[0]}", "deliver it")

    def batches(self) -> Iterator[dict[str, "pa.Array[Any]"]]:
        """Yields the used columns in bounded batches: trimmed text, null where empty.

        Raises:
            RefusedDelivery: ``ragged_row`` or ``wrong_row_count``, once the whole file has been read; ``unreadable``.
        """
        for batch in () if self._only_header else self._read():
            self.rows += batch.num_rows
            yield {name: _trimmed(batch.column(name)) for name in self.ground.columns}
        if self._ragged:
            self._refuse(
                "ragged_row", f"{self._ragged} row(s) have another number of cells than the header", "mend them"
            )
        if self.rows != self.expected_rows:
            what = f"{self.rows} rows were read, the manifest says {self.expected_rows}"
            self._refuse("wrong_row_count", what, "deliver again, whole")

    def _read(self) -> Iterator[pa.RecordBatch]:
        try:
            with self._open() as reader:
                yield from reader
        except pa.ArrowException:
            self._refuse("unreadable", f"the file cannot be read after row {self.rows}", "have it written again")

    def _open(self) -> pacsv.CSVStreamingReader:
        return pacsv.open_csv(
            self.file,
            read_options=pacsv.ReadOptions(
                block_size=BATCH_BYTES, use_threads=False, column_names=list(self._names), skip_rows=1
            ),
            parse_options=pacsv.ParseOptions(delimiter=DELIMITER, invalid_row_handler=self._skip_ragged),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in self.ground.columns},
                include_columns=list(self.ground.columns),
            ),
        )

    def _skip_ragged(self, _row: pacsv.InvalidRow) -> str:
        self._ragged += 1
        return "skip"

    def _refuse(self, code: str, what: str, advice: str) -> NoReturn:
        raise RefusedDelivery(code, f"{self.source}: {what}", advice) from None


def _shown(name: str, names: Sequence[str]) -> str:
    return name if _COLUMN_NAME.fullmatch(name) else f"number {names.index(name) + 1}"


def _trimmed(cells: "pa.Array[Any]") -> "pa.Array[Any]":
    text = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
