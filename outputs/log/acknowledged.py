"""Lines that are on disk when they are counted: written in batches, synced, and counted against the file itself."""

import os
from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO, Final

from schemas.errors import RunError

_BATCH: Final = 2048


def write_lines(lines: Iterable[bytes], file: BinaryIO) -> int:
    """Adds lines at the end of an open file and gives how many are on disk; nothing is ever skipped.

    Args:
        lines: each without line feed.
        file: a real file, opened for binary writing.

    Raises:
        RunError: ``log_incomplete``: the file holds fewer bytes than were made.
    """
    file.seek(0, os.SEEK_END)
    size, written, remaining = file.tell(), 0, iter(lines)
    while batch := list(islice(remaining, _BATCH)):
        data = b"\n".join(batch) + b"\n"
        if data.count(b"\n") != len(batch):
            raise ValueError("a line holds a line feed")
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        size += len(data)
        if os.fstat(file.fileno()).st_size != size:
            raise RunError(
                "log_incomplete",
                f"a log file holds other than the {written + len(batch)} records that were made",
                "free some space on the disk and export again",
            )
        written += len(batch)
    return written
