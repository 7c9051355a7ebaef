"""Keyed pseudonyms: HMAC-SHA256 over an injective encoding of (kind, version, value), cut to 128 bits.

An unkeyed hash of a BSN protects nobody: all 90 million valid numbers are swept in seconds.
Source: RFC 2104; EDPB Guidelines 01/2025 (message authentication codes as pseudonymising transformation).
"""

from typing import Any, Final

import pyarrow as pa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from pseudonymisation.keys import PseudonymKey
from schemas.pseudonymised import PSEUDONYM

_VERSION: Final = b"1"


def _with_length(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def pseudonyms(values: "pa.Array[Any]", key: PseudonymKey) -> "pa.Array[Any]":
    """Gives a column of 16-byte pseudonyms of a text column; null stays null. Each distinct value is hashed once."""
    encoded = values.dictionary_encode()
    started = HMAC(key.expose_secret(), SHA256())
    started.update(_with_length(key.kind.encode()) + _with_length(_VERSION))
    hashed = [_finish(started, value) for value in encoded.dictionary.cast(pa.binary()).to_pylist()]
    return pa.array(hashed, type=PSEUDONYM).take(encoded.indices)


def _finish(started: HMAC, value: bytes) -> bytes:
    mac = started.copy()
    mac.update(value)
    return mac.finalize()[:16]


def keyed_digest(sha256: str, key: PseudonymKey) -> str:
    """Gives 64 hex digits that stand for a sha256 in the log, which is published.

    The plain digest of a file that holds little, such as a list of three objections, tells its content to whoever tries
    every BSN; this one tells nothing without the key, and can be confirmed by whoever holds it.
    """
    mac = HMAC(key.expose_secret(), SHA256())
    mac.update(_with_length(b"digest") + _with_length(_VERSION) + bytes.fromhex(sha256))
    return mac.finalize().hex()
