"""Published effects: figures that add up, that nobody can undo, and groups of which nothing is given."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.effects.difference_in_differences import Effect, GroupMeans, effect_of
from outputs.effects.matching import MatchingRules, match
from outputs.effects.observations import Observations
from outputs.effects.published import COLUMNS, in_units, published_estimates
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByDisclosureControl

POLICY = DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000)


def matched(pairs, controls=1, **columns):
    """So many sets in which everybody is alike before; the approach stands first."""
    number = pairs * (1 + controls)
    plain = {
        "household": range(number),
        "treated": [place < pairs for place in range(number)],
        "buurt": None,
        "persons": 2,
        "domains_before": 3,
        "domains_after": [3 if place % 4 else 1 for place in range(number)],
        "cost_before_cent": 1_000_000,
        "cost_after_cent": [1_000_000 + 1_000 * place for place in range(number)],
    }
    unknown = dict.fromkeys(("youngest_age", "oldest_age", "domains_earlier", "cost_earlier_cent"))
    found = match(Observations(pd.DataFrame(plain | unknown | columns)), MatchingRules(controls=controls))
    assert found.unmatched == 0
    return found


def test_two_rows_per_outcome_in_tens_and_in_units():
    seen = matched(204, domains_after=[2] * 51 + [3] * 357)
    table = published_estimates(seen, POLICY, ["domains", "cost"])
    assert list(table.columns) == list(COLUMNS)
    keys = [(outcome, group) for outcome in ("domains", "cost_eur") for group in ("aanpak", "controle")]
    assert list(zip(table["outcome"], table["group"], strict=True)) == keys
    assert set(table["households"]) == {200}
    # A quarter of the approach has one domain less: -0.25, of which half a unit is cut off.
    assert table.loc[0, ["before", "after", "change", "effect"]].tolist() == [3.0, 2.8, -0.2, -0.2]
    assert table.loc[1, ["before", "after", "change"]].tolist() == [3.0, 3.0, 0.0]
    assert table.loc[[1, 3], ["effect", "effect_low", "effect_high"]].isna().all(axis=None)
    # 10,000 euros before; the approach 10,000 + 10 x 101.5 after, the controls 10,000 + 10 x 305.5.
    assert table.loc[2, ["before", "after", "change", "effect"]].tolist() == [10_000, 11_100, 1_100, -2_000]
    assert table.loc[3, ["before", "after", "change"]].tolist() == [10_000, 13_100, 3_100]


def test_figures_add_up_as_printed_and_bounds_hold_the_interval():
    seen = matched(60, 2)
    table = published_estimates(seen, POLICY)
    for outcome, (_, rows) in zip(
        ("domains", "cost", "fewer_domains"), table.groupby("outcome", sort=False), strict=True
    ):
        ours, others = rows.to_dict("records")
        for row in (ours, others):
            assert row["after"] == pytest.approx(row["before"] + row["change"])
        assert ours["effect"] == pytest.approx(ours["change"] - others["change"])
        exact, factor = effect_of(seen, outcome), 100 if outcome == "fewer_domains" else 1
        assert ours["effect_low"] <= factor * exact.low <= factor * exact.high <= ours["effect_high"]


@pytest.mark.parametrize(
    ("pairs", "domains", "fewer"),
    [(10, 0.5, 50), (20, 0.5, 25), (30, 0.2, 25), (50, 0.1, 10), (100, 0.1, 5), (500, 0.1, 1)],
)
def test_units_are_coarser_where_groups_are_small(pairs, domains, fewer):
    columns = {"domains_after": [place % 4 for place in range(2 * pairs)]}
    table = published_estimates(matched(pairs, **columns), POLICY).set_index(["outcome", "group"])
    for outcome, unit in (("domains", domains), ("fewer_domains_pct", fewer), ("cost_eur", 100)):
        figures = table.loc[outcome, ["before", "after", "change", "effect", "effect_low", "effect_high"]]
        for figure in figures.stack():
            assert figure / unit == pytest.approx(round(figure / unit))


WHOLE = st.integers(-50, 50)
MOVE = st.floats(-0.49, 0.49)


@given(st.tuples(WHOLE, WHOLE, WHOLE, WHOLE), st.floats(0, 50), st.tuples(MOVE, MOVE, MOVE, MOVE))
def test_whatever_lies_within_four_roundings_is_printed_alike(whole, half, moves):
    """From any truth to any other that rounds alike: means and effect are printed as before."""
    printed = set()
    for moved in ([0, 0, 0, 0], moves):
        before, other, change, gain = (one + move for one, move in zip(whole, moved, strict=True))
        exact = Effect(
            "domains",
            GroupMeans(before, before + change + gain),
            GroupMeans(other, other + change),
            gain,
            gain - half,
            gain + half,
            0.5,
        )
        treated, control, (point, low, high) = in_units(exact, Fraction(1))
        assert low <= exact.low + 1e-5
        assert high >= exact.high - 1e-5
        assert point - low == high - point >= 1
        printed.add((treated, control, point))
    assert len(printed) == 1


def refused(code, *arguments):
    with pytest.raises(RefusedByDisclosureControl) as refusal:
        published_estimates(*arguments)
    assert refusal.value.code == code
    return str(refusal.value)


def test_a_small_group_is_refused_by_name_and_minimum_alone():
    message = refused("group_small", matched(9), POLICY)
    assert "aanpak: fewer than 10 households" in message
    assert "9" not in message
    assert len(published_estimates(matched(10), POLICY, ["domains"])) == 2
    refused("group_small", matched(29), POLICY.model_copy(update={"threshold": 30}))


def costs(place, cent, number=40):
    return [cent if at == place else 10_000 for at in range(number)]


@pytest.mark.parametrize(("place", "group"), [(0, "aanpak"), (39, "controle")])
def test_a_cost_of_which_one_household_holds_half_is_refused(place, group):
    # Nineteen others of 100 euros each: 1,900 euros is exactly half.
    message = refused("cost_dominated", matched(20, cost_after_cent=costs(place, 190_000)), POLICY)
    assert f"{group}: one household" in message
    assert "cost after" in message
    assert len(published_estimates(matched(20, cost_after_cent=costs(place, 189_999)), POLICY, ["cost"])) == 2


def test_a_cost_before_is_held_to_the_same_rule():
    seen = matched(20, cost_before_cent=costs(0, 100_000_00)[:20] * 2)
    assert "cost before" in refused("cost_dominated", seen, POLICY, ["cost"])
    assert len(published_estimates(seen, POLICY, ["domains"])) == 2


def test_a_control_counts_as_it_weighs_in_the_mean():
    # 40 controls in sets of two: 39 others at half a weight are 19.5 x 100 euros, the one at half is 1,950.
    after = costs(59, 390_000, 60)
    assert "controle" in refused("cost_dominated", matched(20, 2, cost_after_cent=after), POLICY, ["cost"])
    after[59] = 389_999
    assert len(published_estimates(matched(20, 2, cost_after_cent=after), POLICY, ["cost"])) == 2


@pytest.mark.parametrize(("fewer", "exposed"), [(1, True), (2, False), (18, False), (19, True)])
def test_a_share_of_nearly_everybody_or_nobody_is_refused(fewer, exposed):
    after = [2] * fewer + [3] * (20 - fewer) + [2, 3] * 10
    seen = matched(20, domains_after=after)
    if exposed:
        assert "aanpak" in refused("group_exposed", seen, POLICY)
    else:
        assert len(published_estimates(seen, POLICY, ["fewer_domains"])) == 2
    assert len(published_estimates(seen, POLICY, ["domains"])) == 2


def test_sets_that_all_differ_alike_still_have_bounds():
    table = published_estimates(matched(20, domains_after=[2] * 20 + [3] * 20), POLICY, ["domains"])
    assert table.loc[0, ["effect", "effect_low", "effect_high"]].tolist() == [-1.0, -1.5, -0.5]
    exact = effect_of(matched(20, domains_after=[3] * 40), "domains")
    assert (exact.effect, exact.low, exact.high, exact.p) == (0, 0, 0, 1)
