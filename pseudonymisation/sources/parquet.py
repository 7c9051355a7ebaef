"""Parquet: typed columns as canonical text.

Only the used columns are read, page by page, one batch at a time. A footer says how large everything is before anything
is read: rows that the manifest does not promise and row groups beyond the limits are refused there, and a batch whose
text would be larger than a block (a long text that is repeated by a dictionary) before it is written out. What a page
takes when it is unpacked is known from the footer only.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pseudonymisation.sources.column_map import ColumnMap
from pseudonymisation.sources.source_reader import BATCH_ROWS, Cells, OpenedFile
from schemas.purpose import SourceGround
from schemas.source_formats import ParquetFormat

#: What a writer may put into one row group, unpacked. The parts of it that are columns are not looked at: to ask the
#: size of a column that is encrypted ends the process.
ROWS_OF_A_GROUP: Final = 8 << 20
BYTES_OF_A_GROUP: Final = 1 << 30
#: Text of one column in one batch.
BYTES_OF_A_BATCH: Final = 64 << 20

_READ_BYTES: Final = 1 << 20
#: What a file that is damaged, encrypted or no Parquet gives; their texts are not passed on.
_UNREADABLE: Final = (pa.ArrowException, OSError, ValueError, OverflowError)


class ParquetTable:
    """The Parquet files of one source, to be read once; every one has the same columns.

    Args:
        source: name of the source.
        files: the opened files; they can seek.
        ground: the columns that the purpose uses and drops.
        form: names, and notations of what is text in the file.
        batch_rows: rows of a batch, at most.

    Attributes:
        counts: stays empty; no row is left out or merged here.
    """

    def __init__(
        self,
        source: str,
        files: Sequence[OpenedFile],
        ground: SourceGround,
        form: ParquetFormat,
        batch_rows: int = BATCH_ROWS,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._files, self._batch_rows = tuple(files), batch_rows
        self._columns = ColumnMap(source, ground, form)
        self._received: tuple[str, ...] = ()

    def header(self) -> tuple[str, ...]:
        """Gives the columns received, after the footers of all files were checked.

        Raises:
            RefusedDelivery: ``unreadable``, ``different_columns``, ``duplicate_header``, ``undeclared_column``,
                ``missing_column``, ``wrong_type``, ``wrong_row_count`` or ``too_large``.
        """
        headers = {frozenset(names): names for names in map(self._check_footer, self._files)}
        if len(headers) > 1:
            self._columns.refuse("different_columns", "its files have different columns", "deliver them alike")
        (self._received,) = headers.values()
        return self._received

    def _check_footer(self, file: OpenedFile) -> tuple[str, ...]:
        try:
            parquet = self._open(file)
            schema, footer = parquet.schema_arrow, parquet.metadata
            received = self._columns.bind(schema.names)
            types = {column: schema.field(name).type for column, name in self._columns.found.items()}
            groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
            rows = max((group.num_rows for group in groups), default=0)
            size = max((group.total_byte_size for group in groups), default=0)
        except _UNREADABLE:
            self._refuse_unreadable()
        if nested := [column for column, kind in types.items() if pa.types.is_nested(kind)]:
            self._columns.refuse("wrong_type", f"column {nested[0]} is nested", "deliver a column of single values")
        if footer.num_rows != file.rows or sum(group.num_rows for group in groups) != file.rows:
            what = f"{footer.num_rows} rows are in it, the manifest says {file.rows}"
            self._columns.refuse("wrong_row_count", what, "deliver again, whole")
        if rows > ROWS_OF_A_GROUP or size > BYTES_OF_A_GROUP:
            what = f"a row group has up to {rows} rows or {size} bytes"
            advice = f"write row groups of at most {ROWS_OF_A_GROUP} rows and {BYTES_OF_A_GROUP} bytes"
            self._columns.refuse("too_large", what, advice)
        return received

    def batches(self) -> Iterator[Cells]:
        """Yields the used columns in bounded batches: canonical text, null where empty.

        Raises:
            RefusedDelivery: ``wrong_type``, ``too_large``, ``unreadable`` or ``wrong_row_count``.
        """
        for file in self._files:
            rows = 0
            for batch in self._read(file):
                rows += batch.num_rows
                columns = {name: [cells] for name, cells in zip(batch.schema.names, batch.columns, strict=True)}
                yield self._columns.cells(columns, batch.num_rows)
            if rows != file.rows:
                what = f"{rows} rows were read, the manifest says {file.rows}"
                self._columns.refuse("wrong_row_count", what, "deliver again, whole")

    def _read(self, file: OpenedFile) -> Iterator[pa.RecordBatch]:
        names = list(self._columns.found.values())
        try:
            self._columns.bind(self._open(file).schema_arrow.names)
            parquet = self._open(file, names)
            for batch in parquet.iter_batches(self._batch_rows, columns=names, use_threads=False):
                self._check_size(batch)
                yield batch
        except _UNREADABLE:
            self._refuse_unreadable()

    def _check_size(self, batch: pa.RecordBatch) -> None:
        for name, cells in zip(batch.schema.names, batch.columns, strict=True):
            if not pa.types.is_dictionary(cells.type):
                continue
            lengths = pc.binary_length(cells.dictionary).cast(pa.int64())
            size = pc.sum(lengths.take(cells.indices)).as_py() or 0
            if size > BYTES_OF_A_BATCH:
                column = next(column for column, found in self._columns.found.items() if found == name)
                what = f"column {column} has {size} bytes of text in {len(cells)} rows"
                self._columns.refuse("too_large", what, "deliver cells of ordinary length")

    def _open(self, file: OpenedFile, as_dictionary: Sequence[str] = ()) -> pq.ParquetFile:
        file.file.seek(0)
        return pq.ParquetFile(
            file.file,
            read_dictionary=list(as_dictionary),
            buffer_size=_READ_BYTES,
            pre_buffer=False,
            # Moments of old writers reach beyond what nanoseconds can hold: 9999-12-31 would become another day.
            coerce_int96_timestamp_unit="us",
            page_checksum_verification=True,
            arrow_extensions_enabled=False,
        )

    def _refuse_unreadable(self) -> NoReturn:
        what = "a file is damaged, encrypted or no Parquet"
        self._columns.refuse("unreadable", what, "have it written again, without encryption")
