"""Opening a delivery: the manifest, and files whose bytes are hashed before they are parsed and again while they are.

A file is parsed only after its bytes were found to be those of the manifest, from the same open file, and what was
parsed counts only when those bytes were the same once more.
"""

import hashlib
import io
import json
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from pydantic import ValidationError

from pseudonymisation.delivery_folder import DeliveryFolder
from schemas.delivery import DeliveredFile, DeliveryManifest
from schemas.errors import RefusedDelivery, RunError

MANIFEST: Final = "levering.json"

_CHUNK: Final = 1 << 20
_MANIFEST_LIMIT: Final = 1 << 20
#: A file that has to be read here and there, and lies on a server, is held in memory: up to so many bytes.
HELD_BYTES: Final = 512 << 20
#: How packed files begin: zip, gzip, 7z, bzip2, xz, zstandard, rar; and where a tar file says that it is one.
_PACKED: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd", b"Rar!")
_TAR: Final = (257, b"ustar")


def read_manifest(folder: DeliveryFolder) -> tuple[DeliveryManifest, str]:
    """Gives the manifest of a delivery and the sha256 of its bytes.

    Raises:
        RefusedDelivery: ``manifest_missing`` or ``manifest_invalid``.
    """
    try:
        with folder.open(MANIFEST) as file:
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
def open_checked(
    folder: DeliveryFolder, source: str, delivered: DeliveredFile, *, here_and_there: bool = False
) -> Iterator[BinaryIO]:
    """Opens one file of a delivery, at its start, after its bytes were found to be what the manifest says.

    Args:
        folder: where it lies.
        source: whose it is, for what is said of it.
        delivered: what the manifest says of it.
        here_and_there: whether the reader has to jump; else it gets a stream that only reads on.

    Raises:
        RefusedDelivery: ``file_missing``, ``empty_file``, ``archive``, ``wrong_hash`` or
            ``too_large``; or ``file_changed`` when the bytes read afterwards are not the bytes that were checked.
        RunError: ``server_unreachable``: a server broke off; to start again may help.
    """
    opened = False
    try:
        with folder.open(delivered.name) as file:
            opened = True
            before = folder.stamp(delivered.name, file)
            _check_bytes(file, source, delivered)
            file.seek(0)
            if here_and_there and not folder.on_this_machine:
                yield _held(file, source, delivered)
                return
            stream = _Again(file)
            yield file if here_and_there else io.BufferedReader(stream)
            after = folder.stamp(delivered.name, file)
            same = here_and_there or stream.digest_to_the_end() == delivered.sha256
            _check_unchanged(source, before, after, same_bytes=same)
    except OSError:
        if opened and not folder.on_this_machine:
            raise _broken_off(source) from None
        raise _missing(source) from None


def _missing(source: str) -> RefusedDelivery:
    return RefusedDelivery(
        "file_missing",
        f"{source}: its file is not in the delivery, or cannot be read",
        "ask the sender for a complete delivery",
    )


def _broken_off(source: str) -> RunError:
    return RunError("server_unreachable", f"{source}: the server broke off while its file was read", "start again")


def _held(file: BinaryIO, source: str, delivered: DeliveredFile) -> BinaryIO:
    content = file.read(HELD_BYTES + 1)
    if len(content) > HELD_BYTES:
        what = f"{source}: a file of this format on a server may have {HELD_BYTES >> 20} MiB"
        raise RefusedDelivery("too_large", what, "put it in a folder of this machine, or deliver it in parts")
    if hashlib.sha256(content).hexdigest() != delivered.sha256:
        _check_unchanged(source, 0, 0, same_bytes=False)
    return io.BytesIO(content)


def _check_unchanged(source: str, before: Hashable, after: Hashable, *, same_bytes: bool) -> None:
    if before != after or not same_bytes:
        raise RefusedDelivery(
            "file_changed", f"{source}: the file changed while it was read", "deliver again when it is complete"
        )


def _check_bytes(file: BinaryIO, source: str, delivered: DeliveredFile) -> None:
    digest, start = hashlib.sha256(), b""
    while chunk := file.read(_CHUNK):
        start = start or chunk[: _TAR[0] + len(_TAR[1])]
        digest.update(chunk)
    if not start:
        raise RefusedDelivery("empty_file", f"{source}: the file has 0 bytes", "ask the sender for the whole file")
    if digest.hexdigest() != delivered.sha256:
        raise RefusedDelivery(
            "wrong_hash", f"{source}: the file is not the one in {MANIFEST} (sha256 differs)", "deliver again, whole"
        )
    if start.startswith(_PACKED) or start[_TAR[0] :] == _TAR[1]:
        raise RefusedDelivery("archive", f"{source}: the file is an archive", "deliver the file that is in it")


class _Again(io.RawIOBase):
    """The bytes of a file while they are parsed, hashed on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        chunk = self._file.read(len(target))
        self._digest.update(chunk)
        target[: len(chunk)] = chunk
        return len(chunk)

    def digest_to_the_end(self) -> str:
        """The digest of the whole file; what no parser wanted is read here."""
        while chunk := self._file.read(_CHUNK):
            self._digest.update(chunk)
        return self._digest.hexdigest()
