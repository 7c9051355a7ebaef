"""Wrapping: a blob opens with its own key and for its own label only, and what comes out is checked at once."""

import copy
import json
import os
import pickle
from base64 import b64encode
from itertools import product

import pytest

from pseudonymisation.key_wrapping import KeyLabel, LocalKek
from pseudonymisation.keys import KINDS, KeySet, PseudonymKey
from pseudonymisation.wrapped_keys import KEY_SET_FORMAT, open_key, open_key_set, wrap_key, wrap_key_set
from schemas.errors import RefusedByPurpose

SECRET = bytes(range(1, 33))
KEK = LocalKek(SECRET)
LABEL = KeyLabel(KEY_SET_FORMAT, "stapeling", "2018H1", 1)
OTHERS = [
    KeyLabel("samenloop-key-1", "stapeling", "2018H1", 1),
    KeyLabel(KEY_SET_FORMAT, "monitoring", "2018H1", 1),
    KeyLabel(KEY_SET_FORMAT, "stapeling", "2018H2", 1),
    KeyLabel(KEY_SET_FORMAT, "stapeling", "2018H1", 2),
]
CALLS = [pickle.dumps, copy.copy, copy.deepcopy, json.dumps]


def refused(code):
    return pytest.raises(RefusedByPurpose, match=f"^refused: {code}:")


class TestLocalKek:
    def test_gives_back_what_it_sealed_and_never_seals_twice_alike(self):
        sealed = [KEK.wrap(b"a key", LABEL) for _ in range(3)]
        assert len(set(sealed)) == 3
        assert {KEK.unwrap(one, LABEL) for one in sealed} == {b"a key"}

    @pytest.mark.parametrize("other", OTHERS, ids=lambda label: label.associated_data.decode())
    def test_opens_for_no_other_label(self, other):
        with refused("key_damaged"):
            KEK.unwrap(KEK.wrap(b"a key", LABEL), other)

    def test_opens_with_no_other_key(self):
        with refused("key_damaged"):
            LocalKek(SECRET[::-1]).unwrap(KEK.wrap(b"a key", LABEL), LABEL)

    def test_notices_every_changed_byte_and_every_cut(self):
        sealed = KEK.wrap(b"a key", LABEL)
        for place in range(len(sealed)):
            changed = bytearray(sealed)
            changed[place] ^= 1
            for wrong in (bytes(changed), sealed[:place]):
                with refused("key_damaged"):
                    KEK.unwrap(wrong, LABEL)

    @pytest.mark.parametrize("secret", [b"", SECRET[:16], SECRET + b"x"])
    def test_needs_256_bits(self, secret):
        with pytest.raises(ValueError, match="32 bytes"):
            LocalKek(secret)

    @pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.__module__}.{call.__name__}")
    def test_is_never_copied_out(self, call):
        with pytest.raises(TypeError):
            call(KEK)

    def test_shows_itself_to_nobody(self):
        assert repr(KEK) == str(KEK) == "<key-encryption key>"
        assert KEK.fingerprint == LocalKek(SECRET).fingerprint != LocalKek(SECRET[::-1]).fingerprint


@pytest.mark.parametrize(
    ("purpose", "scope", "version"),
    [("a|b", "c", 1), ("..", "c", 1), ("a/b", "c", 1), ("", "c", 1), ("a", "", 1), ("a", "c", 0), ("a", "c\n", 1)],
)
def test_a_label_is_no_path_and_reaches_into_no_other(purpose, scope, version):
    with refused("key_label"):
        KeyLabel(KEY_SET_FORMAT, purpose, scope, version)


class TestFileOfAKeySet:
    def test_comes_back_as_it_was_wrapped(self):
        keys = KeySet.generate()
        opened = open_key_set(wrap_key_set(keys, LABEL, KEK), LABEL, KEK)
        assert [opened[kind].expose_secret() for kind in KINDS] == [keys[kind].expose_secret() for kind in KINDS]

    def test_holds_no_key_in_any_form(self):
        keys = KeySet.generate()
        content = wrap_key_set(keys, LABEL, KEK)
        for kind in KINDS:
            secret = keys[kind].expose_secret()
            assert secret not in content
            assert secret.hex()[:16] not in content.decode()

    @pytest.mark.parametrize("other", OTHERS, ids=lambda label: label.associated_data.decode())
    def test_opens_for_no_other_label_even_when_it_claims_so(self, other):
        content = wrap_key_set(KeySet.generate(), LABEL, KEK)
        with refused("key_damaged"):
            open_key_set(content, other, KEK)
        claims = {"format": other.format, "purpose": other.purpose, "scope": other.scope, "version": other.version}
        with refused("key_damaged"):
            open_key_set(json.dumps({**json.loads(content), **claims}).encode(), other, KEK)

    def test_of_another_custodian_is_refused_by_name(self):
        with refused("wrong_kek"):
            open_key_set(wrap_key_set(KeySet.generate(), LABEL, KEK), LABEL, LocalKek(SECRET[::-1]))

    @pytest.mark.parametrize("kind", KINDS)
    def test_with_a_wrong_canary_is_refused(self, kind):
        content = json.loads(wrap_key_set(KeySet.generate(), LABEL, KEK))
        content["canary"][kind] = "0" * 16
        with refused("key_canary"):
            open_key_set(json.dumps(content).encode(), LABEL, KEK)

    def test_with_the_fingerprint_of_another_set_is_refused(self):
        content = json.loads(wrap_key_set(KeySet.generate(), LABEL, KEK))
        content["fingerprint"] = "0" * 16
        with refused("key_canary"):
            open_key_set(json.dumps(content).encode(), LABEL, KEK)

    def test_sealed_around_other_bytes_is_refused(self):
        content = json.loads(wrap_key_set(KeySet.generate(), LABEL, KEK))
        for plain, code in ((b"short", "key_damaged"), (bytes(32 * len(KINDS)), "weak_key")):
            sealed = b64encode(KEK.wrap(plain, LABEL)).decode()
            with refused(code):
                open_key_set(json.dumps({**content, "sealed": sealed}).encode(), LABEL, KEK)

    def test_cut_off_anywhere_is_refused(self):
        content = wrap_key_set(KeySet.generate(), LABEL, KEK)
        for length in range(0, len(content.rstrip()), 7):
            with refused("key_damaged"):
                open_key_set(content[:length], LABEL, KEK)

    @pytest.mark.parametrize("field", ["format", "canary", "sealed", "kek", "made", "fingerprint"])
    @pytest.mark.parametrize("value", [None, "", "?", [], {}])
    def test_with_a_senseless_field_is_refused(self, field, value):
        content = json.loads(wrap_key_set(KeySet.generate(), LABEL, KEK))
        with refused("key_damaged"):
            open_key_set(json.dumps({**content, field: value}).encode(), LABEL, KEK)


def test_a_single_key_is_wrapped_the_same_way_and_passes_for_no_other_kind():
    label = KeyLabel("samenloop-key-1", "log", "subject", 1)
    key = PseudonymKey("log_subject", os.urandom(31) + b"x")
    content = wrap_key(key, label, KEK)
    assert open_key(content, "log_subject", label, KEK).expose_secret() == key.expose_secret()
    for kind, other in product(("person",), (label, LABEL)):
        with refused("key_damaged"):
            open_key(content, kind, other, KEK)
