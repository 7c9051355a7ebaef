"""Levels of agreement: the same in SQL and in pandas, and in the interfaces of recordlinkage."""

from itertools import product

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import recordlinkage
from token_files import half_shared

from linkage.agreement_levels import COMPARISONS, LEVEL_COUNTS
from linkage.candidates import SharedBlock
from linkage.classifier import LatentClassClassifier, patterns_of
from linkage.comparison import FEATURES, levels
from linkage.latent_class_model import levels_of
from linkage.patterns import candidate_pairs, level_expression
from schemas.match_tokens import SKETCH_COLUMNS


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


def test_recordlinkage_and_duckdb_find_the_same_patterns():
    register, records = (table.to_pandas() for table in half_shared()[:2])
    pairs = SharedBlock().index(register, records)
    vectors = recordlinkage.Compare(list(FEATURES)).compute(pairs, register, records)
    found, counts = np.unique(patterns_of(vectors.to_numpy()), return_counts=True)
    with duckdb.connect() as connection:
        sides = (connection.from_arrow(table) for table in half_shared()[:2])
        with candidate_pairs(*sides, connection) as made:
            in_duckdb = made.counts()
    assert in_duckdb.patterns.tolist() == found.tolist()
    assert in_duckdb.undecided.tolist() == counts.tolist()


def test_pattern_numbers_and_levels_are_each_other_back():
    vectors = np.array(list(product(*(range(0, count, 2) for count in LEVEL_COUNTS))))
    assert (levels_of(patterns_of(vectors)) == vectors).all()


def test_the_classifier_works_in_recordlinkage():
    *tokens, truth = half_shared()
    register, records = (table.to_pandas() for table in tokens)
    pairs = SharedBlock().index(register, records)
    vectors = recordlinkage.Compare(list(FEATURES)).compute(pairs, register, records)
    matches = LatentClassClassifier().fit_predict(vectors)
    ids = [table.dropna(subset=["id"]).set_index("record")["id"] for table in (register, records)]
    persons, rows = (matches.get_level_values(place) for place in (0, 1))
    found = set(zip(ids[1][records["record"][rows]], ids[0][register["record"][persons]], strict=True))
    assert len(found & truth) > 0.98 * max(len(found), len(truth))
