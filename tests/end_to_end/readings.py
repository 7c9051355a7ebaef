"""Every way to read a file: its bytes as text of several encodings, and what is packed inside it."""

import gzip
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP = b"\x1f\x8b\x08"


def readings(path: Path) -> Iterator[str]:
    """Yields everything that somebody could read in a file, as text."""
    content = path.read_bytes()
    yield from texts(content)
    for unpacked in _unpacked(content):
        yield from texts(unpacked)
    if content.startswith(b"SQLite format 3"):
        for cell in _database(path):
            yield from texts(cell)


def texts(content: bytes) -> Iterator[str]:
    """Yields bytes as UTF-8 and, from either byte on, as UTF-16."""
    yield content.decode("utf-8", errors="replace")
    if b"\0" in content:
        for start in (0, 1):
            yield content[start:].decode("utf-16-le", errors="replace")


def _unpacked(content: bytes) -> Iterator[bytes]:
    for start in _places(content, _GZIP):
        with suppress(OSError, EOFError, zlib.error):
            yield gzip.decompress(content[start:])
    for start in _places(content, _ZSTD):
        with suppress(OSError, pa.ArrowException):
            yield pa.CompressedInputStream(pa.BufferReader(content[start:]), "zstd").read()
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    if content.startswith(b"PAR1") and content.endswith(b"PAR1"):
        yield from _parquet(content)


def _places(content: bytes, magic: bytes) -> Iterator[int]:
    start = content.find(magic)
    while start >= 0:
        yield start
        start = content.find(magic, start + 1)


def _parquet(content: bytes) -> Iterator[bytes]:
    table = pq.read_table(io.BytesIO(content))
    yield str(table.schema).encode()
    for column in table.columns:
        values = (value for value in column.to_pylist() if value is not None)
        yield b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def _database(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                for cell in row:
                    value = cell if isinstance(cell, bytes) else str(cell).encode()
                    yield value
                    with suppress(zlib.error):
                        yield zlib.decompress(value)
