"""The key-encryption key of a passphrase: scrypt, with its salt and cost kept beside it.

Source: RFC 7914; the cost n = 2**15, r = 8, p = 1 takes 32 MiB and a tenth of a second per guess.
"""

import secrets
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pseudonymisation.key_wrapping import KEK_BYTES, LocalKek
from samenloop.key_custody.secret_files import read_secret_file, write_secret_file
from schemas.errors import RefusedByPurpose

_SHORTEST: Final = 16


class ScryptCost(BaseModel):
    """How a passphrase becomes a key; a cost below the floor is refused, so that an edited file cannot lower it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    salt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] = Field(
        default_factory=lambda: secrets.token_hex(16)
    )
    n: Literal[32768, 65536, 131072] = 32768
    r: Literal[8] = 8
    p: Literal[1] = 1


def kek_of_passphrase(passphrase: bytes, cost: ScryptCost) -> LocalKek:
    """Gives the key-encryption key of a passphrase; white space around it does not count.

    Raises:
        RefusedByPurpose: ``weak_passphrase``: fewer than 16 characters or 6 different ones.
    """
    stripped = passphrase.strip()
    if len(stripped) < _SHORTEST or len(set(stripped)) < 6:
        raise RefusedByPurpose(
            "weak_passphrase", f"the passphrase has fewer than {_SHORTEST} characters or repeats few", "take a longer"
        )
    return _derived(stripped, cost)


@lru_cache(maxsize=4)
def _derived(passphrase: bytes, cost: ScryptCost) -> LocalKek:
    # Every step of a run opens the keyring afresh; the cost is there for who guesses, not for who knows.
    scrypt = Scrypt(salt=bytes.fromhex(cost.salt), length=KEK_BYTES, n=cost.n, r=cost.r, p=cost.p)
    return LocalKek(scrypt.derive(passphrase))


def passphrase_file(home: Path, configured: Path | None) -> Path:
    """Gives where the passphrase is: ``SAMENLOOP_PASSPHRASE_FILE``, else in the keyring itself."""
    return configured or home / "passphrase"


def read_passphrase(path: Path) -> bytes:
    """Gives the passphrase of a file.

    Raises:
        RefusedByPurpose: ``key_missing`` or ``key_file_open``.
    """
    return read_secret_file(path, "the passphrase")


def generate_passphrase(path: Path) -> None:
    """Writes a random passphrase of 256 bits to a new file."""
    write_secret_file(path, b64encode(secrets.token_bytes(KEK_BYTES)) + b"\n")
