"""The embedded keyring: pseudonym keys, signing keys and the profile, in one folder that only its owner can read."""

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pseudonymisation.keys import KeySet, load_key_set, save_key_set
from samenloop.signatures import ROLES, make_signing_key
from schemas.errors import RefusedByPurpose

Profile = Literal["production", "synthetic"]


@dataclass(frozen=True)
class Keyring:
    """A keyring that exists.

    Attributes:
        home: the folder (``SAMENLOOP_HOME``).
        profile: ``production`` refuses synthetic deliveries and test-range BSNs; ``synthetic`` is for a demo.
    """

    home: Path
    profile: Profile

    @property
    def signing(self) -> Path:
        """Folder of the signing keys."""
        return self.home / "signing"

    def key_set(self, purpose: str, scope: str) -> KeySet:
        """Gives the key set of a purpose and scope, and makes it the first time."""
        path = self.home / "keysets" / purpose / f"{scope}.json"
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):  # another task of the same run was first
                save_key_set(KeySet.generate(), path)
        return load_key_set(path)


def make_keyring(home: Path, profile: Profile) -> Keyring:
    """Makes a keyring with signing keys for the controller and the FG.

    Raises:
        RefusedByPurpose: ``keyring_exists``.
    """
    if (home / "keyring.json").exists():
        raise RefusedByPurpose(
            "keyring_exists", "there is a keyring already", "keep it, or choose another SAMENLOOP_HOME"
        )
    (home / "signing").mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    for role in ROLES:
        make_signing_key(home / "signing", role)
    with os.fdopen(os.open(home / "keyring.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"format": "samenloop-keyring-1", "profile": profile}, file)
    return Keyring(home, profile)


def open_keyring(home: Path) -> Keyring:
    """Opens an existing keyring.

    Raises:
        RefusedByPurpose: ``keyring_missing``, ``key_file_open`` or ``keyring_damaged``.
    """
    path = home / "keyring.json"
    if not path.is_file():
        raise RefusedByPurpose("keyring_missing", "there is no keyring in SAMENLOOP_HOME", "run samenloop keys init")
    if stat.S_IMODE(home.stat().st_mode) & 0o077:
        raise RefusedByPurpose("key_file_open", "others may enter the keyring folder", "chmod 700 SAMENLOOP_HOME")
    try:
        profile = json.loads(path.read_text())["profile"]
    except (ValueError, KeyError, TypeError):
        profile = ""
    if profile not in ("production", "synthetic"):
        raise RefusedByPurpose("keyring_damaged", "keyring.json cannot be read", "restore it from its backup")
    return Keyring(home, profile)
