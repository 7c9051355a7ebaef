"""How often an effect is found that is not there, and how often one is missed: 200 municipalities with a known truth.

Whoever costs much, and uses much, in the half-year before is more likely to get into the approach. Half of that
is chance, which does not last: without any approach these households get better, and only these.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.stats import binom, ttest_1samp, ttest_ind

from outputs.effects.balance import balance, cautions
from outputs.effects.difference_in_differences import OUTCOMES, Effect, effect_of
from outputs.effects.matching import match
from outputs.effects.observations import Observations

SEEDS = 200
HOUSEHOLDS = 4000
#: Of the cost of a household in the approach so much is saved, and so many of them leave one domain more.
SAVED, LEFT = 0.25, 0.3


@dataclass(frozen=True)
class Town:
    """What is observed, and what would have been without an approach."""

    rows: pd.DataFrame
    untreated: pd.DataFrame


def town(seed, saved=0.0, left=0.0, chosen_for_need=False):
    """Lasting need and passing chance make cost and domains; about 270 of 4,000 households get into the approach."""
    draw = np.random.default_rng(seed)
    need = draw.normal(size=HOUSEHOLDS)
    earlier, before, after = (0.7 * need + draw.normal(scale=0.6, size=HOUSEHOLDS) for _ in range(3))
    latent = [0.9 * need + draw.normal(scale=0.8, size=HOUSEHOLDS) for _ in range(3)]
    domains = [1 + sum((one > limit).astype(int) for limit in (0.2, 1.2, 2.2)) for one in latent]
    pull = 1.5 * need - 3.6 if chosen_for_need else 0.7 * before + 0.4 * (domains[1] - 1) - 3.2
    treated = draw.random(HOUSEHOLDS) < 1 / (1 + np.exp(-pull))
    untreated = pd.DataFrame({"cost": 4150 * np.exp(after), "domains": domains[2]})
    leaves = treated & (draw.random(HOUSEHOLDS) < left) & (domains[2] > 0)
    minors = draw.random(HOUSEHOLDS) < 0.15 + 0.1 * domains[1]
    youngest = np.where(minors, draw.integers(0, 18, HOUSEHOLDS), draw.integers(18, 75, HOUSEHOLDS))
    rows = pd.DataFrame(
        {
            "household": np.arange(HOUSEHOLDS),
            "treated": treated,
            "buurt": None,
            "persons": 1 + draw.poisson(0.8 + 0.4 * domains[1]),
            "youngest_age": youngest,
            "oldest_age": youngest + np.where(minors, 25, draw.integers(0, 8, HOUSEHOLDS)),
            "domains_before": domains[1],
            "domains_after": domains[2] - leaves,
            "cost_before_cent": np.rint(400_000 * np.exp(before)).astype(np.int64),
            "cost_after_cent": np.rint(100 * untreated["cost"] * (1 - saved * treated)).astype(np.int64),
            "domains_earlier": domains[0],
            "cost_earlier_cent": np.rint(400_000 * np.exp(earlier)).astype(np.int64),
        }
    )
    return Town(rows, untreated)


def gain(rows, untreated, outcome):
    """What the approach really did per household."""
    if outcome == "cost":
        return rows["cost_after_cent"] / 100 - untreated["cost"]
    if outcome == "domains":
        return rows["domains_after"] - untreated["domains"]
    before = rows["domains_before"]
    return (rows["domains_after"] < before).astype(float) - (untreated["domains"] < before)


@cache
def measured(saved=0.0, left=0.0) -> dict[str, list[tuple[Effect, float]]]:
    """Outcome -> the estimate and the truth of every municipality."""
    found: dict[str, list[tuple[Effect, float]]] = {outcome: [] for outcome in OUTCOMES}
    for seed in range(SEEDS):
        one = town(seed, saved, left)
        matched = match(Observations(one.rows))
        chosen = matched.group(treated=True)["household"].to_numpy()
        for outcome in OUTCOMES:
            truth = float(np.mean(gain(one.rows, one.untreated, outcome)[chosen]))
            found[outcome].append((effect_of(matched, outcome), truth))
    return found


def missed(estimates, truth):
    return sum(not one.low <= truth <= one.high for one, _ in estimates)


#: 95% intervals miss more than this many times out of 200 with probability below 1 in 200.
MOST_MISSES = 19
#: Coverage of 90%, and found in 80%.
MOST_PLANTED_MISSES = SEEDS // 10
LEAST_FOUND = SEEDS * 8 // 10


def test_the_limit_is_that_of_the_binomial_distribution():
    assert binom.sf(MOST_MISSES, SEEDS, 0.05) < 0.005 < binom.sf(MOST_MISSES - 2, SEEDS, 0.05)


def test_no_effect_is_found_where_there_is_none():
    misses = {outcome: missed(found, 0) for outcome, found in measured().items()}
    print("no effect: intervals without zero", misses)
    assert all(count <= MOST_MISSES for count in misses.values()), misses


def test_a_planted_effect_is_found_and_lies_in_its_interval():
    found = measured(SAVED, LEFT)
    truth = {outcome: float(np.mean([true for _, true in found[outcome]])) for outcome in OUTCOMES}
    power = {outcome: missed(found[outcome], 0) for outcome in OUTCOMES}
    misses = {outcome: missed(found[outcome], truth[outcome]) for outcome in OUTCOMES}
    print("planted effect", truth, "found", power, "intervals without it", misses)
    assert all(count >= LEAST_FOUND for count in power.values()), power
    assert all(count <= MOST_PLANTED_MISSES for count in misses.values()), misses


def test_estimates_are_not_off_by_more_than_a_fifth_of_their_spread():
    for found in (measured(), measured(SAVED, LEFT)):
        for outcome, estimates in found.items():
            errors = np.array([one.effect - truth for one, truth in estimates])
            assert abs(errors.mean()) < 0.2 * errors.std(), outcome


def naively_found(rows):
    """Whether a change shows in domains: before beside after, and beside all households that were not matched."""
    change, treated = rows["domains_after"] - rows["domains_before"], rows["treated"]
    alone = ttest_1samp(change[treated], 0).pvalue < 0.05
    return int(alone), int(ttest_ind(change[treated], change[~treated], equal_var=False).pvalue < 0.05)


def test_before_beside_after_finds_what_is_not_there():
    alone, unmatched = np.sum([naively_found(town(seed).rows) for seed in range(SEEDS)], axis=0)
    print("no effect, found without controls", alone, "and beside all that were not matched", unmatched)
    assert alone > 0.7 * SEEDS
    assert unmatched > 0.7 * SEEDS


def test_matching_makes_groups_alike_that_were_not():
    apart = balance(match(Observations(town(0).rows)))
    assert max(one.before for one in apart) > 0.5
    assert all(one.in_balance for one in apart if not one.covariate.endswith(("earlier", "earlier_cent")))


def test_who_is_chosen_for_what_nobody_recorded_moves_apart_and_that_is_told():
    told, wrong, unmatched = 0, 0, 0
    for seed in range(20):
        rows = town(seed, chosen_for_need=True).rows
        matched = match(Observations(rows))
        told += any(code.startswith("trend:") for code in cautions(matched))
        effect = effect_of(matched, "domains")
        wrong += not effect.low <= 0 <= effect.high
        unmatched += naively_found(rows)[1]
    print("chosen for need: found what is not there", wrong, "of 20, told", told, "not matched", unmatched)
    assert wrong > 10 > unmatched
    assert told > 10
