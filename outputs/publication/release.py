"""A release folder: written whole beside its place, then moved there by one rename."""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import rfc8785

from schemas.errors import VerificationFailed

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
CURRENT: Final = "current"


@dataclass(frozen=True)
class ReleaseName:
    """Which release: purpose, period and release id; also its place under a publication folder."""

    purpose: str
    period: str
    release: str

    def folder(self, root: Path) -> Path:
        """Gives ``root/purpose/period/release``."""
        return root / self.purpose / self.period / self.release


def write_manifest(folder: Path, name: ReleaseName) -> str:
    """Writes the manifest (sha256 of every file) of a folder and gives the sha256 of the manifest itself."""
    content = rfc8785.dumps(
        {
            "format": "samenloop-release-1",
            "purpose": name.purpose,
            "period": name.period,
            "release": name.release,
            "files": _hashes(folder),
        }
    )
    (folder / MANIFEST).write_bytes(content + b"\n")
    return hashlib.sha256(content + b"\n").hexdigest()


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.relative_to(folder).as_posix() not in (MANIFEST, SIGNATURE)
    }


def check_manifest(folder: Path) -> dict[str, Any]:
    """Gives the manifest of a folder whose files are exactly those that it names.

    Raises:
        VerificationFailed: ``manifest_missing`` or ``file_differs``.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        promised: Mapping[str, str] = {**manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise VerificationFailed(
            "manifest_missing", "there is no readable manifest.json", "name a release folder"
        ) from None
    found = _hashes(folder)
    differing = sorted(name for name in promised.keys() | found.keys() if promised.get(name) != found.get(name))
    if differing:
        raise VerificationFailed(
            "file_differs", f"{len(differing)} file(s) differ from the manifest, first {differing[0]}", "do not use it"
        )
    return manifest


def publish(draft: Path, root: Path, name: ReleaseName, sign: Callable[[bytes], str], note: Callable[[], None]) -> Path:
    """Signs a draft and makes it the current release; gives its folder.

    Whoever looks sees the former release or this one, never anything between. A release that is already there stays as
    it is and becomes current. ``note`` writes the log entry when all is ready and nothing is visible yet.
    """
    place = name.folder(root)
    place.parent.mkdir(parents=True, exist_ok=True)
    for leftover in place.parent.glob(f".{name.release}.*"):
        shutil.rmtree(leftover)
    if place.exists():
        check_manifest(place)
        note()
    else:
        check_manifest(draft)
        incoming = place.with_name(f".{name.release}.{uuid.uuid4().hex}")
        try:
            shutil.copytree(draft, incoming)
            (incoming / SIGNATURE).write_text(sign((incoming / MANIFEST).read_bytes()) + "\n")
            _flush(incoming)
            note()
            incoming.replace(place)
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
    _point_current_at(place)
    return place


def _point_current_at(place: Path) -> None:
    beside = place.with_name(f".{CURRENT}.{uuid.uuid4().hex}")
    beside.symlink_to(place.name)
    beside.replace(place.with_name(CURRENT))


def _flush(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
