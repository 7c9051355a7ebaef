"""Keys: weak ones are refused, none shows itself, and their file is for its owner only."""

import copy
import json
import os
import pickle

import pytest

from pseudonymisation.keys import KINDS, KeySet, PseudonymKey, load_key_set, save_key_set
from schemas.errors import RefusedByPurpose

STRONG = bytes(range(1, 33))
CALLS = [pickle.dumps, copy.copy, copy.deepcopy, json.dumps]


@pytest.mark.parametrize(
    "secret",
    [
        b"",
        STRONG[:31],
        STRONG + b"x",
        bytes(32),
        b"a" * 32,
        bytes([*range(1, 11), *[10] * 22]),
        STRONG[:31] + b"\n",
        STRONG[:31] + b"\r",
    ],
    ids=["empty", "short", "long", "zeros", "constant", "ten distinct bytes", "line feed", "carriage return"],
)
def test_a_weak_key_is_refused(secret):
    with pytest.raises(RefusedByPurpose) as refused:
        PseudonymKey("person", secret)
    assert refused.value.code == "weak_key"


def test_a_key_set_needs_every_kind_and_no_key_twice():
    strong = {kind: PseudonymKey(kind, os.urandom(31) + b"x") for kind in KINDS}
    KeySet(strong)
    lacking = {kind: key for kind, key in strong.items() if kind != "record"}
    shared = {**strong, "address": PseudonymKey("address", strong["person"].expose_secret())}
    for wrong in (lacking, shared):
        with pytest.raises(RefusedByPurpose, match="weak_key"):
            KeySet(wrong)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.__module__}.{call.__name__}")
@pytest.mark.parametrize("secretive", [PseudonymKey("person", STRONG), KeySet.generate()], ids=["key", "key set"])
def test_a_key_is_never_copied_out(secretive, call):
    with pytest.raises(TypeError):
        call(secretive)


def test_a_key_shows_itself_to_nobody():
    key = PseudonymKey("person", STRONG)
    for shown in (repr(key), str(key), f"{key}", f"{key!r}", key.fingerprint, repr(KeySet.generate())):
        assert repr(STRONG)[2:-1] not in shown
        assert STRONG.hex()[:8] not in shown


def test_a_fingerprint_tells_keys_apart_and_is_stable():
    keys = KeySet.generate()
    assert len({keys[kind].fingerprint for kind in KINDS}) == len(KINDS)
    assert keys.fingerprint == keys.fingerprint != KeySet.generate().fingerprint
    assert PseudonymKey("person", STRONG).fingerprint == PseudonymKey("person", STRONG).fingerprint


class TestKeyFile:
    def test_comes_back_as_it_was_saved(self, tmp_path):
        keys = KeySet.generate()
        save_key_set(keys, tmp_path / "set.json")
        assert load_key_set(tmp_path / "set.json").fingerprint == keys.fingerprint

    def test_is_for_its_owner_only(self, tmp_path):
        former = os.umask(0)
        try:
            save_key_set(KeySet.generate(), tmp_path / "set.json")
        finally:
            os.umask(former)
        assert (tmp_path / "set.json").stat().st_mode & 0o777 == 0o600

    def test_is_never_overwritten(self, tmp_path):
        save_key_set(KeySet.generate(), tmp_path / "set.json")
        before = (tmp_path / "set.json").read_bytes()
        with pytest.raises(FileExistsError):
            save_key_set(KeySet.generate(), tmp_path / "set.json")
        assert (tmp_path / "set.json").read_bytes() == before

    @pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o644, 0o666])
    def test_that_others_may_touch_is_refused(self, tmp_path, mode):
        save_key_set(KeySet.generate(), tmp_path / "set.json")
        (tmp_path / "set.json").chmod(mode)
        with pytest.raises(RefusedByPurpose, match="key_file_open"):
            load_key_set(tmp_path / "set.json")

    def test_that_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(RefusedByPurpose, match="key_missing"):
            load_key_set(tmp_path / "set.json")

    @pytest.mark.parametrize(
        "content", ["", "{}", "[]", '{"keys": []}', '{"keys": {"person": "AAAA"}}', '{"keys": {"person": "?"}}', "null"]
    )
    def test_that_is_damaged_is_refused(self, tmp_path, content):
        path = tmp_path / "set.json"
        path.write_text(content)
        path.chmod(0o600)
        with pytest.raises(RefusedByPurpose, match="weak_key"):
            load_key_set(path)
