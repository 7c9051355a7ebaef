"""Ed25519 signing keys of roles (controller, fg) and detached signatures."""

from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from samenloop.key_custody.secret_files import read_secret_file, write_secret_file
from schemas.errors import RefusedByPurpose

Role = Literal["controller", "fg", "log", "witness"]

#: Who signs a purpose; log and witness sign the checkpoints of the processing log.
ROLES: Final[tuple[Role, ...]] = ("controller", "fg")


def make_signing_key(folder: Path, role: Role, password: bytes) -> None:
    """Writes a new private key (owner only, PKCS8 sealed with the password) and its public key (``<role>.pub``).

    Raises:
        FileExistsError: the role has a key already; a key is never overwritten.
    """
    private = Ed25519PrivateKey.generate()
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    write_secret_file(_private(folder, role), secret)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public_key_file(folder, role).write_bytes(public)


def public_key_file(folder: Path, role: Role) -> Path:
    """Gives where the public key of a role is."""
    return folder / f"{role}.pub"


def signing_key(folder: Path, role: Role, password: bytes) -> Ed25519PrivateKey:
    """Gives the private key of a role.

    Raises:
        RefusedByPurpose: ``key_missing``, ``key_file_open``, or ``weak_key``: no Ed25519 key sealed with this password.
    """
    content = read_secret_file(_private(folder, role), f"the signing key of {role}")
    try:
        key = load_pem_private_key(content, password=password)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise RefusedByPurpose("weak_key", f"the signing key of {role} cannot be opened", "restore it from its backup")
    return key


def sign(folder: Path, role: Role, message: bytes, password: bytes) -> str:
    """Gives a base64 signature over a message with a role's private key; errors as in ``signing_key``."""
    return b64encode(signing_key(folder, role, password).sign(_bound(role, message))).decode()


def raw_public_key(folder: Path, role: Role) -> bytes:
    """Gives the 32 bytes of a role's public key, however its file spells them.

    Raises:
        RefusedByPurpose: ``key_missing`` or ``weak_key``.
    """
    try:
        key = load_pem_public_key(public_key_file(folder, role).read_bytes())
    except OSError:
        raise RefusedByPurpose(
            "key_missing", f"the public key of {role} is not here", "run samenloop keys init"
        ) from None
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise RefusedByPurpose("weak_key", f"the public key of {role} is no Ed25519 key", "restore it from its backup")
    return key.public_bytes_raw()


def is_signed(public_key: Path, role: Role, message: bytes, signature: str) -> bool:
    """Tells whether a base64 signature over the message was made in this role with the private half of this key."""
    try:
        key = load_pem_public_key(public_key.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(b64decode(signature.strip(), validate=True), _bound(role, message))
    except (InvalidSignature, ValueError, OSError):
        return False
    return True


def _bound(role: Role, message: bytes) -> bytes:
    """Binds a signature to its role, so that one role's signature never passes for the other's."""
    return f"samenloop {role} signature v1\n".encode() + message


def _private(folder: Path, role: Role) -> Path:
    return folder / f"{role}.key"
