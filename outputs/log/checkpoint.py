"""Checkpoints: what the log signs at every commit, and the chain that they make.

The note text is that of C2SP tlog-checkpoint (origin, size, root) with one extension line from the second checkpoint
on: ``previous`` and the SHA-256 of the whole checkpoint before it. So the newest signatures vouch for the whole
history, none can be dropped from it, and a verifier need not check the signatures of each.

Source: https://c2sp.org/tlog-checkpoint
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from outputs.log.merkle import HASH_BYTES
from outputs.log.note import NoteInvalid, NoteKey

_NOTE: Final = re.compile(
    rb"([^\n]+)\n(0|[1-9]\d{0,18})\n([A-Za-z0-9+/]{43}=)\n(?:previous ([A-Za-z0-9+/]{43}=)\n)?\n"
    rb"((?:\xe2\x80\x94 [^\n ]+ [A-Za-z0-9+/=]+\n)+)"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One state of a log.

    Attributes:
        origin: name of the log.
        size: number of entries.
        root: root of the Merkle tree over them.
        previous: SHA-256 of the note of the checkpoint before it; None for the first.
        lines: signature lines, that of the log first.

    Raises:
        ValueError: a hash has another length, the size is negative or the origin is not one line.
    """

    origin: str
    size: int
    root: bytes
    previous: bytes | None = None
    lines: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        hashes = [self.root] if self.previous is None else [self.root, self.previous]
        if any(len(one) != HASH_BYTES for one in hashes) or self.size < 0:
            raise ValueError("a checkpoint has a size and hashes of 32 bytes")
        if not self.origin or any(character < " " for character in self.origin):
            raise ValueError("an origin is one line of text")

    @property
    def body(self) -> bytes:
        """The text that is signed."""
        text = f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"
        if self.previous is not None:
            text += f"previous {b64encode(self.previous).decode()}\n"
        return text.encode()

    @property
    def note(self) -> bytes:
        """The text with its signatures: the bytes of the file ``checkpoint``."""
        return self.body + b"\n" + b"".join(self.lines)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the note, which the next checkpoint names."""
        return sha256(self.note).digest()

    def signed(self, line: bytes) -> "Checkpoint":
        """Gives the checkpoint with one more signature line."""
        return replace(self, lines=(*self.lines, line))

    def check(self, *keys: NoteKey) -> None:
        """Checks that it is a checkpoint of the log of the first key and bears exactly the signatures of the keys.

        Raises:
            NoteInvalid: it is not, or bears others.
        """
        if self.origin != keys[0].name or len(self.lines) != len(keys):
            raise NoteInvalid("the checkpoint is of another log, or signed by more or fewer keys")
        for key, line in zip(keys, self.lines, strict=True):
            key.check(line, self.body)

    def follows(self, before: "Checkpoint | None") -> bool:
        """Says whether this is the next in the chain after the other one (None: the first of all)."""
        if before is None:
            return self.previous is None
        return self.previous == before.digest and self.size > before.size and self.origin == before.origin


def parse_checkpoint(note: bytes) -> Checkpoint:
    """Reads one checkpoint.

    Raises:
        NoteInvalid: the bytes are not exactly one checkpoint as it was written.
    """
    found, end = _read_at(note, 0)
    if end != len(note):
        raise NoteInvalid("something follows the checkpoint")
    return found


def history_block(checkpoint: Checkpoint) -> bytes:
    """Gives a checkpoint as it stands in the history: its note and an empty line."""
    return checkpoint.note + b"\n"


def parse_history(history: bytes) -> Iterator[Checkpoint]:
    """Yields the checkpoints of a history one by one.

    Raises:
        NoteInvalid: the next one is not as it was written.
    """
    place = 0
    while place < len(history):
        found, end = _read_at(history, place)
        if history[end : end + 1] != b"\n":
            raise NoteInvalid("no empty line behind a checkpoint")
        yield found
        place = end + 1


def _read_at(notes: bytes, place: int) -> tuple[Checkpoint, int]:
    found = _NOTE.match(notes, place)
    if found is None:
        raise NoteInvalid("no checkpoint")
    lines = tuple(found[5].splitlines(keepends=True))
    try:
        origin = found[1].decode()
        previous = b64decode(found[4]) if found[4] else None
        checkpoint = Checkpoint(origin, int(found[2]), b64decode(found[3]), previous, lines)
    except ValueError:
        raise NoteInvalid("no checkpoint") from None
    if checkpoint.note != found[0]:  # Base64 has more than one spelling of the same bytes
        raise NoteInvalid("a checkpoint is spelled in another way than it was written")
    return checkpoint, found.end()
