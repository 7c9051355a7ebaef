"""Linkage by probability: levels in both languages, the model, the assignment, and whole files."""

import hashlib
from itertools import combinations, product

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import recordlinkage

from linkage.agreement_levels import COMPARISONS, LEVEL_COUNTS
from linkage.assignment import CandidateLinks, link_probabilities, runner_up
from linkage.candidates import LARGEST_BLOCK, SharedBlock
from linkage.classifier import LatentClassClassifier, patterns_of
from linkage.comparison import FEATURES, levels
from linkage.expected_quality import ExpectedErrors
from linkage.latent_class_model import fit, levels_of
from linkage.patterns import candidate_pairs, level_expression
from linkage.probability import LINK_SCHEMA, ProbabilityPolicy, link_by_probability
from pseudonymisation.keys import PseudonymKey
from pseudonymisation.match_tokens import match_tokens
from schemas.errors import RunError
from schemas.match_tokens import SKETCH_COLUMNS

KEY = PseudonymKey("match_token", bytes(range(1, 33)))
COLUMNS = ("geslachtsnaam", "voornamen", "geboortedatum", "geslacht", "postcode", "huisnummer")
POLICY = ProbabilityPolicy()


def identified(rows, side):
    ids = [hashlib.sha256(f"{side} {place}".encode()).digest()[:16] for place in range(len(rows))]
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS}
    return pa.table({"id": pa.array(ids, pa.binary(16)), **columns})


def population(count, seed):
    """Households of one to four with one surname, some of them twins or namesakes."""
    rng = np.random.default_rng(seed)
    syllables = [one + two for one in "bdfghjklmnprstvw" for two in ("a", "e", "i", "o", "aa", "oe")]
    surnames = ["".join(rng.choice(syllables, 3)) + end for end in ("sma", "stra", "berg", "man") for _ in range(60)]
    given = ["".join(rng.choice(syllables, 2)) + end for end in ("n", "s", "ke", "lien") for _ in range(30)]
    people = []
    while len(people) < count:
        surname, house = surnames[int(240 * rng.random() ** 2)], len(people)
        for _ in range(rng.integers(1, 5)):
            person = {
                "geslachtsnaam": surname,
                "voornamen": given[int(120 * rng.random() ** 2)],
                "geboortedatum": f"{rng.integers(1930, 2015)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}",
                "geslacht": "MV"[rng.integers(2)],
                "postcode": f"{1000 + house % 50}A{chr(65 + house // 50 % 26)}",
                "huisnummer": str(house % 97 + 1),
            }
            if people and rng.random() < 0.02:
                person["geboortedatum"] = people[-1]["geboortedatum"]
            people.append(person)
    return people[:count]


def damaged(person, rng):
    """The same person as another file knows him: about one thing in each third record is different."""
    changed = dict(person)
    name, date = person["voornamen"], person["geboortedatum"]
    other = {
        "voornamen": [name[0].upper() + ".", name[:2] + "x" + name[3:]],
        "geslachtsnaam": [person["geslachtsnaam"][:-3] + "x" + person["geslachtsnaam"][-2:]],
        "geboortedatum": [f"{date[:5]}{date[8:]}-{date[5:7]}" if date[8:] < "13" else date, date[:8] + "00"],
        "postcode": ["9" + person["postcode"][1:], None],
        "huisnummer": [str(int(person["huisnummer"]) + 100)],
    }
    for column, values in other.items():
        if rng.random() < 0.08:
            changed[column] = values[rng.integers(len(values))]
    return changed


@pytest.fixture(scope="module")
def files():
    """A register of 1,500, a file of 1,500, 750 in both; the true pairs by id."""
    rng = np.random.default_rng(5)
    people = population(2250, seed=4)
    places = rng.permutation(2250)
    left, right = list(places[:1500]), list(places[750:])
    register = identified([people[place] for place in left], "register")
    records = identified([damaged(people[place], rng) for place in right], "records")
    ids = dict(zip(left, register["id"].to_pylist(), strict=True))
    truth = {
        (record, ids[place]) for place, record in zip(right, records["id"].to_pylist(), strict=True) if place in ids
    }
    return match_tokens(register, KEY), match_tokens(records, KEY), truth


def linked(register, records, policy=POLICY, threads=2):
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {threads}")
        sides = (nw.from_native(connection.from_arrow(table)) for table in (register, records))
        return link_by_probability(*sides, policy, connection)


def pairs_of(result):
    return set(zip(result.links["record"].to_pylist(), result.links["person"].to_pylist(), strict=True))


def tokens_of(side, *rows):
    return match_tokens(identified(rows, side), KEY)


# Levels.


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda comparison: comparison.name)
def test_levels_in_sql_and_in_pandas_agree(comparison):
    rng = np.random.default_rng(1)
    names = sorted({name for feature in FEATURES for name in (*feature.left, *feature.right)})
    words = rng.integers(0, 2**64, 3, np.uint64)
    sides = []
    for _ in "lr":
        columns = {name: rng.integers(0, 3, 20_000).astype(np.uint32) for name in names if name not in SKETCH_COLUMNS}
        for name in SKETCH_COLUMNS:
            kept = np.uint64(2**64 - 1) << (rng.integers(0, 9, 20_000).astype(np.uint64) * np.uint64(8)) % np.uint64(64)
            columns[name] = rng.choice(np.append(words, np.uint64(0)), 20_000) & kept
        sides.append(columns)
    with duckdb.connect() as connection:
        for name, columns in zip("lr", sides, strict=True):
            connection.register(f"side_{name}", pa.table({"row": np.arange(20_000), **columns}))
        query = f"SELECT {level_expression(comparison)} FROM side_l AS l JOIN side_r AS r USING (row) ORDER BY row"
        in_sql = np.array(connection.execute(query).fetchall())[:, 0]
    in_pandas = levels(comparison, *sides)
    assert (in_sql == in_pandas).all()
    assert set(in_pandas) == set(range(len(comparison.levels)))


def test_recordlinkage_and_duckdb_find_the_same_patterns(files):
    register, records, _ = (files[0].to_pandas(), files[1].to_pandas(), None)
    pairs = SharedBlock().index(register, records)
    vectors = recordlinkage.Compare(list(FEATURES)).compute(pairs, register, records)
    found, counts = np.unique(patterns_of(vectors.to_numpy()), return_counts=True)
    with duckdb.connect() as connection:
        sides = (connection.from_arrow(table) for table in files[:2])
        with candidate_pairs(*sides, connection) as made:
            in_duckdb = made.counts()
    assert in_duckdb.patterns.tolist() == found.tolist()
    assert in_duckdb.undecided.tolist() == counts.tolist()


def test_pattern_numbers_and_levels_are_each_other_back():
    vectors = np.array(list(product(*(range(0, count, 2) for count in LEVEL_COUNTS))))
    assert (levels_of(patterns_of(vectors)) == vectors).all()


def test_the_classifier_works_in_recordlinkage(files):
    register, records, truth = files[0].to_pandas(), files[1].to_pandas(), files[2]
    pairs = SharedBlock().index(register, records)
    vectors = recordlinkage.Compare(list(FEATURES)).compute(pairs, register, records)
    matches = LatentClassClassifier().fit_predict(vectors)
    ids = [table.dropna(subset=["id"]).set_index("record")["id"] for table in (register, records)]
    persons, rows = (matches.get_level_values(place) for place in (0, 1))
    found = set(zip(ids[1][records["record"][rows]], ids[0][register["record"][persons]], strict=True))
    assert len(found & truth) > 0.98 * max(len(found), len(truth))


# Assignment.


def brute_force(links, one_to_one):
    """The true marginals: every allowed set of links, weighed by its odds."""
    rows = range(len(links.odds))
    total, of_pair = 0.0, np.zeros(len(links.odds))
    for size in range(len(links.odds) + 1):
        for chosen in combinations(rows, size):
            records = links.records[list(chosen)]
            persons = links.persons[list(chosen)]
            if len(set(records)) < size or (one_to_one and len(set(persons)) < size):
                continue
            weight = float(np.prod(links.odds[list(chosen)]))
            total += weight
            of_pair[list(chosen)] += weight
    return of_pair / total


@pytest.mark.parametrize("one_to_one", [True, False])
def test_probabilities_are_the_marginals_of_all_matchings(one_to_one):
    # A chain: person 0 - record 0 - person 1 - record 1 - person 2, so belief propagation is exact.
    persons, records = np.array([0, 1, 1, 2, 7]), np.array([0, 0, 1, 1, 7])
    links = CandidateLinks(persons, records, np.array([3.0, 0.7, 20.0, 5.0, 4.0]))
    found = link_probabilities(links, one_to_one=one_to_one)
    assert found == pytest.approx(brute_force(links, one_to_one), abs=1e-5)


def test_a_person_who_is_taken_leaves_the_other_free():
    links = CandidateLinks(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([1e9, 50.0, 100.0]))
    assert link_probabilities(links, one_to_one=True)[2] > 0.98


def test_runner_up():
    ends = np.array([4, 9, 4, 4, 2, 9])
    assert runner_up(np.array([0.2, 0.6, 0.5, 0.1, 0.3, 0.6]), ends).tolist() == [0.5, 0.6, 0.2, 0.5, 0, 0.6]
    assert runner_up(np.array([]), np.array([], int)).tolist() == []


# The threshold.


def test_the_threshold_takes_equal_links_together():
    probabilities = np.array([0.999] * 1000 + [0.9] * 500)
    errors = ExpectedErrors(probabilities, np.tile(probabilities, (2, 1)).astype(np.float32))
    everything = np.ones(1500, bool)
    assert errors.threshold(0.95, everything) == 0.9
    assert errors.threshold(0.98, everything) == 0.999
    assert errors.threshold(0.9999, everything) == 1.0
    assert errors.precision(everything).value == pytest.approx(0.966)


# Whole files.


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


JAN = {
    **{"geslachtsnaam": "Testmanstra", "voornamen": "Wobbe", "geboortedatum": "1950-03-09", "geslacht": "M"},
    **{"postcode": "1012ZZ", "huisnummer": "77"},
}
SON = JAN | {"geboortedatum": "1982-11-20"}
TWINS = (JAN | {"voornamen": "Wessel"}, JAN | {"voornamen": "Wobbe"})


TRAPS = [
    ((JAN, SON), JAN, 0),
    ((JAN, SON), SON, 1),
    ((JAN, SON), SON | {"voornamen": "W."}, 1),
    ((JAN, SON), JAN | {"geboortedatum": "1950-09-03"}, 0),
    ((JAN, SON), JAN | {"geboortedatum": "1950-03-00"}, 0),
    ((JAN, SON), SON | {"geslachtsnaam": "de Boer-Testmanstra"}, 1),
    ((JAN, SON), SON | {"geslachtsnaam": "van der Testmanstra"}, 1),
    ((JAN, SON), SON | {"postcode": "1048BC", "huisnummer": "3"}, 1),
    (TWINS, TWINS[0], 0),
    (TWINS, TWINS[1], 1),
    (TWINS, TWINS[0] | {"voornamen": "W."}, None),
]


def elsewhere(person, place):
    """The same person in another family, of another year and at another address."""
    year, date = int(person["geboortedatum"][:4]), person["geboortedatum"][4:]
    return person | {
        "geslachtsnaam": person["geslachtsnaam"].replace("manstra", "bdfghklmnpr"[place] + "oestra"),
        "geboortedatum": f"{year + place}{date}",
        "huisnummer": str(int(person["huisnummer"]) + place),
    }


@pytest.fixture(scope="module")
def trapped():
    """Per trap the id of the person it was linked to, and the ids of its household."""
    rng = np.random.default_rng(2)
    people = population(700, seed=1)
    households = [elsewhere(person, place) for place, trap in enumerate(TRAPS) for person in trap[0]]
    records = [elsewhere(trap[1], place) for place, trap in enumerate(TRAPS)]
    register = identified([*people[:500], *households], "register")
    others = identified([*(damaged(person, rng) for person in people[200:]), *records], "records")
    found = dict(pairs_of(linked(match_tokens(register, KEY), match_tokens(others, KEY))))
    members = register["id"].to_pylist()[500:]
    links = [found.get(one) for one in others["id"].to_pylist()[500:]]
    return [(link, members[2 * place : 2 * place + 2]) for place, link in enumerate(links)]


@pytest.mark.parametrize("place", range(len(TRAPS)))
def test_dutch_traps(trapped, place):
    link, household = trapped[place]
    right = TRAPS[place][2]
    assert link == (None if right is None else household[right])


def test_a_blocking_key_of_too_many_pairs_is_left_out():
    crowd = int(LARGEST_BLOCK**0.5) + 2
    rows = [JAN | {"geboortedatum": None, "voornamen": f"Naam{chr(97 + place % 26)}"} for place in range(crowd)]
    assert linked(tokens_of("l", *rows), tokens_of("r", *rows)).counts["no_candidate"] == crowd


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
    assert pd.Series(one.shares).sum() == pytest.approx(1)
