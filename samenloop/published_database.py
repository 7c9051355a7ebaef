"""The published tables of approved releases in a database that analysts query: SQLite in a file, or PostgreSQL.

A release is loaded in one transaction: whoever reads sees the former release or this one, never anything between.
Former releases stay and are no longer current. A SQLite file is replaced whole by one rename and may only be read (mode
0444); in PostgreSQL a role can be given the views of the current releases and nothing else. The texts of drivers quote
addresses, passwords and values; none is passed on.
"""

import fcntl
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from outputs.publication.formats.sql_tables import LAYOUT, RELEASES, TABLES, views
from outputs.publication.release import MANIFEST, ReleaseName, check_manifest
from samenloop.releases import verify
from schemas.errors import RunError, VerificationFailed
from schemas.tables import TABLE_CONTRACTS, typed

#: Only one loader works in a database at a time; the number is ours alone.
_LOCK: Final = 7_236_601
_ROLE: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_READ_ONLY: Final = 0o444
_FAILURES: Final = (SQLAlchemyError, OSError, ImportError, ValueError, OverflowError)


@dataclass(frozen=True)
class LoadedRelease:
    """What was loaded: which release, and rows per table."""

    name: ReleaseName
    rows: dict[str, int]


def load_release(folder: Path, public_key: Path, database: str, analyst_role: str | None = None) -> LoadedRelease:
    """Verifies an approved release and makes it the current one of its purpose and period in a database.

    Args:
        folder: of the release.
        public_key: of the FG.
        database: URL for SQLAlchemy; of SQLite the file and of PostgreSQL the tables are made when they are missing.
        analyst_role: PostgreSQL role that may read the views; made without login when it is missing.

    Raises:
        VerificationFailed: the release is not as signed; ``release_unreadable``: a table breaks its contract.
        RunError: ``database_unknown``, ``database_failed``, ``database_differs`` (its tables have other columns),
            ``release_differs``, ``role_invalid`` or ``role_can_write``. What was in the database stays as it was.
    """
    # The link to the current release may move while we read; the release itself does not.
    folder = folder.resolve()
    verify(folder, public_key)
    manifest = check_manifest(folder)
    name = ReleaseName(manifest["purpose"], manifest["period"], manifest["release"])
    digest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    frames = {path.stem: _frame(path) for path in sorted((folder / "tables").glob("*.csv"))}
    url = _url(database)
    if analyst_role is not None and (url.get_backend_name() == "sqlite" or not _ROLE.fullmatch(analyst_role)):
        what = "a role is for PostgreSQL, and its name is small letters, digits and underscores"
        raise RunError("role_invalid", what, "name another role, or none")
    with _failing_as_ours(), _writable(url) as place, _transaction(place) as connection:
        _lay_out(connection)
        _load(connection, name, digest, frames)
        if analyst_role is not None:
            _let_read(connection, analyst_role)
    return LoadedRelease(name, {table: len(frame) for table, frame in frames.items()})


def _frame(path: Path) -> pd.DataFrame:
    """Reads a table; one without a contract, or with other columns, is not ours to interpret."""
    try:
        frame = pd.read_csv(path, sep=";", dtype="string", keep_default_na=False, na_values=[""])
        if list(frame.columns) == TABLE_CONTRACTS[path.stem].names:
            return typed(path.stem, frame)
    except (KeyError, TypeError, ValueError):
        pass
    raise VerificationFailed(
        "release_unreadable", f"table {path.stem} has no contract, or breaks it", "load it with its own version"
    )


def _url(database: str) -> sa.URL:
    try:
        url = sa.make_url(database)
        known = url.get_backend_name() in ("sqlite", "postgresql")
    except (SQLAlchemyError, ValueError):
        known = False
    if not known or (url.get_backend_name() == "sqlite" and (url.query or url.database in (None, "", ":memory:"))):
        what = "the URL is of no SQLite file and no PostgreSQL database"
        raise RunError("database_unknown", what, "write sqlite:///file.db or postgresql+psycopg://user@host/name")
    return url


@contextmanager
def _failing_as_ours() -> Iterator[None]:
    try:
        yield
    except _FAILURES:
        raise RunError(
            "database_failed",
            "the release was not loaded, what was in the database is there still",
            "look at the database, its address and the rights of its user, and load again",
        ) from None


@contextmanager
def _writable(url: sa.URL) -> Iterator[sa.URL]:
    """Gives where to write: the database itself, or a copy of a SQLite file that then takes its place."""
    if url.get_backend_name() != "sqlite":
        yield url
        return
    file = Path(str(url.database)).resolve()
    with _locked(file.parent):
        for leftover in file.parent.glob(f".{file.name}.*"):
            leftover.unlink()
        copy = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
        if file.exists():
            shutil.copyfile(file, copy)
        yield url.set(database=str(copy))
        copy.chmod(_READ_ONLY)
        with copy.open("rb") as written:
            os.fsync(written.fileno())
        copy.replace(file)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _transaction(url: sa.URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        if url.get_backend_name() == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        yield connection


def _lay_out(connection: sa.Connection) -> None:
    """Makes the tables and views that are missing, and checks the columns of those that are there."""
    found = sa.inspect(connection)
    there = set(found.get_table_names())
    for table in LAYOUT.tables.values():
        if table.name in there and [one["name"] for one in found.get_columns(table.name)] != table.columns.keys():
            what = f"table {table.name} of the database has other columns than this version publishes"
            raise RunError("database_differs", what, "load the releases into a new database")
    LAYOUT.create_all(connection)
    seen = set(found.get_view_names())
    for name, query in views():
        if name not in seen:
            text = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
            connection.exec_driver_sql(f"CREATE VIEW {_quoted(connection, name)} AS {text}")


def _load(connection: sa.Connection, name: ReleaseName, digest: str, frames: dict[str, pd.DataFrame]) -> None:
    same_period = (RELEASES.c.purpose == name.purpose) & (RELEASES.c.for_period == name.period)
    connection.execute(sa.update(RELEASES).where(same_period).values(is_current=False))
    this = same_period & (RELEASES.c.release == name.release)
    known = connection.execute(sa.select(RELEASES.c.manifest_sha256).where(this)).scalar_one_or_none()
    if known is not None:
        if known != digest:
            what = "a release of this name is in the database with other content"
            raise RunError("release_differs", what, "ask the makers: this is a defect")
        connection.execute(sa.update(RELEASES).where(this).values(is_current=True))
        return
    row = {"purpose": name.purpose, "for_period": name.period, "release": name.release}
    connection.execute(sa.insert(RELEASES), {**row, "manifest_sha256": digest, "is_current": True})
    release_id = connection.execute(sa.select(RELEASES.c.release_id).where(this)).scalar_one()
    for table, frame in frames.items():
        _insert(connection, TABLES[table], frame.assign(release_id=release_id))


def _insert(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    if len(frame):
        rows = frame.astype(object).to_dict("records")
        shown = [{str(name): None if value is pd.NA else value for name, value in row.items()} for row in rows]
        connection.execute(sa.insert(table), shown)


def _let_read(connection: sa.Connection, role: str) -> None:
    """Lets a role read the views and takes everything else of ours from it.

    Raises:
        RunError: ``role_can_write``: the role may write all the same, as an owner or administrator may.
    """
    names = [name for name, _ in views()]
    every = [_quoted(connection, name) for name in (*LAYOUT.tables, *names)]
    if not connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar():
        connection.exec_driver_sql(f"CREATE ROLE {_quoted(connection, role)} NOLOGIN")
    who = _quoted(connection, role)
    schema = _quoted(connection, str(connection.execute(sa.select(sa.func.current_schema())).scalar_one()))
    connection.exec_driver_sql(f"REVOKE ALL ON {', '.join(every)} FROM {who}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {who}")
    connection.exec_driver_sql(f"GRANT SELECT ON {', '.join(_quoted(connection, name) for name in names)} TO {who}")
    may_write = sa.func.has_table_privilege(role, sa.bindparam("name"), "INSERT, UPDATE, DELETE, TRUNCATE")
    if any(connection.execute(sa.select(may_write), {"name": name}).scalar_one() for name in every):
        raise RunError(
            "role_can_write", "the role of the analysts can write in the database", "name a role that cannot"
        )


def _quoted(connection: sa.Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
