"""Keys as they lie on disk: sealed by the custodian's key, with a check value per kind and nothing secret beside it."""

from base64 import b64decode, b64encode
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from pseudonymisation.key_wrapping import KeyEncryptionKey, KeyLabel, damaged
from pseudonymisation.keys import KEY_BYTES, KINDS, KeySet, Kind, PseudonymKey
from schemas.errors import RefusedByPurpose

KEY_SET_FORMAT: Final = "samenloop-key-set-2"
SINGLE_KEY_FORMAT: Final = "samenloop-key-1"

Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class WrappedKeys(BaseModel):
    """A file of wrapped keys.

    Attributes:
        format: ``KEY_SET_FORMAT`` or ``SINGLE_KEY_FORMAT``.
        purpose, scope, version: the label that the blob is bound to.
        made: when, in UTC.
        kek: fingerprint of the key-encryption key.
        fingerprint: of the key set, or of the single key.
        canary: kind -> check value of its key.
        sealed: the blob, base64: the keys in the order of ``canary``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: str
    purpose: str
    scope: str
    version: int
    made: datetime
    kek: Fingerprint
    fingerprint: Fingerprint
    canary: dict[Kind, Fingerprint]
    sealed: str

    def is_for(self, label: KeyLabel) -> bool:
        """Tells whether the file says that it is for this label."""
        return (self.format, self.purpose, self.scope, self.version) == astuple(label)


def wrap_key_set(keys: KeySet, label: KeyLabel, kek: KeyEncryptionKey) -> bytes:
    """Gives the content of a file of a key set."""
    return _wrapped([keys[kind] for kind in KINDS], keys.fingerprint, label, kek)


def wrap_key(key: PseudonymKey, label: KeyLabel, kek: KeyEncryptionKey) -> bytes:
    """Gives the content of a file of one key that stands alone."""
    return _wrapped([key], key.fingerprint, label, kek)


def open_key_set(content: bytes, label: KeyLabel, kek: KeyEncryptionKey) -> KeySet:
    """Gives the key set of a file.

    Raises:
        RefusedByPurpose: ``key_damaged`` (or of another label), ``wrong_kek``, ``key_canary``.
    """
    keys = KeySet(_opened(read_wrapped(content), label, kek, KINDS))
    if keys.fingerprint != read_wrapped(content).fingerprint:
        raise _other_keys()
    return keys


def open_key(content: bytes, kind: Kind, label: KeyLabel, kek: KeyEncryptionKey) -> PseudonymKey:
    """Gives the single key of a file; errors as in ``open_key_set``."""
    return _opened(read_wrapped(content), label, kek, (kind,))[kind]


def read_wrapped(content: bytes) -> WrappedKeys:
    """Reads a file without opening its blob.

    Raises:
        RefusedByPurpose: ``key_damaged``.
    """
    try:
        return WrappedKeys.model_validate_json(content)
    except ValidationError:
        raise damaged() from None


def _wrapped(keys: list[PseudonymKey], fingerprint: str, label: KeyLabel, kek: KeyEncryptionKey) -> bytes:
    sealed = kek.wrap(b"".join(key.expose_secret() for key in keys), label)
    file = WrappedKeys(
        format=label.format,
        purpose=label.purpose,
        scope=label.scope,
        version=label.version,
        made=datetime.now(UTC),
        kek=kek.fingerprint,
        fingerprint=fingerprint,
        canary={key.kind: key.check_value for key in keys},
        sealed=b64encode(sealed).decode(),
    )
    return file.model_dump_json(indent=1).encode() + b"\n"


def _opened(
    file: WrappedKeys, label: KeyLabel, kek: KeyEncryptionKey, kinds: tuple[Kind, ...]
) -> dict[Kind, PseudonymKey]:
    if not file.is_for(label) or set(file.canary) != set(kinds):
        raise damaged()
    if file.kek != kek.fingerprint:
        raise RefusedByPurpose(
            "wrong_kek",
            f"the key was wrapped by custodian {file.kek}, this keyring's is {kek.fingerprint}",
            "ask the custodian who wrapped it",
        )
    try:
        plain = kek.unwrap(b64decode(file.sealed, validate=True), label)
    except ValueError:
        raise damaged() from None
    if len(plain) != KEY_BYTES * len(kinds):
        raise damaged()
    keys = {kind: PseudonymKey(kind, plain[KEY_BYTES * at :][:KEY_BYTES]) for at, kind in enumerate(kinds)}
    if any(keys[kind].check_value != file.canary[kind] for kind in kinds):
        raise _other_keys()
    return keys


def _other_keys() -> RefusedByPurpose:
    return RefusedByPurpose(
        "key_canary", "the check values are not of the keys that came out", "restore the key file from its backup"
    )
