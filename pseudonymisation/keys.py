"""Key sets: 32 random bytes per kind of pseudonym; on disk only wrapped (``pseudonymisation.wrapped_keys``).

A key object shows itself to nobody: no repr, str, pickle or copy. A weak key is refused when it is made.
Source: EDPB Guidelines 01/2025 on pseudonymisation (secrets apart from the data, one set per purpose and scope).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final, Literal, NoReturn, get_args

from schemas.errors import RefusedByPurpose

Kind = Literal[
    "person", "address", "address_number", "dwelling", "provider", "record", "match_token", "log_subject", "ledger"
]

#: The kinds of a key set. The log-subject key belongs to the keyring, not to a purpose: with a key in the set the log
#: could be joined to the artefacts of a run. That of the release ledger outlives every key set, as its releases do.
KINDS: Final[tuple[Kind, ...]] = tuple(kind for kind in get_args(Kind) if kind not in ("log_subject", "ledger"))

KEY_BYTES: Final = 32


class PseudonymKey:
    """One secret key of one kind.

    Raises:
        RefusedByPurpose: ``weak_key``: not 32 bytes, nearly constant, or ended by a line break (read from a text file).
    """

    __slots__ = ("__secret", "kind")

    def __init__(self, kind: Kind, secret: bytes) -> None:
        if len(secret) != KEY_BYTES or len(set(secret)) < 12 or secret.endswith((b"\n", b"\r")):
            raise RefusedByPurpose("weak_key", f"the {kind} key is weak or damaged", "make a new key set")
        self.kind = kind
        self.__secret = secret

    def expose_secret(self) -> bytes:
        """Gives the raw key. Only the keyed hash and the wrapping may ask for it."""
        return self.__secret

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that identify the key and tell nothing about it."""
        return hmac.digest(self.__secret, b"samenloop key fingerprint v1", "sha256")[:8].hex()

    @property
    def check_value(self) -> str:
        """Sixteen hex digits that prove, right after unwrapping, that this is the key that was wrapped (canary)."""
        return hmac.digest(self.__secret, b"samenloop key canary v1|" + self.kind.encode(), "sha256")[:8].hex()

    @classmethod
    def generate(cls, kind: Kind) -> "PseudonymKey":
        """Gives a fresh random key of a kind."""
        secret = secrets.token_bytes(KEY_BYTES)
        while secret.endswith((b"\n", b"\r")):
            secret = secrets.token_bytes(KEY_BYTES)
        return cls(kind, secret)

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
        return cls({kind: PseudonymKey.generate(kind) for kind in KINDS})
