"""The search for keys: every form in which a secret could have been written, and every secret that a folder still has.

``Traces`` looks for known keys; ``candidates`` is what an attacker with the whole folder could try as a key.
"""

import binascii
import json
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from end_to_end.readings import readings
from pseudonymisation.key_wrapping import KeyEncryptionKey, KeyLabel
from pseudonymisation.keys import KINDS, KeySet
from samenloop.keyring import Keyring
from schemas.errors import RefusedByPurpose

_ENCODED = re.compile(rb"[0-9A-Za-z+/=_-]{32,}")


def secrets_of(keys: KeySet) -> list[bytes]:
    return [keys[kind].expose_secret() for kind in KINDS]


def traces(secret: bytes) -> set[bytes]:
    """Every form of a secret: raw, hex of either case, base64, repr, and each of them of its halves."""
    forms: set[bytes] = set()
    half = len(secret) // 2
    for part in (secret, secret[:half], secret[half:]):
        encoded = {binascii.hexlify(part), b64encode(part).rstrip(b"="), urlsafe_b64encode(part).rstrip(b"=")}
        forms |= {part, part.hex().upper().encode(), repr(part)[2:-1].encode(), *encoded}
        forms |= {repr(repr(part))[3:-2].encode(), json.dumps(part.decode("latin-1"))[1:-1].encode()}
    # The first half in base64 ends in the middle of a character of the whole: compare what they share.
    return forms | {form[:-1] for form in forms if len(form) in (22, 43)}


def found_in(roots: Iterable[Path], secrets: Iterable[bytes]) -> list[str]:
    """The files that hold a trace of a secret, in their bytes or in what is packed inside them."""
    wanted = set().union(*(traces(secret) for secret in secrets))
    found = []
    for root in roots:
        for path in sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()):
            content = b"\0".join([path.read_bytes(), *(text.encode() for text in readings(path))])
            if any(form in content for form in wanted):
                found.append(str(path.relative_to(root)))
    return found


def candidates(roots: Iterable[Path], keyring: Keyring) -> Iterator[bytes]:
    """Every 32 bytes in a row of every file, as it is, decoded, and unwrapped with the key of the custodian.

    The artefacts themselves are left out: they hold pseudonyms, and are what would be made again.
    """
    seen: set[bytes] = set()
    for root in roots:
        for path in sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".parquet"):
            for content in _decoded(path.read_bytes(), keyring.kek):
                for start in range(max(len(content) - 31, 0)):
                    window = content[start : start + 32]
                    if window not in seen:
                        seen.add(window)
                        yield window


def _decoded(content: bytes, kek: KeyEncryptionKey) -> Iterator[bytes]:
    yield content
    for text in _ENCODED.findall(content):
        for decode in (b64decode, binascii.unhexlify):
            with suppress(ValueError):
                decoded = decode(text)
                yield decoded
                yield from _unwrapped(decoded, kek)
    yield from _unwrapped(content, kek)


def _unwrapped(sealed: bytes, kek: KeyEncryptionKey) -> Iterator[bytes]:
    for label in _LABELS:
        with suppress(RefusedByPurpose):
            yield kek.unwrap(sealed, label)


_LABELS = [
    *(KeyLabel("samenloop-key-set-2", "stapeling", "2018H1", version) for version in (1, 2)),
    KeyLabel("samenloop-key-1", "log", "subject", 1),
    KeyLabel("samenloop-signing-1", "signing", "password", 1),
]
