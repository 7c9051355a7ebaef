"""Where a delivery lies: a folder of this machine, or one on a server that fsspec reaches (SFTP, S3, Azure).

Both give a file as a stream of bytes from its start, and a stamp that differs once somebody has written to it. Neither
follows a symbolic link, nor opens what is no file.
"""

import io
import os
import stat
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

_BLOCK: Final = 4 << 20
_STAMPS: Final = ("size", "mtime", "LastModified", "ETag", "etag", "last_modified", "content_md5", "version_id")


class DeliveryFolder(Protocol):
    """A folder with the files of a delivery."""

    @property
    def on_this_machine(self) -> bool:
        """Whether reading a part again costs nothing and gives the same file, even after it was replaced."""

    def open(self, name: str) -> BinaryIO:
        """Opens a file at its start.

        Raises:
            OSError: there is no such file, it is a link or no file, or the server cannot be reached.
        """

    def stamp(self, name: str, file: BinaryIO) -> Hashable:
        """Gives what differs once the file was written to; raises ``OSError`` when it is gone."""


@dataclass(frozen=True)
class LocalFolder:
    """A folder of this machine."""

    path: Path
    on_this_machine = True

    def open(self, name: str) -> BinaryIO:
        """Opens a regular file; not through a symbolic link, and without waiting for a pipe."""
        descriptor = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError("not a regular file")
        return io.BufferedReader(io.FileIO(descriptor, "r"))

    def stamp(self, _name: str, file: BinaryIO) -> Hashable:
        """Size and time of the opened file, whatever its name means by now."""
        now = os.fstat(file.fileno())
        return now.st_size, now.st_mtime_ns


@dataclass(frozen=True, repr=False)
class RemoteFolder:
    """A folder on a server.

    Attributes:
        filesystem: of fsspec; it holds the credentials and is shown nowhere.
        path: of the folder on it.
    """

    filesystem: Any
    path: str
    on_this_machine = False

    def open(self, name: str) -> BinaryIO:
        """Opens a file of the server; what a link points to is not asked for."""
        self._described(name)
        try:
            file = self.filesystem.open(self._place(name), "rb", block_size=_BLOCK)
        except Exception:  # every kind of server has errors of its own, and their texts name hosts and users
            raise OSError("the server does not give the file") from None
        return io.BufferedReader(_FromServer(file, self.filesystem), _BLOCK)

    def stamp(self, name: str, _file: BinaryIO) -> Hashable:
        """What the server says of the file now."""
        described = self._described(name)
        return tuple(str(described.get(key)) for key in _STAMPS)

    def _described(self, name: str) -> dict[str, Any]:
        try:
            self.filesystem.invalidate_cache()
            described: dict[str, Any] = self.filesystem.info(self._place(name))
        except Exception:
            raise OSError("the server does not know the file") from None
        if described.get("type") != "file" or described.get("islink"):
            raise OSError("not a regular file")
        return described

    def _place(self, name: str) -> str:
        return f"{self.path.rstrip('/')}/{name}"

    def __repr__(self) -> str:
        return "<remote folder>"


class _FromServer(io.RawIOBase):
    """A file of a server that fails as a file of this machine does: whatever its driver raises is an ``OSError``."""

    def __init__(self, file: Any, filesystem: Any) -> None:
        # The connection lives as long as its file system, and so has to be held for as long as the file is read.
        self._file, self._filesystem = file, filesystem

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        try:
            chunk = self._file.read(len(target))
        except Exception:
            raise OSError("the server stopped giving the file") from None
        target[: len(chunk)] = chunk
        return len(chunk)

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        try:
            self._file.seek(place, whence)
            return int(self._file.tell())
        except Exception:
            raise OSError("the server stopped giving the file") from None

    def close(self) -> None:
        if not self.closed:
            with suppress(Exception):
                self._file.close()
        super().close()
