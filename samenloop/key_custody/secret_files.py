"""Files with secrets: owner only, written whole, never overwritten, and overwritten before they go."""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from schemas.errors import RefusedByPurpose

_OWNER_ONLY: Final = 0o600


def read_secret_file(path: Path, what: str) -> bytes:
    """Gives the content of a file that only its owner can reach.

    Args:
        path: the file.
        what: what it is, for the refusal.

    Raises:
        RefusedByPurpose: ``key_missing`` or ``key_file_open`` (others may touch it).
    """
    try:
        with path.open("rb") as file:
            mode, content = os.fstat(file.fileno()).st_mode, file.read()
    except OSError:
        raise RefusedByPurpose("key_missing", f"{what} is not here", "run samenloop keys init, or restore it") from None
    if stat.S_IMODE(mode) & 0o077:
        raise RefusedByPurpose("key_file_open", f"others may touch the file of {what}", "chmod 600 the file")
    return content


def write_secret_file(path: Path, content: bytes) -> None:
    """Writes a new file whole: no reader ever sees half of it, and an existing one stays.

    Raises:
        FileExistsError: there is one already.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(waiting, path)
    finally:
        waiting.unlink()
    flush_folder(path.parent)


def overwrite_and_remove(path: Path) -> None:
    """Writes noise over a file, then zeros, removes it and makes its absence durable.

    On media that copy on write the old bytes may live on: what makes a destruction certain is that the custodian's key
    is not beside them.
    """
    size = path.stat().st_size
    with path.open("r+b", buffering=0) as file:
        for content in (secrets.token_bytes(size), bytes(size)):
            file.seek(0)
            file.write(content)
            os.fsync(file.fileno())
    path.unlink()
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
