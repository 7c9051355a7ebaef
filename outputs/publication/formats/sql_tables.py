"""The published tables in a database: one table per contract with rows of every release, one view of the current ones.

Analysts read the views alone: ``current_<table>`` and ``current_releases``.
"""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from schemas.tables import CONFIDENTIAL, TABLE_CONTRACTS, TableContract

_TYPES: Final[dict[str, type[sa.types.TypeEngine[Any]]]] = {
    "string": sa.Text,
    "integer": sa.BigInteger,
    "decimal": sa.Double,
}

LAYOUT: Final = sa.MetaData()

RELEASES: Final = sa.Table(
    "releases",
    LAYOUT,
    sa.Column("release_id", sa.Integer, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("for_period", sa.Text, nullable=False),
    sa.Column("release", sa.Text, nullable=False),
    sa.Column("manifest_sha256", sa.Text, nullable=False),
    sa.Column("is_current", sa.Boolean, nullable=False),
    sa.UniqueConstraint("purpose", "for_period", "release"),
)
# A reader can never be shown two releases of one period, whoever loads them.
_ONE_CURRENT: Final = sa.Index(
    "one_current_release",
    RELEASES.c.purpose,
    RELEASES.c.for_period,
    unique=True,
    postgresql_where=RELEASES.c.is_current,
    sqlite_where=RELEASES.c.is_current,
)


def _table(contract: TableContract) -> sa.Table:
    columns = [
        sa.Column(
            column.name, _TYPES[column.datatype], primary_key=column.kind == "key", nullable=column.kind == "figure"
        )
        for column in contract.columns
    ]
    owner: sa.Column[int] = sa.Column("release_id", sa.ForeignKey(RELEASES.c.release_id), primary_key=True)
    table = sa.Table(contract.name, LAYOUT, owner, *columns)
    if contract.has_status:
        withheld = sa.and_(*(table.c[name].is_(None) for name in contract.figures))
        table.append_constraint(sa.CheckConstraint(sa.or_(table.c.status != CONFIDENTIAL, withheld)))
    return table


#: Table name -> its place in the database, for every contract.
TABLES: Final[dict[str, sa.Table]] = {name: _table(contract) for name, contract in TABLE_CONTRACTS.items()}


def views() -> Iterator[tuple[str, sa.Select[Any]]]:
    """Yields name and query of every view."""
    named = (RELEASES.c.purpose, RELEASES.c.for_period, RELEASES.c.release)
    yield "current_releases", sa.select(*named).where(RELEASES.c.is_current)
    for name, table in TABLES.items():
        own = [column for column in table.columns if column.name != "release_id"]
        joined = table.join(RELEASES, RELEASES.c.release_id == table.c.release_id)
        shown = (RELEASES.c.purpose, RELEASES.c.release, *own)
        yield f"current_{name}", sa.select(*shown).select_from(joined).where(RELEASES.c.is_current)
