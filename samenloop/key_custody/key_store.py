"""The key sets of a keyring on disk: ``keysets/<purpose>/<scope>/v<version>.json``, wrapped.

The highest version is in use; older ones stay, so that what they made can be made again, until they are destroyed.
A destroyed version leaves a tombstone (``v<version>.destroyed``): a scope that was destroyed is never made again by
itself, since that would look like the old one and give other pseudonyms.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from pseudonymisation.key_wrapping import KeyEncryptionKey, KeyLabel
from pseudonymisation.keys import KeySet
from pseudonymisation.wrapped_keys import KEY_SET_FORMAT, open_key_set, read_wrapped, wrap_key_set
from samenloop.key_custody.destruction import Destruction, record
from samenloop.key_custody.secret_files import overwrite_and_remove, read_secret_file, write_secret_file
from schemas.errors import RefusedByPurpose

State = Literal["in use", "rotated", "destroyed"]

_FILE: Final = re.compile(r"v([1-9]\d{0,5})\.(json|destroyed)")


@dataclass(frozen=True)
class ListedKeySet:
    """A version of a key set, without its keys."""

    purpose: str
    scope: str
    version: int
    fingerprint: str
    state: State


@dataclass(frozen=True)
class KeyStore:
    """The key sets under a keyring.

    Attributes:
        home: folder of the keyring.
    """

    home: Path

    def newest(self, purpose: str, scope: str, kek: KeyEncryptionKey) -> KeySet:
        """Gives the key set in use, and makes it the first time.

        Raises:
            RefusedByPurpose: ``key_destroyed``, ``key_file_open``, ``key_damaged``, ``wrong_kek`` or ``key_canary``.
        """
        version = max(self._versions(purpose, scope), default=0)
        if version == 0:
            version = 1
            with suppress(FileExistsError):  # another task of the same run was first
                self._make(_label(purpose, scope, version), kek)
        return self._open(_label(purpose, scope, version), kek)

    def rotate(self, purpose: str, scope: str, kek: KeyEncryptionKey) -> KeySet:
        """Makes a new version and gives it; the version before it stays until it is destroyed.

        Raises:
            RefusedByPurpose: ``key_missing`` (nothing to rotate) or ``key_destroyed``.
        """
        label = _label(purpose, scope, self._newest_version(purpose, scope))
        self._open(label, kek)
        following = _label(purpose, scope, label.version + 1)
        try:
            self._make(following, kek)
        except FileExistsError:
            raise RefusedByPurpose("key_rotated", "somebody else rotated it just now", "see keys list") from None
        return self._open(following, kek)

    def destroy(self, purpose: str, scope: str, version: int | None) -> list[Destruction]:
        """Destroys one version, or all of a scope; it needs no key, only the files. Each is recorded.

        Raises:
            RefusedByPurpose: ``key_missing`` (no such version) or ``key_destroyed`` (gone already).
        """
        self._newest_version(purpose, scope)
        wanted = sorted(self._versions(purpose, scope)) if version is None else [version]
        labels = [_label(purpose, scope, one) for one in wanted]
        if version is not None and version not in self._versions(purpose, scope):
            raise _missing()
        left = [label for label in labels if self._path(label).exists()]
        if not left:
            raise _destroyed(purpose, scope)
        return [self._destroy(label) for label in left]

    def listed(self) -> Iterator[ListedKeySet]:
        """Yields every version that is or was, by purpose, scope and version."""
        for folder in sorted(self.home.glob("keysets/*/*")):
            versions = sorted(self._versions(folder.parent.name, folder.name))
            for version in versions:
                label = _label(folder.parent.name, folder.name, version)
                gone = self._tombstone(label).exists()
                state: State = "destroyed" if gone else "in use" if version == versions[-1] else "rotated"
                yield ListedKeySet(label.purpose, label.scope, version, self._fingerprint(label), state)

    def _make(self, label: KeyLabel, kek: KeyEncryptionKey) -> None:
        write_secret_file(self._path(label), wrap_key_set(KeySet.generate(), label, kek))

    def _open(self, label: KeyLabel, kek: KeyEncryptionKey) -> KeySet:
        if self._tombstone(label).exists():
            raise _destroyed(label.purpose, label.scope)
        content = read_secret_file(self._path(label), f"the key set of {label.purpose} {label.scope}")
        return open_key_set(content, label, kek)

    def _destroy(self, label: KeyLabel) -> Destruction:
        path = self._path(label)
        destruction = Destruction(
            purpose=label.purpose,
            scope=label.scope,
            version=label.version,
            fingerprint=self._fingerprint(label),
            wrapped_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            destroyed=datetime.now(UTC),
        )
        # The tombstone comes first: killed here, the scope is refused and can be destroyed once more.
        with suppress(FileExistsError):
            write_secret_file(self._tombstone(label), destruction.model_dump_json().encode() + b"\n")
        overwrite_and_remove(path)
        for unfinished in path.parent.glob(f".{path.name}.*"):
            overwrite_and_remove(unfinished)
        record(destruction, self.home)
        return destruction

    def _fingerprint(self, label: KeyLabel) -> str:
        try:
            if self._tombstone(label).exists():
                return Destruction.model_validate_json(self._tombstone(label).read_bytes()).fingerprint
            return read_wrapped(self._path(label).read_bytes()).fingerprint
        except (RefusedByPurpose, ValidationError, OSError):
            return "unreadable"

    def _newest_version(self, purpose: str, scope: str) -> int:
        version = max(self._versions(purpose, scope), default=0)
        if version == 0:
            raise _missing()
        return version

    def _versions(self, purpose: str, scope: str) -> set[int]:
        folder = self._path(_label(purpose, scope, 1)).parent
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return {int(match[1]) for match in map(_FILE.fullmatch, names) if match}

    def _path(self, label: KeyLabel) -> Path:
        return self.home / "keysets" / label.purpose / label.scope / f"v{label.version}.json"

    def _tombstone(self, label: KeyLabel) -> Path:
        return self._path(label).with_suffix(".destroyed")


def _label(purpose: str, scope: str, version: int) -> KeyLabel:
    return KeyLabel(KEY_SET_FORMAT, purpose, scope, version)


def _missing() -> RefusedByPurpose:
    return RefusedByPurpose(
        "key_missing", "there is no such key set of this purpose and scope", "see samenloop keys list"
    )


def _destroyed(purpose: str, scope: str) -> RefusedByPurpose:
    return RefusedByPurpose(
        "key_destroyed",
        f"the key set of {purpose} {scope} was destroyed",
        "what it made cannot be made again; use another period, or a purpose with another id",
    )
