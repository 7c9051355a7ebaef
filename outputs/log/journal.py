"""The processing log as a file: one canonical JSON line (RFC 8785) per entry, appended and flushed.

Each line names its run; a run that is started again writes new lines behind the old ones.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

import rfc8785

from schemas.log_entries import LogEntry


def line_of(entry: LogEntry) -> bytes:
    """Gives the canonical line of an entry, without its line break; empty fields are left out."""
    filled = {name: value for name, value in entry.model_dump(mode="json").items() if value not in ("", {}, [])}
    return rfc8785.dumps(filled)


def append(journal: Path, entry: LogEntry) -> None:
    """Appends an entry and returns only when it is on disk."""
    journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(journal, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _end_broken_line(file.fileno())
        os.write(file.fileno(), line_of(entry) + b"\n")
        os.fsync(file.fileno())


def _end_broken_line(descriptor: int) -> None:
    """Cuts off half a line that a crash left behind: its step wrote no artefact and will run again."""
    size = os.fstat(descriptor).st_size
    whole = size
    while whole and os.pread(descriptor, 1, whole - 1) != b"\n":
        whole -= 1
    if whole != size:
        os.ftruncate(descriptor, whole)


def read(journal: Path, run: str | None = None) -> Iterator[LogEntry]:
    """Yields the entries in order, of one run when named."""
    if journal.exists():
        with journal.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    entry = LogEntry.model_validate(json.loads(line))
                    if run in (None, entry.run):
                        yield entry
