"""Linkage by probability of whole files: links, what the model expects of them, and what cannot be linked."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from token_files import KEY, POLICY, damaged, half_shared, identified, linked, pairs_of, population, tokens_of

from linkage.candidates import LARGEST_BLOCK
from linkage.latent_class_model import fit
from linkage.patterns import candidate_pairs
from linkage.probability import LINK_SCHEMA, ProbabilityPolicy, link_by_probability
from pseudonymisation.match_tokens import match_tokens
from schemas.errors import RunError

JAN = {
    **{"geslachtsnaam": "Testmanstra", "voornamen": "Wobbe", "geboortedatum": "1950-03-09", "geslacht": "M"},
    **{"postcode": "1012ZZ", "huisnummer": "77"},
}
SON = JAN | {"geboortedatum": "1982-11-20"}


@pytest.fixture(scope="module")
def files():
    return half_shared()


def test_links_are_right_and_the_model_knows_how_right(files):
    register, records, truth = files
    result = linked(register, records)
    found = pairs_of(result)
    precision, recall = len(found & truth) / len(found), len(found & truth) / len(truth)
    assert precision > 0.985
    assert recall > 0.96
    assert abs(result.expected_precision.value - precision) < 0.01
    assert abs(result.expected_recall.value - recall) < 0.03
    assert result.expected_precision.low <= result.expected_precision.value <= result.expected_precision.high
    assert result.links.schema == LINK_SCHEMA
    assert sum(result.counts.values()) == 1500
    assert result.counts["linked"] == len(found) == len({person for _, person in found})


def test_the_same_links_whatever_the_order_and_the_threads(files):
    register, records, _ = files
    rng = np.random.default_rng(3)
    one = linked(register, records, threads=1)
    other = linked(
        register.take(rng.permutation(len(register))), records.take(rng.permutation(len(records))), threads=4
    )
    assert one.links.equals(other.links)
    assert (one.counts, one.threshold) == (other.counts, other.threshold)
    assert (one.expected_precision, one.expected_recall) == (other.expected_precision, other.expected_recall)


def test_a_register_of_the_shared_blocks_only_gives_the_same_links():
    people = population(600, seed=3)
    register, records = identified(people[:400], "register"), identified(people[200:], "records")
    of_records = match_tokens(records, KEY)
    of_register = match_tokens(register, KEY, of_records["block"].combine_chunks())
    whole = match_tokens(register, KEY)
    assert len(of_register) < len(whole)
    assert linked(of_register, of_records).links.equals(linked(whole, of_records).links)


def test_a_higher_stated_precision_links_less(files):
    some, most = (linked(*files[:2], ProbabilityPolicy(stated_precision=stated)) for stated in (0.9995, 0.8))
    assert pairs_of(some) < pairs_of(most)
    assert some.threshold > most.threshold >= 0.5


def test_nothing_is_linked_when_nobody_is_in_both():
    register = match_tokens(identified(population(800, seed=8), "register"), KEY)
    records = match_tokens(identified(population(800, seed=9), "records"), KEY)
    assert linked(register, records).counts["linked"] <= 2


def test_a_person_with_several_records():
    rng = np.random.default_rng(6)
    people = population(900, seed=7)
    chosen = rng.integers(0, 600, 900)
    records = identified([damaged(people[place], rng) for place in chosen], "records")
    register = identified(people, "register")
    result = linked(match_tokens(register, KEY), match_tokens(records, KEY), ProbabilityPolicy(one_to_one=False))
    ids = register["id"].to_pylist()
    truth = {(record, ids[place]) for record, place in zip(records["id"].to_pylist(), chosen, strict=True)}
    found = pairs_of(result)
    assert len(found & truth) > 0.985 * len(found)
    assert len(found & truth) > 0.95 * len(truth)
    assert len({person for _, person in found}) < 0.8 * len(found)
    assert abs(result.expected_precision.value - len(found & truth) / len(found)) < 0.01


def test_a_blocking_key_of_too_many_pairs_is_left_out():
    crowd = int(LARGEST_BLOCK**0.5) + 2
    rows = [JAN | {"geboortedatum": "1950-00-00", "voornamen": f"Naam{chr(97 + place % 26)}"} for place in range(crowd)]
    result = linked(tokens_of("l", *rows), tokens_of("r", *rows))
    assert result.counts["no_candidate"] == result.left_out == crowd


def test_records_of_a_large_blocking_key_are_counted_and_found_by_another(files):
    assert linked(*files[:2]).left_out == 0
    crowd = int(LARGEST_BLOCK**0.5) + 2
    rows = [JAN | {"geslachtsnaam": f"N{'aeiou'[place % 5]}{chr(97 + place // 5 % 20)}sma"} for place in range(crowd)]
    result = linked(tokens_of("l", *rows), tokens_of("r", *rows, SON | {"postcode": None}))
    assert result.left_out == crowd
    assert result.counts["no_candidate"] == 1
    assert sum(result.counts.values()) == crowd + 1


@pytest.mark.parametrize(("left", "right"), [(0, 0), (0, 3), (3, 0)])
def test_empty_sides(left, right):
    result = linked(tokens_of("l", *[JAN] * left), tokens_of("r", *[JAN] * right))
    assert result.links.equals(LINK_SCHEMA.empty_table())
    assert result.expected_precision is result.expected_recall is None
    assert result.counts == {"linked": 0, "ambiguous": 0, "clerical": 0, "unlikely": 0, "no_candidate": right}


def test_two_token_tables_put_together_are_refused():
    one, other = tokens_of("one", JAN), tokens_of("other", SON)
    with pytest.raises(RunError, match="match_tokens"):
        linked(pa.concat_tables([one, other]), one)
    with pytest.raises(RunError, match="match_tokens"):
        linked(one, pa.concat_tables([one, one]))


@pytest.mark.parametrize("wrong", [{"stated_precision": 1.0}, {"stated_precision": 0.3}, {"ambiguity_margin": -0.1}])
def test_a_policy_out_of_range(wrong):
    with pytest.raises(RunError, match="policy"):
        ProbabilityPolicy(**wrong)


def test_nothing_stays_behind_in_the_connection(files):
    with duckdb.connect() as connection:
        register, records = (connection.from_arrow(table) for table in files[:2])
        link_by_probability(register, records, POLICY, connection)
        left = connection.execute(
            "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal"
        )
        assert left.fetchall() == []


def test_the_model_does_not_depend_on_pandas_or_on_order(files):
    with duckdb.connect() as connection:
        sides = (connection.from_arrow(table) for table in files[:2])
        with candidate_pairs(*sides, connection) as made:
            counts = made.counts()
    one, other = fit(counts), fit(counts)
    assert all((left == right).all() for left, right in zip(one.levels, other.levels, strict=True))
    assert one.shares.sum() == pytest.approx(1)
