"""Key sets: 32 random bytes per kind of pseudonym, kept in a file that only its owner can read.

A key object shows itself to nobody: no repr, str, pickle or copy. A weak key is refused when it is made.
Source: EDPB Guidelines 01/2025 on pseudonymisation (secrets apart from the data, one set per purpose and scope).
"""

import hashlib
import hmac
import json
import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NoReturn, get_args

from schemas.errors import RefusedByPurpose

Kind = Literal["person", "address", "address_number", "dwelling", "provider", "record", "match_token", "log_subject"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_KEY_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600


class PseudonymKey:
    """One secret key of one kind.

    Raises:
        RefusedByPurpose: ``weak_key``: not 32 bytes, nearly constant, or ended by a line break (read from a text file).
    """

    __slots__ = ("__secret", "kind")

    def __init__(self, kind: Kind, secret: bytes) -> None:
        if len(secret) != _KEY_BYTES or len(set(secret)) < 12 or secret.endswith((b"\n", b"\r")):
            raise RefusedByPurpose("weak_key", f"the {kind} key is weak or damaged", "make a new key set")
        self.kind = kind
        self.__secret = secret

    def expose_secret(self) -> bytes:
        """Gives the raw key. Only the keyed hash and the key file may ask for it."""
        return self.__secret

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that identify the key and tell nothing about it."""
        return hmac.digest(self.__secret, b"samenloop key fingerprint v1", "sha256")[:8].hex()

    def __repr__(self) -> str:
        return f"<{self.kind} key>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled or copied")


class KeySet:
    """The keys of one purpose and scope, one per kind.

    Raises:
        RefusedByPurpose: ``weak_key``: a kind is missing, a key is weak, or two kinds share a key.
    """

    __slots__ = ("__keys",)

    def __init__(self, keys: Mapping[Kind, PseudonymKey]) -> None:
        if set(keys) != set(KINDS) or len({key.expose_secret() for key in keys.values()}) != len(KINDS):
            raise RefusedByPurpose("weak_key", "the key set lacks a kind or repeats a key", "make a new key set")
        self.__keys = dict(keys)

    def __getitem__(self, kind: Kind) -> PseudonymKey:
        return self.__keys[kind]

    def __repr__(self) -> str:
        return "<key set>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key set is never pickled or copied")

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over the fingerprints of all kinds."""
        joined = "".join(self.__keys[kind].fingerprint for kind in KINDS)
        return hashlib.sha256(joined.encode()).hexdigest()[:16]

    @classmethod
    def generate(cls) -> "KeySet":
        """Gives a fresh random key set."""
        return cls({kind: _strong_key(kind) for kind in KINDS})


def _strong_key(kind: Kind) -> PseudonymKey:
    secret = secrets.token_bytes(_KEY_BYTES)
    while secret.endswith((b"\n", b"\r")):
        secret = secrets.token_bytes(_KEY_BYTES)
    return PseudonymKey(kind, secret)


def save_key_set(keys: KeySet, path: Path) -> None:
    """Writes a key set to a new file that only its owner can read.

    Raises:
        FileExistsError: there is a key set already; a key is never overwritten.
    """
    content = {kind: b64encode(keys[kind].expose_secret()).decode() for kind in KINDS}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"format": "samenloop-key-set-1", "keys": content}, file)
        file.flush()
        os.fsync(file.fileno())


def load_key_set(path: Path) -> KeySet:
    """Reads a key set.

    Raises:
        RefusedByPurpose: ``key_missing``; ``key_file_open`` (others may read it); ``weak_key`` (damaged).
    """
    if not path.is_file():
        raise RefusedByPurpose(
            "key_missing", "there is no key set for this purpose and scope", "run samenloop keys init"
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise RefusedByPurpose("key_file_open", "others may read the key set", "chmod 600 the file and make a new set")
    try:
        content = json.loads(path.read_text())["keys"]
        return KeySet({kind: PseudonymKey(kind, b64decode(content[kind], validate=True)) for kind in KINDS})
    except (ValueError, KeyError, TypeError):
        raise RefusedByPurpose("weak_key", "the key set is damaged", "restore it or make a new one") from None
