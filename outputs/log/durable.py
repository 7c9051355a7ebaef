"""Files that are on disk when a function returns, readable by their owner only."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Gives a file new content: after a crash it holds the old or the new, whole."""
    fresh = path.with_name(f".{path.name}.new")
    write(fresh, data)
    fresh.replace(path)
    sync_folder(path.parent)


def write(path: Path, data: bytes) -> None:
    """Writes a file that nobody reads yet; its folder is to be synced by the caller."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def append(path: Path, data: bytes) -> None:
    """Adds to the end of a file, which is made when it is not there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def cut(path: Path, size: int) -> None:
    """Cuts a file off; one that is not there has nothing to cut."""
    if path.exists() and path.stat().st_size > size:
        with path.open("r+b") as file:
            file.truncate(size)
            os.fsync(file.fileno())


def make_folder(path: Path) -> None:
    """Makes a folder that only its owner can enter, with the folders above it."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_lock(path: Path) -> int:
    """Waits for the lock on a file and gives its descriptor; closing that gives the lock back."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Keeps writers out meanwhile, where there is a lock file to do it with (a copy on a shelf may have none)."""
    if not path.is_file():
        yield
        return
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield
