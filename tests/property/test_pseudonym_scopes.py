"""One delivery under any purposes and scopes: no pseudonym of the one ever occurs in the other, nor in another kind."""

from itertools import combinations

import pyarrow as pa
import pytest
from builders import bsn, pulled, row
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import KINDS
from samenloop.keyring import make_keyring

PLACES = [("stapeling", "2018H1"), ("stapeling", "2018H2"), ("stapeling", "purpose"), ("monitoring", "purpose")]
KIND_OF = {"partner": "person"}


@pytest.fixture(scope="module")
def key_sets(tmp_path_factory):
    keyring = make_keyring(tmp_path_factory.mktemp("keys") / "home", "synthetic")
    return [*(keyring.key_set(*place) for place in PLACES), keyring.store.rotate(*PLACES[0], keyring.kek)]


def by_kind(table: pa.Table) -> dict[str, set[bytes]]:
    """The pseudonyms of a table per kind of key."""
    found: dict[str, set[bytes]] = {}
    for field in table.schema:
        if pa.types.is_fixed_size_binary(field.type):
            kind = KIND_OF.get(field.name, field.name)
            found.setdefault(kind, set()).update(table[field.name].drop_null().to_pylist())
    return found


def test_the_same_rows_share_nothing(key_sets, tmp_path):
    rows = [row("pwet", bsn=bsn(number), bsn_partner=bsn(number + 50), huisnummer=str(number)) for number in range(40)]
    found = [by_kind(pulled(tmp_path, "pwet", rows, keys=keys).table) for keys in key_sets]
    assert {len(kinds["person"]) for kinds in found} == {80}
    for one, other in combinations(found, 2):
        assert not set().union(*one.values()) & set().union(*other.values())
    for kinds in found:
        for one, other in combinations(kinds.values(), 2):
            assert not one & other


@settings(max_examples=50)
@given(st.lists(st.text(max_size=12), unique=True, max_size=20))
def test_whatever_the_values(key_sets, values):
    column = pa.array(values, pa.string())
    made = [value for keys in key_sets for kind in KINDS for value in pseudonyms(column, keys[kind]).to_pylist()]
    assert len(set(made)) == len(made)
