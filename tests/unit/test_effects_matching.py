"""Matched sets: who may be matched with whom, who is nearest, who is left over, and what is said of it."""

import pandas as pd
import pytest

from outputs.effects.balance import balance, cautions
from outputs.effects.matching import MatchingRules, match
from outputs.effects.observations import Observations
from schemas.errors import RunError


def observed(treated, **columns):
    """Households 0, 1, 2, ...: the first so many in the approach; ages unknown unless they are given."""
    number = max(len(values) for values in columns.values())
    plain = {
        "household": range(number),
        "treated": [place < treated for place in range(number)],
        "buurt": None,
        "persons": 2,
        "domains_before": 2,
        "domains_after": 2,
        "cost_before_cent": 100_000,
        "cost_after_cent": 100_000,
    }
    unknown = dict.fromkeys(("youngest_age", "oldest_age", "domains_earlier", "cost_earlier_cent"))
    return Observations(pd.DataFrame(plain | unknown | columns))


def sets(matched):
    """Household in the approach -> its controls."""
    found = {}
    for _, rows in matched.rows.groupby("set"):
        found[int(rows.loc[rows["treated"], "household"].iloc[0])] = set(rows.loc[~rows["treated"], "household"])
    return found


def test_the_nearest_in_cost_is_the_control():
    seen = observed(2, cost_before_cent=[100_000, 900_000, 890_000, 300_000, 101_000])
    assert sets(match(seen)) == {0: {4}, 1: {2}}


def test_the_closest_pair_goes_first_and_nobody_counts_twice():
    # 2 is nearest to both; it is nearer to 1, and 0 has to do with the other.
    seen = observed(2, persons=[10, 13, 12, 7])
    assert sets(match(seen, MatchingRules(caliper=2))) == {0: {3}, 1: {2}}
    mirrored = observed(2, persons=[13, 10, 7, 12])
    assert sets(match(mirrored, MatchingRules(caliper=2))) == {0: {3}, 1: {2}}


@pytest.mark.parametrize(
    "columns",
    [
        {"domains_before": [2, 3]},
        {"youngest_age": [17, 18], "oldest_age": [40, 40]},
        {"youngest_age": pd.array([40, None], "Int64"), "oldest_age": pd.array([40, None], "Int64")},
    ],
)
def test_households_that_are_never_compared(columns):
    matched = match(observed(1, **columns))
    assert matched.unmatched == 1
    assert matched.rows.empty


def test_buurten_are_kept_apart_only_on_request():
    seen = observed(2, buurt=["BU06370101", None, "BU06370102", None])
    assert match(seen).unmatched == 0
    assert sets(match(seen, MatchingRules(within_buurt=True))) == {1: {3}}


def test_further_than_the_caliper_is_no_control():
    # One standard deviation of the approach is one person.
    seen = observed(2, persons=[3, 5, 7, 20])
    assert match(seen, MatchingRules(caliper=1.9)).unmatched == 2
    assert sets(match(seen, MatchingRules(caliper=2))) == {1: {2}}


def test_cost_weighs_four_times():
    # In standard deviations of the approach 3 is off by half a one of size, 2 by about a quarter of a one of cost.
    seen = observed(2, persons=[2, 6, 2, 3], cost_before_cent=[0, 100_000, 12_000, 0])
    assert sets(match(seen))[0] == {3}


def test_everybody_has_a_first_control_before_anybody_has_a_second():
    seen = observed(2, persons=[4, 4, 4, 4, 4])
    controls = sets(match(seen, MatchingRules(controls=2)))
    assert sorted(map(len, controls.values())) == [1, 2]
    matched = match(seen, MatchingRules(controls=2)).rows
    assert sorted(matched["weight"]) == [0.5, 0.5, 1, 1, 1]


def test_a_crowd_of_equals_is_matched_to_the_last():
    matched = match(observed(60, persons=[3] * 180), MatchingRules(controls=2))
    assert matched.unmatched == 0
    assert matched.rows["household"].is_unique
    assert len(matched.rows) == 180


def test_between_equals_the_choice_does_not_depend_on_the_order_of_rows():
    seen = observed(20, persons=[3] * 200, domains_before=[1, 2] * 100)
    expected = sets(match(seen))
    for seed in range(3):
        assert sets(match(Observations(seen.rows.sample(frac=1, random_state=seed)))) == expected
    assert {one for controls in expected.values() for one in controls} != set(range(20, 40))


@pytest.mark.parametrize("treated", [0, 3])
def test_one_group_alone_has_no_match(treated):
    matched = match(observed(treated, persons=[1, 2, 3]))
    assert (matched.unmatched, len(matched.rows)) == (treated, 0)


@pytest.mark.parametrize("rules", [{"controls": 0}, {"controls": 6}, {"caliper": 0}, {"caliper": 3.1}])
def test_rules_out_of_bounds(rules):
    with pytest.raises(RunError, match="out of bounds"):
        MatchingRules(**rules)


def test_balance_is_in_deviations_of_the_approach_before_matching():
    seen = observed(2, persons=[2, 4, 2, 4, 3, 7])
    found = {one.covariate: one for one in balance(match(seen))}["persons"]
    # (3 - 4) / 1 against all others, 0 against the two that are alike
    assert (found.before, found.after, found.in_balance) == (-1, 0, True)


def test_controls_of_a_set_share_its_weight_in_the_balance():
    seen = observed(2, persons=[2, 6, 2, 3, 6])
    rules = MatchingRules(controls=2, caliper=0.5)
    found = {one.covariate: one for one in balance(match(seen, rules))}["persons"]
    assert found.after == (4 - (2.5 + 6) / 2) / 2
    assert not found.in_balance


def test_balance_of_minors_and_ages_is_over_those_that_are_known():
    ages = pd.array([10, None, 10, None, 50], "Int64")
    found = {one.covariate: one for one in balance(match(observed(2, youngest_age=ages, oldest_age=ages)))}
    assert (found["minors"].after, found["youngest_age"].after) == (0, 0)
    unknown = {one.covariate: one for one in balance(match(observed(1, persons=[2, 2])))}
    assert unknown["oldest_age"].before == 0


def test_what_does_not_vary_in_the_approach_and_differs_is_out_of_balance():
    found = {one.covariate: one for one in balance(match(observed(1, persons=[2, 2, 4])))}["persons"]
    assert found.before == -float("inf")


def earlier(number, cost):
    return {"domains_earlier": [2] * number, "cost_earlier_cent": cost}


def test_cautions_for_the_unmatched_and_for_trends():
    fine = observed(10, persons=[2] * 19 + [2], **earlier(20, [100_000] * 20))
    assert cautions(match(fine)) == ()
    one_left = observed(10, persons=[2] * 19, **earlier(19, [100_000] * 19))
    assert cautions(match(one_left)) == ()
    two_left = observed(10, persons=[2] * 18, **earlier(18, [100_000] * 18))
    assert cautions(match(two_left)) == ("unmatched",)
    assert cautions(match(observed(10, persons=[2] * 20))) == ("trend_unknown",)


def test_cautions_for_groups_that_moved_apart_before():
    cost = [200_000 + place for place in range(10)] + [100_000 + place for place in range(10)]
    assert cautions(match(observed(10, persons=[2] * 20, **earlier(20, cost)))) == (
        "balance:cost_earlier_cent",
        "trend:cost",
    )


def test_cautions_for_what_is_out_of_balance():
    seen = observed(2, persons=[2, 6, 3, 7], **earlier(4, [1, 1, 1, 1]))
    assert cautions(match(seen)) == ("balance:persons",)
