"""The keyring: one folder for its owner only, one key set per purpose and scope."""

import os

import pytest

from samenloop.keyring import make_keyring, open_keyring
from schemas.errors import RefusedByPurpose


@pytest.mark.parametrize("profile", ["production", "synthetic"])
def test_a_keyring_comes_back_with_its_profile(tmp_path, profile):
    make_keyring(tmp_path / "home", profile)
    assert open_keyring(tmp_path / "home").profile == profile


def test_a_keyring_is_for_its_owner_only(tmp_path):
    former = os.umask(0)
    try:
        keyring = make_keyring(tmp_path / "home", "synthetic")
        keyring.key_set("stapeling", "2018H1")
    finally:
        os.umask(former)
    found = {path.relative_to(keyring.home).as_posix(): path.stat().st_mode & 0o777 for path in keyring.home.rglob("*")}
    assert keyring.home.stat().st_mode & 0o777 == 0o700
    secret = ["keyring.json", "signing/fg.key", "signing/controller.key", "keysets/stapeling/2018H1.json"]
    assert {name: found[name] for name in secret} == dict.fromkeys(secret, 0o600)


def test_a_keyring_is_never_made_over_another(tmp_path):
    make_keyring(tmp_path / "home", "production")
    before = (tmp_path / "home" / "signing" / "fg.key").read_bytes()
    with pytest.raises(RefusedByPurpose, match="keyring_exists"):
        make_keyring(tmp_path / "home", "synthetic")
    assert (tmp_path / "home" / "signing" / "fg.key").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda home: (home / "keyring.json").unlink(), "keyring_missing"),
        (lambda home: home.chmod(0o750), "key_file_open"),
        (lambda home: home.chmod(0o701), "key_file_open"),
        (lambda home: (home / "keyring.json").write_text("{"), "keyring_damaged"),
        (lambda home: (home / "keyring.json").write_text("[]"), "keyring_damaged"),
        (lambda home: (home / "keyring.json").write_text("{}"), "keyring_damaged"),
        (lambda home: (home / "keyring.json").write_text('{"profile": "demo"}'), "keyring_damaged"),
    ],
    ids=["missing", "group", "others", "half", "list", "empty", "unknown profile"],
)
def test_a_keyring_that_is_not_in_order_is_refused(tmp_path, change, code):
    make_keyring(tmp_path / "home", "synthetic")
    change(tmp_path / "home")
    with pytest.raises(RefusedByPurpose) as refused:
        open_keyring(tmp_path / "home")
    assert refused.value.code == code


def test_one_key_set_per_purpose_and_scope(tmp_path):
    keyring = make_keyring(tmp_path / "home", "synthetic")
    places = [("stapeling", "2018H1"), ("stapeling", "2018H2"), ("monitoring", "2018H1"), ("stapeling", "purpose")]
    first = [keyring.key_set(*place).fingerprint for place in places]
    assert len(set(first)) == len(places)
    assert [open_keyring(tmp_path / "home").key_set(*place).fingerprint for place in places] == first


def test_a_key_set_that_others_may_read_is_refused(tmp_path):
    keyring = make_keyring(tmp_path / "home", "synthetic")
    keyring.key_set("stapeling", "2018H1")
    (keyring.home / "keysets" / "stapeling" / "2018H1.json").chmod(0o644)
    with pytest.raises(RefusedByPurpose, match="key_file_open"):
        keyring.key_set("stapeling", "2018H1")
