"""Keyed pseudonyms: what they are computed from, and that kinds, keys and values never share one."""

import hashlib
import hmac

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import PseudonymKey

SECRET = bytes(range(1, 33))
OTHER = bytes(range(2, 34))


def hashed(value, kind="person", secret=SECRET):
    return pseudonyms(pa.array([value], pa.string()), PseudonymKey(kind, secret))[0].as_py()


def test_is_hmac_sha256_over_kind_version_and_value_cut_to_128_bits():
    message = b"\x00\x00\x00\x06person" + b"\x00\x00\x00\x011" + b"999996770"
    assert hashed("999996770") == hmac.new(SECRET, message, hashlib.sha256).digest()[:16]


def test_nothing_shares_a_pseudonym():
    all_different = [
        hashed("999996770"),
        hashed("111222334"),
        hashed("999996770", kind="address"),
        hashed("999996770", kind="address_number"),
        hashed("_number999996770", kind="address"),
        hashed("999996770", secret=OTHER),
        hashed(""),
    ]
    assert len(set(all_different)) == len(all_different)


def test_missing_stays_missing():
    assert hashed(None) is None
    assert pseudonyms(pa.nulls(3, pa.string()), PseudonymKey("person", SECRET)).to_pylist() == [None] * 3
    assert pseudonyms(pa.array([], pa.string()), PseudonymKey("person", SECRET)).to_pylist() == []


@given(st.lists(st.one_of(st.none(), st.sampled_from("abc"), st.text(max_size=4)), max_size=30))
def test_row_by_row_and_together_are_the_same(values):
    together = pseudonyms(pa.array(values, pa.string()), PseudonymKey("person", SECRET)).to_pylist()
    assert together == [hashed(value) for value in values]
