"""Effects and trajectories beside figures worked by hand or printed by the sources of their formulas."""

import math

import pandas as pd
import pytest
from scipy.stats import t

from outputs.effects.difference_in_differences import effect_of, trend_of
from outputs.effects.matching import MatchingRules, match
from outputs.effects.observations import Observations
from outputs.effects.proportions import newcombe, wilson
from schemas.errors import RefusedByDisclosureControl


def observed(treated_after, control_after, **columns):
    """Pairs far apart in cost: the n-th of the approach beside the n-th control; everybody has 3 domains before."""
    after = [*treated_after, *control_after]
    pairs = len(treated_after)
    cost = [10**6 * 4 ** (place % pairs) for place in range(len(after))]
    plain = {
        "household": range(len(after)),
        "treated": [place < pairs for place in range(len(after))],
        "buurt": None,
        "persons": 1,
        "youngest_age": None,
        "oldest_age": None,
        "domains_before": 3,
        "domains_after": after,
        "cost_before_cent": cost,
        "cost_after_cent": cost,
        "domains_earlier": None,
        "cost_earlier_cent": None,
    }
    return Observations(pd.DataFrame(plain | columns))


def test_four_pairs_by_hand():
    effect = effect_of(match(observed([1, 2, 3, 2], [3, 2, 3, 4])), "domains")
    assert (effect.treated.before, effect.treated.after, effect.treated.change) == (3, 2, -1)
    assert (effect.control.before, effect.control.after, effect.control.change) == (3, 3, 0)
    assert effect.effect == -1
    # Pairs differ by -2, 0, 0, -2: squares around the mean add up to 4. Four sets, eight households, two parameters.
    error = math.sqrt(4 / 3 * 7 / 6 * 4 / 4**2)
    assert effect.high - effect.effect == pytest.approx(t.ppf(0.975, 3) * error)
    assert effect.effect - effect.low == pytest.approx(t.ppf(0.975, 3) * error)
    assert effect.p == pytest.approx(2 * t.sf(1 / error, 3))


def test_controls_of_a_set_count_as_one():
    # The first household of the approach has two controls: 0 and 2 after, together 1.
    seen = observed([1, 2], [0, 3, 2])
    matched = match(seen, MatchingRules(controls=2))
    effect = effect_of(matched, "domains")
    assert (effect.treated.after, effect.control.after, effect.effect) == (1.5, 2, -0.5)
    # Sets differ by 0 and -1: squares add up to 1/2. Two sets, five households.
    error = math.sqrt(2 / 1 * 4 / 3 * 0.5 / 2**2)
    assert effect.high - effect.effect == pytest.approx(t.ppf(0.975, 1) * error)


def test_cost_is_in_euros_and_fewer_domains_a_share():
    cost = [1_000_000, 4_000_000, 16_000_000, 64_000_000]
    after = [900_000, 3_900_000, 15_800_000, 63_800_000, *cost]
    matched = match(observed([1, 2, 3, 4], [2, 3, 3, 4], cost_after_cent=after))
    money, fewer = effect_of(matched, "cost"), effect_of(matched, "fewer_domains")
    assert (money.treated.before, money.treated.change, money.effect) == (212_500, -1500, -1500)
    assert (fewer.treated.before, fewer.treated.after, fewer.control.after, fewer.effect) == (0, 0.5, 0.25, 0.25)


def test_the_trend_is_the_change_from_the_earlier_half_year():
    earlier = {"domains_earlier": [4, 4, 4, 3, 2, 3, 3, 4], "cost_earlier_cent": 0}
    matched = match(observed([0] * 4, [0] * 4, **earlier))
    trend = trend_of(matched, "domains")
    assert (trend.treated.before, trend.treated.after, trend.control.before, trend.effect) == (3.75, 3, 3, -0.75)
    assert trend_of(matched, "cost").effect == 0


def test_one_set_has_no_interval():
    with pytest.raises(RefusedByDisclosureControl, match="group_small"):
        effect_of(match(observed([1], [2])), "domains")


#: Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("succeeded", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_as_printed(succeeded, of, low, high):
    share = wilson(succeeded, of)
    assert share.value == succeeded / of
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


#: Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((5, 56, 0, 29), -0.0381, 0.1926)],
)
def test_newcombe_interval_as_printed(counts, low, high):
    difference = newcombe(*counts)
    assert difference.value == counts[0] / counts[1] - counts[2] / counts[3]
    assert (round(difference.low, 4), round(difference.high, 4)) == (low, high)


def test_45_of_100_completed_trajectories():
    share = wilson(45, 100)
    assert (round(share.low, 3), round(share.high, 3)) == (0.356, 0.548)
