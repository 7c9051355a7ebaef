"""Ed25519 signing keys of roles (controller, fg) and detached signatures."""

import os
import stat
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final, Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from schemas.errors import RefusedByPurpose

Role = Literal["controller", "fg"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


def make_signing_key(folder: Path, role: Role) -> None:
    """Writes a new private key (owner only) and its public key (``<role>.pub``) in a folder.

    Raises:
        FileExistsError: the role has a key already; a key is never overwritten.
    """
    private = Ed25519PrivateKey.generate()
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(_private(folder, role), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public_key_file(folder, role).write_bytes(public)


def public_key_file(folder: Path, role: Role) -> Path:
    """Gives where the public key of a role is."""
    return folder / f"{role}.pub"


def sign(folder: Path, role: Role, message: bytes) -> str:
    """Gives a base64 signature over a message with a role's private key.

    Raises:
        RefusedByPurpose: ``key_missing`` or ``key_file_open``.
    """
    path = _private(folder, role)
    if not path.is_file():
        raise RefusedByPurpose("key_missing", f"the signing key of {role} is not here", "run samenloop keys init")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise RefusedByPurpose("key_file_open", f"others may read the signing key of {role}", "chmod 600 the key file")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise RefusedByPurpose("weak_key", f"the signing key of {role} is no Ed25519 key", "make a new keyring")
    return b64encode(key.sign(_bound(role, message))).decode()


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
