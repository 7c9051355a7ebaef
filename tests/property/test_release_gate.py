"""The gate over random municipalities: nothing can be found too closely, and the truth is never ruled out."""

import numpy as np
import pytest
from cubes import POLICY, asked, cube, moved, tabulated, tabulated_with_costs
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.count_tables import MULTIPLE
from outputs.disclosure.audit import printed_counts
from outputs.disclosure.protect import protect, terms_of
from outputs.disclosure.round_release import round_release
from outputs.household_classes import HOUSEHOLDS
from schemas.domains import TOTAL

SIZES = st.tuples(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4), st.integers(40, 4000))


def released(municipality, quarters=2):
    """Two releases a quarter apart, then a third of the next half-year: what the attacker has besides."""
    records, now = [], municipality
    for number in range(quarters + 1):
        period = "2018H1" if number < quarters else "2018H2"
        made = protect(tabulated(now), None, asked(f"r{number}", period, tuple(records)))
        records.append(made.record)
        last = now
        now = moved(now, number, int(now.counts.sum()) // 25)
    return last, made, records


@settings(max_examples=200, deadline=None)
@given(SIZES)
def test_nothing_is_found_too_closely_with_two_earlier_releases(size):
    _, made, _ = released(cube(*size))
    counts = made.facts.counts
    assert counts["audit:found"] == 0
    assert counts["audit:releases"] == 2


def released_with_costs(municipality, seed):
    """A release, one of which nothing has moved, and a third of the next half-year with other costs."""
    records, made = [], None
    for number, costs in enumerate((seed, seed, seed + 1)):
        period = "2018H2" if number == 2 else "2018H1"
        made = protect(tabulated_with_costs(municipality, costs), None, asked(f"r{number}", period, tuple(records)))
        records.append(made.record)
    return made


@settings(max_examples=15, deadline=None)
@given(st.tuples(st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 3), st.integers(40, 1500)))
def test_nothing_is_found_too_closely_with_costs_beside(size):
    counts = released_with_costs(cube(*size), size[0]).facts.counts
    assert counts["audit:found"] == 0
    assert counts["audit:releases"] == 2


@pytest.mark.slow
def test_a_large_municipality_with_costs():
    counts = released_with_costs(cube(3, 8, 5, 30_000), 3).facts.counts
    assert counts["audit:found"] == 0
    assert 0 < counts["costs:hidden"] < counts["costs:cells"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_five_large_municipalities(seed):
    _, made, _ = released(cube(seed, 8, 7, 55_000))
    assert made.facts.counts["audit:found"] == 0
    assert made.facts.counts["audit:figures"] > 100


@settings(max_examples=30, deadline=None)
@given(SIZES)
def test_every_printed_figure_is_as_near_to_the_truth_as_stated(size):
    municipality = cube(*size)
    rounded = round_release(tabulated(municipality), POLICY, asked().secrets, [])
    made = protect(tabulated(municipality), None, asked())
    terms = terms_of(tabulated(municipality), rounded, asked(), made.record)
    tables = {name: table.frame for name, table in made.tables.items()}
    codes = municipality.regions.codes
    for one in printed_counts(tables, terms):
        keys = rounded.classes[one.table].keys
        truth = rounded.true[one.table][one.figure][codes.index(one.region), keys.index(one.keys)]
        assert one.at_least <= truth <= one.at_most


@settings(max_examples=40, deadline=None)
@given(SIZES)
def test_parts_add_up_in_every_table_and_between_tables(size):
    tables = protect(tabulated(cube(*size)), None, asked()).tables
    shown = {name: table.frame[table.frame["status"] == "A"] for name, table in tables.items()}
    for name, key in (("stacking", "combination"), ("dimensions", "dimensions"), ("providers", "providers")):
        for region, rows in shown[name].groupby("region"):
            of_key = rows.set_index(key)[HOUSEHOLDS]
            assert of_key.drop(TOTAL).sum() == of_key[TOTAL]
            totals = [other[(other["region"] == region) & (other.iloc[:, 2] == TOTAL)] for other in shown.values()]
            assert {int(total[HOUSEHOLDS].iloc[0]) for total in totals if len(total)} == {int(of_key[TOTAL])}
    for name, figures in (("stacking", [HOUSEHOLDS]), ("use", [HOUSEHOLDS, MULTIPLE])):
        frame = tables[name].frame
        whole = frame.groupby(frame.columns[2])["status"].transform(lambda status: (status == "A").all())
        for _, rows in frame[whole].groupby(frame.columns[2]):
            wijken = rows[rows["region"].str.startswith("WK")]
            assert (wijken[figures].sum() == rows[rows["region"] == "GM0637"][figures].iloc[0]).all()


@settings(max_examples=30, deadline=None)
@given(SIZES)
def test_every_printed_count_is_a_multiple_of_the_base_and_rates_follow_from_it(size):
    for name, table in protect(tabulated(cube(*size)), None, asked()).tables.items():
        shown = table.frame[table.frame["status"] == "A"]
        assert (shown[HOUSEHOLDS] % POLICY.base == 0).all()
        if "per_1000" in shown.columns:
            key = table.frame.columns[2]
            total = shown["region"].map(shown[shown[key] == TOTAL].set_index("region")[HOUSEHOLDS])
            defined = (total > 0).to_numpy(bool)
            exact = 1000 * shown[HOUSEHOLDS][defined].astype(float) / total[defined].astype(float)
            assert (np.abs(shown["per_1000"][defined].astype(float) - exact) <= 0.5 + 1e-9).all(), name
