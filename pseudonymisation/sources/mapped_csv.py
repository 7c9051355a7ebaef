"""CSV as suites export it: a header row with their own names, a declared delimiter, encoding and notations.

The canonical CSV (``canonical_csv``) is the case without any of these. A file whose structure is off is refused as a
whole. One block of a file is held at a time.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv

from pseudonymisation.sources.column_map import ColumnMap
from pseudonymisation.sources.encoded_text import EncodedText
from pseudonymisation.sources.source_reader import Cells, OpenedFile
from schemas.purpose import SourceGround
from schemas.source_formats import CsvFormat

#: Bytes of a block; a row that is longer cannot be read.
BATCH_BYTES: Final = 8 << 20

_HEADER_LIMIT: Final = 64 << 10
_NAMED: Final = {"\t": "a tab"}


class MappedCsv:
    """The CSV files of one source, to be read once.

    Args:
        source: name of the source.
        files: the opened files, at their start; every one has a header row.
        ground: the columns that the purpose uses and drops.
        form: names, notations, delimiter and encoding.
        batch_bytes: bytes of a block.

    Attributes:
        counts: stays empty; no row is left out or merged here.
        rows: rows read so far.
    """

    def __init__(
        self,
        source: str,
        files: Sequence[OpenedFile],
        ground: SourceGround,
        form: CsvFormat,
        batch_bytes: int = BATCH_BYTES,
    ) -> None:
        self.counts: Counter[str] = Counter()
        labels = (
            [source] if len(files) == 1 else [f"{source} (file {n} of {len(files)})" for n in range(1, len(files) + 1)]
        )
        self._files = [
            _CsvFile(ColumnMap(label, ground, form), file, form, batch_bytes)
            for label, file in zip(labels, files, strict=True)
        ]

    def header(self) -> tuple[str, ...]:
        """Gives the columns received, of all files together.

        Raises:
            RefusedDelivery: ``wrong_encoding``, ``wrong_delimiter``, ``header_missing``, ``duplicate_header``,
                ``undeclared_column`` or ``missing_column``.
        """
        return tuple(dict.fromkeys(name for file in self._files for name in file.header()))

    def batches(self) -> Iterator[Cells]:
        """Yields the used columns in bounded batches: canonical text, null where empty.

        Raises:
            RefusedDelivery: ``ragged_row`` or ``wrong_row_count``, once a file has been read to its end;
                ``wrong_encoding`` or ``unreadable``.
        """
        for file in self._files:
            yield from file.batches()

    @property
    def rows(self) -> int:
        """Rows read so far."""
        return sum(file.rows for file in self._files)


class _CsvFile:
    def __init__(self, columns: ColumnMap, file: OpenedFile, form: CsvFormat, batch_bytes: int) -> None:
        self.rows = 0
        self._columns, self._form, self._batch_bytes = columns, form, batch_bytes
        self._expected = file.rows
        self._text = EncodedText(file.file, form.encoding)
        self._stream = io.BufferedReader(self._text, _HEADER_LIMIT)
        self._names: list[str] = []
        self._ragged = 0

    def header(self) -> tuple[str, ...]:
        line = self._stream.readline(_HEADER_LIMIT).decode("utf-8-sig", errors="replace")
        self._check_encoding()
        try:
            names = [name.strip() for name in next(csv.reader([line], delimiter=self._form.delimiter), [])]
        except csv.Error:
            names = None
        if names is None:
            advice = "add the header row, lines ended by a line feed"
            self._columns.refuse("header_missing", "the first line is no header", advice)
        self._check_it_is_a_header(names, line)
        self._names = names
        return self._columns.bind(names)

    def _check_it_is_a_header(self, names: Sequence[str], line: str) -> None:
        here, needed = self._columns.recognised(names)
        delimiter = self._form.delimiter
        if len(names) == 1 and needed > 1 and re.search(r"[;,\t|]", line.replace(delimiter, "")):
            named = _NAMED.get(delimiter, delimiter)
            what = f"1 column was found, the delimiter is not {named}"
            self._columns.refuse("wrong_delimiter", what, f"deliver it with {named} between cells")
        if 2 * here < needed:
            what = f"{here} of {needed} columns are in the header"
            self._columns.refuse("header_missing", what, "add the header row")

    def batches(self) -> Iterator[Cells]:
        received = self._columns.found
        for batch in self._read() if self._stream.peek(1) else ():
            self.rows += batch.num_rows
            columns = {name: [batch.column(name)] for name in received.values()}
            yield self._columns.cells(columns, batch.num_rows)
        self._check_encoding()
        if self._ragged:
            what = f"{self._ragged} row(s) have another number of cells than the header"
            self._columns.refuse("ragged_row", what, "mend them")
        if self.rows != self._expected:
            what = f"{self.rows} rows were read, the manifest says {self._expected}"
            self._columns.refuse("wrong_row_count", what, "deliver again, whole")

    def _check_encoding(self) -> None:
        if (line := self._text.fault_line) is not None:
            encoding = self._form.encoding.replace("utf", "UTF")
            what = f"the file is not {encoding}, first at line {line}"
            self._columns.refuse("wrong_encoding", what, f"deliver it as {encoding}")

    def _read(self) -> Iterator[pa.RecordBatch]:
        try:
            with self._open() as reader:
                yield from reader
        except pa.ArrowException:
            self._check_encoding()
            what = f"the file cannot be read after row {self.rows}"
            self._columns.refuse("unreadable", what, "have it written again")

    def _open(self) -> pacsv.CSVStreamingReader:
        read = list(self._columns.found.values())
        return pacsv.open_csv(
            self._stream,
            read_options=pacsv.ReadOptions(block_size=self._batch_bytes, use_threads=False, column_names=self._names),
            parse_options=pacsv.ParseOptions(
                delimiter=self._form.delimiter, newlines_in_values=True, invalid_row_handler=self._skip_ragged
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in read}, include_columns=read
            ),
        )

    def _skip_ragged(self, _row: Any) -> str:
        self._ragged += 1
        return "skip"
