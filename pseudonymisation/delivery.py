"""Opening a delivery: the manifest and, once per file, the bytes that are hashed and then parsed.

A file is opened once, never through a symbolic link; what is hashed is what is read, through the same descriptor.
"""

import codecs
import hashlib
import io
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from schemas.delivery import DeliveredFile, DeliveryManifest
from schemas.errors import RefusedDelivery

MANIFEST: Final = "levering.json"

_CHUNK: Final = 1 << 20
_MANIFEST_LIMIT: Final = 1 << 20


def read_manifest(folder: Path) -> tuple[DeliveryManifest, str]:
    """Gives the manifest of a delivery and the sha256 of its bytes.

    Raises:
        RefusedDelivery: ``manifest_missing`` or ``manifest_invalid``.
    """
    try:
        with _open_regular(folder / MANIFEST) as file:
            content = file.read(_MANIFEST_LIMIT)
    except OSError:
        raise RefusedDelivery(
            "manifest_missing", f"{MANIFEST} is not in the delivery folder", "ask the sender for a complete delivery"
        ) from None
    try:
        manifest = DeliveryManifest.model_validate(json.loads(content, object_pairs_hook=_each_key_once))
    except ValidationError as error:
        places = {str(found["loc"][0]) for found in error.errors() if found["loc"]}
        known = sorted(places & DeliveryManifest.model_fields.keys()) or ["a key that does not belong there"]
        raise _invalid_manifest(f"{error.error_count()} fields are wrong, first {known[0]}") from None
    except (ValueError, RecursionError):
        raise _invalid_manifest("it is no JSON, or has a key twice") from None
    return manifest, hashlib.sha256(content).hexdigest()


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key occurs twice")
    return dict(pairs)


def _invalid_manifest(what: str) -> RefusedDelivery:
    return RefusedDelivery("manifest_invalid", f"{MANIFEST}: {what}", "have it made again as the contract says")


@contextmanager
def open_checked(folder: Path, source: str, delivered: DeliveredFile) -> Iterator[io.BufferedReader]:
    """Opens one file of a delivery, at its start, after its bytes were found to be what the manifest says.

    Raises:
        RefusedDelivery: ``file_missing``, ``empty_file``, ``wrong_hash``, ``wrong_encoding``, or ``file_changed``
            when the bytes read afterwards are not the bytes that were checked.
    """
    try:
        file = _open_regular(folder / delivered.name)
    except OSError:
        raise RefusedDelivery(
            "file_missing", f"{source}: its file is not in the delivery", "ask the sender for a complete delivery"
        ) from None
    with file:
        before = os.fstat(file.fileno())
        _check_bytes(file, source, delivered)
        file.seek(0)
        yield file
        after = os.fstat(file.fileno())
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise RefusedDelivery(
                "file_changed", f"{source}: the file changed while it was read", "deliver again when it is complete"
            )


def _open_regular(path: Path) -> io.BufferedReader:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return io.BufferedReader(io.FileIO(descriptor, "r"))


def _check_bytes(file: io.BufferedReader, source: str, delivered: DeliveredFile) -> None:
    digest, text = hashlib.sha256(), _Utf8Check()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        text.feed(chunk)
    if file.tell() == 0:
        raise RefusedDelivery("empty_file", f"{source}: the file has 0 bytes", "ask the sender for the whole file")
    if digest.hexdigest() != delivered.sha256:
        raise RefusedDelivery(
            "wrong_hash", f"{source}: the file is not the one in {MANIFEST} (sha256 differs)", "deliver again, whole"
        )
    text.feed(b"", final=True)
    if text.fault_line is not None:
        raise RefusedDelivery(
            "wrong_encoding", f"{source}: the file is not UTF-8, first at line {text.fault_line}", "deliver it as UTF-8"
        )


class _Utf8Check:
    """Finds the first line that is no UTF-8 text, chunk by chunk; a NUL byte is what UTF-16 looks like from here."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._line = 1
        self.fault_line: int | None = None

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        if self.fault_line is not None:
            return
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            self.fault_line = self._line + error.object.count(b"\n", 0, error.start)
            return
        if (nul := chunk.find(b"\0")) >= 0:
            self.fault_line = self._line + chunk.count(b"\n", 0, nul)
        self._line += chunk.count(b"\n")
