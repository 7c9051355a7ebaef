"""The record of a destroyed key: what it was, never what it held."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

DESTROYED: Final = "destroyed.jsonl"


class Destruction(BaseModel):
    """One destroyed version of a key set.

    Attributes:
        purpose, scope, version: which one.
        fingerprint: of the key set; ``unreadable`` when its file was damaged.
        wrapped_sha256: digest of the wrapped file as it was, so that a backup can be recognised and destroyed too.
        destroyed: when, in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: str
    scope: str
    version: int = Field(ge=1)
    fingerprint: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{16}|unreadable)$")]
    wrapped_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    destroyed: datetime


def record(destruction: Destruction, home: Path) -> None:
    """Appends the record to ``destroyed.jsonl`` in the keyring, durably."""
    line = destruction.model_dump_json().encode() + b"\n"
    descriptor = os.open(home / DESTROYED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def destructions(home: Path) -> Iterator[Destruction]:
    """Yields every recorded destruction of a keyring, oldest first."""
    path = home / DESTROYED
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        yield Destruction.model_validate_json(line)
