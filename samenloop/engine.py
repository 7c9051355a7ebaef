"""The query engine of the embedded default: DuckDB, out of core, behind Narwhals lazy frames."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa

from samenloop.settings import Settings

Lazy = nw.LazyFrame[Any]


@dataclass(frozen=True, eq=False)
class Engine:
    """An open engine; frames are valid while it is open."""

    connection: duckdb.DuckDBPyConnection

    def scan(self, paths: Iterable[Path]) -> Lazy:
        """Gives the rows of Parquet files of one schema as one lazy frame."""
        frame: Lazy = nw.from_native(self.connection.read_parquet([str(path) for path in paths]))
        return frame

    def rows(self, table: pa.Table) -> Lazy:
        """Gives the rows of an Arrow table as a lazy frame."""
        frame: Lazy = nw.from_native(self.connection.from_arrow(table))
        return frame


@contextmanager
def engine(spill: Path) -> Iterator[Engine]:
    """Opens an engine that spills to ``spill`` when it runs out of memory, and forgets everything at the end.

    It is the process's default connection, since frames that Narwhals computes in between live there.
    """
    settings = Settings()
    connection = duckdb.connect(":default:")
    try:
        connection.execute("SET temp_directory = ?", [str(spill)])
        connection.execute("SET memory_limit = ?", [settings.memory_limit])
        connection.execute("SET threads = ?", [settings.threads])
        yield Engine(connection)
    finally:
        connection.close()
