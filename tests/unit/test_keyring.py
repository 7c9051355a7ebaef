"""The keyring: one folder for its owner only, one key set per purpose and scope."""

import json
import os
import pickle
import shutil

import pytest

from pseudonymisation.keys import KINDS
from samenloop.keyring import make_keyring, open_keyring
from schemas.errors import RefusedByPurpose


def edit(home, change):
    content = json.loads((home / "keyring.json").read_text())
    change(content)
    (home / "keyring.json").write_text(json.dumps(content))


def holder(content):
    return content["custodian"]["holder"]


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
    secret = ["keyring.json", "signing/fg.key", "signing/controller.key", "keysets/stapeling/2018H1/v1.json"]
    secret += ["passphrase", "log_subject.json", "signing/password.wrapped"]
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
        (lambda home: edit(home, lambda content: content.update(format="samenloop-keyring-1")), "keyring_damaged"),
        (lambda home: edit(home, lambda content: content["custodian"].pop("fingerprint")), "keyring_damaged"),
        (lambda home: edit(home, lambda content: holder(content)["scrypt"].update(n=2)), "keyring_damaged"),
        (lambda home: edit(home, lambda content: holder(content).update(kind="nobody")), "keyring_damaged"),
    ],
    ids=[
        "missing",
        "group",
        "others",
        "half",
        "list",
        "empty",
        "unknown profile",
        "format",
        "fingerprint",
        "cheap",
        "holder",
    ],
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
    (keyring.home / "keysets" / "stapeling" / "2018H1" / "v1.json").chmod(0o644)
    with pytest.raises(RefusedByPurpose, match="key_file_open"):
        keyring.key_set("stapeling", "2018H1")


def test_a_keyring_is_never_copied_out(tmp_path):
    with pytest.raises(TypeError):
        pickle.dumps(make_keyring(tmp_path / "home", "synthetic"))


def test_the_log_subject_key_is_one_per_keyring_and_of_no_purpose(tmp_path):
    keyring = make_keyring(tmp_path / "home", "synthetic")
    key = keyring.log_subject_key
    assert key.kind == "log_subject"
    assert open_keyring(tmp_path / "home").log_subject_key.fingerprint == key.fingerprint
    keys = keyring.key_set("stapeling", "2018H1")
    assert key.fingerprint not in {keys[kind].fingerprint for kind in KINDS}
    assert make_keyring(tmp_path / "other", "synthetic").log_subject_key.fingerprint != key.fingerprint


def test_only_the_custodian_that_a_purpose_names_will_do(tmp_path):
    keyring = make_keyring(tmp_path / "home", "synthetic")
    keyring.check_custodian(None)
    keyring.check_custodian(keyring.kek.fingerprint)
    with pytest.raises(RefusedByPurpose) as refused:
        keyring.check_custodian("0" * 16)
    assert (refused.value.code, refused.value.exit_code) == ("wrong_key", 3)


def test_nothing_opens_with_the_key_of_another_keyring(tmp_path):
    mine, other = (make_keyring(tmp_path / name, "synthetic") for name in ("mine", "other"))
    mine.key_set("stapeling", "2018H1")
    shutil.copytree(mine.home / "keysets", other.home / "keysets")
    for name in ("log_subject.json", "signing/password.wrapped"):
        shutil.copyfile(mine.home / name, other.home / name)
    with pytest.raises(RefusedByPurpose, match="wrong_kek"):
        other.key_set("stapeling", "2018H1")
    with pytest.raises(RefusedByPurpose, match="wrong_kek"):
        _ = other.log_subject_key
    with pytest.raises(RefusedByPurpose, match="key_damaged"):
        other.sign("fg", b"a purpose")


class TestPassphrase:
    def test_is_made_in_the_keyring_when_none_is_configured(self, tmp_path):
        keyring = make_keyring(tmp_path / "home", "synthetic")
        assert keyring.keeps_its_passphrase
        assert len((keyring.home / "passphrase").read_text().strip()) == 44

    def test_comes_from_the_configured_file(self, tmp_path, monkeypatch):
        elsewhere = tmp_path / "passphrase"
        elsewhere.write_text("correct horse battery staple\n")
        elsewhere.chmod(0o600)
        monkeypatch.setenv("SAMENLOOP_PASSPHRASE_FILE", str(elsewhere))
        keyring = make_keyring(tmp_path / "home", "production")
        made = keyring.key_set("stapeling", "2018H1").fingerprint
        assert not keyring.keeps_its_passphrase
        assert open_keyring(keyring.home).key_set("stapeling", "2018H1").fingerprint == made
        assert b"correct horse" not in b"".join(path.read_bytes() for path in keyring.home.rglob("*") if path.is_file())

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda path: path.write_text("another passphrase, long enough"), "wrong_passphrase"),
            (lambda path: path.write_text("short"), "weak_passphrase"),
            (lambda path: path.write_text("ab" * 20), "weak_passphrase"),
            (lambda path: path.write_text(""), "weak_passphrase"),
            (lambda path: path.unlink(), "key_missing"),
            (lambda path: path.chmod(0o640), "key_file_open"),
        ],
        ids=["wrong", "short", "repeats", "empty", "missing", "open"],
    )
    def test_that_is_not_in_order_opens_nothing(self, tmp_path, change, code):
        make_keyring(tmp_path / "home", "synthetic").key_set("stapeling", "2018H1")
        change(tmp_path / "home" / "passphrase")
        keyring = open_keyring(tmp_path / "home")
        for use in (
            lambda: keyring.key_set("stapeling", "2018H1"),
            lambda: keyring.sign("fg", b"a purpose"),
            lambda: keyring.log_subject_key,
            lambda: keyring.check_custodian("0" * 16),
        ):
            with pytest.raises(RefusedByPurpose) as refused:
                use()
            assert (refused.value.code, refused.value.exit_code) == (code, 3)
