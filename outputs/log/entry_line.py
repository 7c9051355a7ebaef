"""An entry as a line: canonical JSON (RFC 8785), which is also exactly the leaf of the tree.

The parts of a line are found without reading it as JSON: its fields stand in alphabetical order, and no value in front
of ``ended`` or behind ``run`` can hold a quote.
"""

import json
from hashlib import sha256

import rfc8785

from schemas.log_entries import LogEntry

Key = bytes


def line_of(entry: LogEntry) -> bytes:
    """Gives the canonical line of an entry, without its line break; empty fields are left out."""
    filled = {name: value for name, value in entry.model_dump(mode="json").items() if value not in ("", {}, [])}
    return rfc8785.dumps(filled)


def entry_of(line: bytes) -> LogEntry:
    """Reads an entry from its line.

    Raises:
        ValueError: the line is no entry.
    """
    return LogEntry.model_validate(json.loads(line))


def run_of(line: bytes) -> bytes:
    """Gives the run of a line."""
    start = line.rfind(b',"run":"') + 8
    return line[start : line.find(b'"', start)]


def key_of(line: bytes) -> Key:
    """Gives what an entry is about, within its run: its step and subject."""
    return line[line.rfind(b',"step":"') :]


def content_of(line: bytes) -> bytes:
    """Gives a digest of all of an entry but its times."""
    ended = line.find(b'"ended":"')
    started = line.rfind(b'"started":"')
    digest = sha256(line[:ended])
    digest.update(line[line.find(b'"', ended + 9) : started])
    digest.update(line[line.find(b'"', started + 11) :])
    return digest.digest()
