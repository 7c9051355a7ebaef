"""A table or view of a database, read in one read-only snapshot through a cursor of the server.

Only the used columns are named in the query: what else the table holds never leaves the database, so it is not received
and need not be declared. Identifiers are quoted by SQLAlchemy; there is no SQL text with a name in it. Rows are fetched
``FETCH_ROWS`` at a time, except where the driver has no such cursor; how long one value can be, the database bounds.
Texts of drivers quote hosts, values and passwords; none is passed on.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from pseudonymisation.sources.column_map import ColumnMap
from pseudonymisation.sources.source_reader import Cells
from pseudonymisation.sources.sql_snapshot import SNAPSHOTS, read_only
from schemas.errors import RunError
from schemas.purpose import SourceGround
from schemas.source_formats import SqlFormat

#: Rows of a batch; the driver holds them as Python values, which take far more room than the cells.
FETCH_ROWS: Final = 10_000

#: What a value of the driver is in Arrow; a moment is a date too, so types are compared, not instances.
_ARROW: Final[dict[type, pa.DataType | None]] = {
    str: pa.large_string(),
    int: pa.int64(),
    bool: pa.bool_(),
    Decimal: None,
    date: pa.date32(),
    datetime: None,
}
_FAILURES: Final = (SQLAlchemyError, OSError, ValueError, OverflowError)


class SqlTable:
    """One table or view, to be read once.

    Args:
        source: name of the source.
        ground: the columns that the purpose uses.
        form: table, names and notations.
        engine_url: of the database; its password is shown nowhere.
        expected_rows: rows that were promised, when they were.
        fetch_rows: rows of a batch.

    Attributes:
        counts: stays empty; no row is left out or merged here.

    Raises:
        RunError: ``connection_failed``: the URL is none, or of a kind of database that is not read.
    """

    def __init__(
        self,
        source: str,
        ground: SourceGround,
        form: SqlFormat,
        engine_url: sa.URL | str,
        expected_rows: int | None = None,
        fetch_rows: int = FETCH_ROWS,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._source, self._form, self._expected, self._fetch_rows = source, form, expected_rows, fetch_rows
        self._columns = ColumnMap(source, ground, form)
        url = _url_of(engine_url)
        # From here on a traceback that shows locals shows no password.
        engine_url = ""
        if url is None or url.get_backend_name() not in SNAPSHOTS:
            what = f"{source}: connection {form.connection} is no database of {', '.join(SNAPSHOTS)}"
            raise RunError("connection_failed", what, "mend the connection in the deployment")
        self._url = url

    def __repr__(self) -> str:
        """Names the connection and the table, never the address."""
        return f"SqlTable({self._form.connection}, {self._form.table})"

    def header(self) -> tuple[str, ...]:
        """Gives the columns that will be read.

        Raises:
            RefusedDelivery: ``table_unknown``, ``duplicate_header`` or ``missing_column``.
            RunError: ``connection_failed``.
        """
        with self._connection() as connection:
            try:
                nothing: sa.Executable = sa.select(sa.literal_column("*")).select_from(self._table()).where(sa.false())
                names = list(connection.execute(nothing).keys())
            except _FAILURES as error:
                self._check_it_stands(error)
                what = f"table {self._form.table} is not there, or may not be read"
                self._columns.refuse("table_unknown", what, "mend the purpose, or the rights of the reader")
        return self._columns.bind(names, others_stay=True)

    def batches(self) -> Iterator[Cells]:
        """Yields the used columns in batches of ``fetch_rows``: canonical text, null where empty.

        Raises:
            RefusedDelivery: ``unreadable``, ``wrong_type`` or ``wrong_row_count``.
            RunError: ``connection_failed``: it broke off; to start again may help.
        """
        rows = 0
        with self._connection() as connection:
            try:
                counted = connection.execute(sa.select(sa.func.count()).select_from(self._table())).scalar_one()
            except _FAILURES as error:
                self._refuse_rows(error, rows)
            for batch in self._fetched(connection):
                rows += len(batch)
                yield self._columns.cells(self._arrays(batch), len(batch))
        for promised, by in ((counted, "the database"), (self._expected, "the promise")):
            if promised is not None and rows != promised:
                what = f"{rows} rows were read, {by} says {promised}"
                self._columns.refuse("wrong_row_count", what, "have the table looked at, and read it again")

    def _fetched(self, connection: sa.Connection) -> Iterator[Sequence[Any]]:
        query: sa.Executable = sa.select(*(sa.column(name) for name in self._columns.found.values())).select_from(
            self._table()
        )
        rows = 0
        try:
            streamed = connection.execution_options(yield_per=self._fetch_rows).execute(query)
            for batch in streamed.partitions():
                rows += len(batch)
                yield batch
        except _FAILURES as error:
            self._refuse_rows(error, rows)

    def _arrays(self, rows: Sequence[Any]) -> "dict[str, list[pa.Array[Any]]]":
        by_column = zip(self._columns.found.items(), zip(*rows, strict=True), strict=True)
        return {name: self._parts(column, values) for (column, name), values in by_column}

    def _parts(self, column: str, values: Sequence[Any]) -> "list[pa.Array[Any]]":
        """Gives an array per type, null where a value is of another one: SQLite has a type per value."""
        kinds = sorted({type(value) for value in values} - {type(None)}, key=lambda kind: kind.__name__) or [str]
        return [
            self._of_one_kind(column, [value if type(value) is kind else None for value in values], kind)
            for kind in kinds
        ]

    def _of_one_kind(self, column: str, values: Sequence[Any], kind: type) -> "pa.Array[Any]":
        try:
            return pa.array(values, _ARROW[kind])
        except (KeyError, pa.ArrowException, OverflowError, TypeError, ValueError):
            what = f"column {column} has a value of type {kind.__name__} that is no text, date, or number with decimals"
            self._columns.refuse("wrong_type", what, "make a view that casts it")

    def _table(self) -> sa.TableClause:
        return sa.table(self._form.table, schema=self._form.table_schema)

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(read_only(self._url))
            except (*_FAILURES, ImportError, TypeError):
                self._refuse_connection()
            yield connection

    def _check_it_stands(self, error: BaseException) -> None:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            self._refuse_connection()

    def _refuse_connection(self) -> NoReturn:
        what = f"{self._source}: connection {self._form.connection} cannot be made, or broke"
        raise RunError("connection_failed", what, "look at the database and the deployment, and start again") from None

    def _refuse_rows(self, error: BaseException, rows: int) -> NoReturn:
        self._check_it_stands(error)
        what = f"table {self._form.table} cannot be read after row {rows}"
        self._columns.refuse("unreadable", what, "have the view looked at by who keeps the database")


def _url_of(engine_url: sa.URL | str) -> sa.URL | None:
    try:
        url = sa.make_url(engine_url)
    except (SQLAlchemyError, ValueError):
        return None
    # Drivers take a password from the query too, where SQLAlchemy does not hide it.
    if "password" in url.query:
        return url.set(password=str(url.query["password"])).difference_update_query(["password"])
    return url
