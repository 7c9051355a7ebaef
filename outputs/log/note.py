"""Signed notes: Ed25519 signatures of the log and time-stamped co-signatures of its witness.

Keys are handed in; nothing here knows where they are kept.

Sources: https://c2sp.org/signed-note (format, signature type 1), https://c2sp.org/tlog-cosignature
(``cosignature/v1``, signature type 4).
"""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG: Final = 1
WITNESS: Final = 4

_KEY_NAME: Final = re.compile(r"[^\s+\x00-\x1f]+")
_LATEST_TIME: Final = 2**63 - 1


class NoteInvalid(ValueError):
    """A note is not of the expected form, or a signature on it is not of the expected key."""


@dataclass(frozen=True)
class NoteKey:
    """A public key by its name.

    Attributes:
        name: name of the key; for a log its origin.
        public: the key.
        kind: ``LOG`` (1) or ``WITNESS`` (4).

    Raises:
        ValueError: the name is empty or holds a space or plus, or the kind is another one.
    """

    name: str
    public: Ed25519PublicKey
    kind: Literal[1, 4]

    def __post_init__(self) -> None:
        if not _KEY_NAME.fullmatch(self.name):
            raise ValueError("the name of a key has no spaces and no plus")
        if self.kind not in (LOG, WITNESS):
            raise ValueError("a key signs as log or as witness")

    @property
    def key_id(self) -> bytes:
        """The four bytes that point at this key in a signature line."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public.public_bytes_raw()).digest()[:4]

    def vkey(self) -> str:
        """Gives the key as text, ``name+id+key``, as other verifiers of such logs read it."""
        material = b64encode(bytes([self.kind]) + self.public.public_bytes_raw()).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def from_vkey(cls, text: str) -> "NoteKey":
        """Reads a key from its text.

        Raises:
            ValueError: the text is no such key.
        """
        name, _, rest = text.strip().partition("+")
        _, _, material = rest.partition("+")
        raw = b64decode(material, validate=True)
        if len(raw) != 33 or raw[0] not in (LOG, WITNESS):
            raise ValueError("no Ed25519 key of a log or witness")
        key = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]), LOG if raw[0] == LOG else WITNESS)
        if key.vkey() != text.strip():
            raise ValueError("the id of the key does not belong to it")
        return key

    def check(self, line: bytes, body: bytes) -> None:
        """Checks that a signature line is this key's over the body of a note.

        Raises:
            NoteInvalid: it is not.
        """
        start = _line_start(self.name)
        try:
            raw = b64decode(line[len(start) : -1], validate=True)
        except binascii.Error:
            raise NoteInvalid("a signature cannot be read") from None
        if line != _signature_line(self.name, raw) or raw[:4] != self.key_id:
            raise NoteInvalid("a signature is of another key")
        signature, message = raw[4:], body
        if self.kind == WITNESS:
            time = int.from_bytes(raw[4:12], "big")
            if time > _LATEST_TIME:
                raise NoteInvalid("a co-signature has no possible time")
            signature, message = raw[12:], _cosigned(body, time)
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            raise NoteInvalid("a signature is not of its key") from None


class LogSigner:
    """Signs checkpoints as a log.

    Args:
        private: the signing key of the log.
    """

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    def key(self, origin: str) -> NoteKey:
        """Gives the public key of a log with this origin."""
        return NoteKey(origin, self._private.public_key(), LOG)

    def line(self, origin: str, body: bytes) -> bytes:
        """Gives the signature line over the body of a note."""
        return _signature_line(origin, self.key(origin).key_id + self._private.sign(body))


class Cosigner:
    """Co-signs checkpoints as a witness.

    Args:
        name: name of the witness.
        private: its key; it must sign nothing but co-signatures, since these do not name the witness.
    """

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self.key = NoteKey(name, private.public_key(), WITNESS)
        self._private = private

    def line(self, body: bytes, time: int) -> bytes:
        """Gives the co-signature line over the body of a note at a time in seconds since 1970."""
        signature = time.to_bytes(8, "big") + self._private.sign(_cosigned(body, time))
        return _signature_line(self.key.name, self.key.key_id + signature)


def _cosigned(body: bytes, time: int) -> bytes:
    return b"cosignature/v1\ntime %d\n%b" % (time, body)


def _line_start(name: str) -> bytes:
    return f"\u2014 {name} ".encode()


def _signature_line(name: str, raw: bytes) -> bytes:
    return _line_start(name) + b64encode(raw) + b"\n"
