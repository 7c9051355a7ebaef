"""Who holds the key-encryption key of a keyring: chosen once, when the keyring is made, and kept in ``keyring.json``.

Settings say where passphrase or vault can be reached; they can never choose another custodian.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from pseudonymisation.key_wrapping import KeyEncryptionKey
from pseudonymisation.wrapped_keys import Fingerprint
from samenloop.key_custody.airflow_secrets import DEFAULT_VARIABLE, passphrase_of_variable
from samenloop.key_custody.passphrase import (
    ScryptCost,
    generate_passphrase,
    kek_of_passphrase,
    passphrase_file,
    read_passphrase,
)
from samenloop.key_custody.secret_files import read_secret_file
from samenloop.key_custody.vault import TransitKek
from samenloop.settings import Settings
from schemas.errors import RefusedByPurpose

CustodianKind = Literal["passphrase", "vault", "airflow"]


class _Holder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PassphraseFile(_Holder):
    """A passphrase in a file: the embedded default."""

    kind: Literal["passphrase"] = "passphrase"
    scrypt: ScryptCost = ScryptCost()

    def kek(self, home: Path) -> KeyEncryptionKey:
        """Gives the key; errors of ``read_passphrase`` and ``kek_of_passphrase``."""
        return kek_of_passphrase(read_passphrase(passphrase_file(home, Settings().passphrase_file)), self.scrypt)


class AirflowVariable(_Holder):
    """A passphrase in Airflow's secrets backend."""

    kind: Literal["airflow"] = "airflow"
    variable: str = Field(default=DEFAULT_VARIABLE, pattern=r"^[A-Za-z0-9_./-]{1,100}$")
    scrypt: ScryptCost = ScryptCost()

    def kek(self, _home: Path) -> KeyEncryptionKey:
        """Gives the key; errors of ``passphrase_of_variable`` and ``kek_of_passphrase``."""
        return kek_of_passphrase(passphrase_of_variable(self.variable), self.scrypt)


class VaultTransit(_Holder):
    """A key in the transit engine of a HashiCorp Vault."""

    kind: Literal["vault"] = "vault"
    key: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")
    mount: str = Field(default="transit", pattern=r"^[A-Za-z0-9_./-]{1,100}$")

    def kek(self, _home: Path) -> KeyEncryptionKey:
        """Gives the key by name.

        Raises:
            RefusedByPurpose: ``custodian_unset`` (no address or token file), ``key_missing`` or ``key_file_open``.
        """
        settings = Settings()
        if not settings.vault_addr or settings.vault_token_file is None:
            raise _unset("SAMENLOOP_VAULT_ADDR and SAMENLOOP_VAULT_TOKEN_FILE")
        token = read_secret_file(settings.vault_token_file, "the token of the vault").decode().strip()
        return TransitKek(settings.vault_addr, token, self.key, self.mount)


Holder = Annotated[PassphraseFile | AirflowVariable | VaultTransit, Field(discriminator="kind")]


class Custodian(_Holder):
    """The holder and the fingerprint of its key when the keyring was made."""

    holder: Holder
    fingerprint: Fingerprint

    def kek(self, home: Path) -> KeyEncryptionKey:
        """Gives the key-encryption key.

        Raises:
            RefusedByPurpose: ``wrong_passphrase`` or ``wrong_kek``: it is not the key of this keyring; and the errors
                of the holder.
            RunError: ``custodian_unreachable``.
        """
        kek = self.holder.kek(home)
        if kek.fingerprint == self.fingerprint:
            return kek
        if isinstance(self.holder, VaultTransit):
            raise RefusedByPurpose(
                "wrong_kek", "the key of that name in the vault is not this keyring's", "ask the custodian"
            )
        raise RefusedByPurpose("wrong_passphrase", "the passphrase is not this keyring's", "give the right passphrase")


_UNSET: Final = "the custodian cannot be reached without its settings"


def appoint(kind: CustodianKind, home: Path) -> tuple[Custodian, KeyEncryptionKey]:
    """Chooses the custodian of a new keyring and gives its key; makes a passphrase where none is configured.

    Raises:
        RefusedByPurpose: ``custodian_unset``, or the holder has no key to give.
    """
    settings = Settings()
    holder: PassphraseFile | AirflowVariable | VaultTransit
    if kind == "vault":
        if not settings.vault_key:
            raise _unset("SAMENLOOP_VAULT_KEY")
        holder = VaultTransit(key=settings.vault_key, mount=settings.vault_mount)
    elif kind == "airflow":
        holder = AirflowVariable(variable=settings.passphrase_variable or DEFAULT_VARIABLE, scrypt=ScryptCost())
    else:
        holder = PassphraseFile(scrypt=ScryptCost())
        if settings.passphrase_file is None and not (home / "passphrase").exists():
            generate_passphrase(home / "passphrase")
    kek = holder.kek(home)
    return Custodian(holder=holder, fingerprint=kek.fingerprint), kek


def _unset(names: str) -> RefusedByPurpose:
    return RefusedByPurpose("custodian_unset", _UNSET, f"set {names}")
