"""The keyring: wrapped pseudonym keys, signing keys, custodian and profile, in a folder for its owner only."""

import json
import secrets
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, ValidationError

from pseudonymisation.key_wrapping import KeyEncryptionKey, KeyLabel
from pseudonymisation.keys import KeySet, PseudonymKey
from pseudonymisation.wrapped_keys import SINGLE_KEY_FORMAT, open_key, wrap_key
from samenloop.key_custody.custodian import Custodian, CustodianKind, appoint
from samenloop.key_custody.key_store import KeyStore
from samenloop.key_custody.secret_files import read_secret_file, write_secret_file
from samenloop.signatures import ROLES, Role, make_signing_key, sign, signing_key
from schemas.errors import RefusedByPurpose

Profile = Literal["production", "synthetic"]

_LOG_SUBJECT: Final = KeyLabel(SINGLE_KEY_FORMAT, "log", "subject", 1)
_LEDGER: Final = KeyLabel(SINGLE_KEY_FORMAT, "ledger", "releases", 1)
_SIGNING: Final = KeyLabel("samenloop-signing-1", "signing", "password", 1)


class _KeyringFile(BaseModel):
    """The content of ``keyring.json``: nothing in it is secret, all of it is fixed when the keyring is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: Literal["samenloop-keyring-2"] = "samenloop-keyring-2"
    profile: Profile
    custodian: Custodian


@dataclass(frozen=True)
class Keyring:
    """A keyring that exists. The custodian is asked for its key when one is first needed, and not before.

    Attributes:
        home: the folder (``SAMENLOOP_HOME``).
        profile: ``production`` refuses synthetic deliveries and test-range BSNs; ``synthetic`` is for a demo.
        custodian: who holds the key-encryption key.
    """

    home: Path
    profile: Profile
    custodian: Custodian

    @property
    def signing(self) -> Path:
        """Folder of the signing keys."""
        return self.home / "signing"

    @property
    def store(self) -> KeyStore:
        """The key sets on disk: rotate, destroy and list them."""
        return KeyStore(self.home)

    @property
    def keeps_its_passphrase(self) -> bool:
        """Whether the passphrase lies beside what it protects: who takes the folder then has everything."""
        return self.custodian.holder.kind == "passphrase" and (self.home / "passphrase").exists()

    @cached_property
    def kek(self) -> KeyEncryptionKey:
        """The key-encryption key; errors of ``Custodian.kek``."""
        return self.custodian.kek(self.home)

    def key_set(self, purpose: str, scope: str) -> KeySet:
        """Gives the key set of a purpose and scope, and makes it the first time; errors of ``KeyStore.newest``."""
        return self.store.newest(purpose, scope, self.kek)

    @property
    def log_subject_key(self) -> PseudonymKey:
        """The key of subject ids in the log; it belongs to no purpose, so no log entry can be tied to an artefact.

        Raises:
            RefusedByPurpose: ``key_missing``, ``key_file_open``, ``key_damaged``, ``wrong_kek`` or ``key_canary``.
        """
        content = read_secret_file(_log_subject_file(self.home), "the log-subject key")
        return open_key(content, "log_subject", _LOG_SUBJECT, self.kek)

    @property
    def ledger_key(self) -> PseudonymKey:
        """The key under which releases are remembered and rounded; a keyring of before there was one makes it now.

        Raises:
            RefusedByPurpose: as ``log_subject_key``.
        """
        file = _ledger_file(self.home)
        if not file.exists():
            write_secret_file(file, wrap_key(PseudonymKey.generate("ledger"), _LEDGER, self.kek))
        return open_key(read_secret_file(file, "the ledger key"), "ledger", _LEDGER, self.kek)

    def sign(self, role: Role, message: bytes) -> str:
        """Gives a base64 signature with a role's key.

        Raises:
            RefusedByPurpose: ``key_missing``, ``key_file_open``, ``weak_key``, ``key_damaged``, or the custodian's.
        """
        return sign(self.signing, role, message, self._signing_password())

    def signing_key(self, role: Role) -> Ed25519PrivateKey:
        """Gives the private key of a role; errors as in ``sign``."""
        return signing_key(self.signing, role, self._signing_password())

    def make_signing_key(self, role: Role) -> None:
        """Makes the key of a role that has none yet.

        Raises:
            FileExistsError: it has one.
        """
        make_signing_key(self.signing, role, self._signing_password())

    def _signing_password(self) -> bytes:
        sealed = read_secret_file(_signing_password_file(self.home), "the password of the signing keys")
        return self.kek.unwrap(sealed, _SIGNING)

    def check_custodian(self, fingerprint: str | None) -> None:
        """Checks the key-encryption key against the fingerprint in a signed purpose; None asks for nothing.

        Raises:
            RefusedByPurpose: ``wrong_key``; and the errors of ``Custodian.kek``.
        """
        if fingerprint is not None and fingerprint != self.kek.fingerprint:
            raise RefusedByPurpose(
                "wrong_key",
                f"the purpose names custodian {fingerprint}, this keyring's is {self.kek.fingerprint}",
                "use the keyring of that custodian",
            )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a keyring is never pickled or copied")


def make_keyring(home: Path, profile: Profile, custodian: CustodianKind = "passphrase") -> Keyring:
    """Makes a keyring with a log-subject key and with signing keys for the controller and the FG.

    Raises:
        RefusedByPurpose: ``keyring_exists``; or the custodian has no key to give.
    """
    if (home / "keyring.json").exists():
        raise RefusedByPurpose(
            "keyring_exists", "there is a keyring already", "keep it, or choose another SAMENLOOP_HOME"
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    appointed, kek = appoint(custodian, home)
    password = secrets.token_hex(32).encode()
    write_secret_file(_signing_password_file(home), kek.wrap(password, _SIGNING))
    for role in ROLES:
        make_signing_key(home / "signing", role, password)
    write_secret_file(_log_subject_file(home), wrap_key(PseudonymKey.generate("log_subject"), _LOG_SUBJECT, kek))
    write_secret_file(_ledger_file(home), wrap_key(PseudonymKey.generate("ledger"), _LEDGER, kek))
    file = _KeyringFile(profile=profile, custodian=appointed)
    write_secret_file(home / "keyring.json", json.dumps(file.model_dump(), indent=1).encode() + b"\n")
    return Keyring(home, profile, appointed)


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
        file = _KeyringFile.model_validate_json(path.read_bytes())
    except ValidationError:
        raise RefusedByPurpose("keyring_damaged", "keyring.json cannot be read", "restore it from its backup") from None
    return Keyring(home, file.profile, file.custodian)


def _log_subject_file(home: Path) -> Path:
    return home / "log_subject.json"


def _ledger_file(home: Path) -> Path:
    return home / "ledger.json"


def _signing_password_file(home: Path) -> Path:
    return home / "signing" / "password.wrapped"
