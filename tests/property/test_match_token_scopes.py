"""Match tokens of any persons: two keys share nothing, the order of rows does not matter, no column counts a name."""

import hashlib
from collections import Counter

import pyarrow as pa
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pseudonymisation.keys import PseudonymKey
from pseudonymisation.match_tokens import match_tokens
from schemas.match_tokens import MATCH_TOKEN_SCHEMA, SKETCH_COLUMNS, TOKEN_TYPES

KEY = PseudonymKey("match_token", bytes(range(1, 33)))
OTHER = PseudonymKey("match_token", bytes(range(2, 34)))
CELLS = {
    "geslachtsnaam": st.sampled_from(["Jansen", "de Vries", "Jansen-de Vries", "Bos", "Ömer"]),
    "voornamen": st.sampled_from(["Jan", "Johannes Petrus", "J.P.", "Maria", "Ria"]),
    "geboortedatum": st.dates().map(str) | st.sampled_from(["1980-05-12", "1980-05-00"]),
    "geslacht": st.sampled_from(["M", "V", "1"]),
    "postcode": st.sampled_from(["1234AB", "1234AC", "9999ZZ"]),
    "huisnummer": st.integers(1, 99).map(str),
}
PERSON = st.fixed_dictionaries({name: st.none() | cells for name, cells in CELLS.items()})
PEOPLE = st.lists(PERSON, max_size=12)


def table(people, order=None):
    ids = [hashlib.sha256(str(place).encode()).digest()[:16] for place in range(len(people))]
    columns = {name: pa.array([person[name] for person in people], pa.string()) for name in CELLS}
    made = pa.table({"id": pa.array(ids, pa.binary(16)), **columns})
    return made if order is None else made.take(pa.array(order, pa.int64()))


@settings(max_examples=10, deadline=None)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_row_order_does_not_matter(people, random):
    order = random.sample(range(len(people)), len(people))
    assert match_tokens(table(people), KEY).equals(match_tokens(table(people, order), KEY))


@settings(max_examples=10, deadline=None)
@given(PEOPLE)
def test_every_record_is_there_once_by_id(people):
    made = match_tokens(table(people), KEY)
    assert made.schema == MATCH_TOKEN_SCHEMA
    assert sorted(made["id"].drop_null().to_pylist()) == sorted(table(people)["id"].to_pylist())
    assert set(made["record"].to_pylist()) == set(range(len(people)))


@settings(max_examples=10, deadline=None)
@given(PEOPLE)
def test_two_keys_share_no_token(people):
    # Short tokens collide by chance: 64 bits never, 32 bits hardly, so those are held against each other.
    one, other = (match_tokens(table(people), key) for key in (KEY, OTHER))
    for name in ("block", "surname", "given", "address", "address_number", *SKETCH_COLUMNS[:4]):
        shared = set(one[name].drop_null().to_pylist()) & set(other[name].drop_null().to_pylist())
        assert shared <= {0}


@settings(max_examples=10, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=30))
def test_tokens_are_equal_only_inside_a_block(people):
    made = match_tokens(table(people), KEY).to_pandas().dropna(subset=["block"])
    assume(len(made))
    for name in (name for name, kind in TOKEN_TYPES.items() if kind == pa.uint32()):
        blocks_of = made[made[name] != 0].groupby(name)["block"].nunique()
        assert Counter(blocks_of.tolist()).keys() <= {1}
