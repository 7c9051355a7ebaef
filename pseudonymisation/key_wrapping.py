"""Wrapping of keys: what lies on disk is sealed by a key-encryption key (KEK) that a custodian holds.

Sealing is authenticated encryption with associated data, so a blob opens only for the format, purpose, scope and
version that it was sealed for, and a changed byte is noticed.
Sources: NIST SP 800-38D (AES-GCM); EDPB Guidelines 01/2025 (secrets apart from the data).
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final, NoReturn, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.errors import RefusedByPurpose

KEK_BYTES: Final = 32

_NONCE_BYTES: Final = 12
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True)
class KeyLabel:
    """What a wrapped blob is for; it is bound into the blob.

    Attributes:
        format: name of the file format, which fixes what the blob holds and in which order.
        purpose: id of the purpose.
        scope: ``purpose``, or the period of a release.
        version: 1 for the first key set of a scope, one more after each rotation.

    Raises:
        RefusedByPurpose: ``key_label``: a name that could be a path or reach into another label.
    """

    format: str
    purpose: str
    scope: str
    version: int

    def __post_init__(self) -> None:
        if not all(map(_NAME.fullmatch, (self.format, self.purpose, self.scope))) or self.version < 1:
            raise RefusedByPurpose(
                "key_label", "purpose, scope or version is no name of a key set", "see samenloop keys list"
            )

    @property
    def associated_data(self) -> bytes:
        """The label as bytes; no part can hold the separator, so two labels never give the same bytes."""
        return f"{self.format}|{self.purpose}|{self.scope}|{self.version}".encode()


class KeyEncryptionKey(Protocol):
    """The key of a custodian, wherever it is: here in memory, or in a vault that never gives it out."""

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that identify the key and tell nothing about it; a signed purpose may name them."""

    def wrap(self, plain: bytes, label: KeyLabel) -> bytes:
        """Seals bytes for one label."""

    def unwrap(self, sealed: bytes, label: KeyLabel) -> bytes:
        """Gives the bytes that were sealed for this label.

        Raises:
            RefusedByPurpose: ``key_damaged``: another label, another key, or a changed byte.
        """


class LocalKek:
    """A key-encryption key in memory: AES-256-GCM with a random nonce per blob.

    Raises:
        ValueError: the secret is not 32 bytes.
    """

    __slots__ = ("__cipher", "fingerprint")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEK_BYTES:
            raise ValueError("a key-encryption key has 32 bytes")
        self.__cipher = AESGCM(secret)
        self.fingerprint = hmac.digest(secret, b"samenloop kek fingerprint v1", "sha256")[:8].hex()

    def wrap(self, plain: bytes, label: KeyLabel) -> bytes:
        """Gives nonce and sealed bytes."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self.__cipher.encrypt(nonce, plain, label.associated_data)

    def unwrap(self, sealed: bytes, label: KeyLabel) -> bytes:
        """Gives what ``wrap`` sealed for this label.

        Raises:
            RefusedByPurpose: ``key_damaged``.
        """
        try:
            return self.__cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], label.associated_data)
        except (InvalidTag, ValueError):
            pass
        raise damaged()

    def __repr__(self) -> str:
        return "<key-encryption key>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled or copied")


def damaged() -> RefusedByPurpose:
    """Gives the refusal of a blob that does not open."""
    return RefusedByPurpose(
        "key_damaged", "a wrapped key is damaged or belongs to another purpose or scope", "restore it from its backup"
    )
