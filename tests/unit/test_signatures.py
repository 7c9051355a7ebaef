"""Signatures: bound to message, key and role."""

import os
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from samenloop.signatures import ROLES, is_signed, make_signing_key, public_key_file, sign
from schemas.errors import RefusedByPurpose

MESSAGE = b"a purpose"
PASSWORD = b"a password of the keyring"


@pytest.fixture
def signing(tmp_path):
    for role in ROLES:
        make_signing_key(tmp_path, role, PASSWORD)
    return tmp_path


def test_a_signature_is_good_for_its_message_key_and_role(signing):
    signature = sign(signing, "fg", MESSAGE, PASSWORD)
    assert is_signed(public_key_file(signing, "fg"), "fg", MESSAGE, signature)
    assert is_signed(public_key_file(signing, "fg"), "fg", MESSAGE, signature + "\n")


def test_a_signature_is_good_for_nothing_else(signing, tmp_path):
    signature = sign(signing, "fg", MESSAGE, PASSWORD)
    other = bytearray(b64decode(signature))
    other[0] ^= 1
    fg, controller = (public_key_file(signing, role) for role in ("fg", "controller"))
    assert not is_signed(fg, "fg", MESSAGE + b".", signature)
    assert not is_signed(controller, "fg", MESSAGE, signature)
    assert not is_signed(fg, "fg", MESSAGE, b64encode(bytes(other)).decode())
    for text in ("", "x", "é", signature[:-4], signature + "AAAA"):
        assert not is_signed(fg, "fg", MESSAGE, text)
    assert not is_signed(tmp_path / "nowhere.pub", "fg", MESSAGE, signature)


def test_one_role_never_signs_for_the_other_even_with_the_same_key(signing):
    signature = sign(signing, "fg", MESSAGE, PASSWORD)
    assert not is_signed(public_key_file(signing, "fg"), "controller", MESSAGE, signature)


def test_a_public_key_of_another_kind_or_a_damaged_one_verifies_nothing(signing):
    signature = sign(signing, "fg", MESSAGE, PASSWORD)
    path = public_key_file(signing, "fg")
    rsa = generate_private_key(65537, 2048).public_key()
    for content in (rsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), b"", b"x"):
        path.write_bytes(content)
        assert not is_signed(path, "fg", MESSAGE, signature)


def test_a_private_key_is_for_its_owner_only(tmp_path):
    former = os.umask(0)
    try:
        make_signing_key(tmp_path, "fg", PASSWORD)
    finally:
        os.umask(former)
    assert (tmp_path / "fg.key").stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_overwritten(signing):
    before = [(signing / name).read_bytes() for name in ("fg.key", "fg.pub")]
    with pytest.raises(FileExistsError):
        make_signing_key(signing, "fg", PASSWORD)
    assert [(signing / name).read_bytes() for name in ("fg.key", "fg.pub")] == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda key: key.unlink(), "key_missing"),
        (lambda key: key.chmod(0o640), "key_file_open"),
        (lambda key: key.chmod(0o604), "key_file_open"),
        (
            lambda key: key.write_bytes(
                generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            ),
            "weak_key",
        ),
        (
            lambda key: key.write_bytes(
                Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            ),
            "weak_key",
        ),
        (lambda key: key.write_bytes(b"damaged"), "weak_key"),
    ],
    ids=["missing", "group", "others", "RSA", "unsealed", "damaged"],
)
def test_a_private_key_that_is_not_in_order_signs_nothing(signing, change, code):
    change(signing / "fg.key")
    with pytest.raises(RefusedByPurpose) as refused:
        sign(signing, "fg", MESSAGE, PASSWORD)
    assert refused.value.code == code


def test_a_private_key_opens_with_its_password_only(signing):
    assert b"ENCRYPTED PRIVATE KEY" in (signing / "fg.key").read_bytes()
    for password in (PASSWORD + b".", b"x"):
        with pytest.raises(RefusedByPurpose, match="weak_key"):
            sign(signing, "fg", MESSAGE, password)
