"""A connection to somebody's database that reads one moment of it and cannot write.

What each database needs for that is one table (``SNAPSHOTS``). No reader takes a lock that stops a writer, except that
a SQLite database without WAL lets nobody commit while it is read.
Sources: PostgreSQL 13.2.2 Repeatable Read, SQLite isolation, SQL Server SNAPSHOT, Oracle SET TRANSACTION READ ONLY.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

#: Seconds in which a connection must stand.
CONNECT_SECONDS: Final = 15

_MEMORY: Final = (None, "", ":memory:")


@dataclass(frozen=True)
class Snapshot:
    """How one kind of database gives a read-only snapshot.

    Attributes:
        options: execution options of SQLAlchemy, set before the transaction begins.
        statements: said first in the transaction.
        connect: arguments of the driver.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    statements: tuple[str, ...] = ()
    connect: Mapping[str, Any] = field(default_factory=dict)


#: By name of the dialect; a database that is not here is not read.
SNAPSHOTS: Final[Mapping[str, Snapshot]] = MappingProxyType(
    {
        "postgresql": Snapshot(
            options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
            statements=("SET LOCAL lock_timeout = '15s'", "SET LOCAL statement_timeout = '15min'"),
            connect={"connect_timeout": CONNECT_SECONDS},
        ),
        # The driver begins no transaction for a select; without its own one every statement sees another moment.
        "sqlite": Snapshot(
            options={"isolation_level": "AUTOCOMMIT"},
            statements=("PRAGMA query_only = ON", "BEGIN"),
            connect={"timeout": CONNECT_SECONDS},
        ),
        "mssql": Snapshot(options={"isolation_level": "SNAPSHOT"}, statements=("SET LOCK_TIMEOUT 15000",)),
        "oracle": Snapshot(statements=("SET TRANSACTION READ ONLY",)),
    }
)


@contextmanager
def read_only(url: sa.URL) -> Iterator[sa.Connection]:
    """Gives a connection in a read-only transaction that sees one moment; it is rolled back and closed.

    Raises:
        KeyError: the kind of database is not in ``SNAPSHOTS``.
        sqlalchemy.exc.SQLAlchemyError: it cannot be reached.
    """
    snapshot = SNAPSHOTS[url.get_backend_name()]
    # What cannot be reset is logged by the pool, in the words of the driver; the connection is closed anyway.
    engine = sa.create_engine(
        _read_only_file(url),
        poolclass=NullPool,
        pool_reset_on_return=None,
        hide_parameters=True,
        connect_args=dict(snapshot.connect),
    )
    with engine.connect().execution_options(**snapshot.options) as connection:
        try:
            for statement in snapshot.statements:
                connection.exec_driver_sql(statement)
            yield connection
        finally:
            with suppress(SQLAlchemyError):
                connection.rollback()


def _read_only_file(url: sa.URL) -> sa.URL:
    """Gives the URL that opens a SQLite file for reading; by itself the driver makes a file that is not there."""
    if url.get_backend_name() != "sqlite" or url.database in _MEMORY or "uri" in url.query:
        return url
    return url.set(database=f"file:{quote(str(url.database))}").update_query_dict({"mode": "ro", "uri": "true"})
