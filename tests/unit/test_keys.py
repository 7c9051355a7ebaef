"""Keys: weak ones are refused and none shows itself."""

import copy
import json
import os
import pickle

import pytest

from pseudonymisation.keys import KINDS, KeySet, PseudonymKey
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


def test_the_log_subject_key_is_no_part_of_a_set():
    assert "log_subject" not in KINDS
    assert len(KINDS) == 7


def test_a_check_value_is_of_key_and_kind_and_no_fingerprint():
    person, address = PseudonymKey("person", STRONG), PseudonymKey("address", STRONG)
    assert person.check_value == PseudonymKey("person", STRONG).check_value
    assert len({person.check_value, address.check_value, person.fingerprint}) == 3
