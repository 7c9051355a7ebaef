"""What the model may believe of non-matches: how many there can be, and no half agreement above a full one."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from linkage_cases import write_febrl
from token_files import KEY, linked, pairs_of

from linkage.agreement_levels import COMPARISONS
from linkage.chance_agreement import chance_bounds
from linkage.classifier import patterns_of
from linkage.fuller_agreement import bounded_by_fuller
from linkage.latent_class_model import PatternCounts, fit
from linkage.latent_classes import CLASSES, MATCH_CLASSES, MATCH_LIMITS
from pseudonymisation.match_tokens import match_tokens

OTHERS = [kind.name for kind in CLASSES[MATCH_CLASSES:]]
TWINS = ("different", "same, rare", "same", "same", "same")
NAMESAKES = ("same, rare", "same, rare", "different", "missing or implied", "same")
EVERYTHING = ("same, rare", "same, rare", "same", "missing or implied", "same")
HALF = ("same, rare", "same sound", "other year", "missing or implied", "same postcode")


def levels_of_names(*patterns):
    names = [[level.name for level in comparison.levels] for comparison in COMPARISONS]
    return np.array([[one.index(name) for one, name in zip(names, pattern, strict=True)] for pattern in patterns])


def counts_of(pairs, bounds=None):
    """Undecided and excluded pairs per pattern of level names."""
    rows = sorted((int(patterns_of(levels_of_names(pattern))[0]), *counts) for pattern, counts in pairs.items())
    patterns, undecided, excluded = (np.array(column) for column in zip(*rows, strict=True))
    return PatternCounts(patterns, undecided.astype(float), excluded.astype(float), bounds)


def test_as_many_twins_as_the_register_has_and_some():
    bounds = chance_bounds(counts_of({TWINS: (0, 100)}), persons=1000, records=500)
    twins = bounds.pairs[OTHERS.index("twins")]
    assert 3 * 50 < twins < 3 * 100
    assert bounds.pairs[OTHERS.index("same birth date")] == twins  # a twin whose surname is written otherwise
    assert bounds.pairs[OTHERS.index("same surname")] == twins
    assert bounds.pairs[OTHERS.index("household, other surname")] < 10
    names = [COMPARISONS[limit.comparison].name for limit in MATCH_LIMITS]
    assert bounds.doubtful[names.index("given name")] == twins
    assert bounds.doubtful[names.index("birth date")] < 10


def test_whole_namesakes_in_the_register_are_no_match():
    bounds = chance_bounds(counts_of({EVERYTHING: (0, 100)}), persons=1000, records=1000)
    assert bounds.pairs[OTHERS.index("twins")] > 300


@pytest.mark.parametrize("register", [{TWINS: (0, 1)}, {TWINS: (0, 400)}])
def test_pairs_beyond_what_the_register_explains_are_matches(register):
    bounds = chance_bounds(counts_of(register), persons=1000, records=1000)
    few = register[TWINS][1] == 1
    counts = counts_of({EVERYTHING: (900, 0), TWINS: (60, 0), NAMESAKES: (1, 0)}, bounds)
    odds = fit(counts).odds(counts.levels)
    twins = float(odds[counts.patterns == patterns_of(levels_of_names(TWINS))][0])
    assert (twins > 1) == few


def test_a_file_that_is_nearly_all_matches_is_linked(tmp_path):
    write_febrl(tmp_path, 1)
    register, records = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("register", "records"))
    result = linked(match_tokens(register, KEY), match_tokens(records, KEY))
    truth = pq.read_table(tmp_path / "truth.parquet")
    ids = (table["id"].take(truth[name]).to_pylist() for table, name in ((records, "record"), (register, "register")))
    right = pairs_of(result) & set(zip(*ids, strict=True))
    assert len(right) == result.counts["linked"] > 0.8 * len(truth)
    assert result.expected_precision.low > 0.98


def test_a_half_agreement_is_less_than_the_full_one():
    other_name = ("other initial", *HALF[1:])
    levels = levels_of_names(EVERYTHING, HALF, other_name, ("different", *HALF[1:3], "same", "same postcode"))
    odds = bounded_by_fuller(levels, np.array([1e3, 1e5, 2.0, 1e9]))
    assert odds.tolist() == [1e3, 10.0, 1.0, 1.0]


def test_what_is_missing_or_has_no_full_counterpart_keeps_its_odds():
    initials = ("one initial", *HALF[1:3], "same", "same postcode")
    missing = ("same, rare", "same sound", "missing", "missing or implied", "missing")
    one_less = ("same, rare", "same sound", *EVERYTHING[2:])
    levels = levels_of_names(EVERYTHING, ("one initial", *EVERYTHING[1:3], "same", "same"), missing, one_less)
    odds = np.array([1e3, 1e2, 1e9, 1e9])
    assert bounded_by_fuller(levels, odds).tolist() == odds.tolist()
    assert bounded_by_fuller(levels_of_names(initials), np.array([7.0])).tolist() == [7.0]
