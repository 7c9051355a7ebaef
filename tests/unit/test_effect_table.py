"""The table of effects from observed households: its rows, what is withheld, what is told, what its form betrays."""

import numpy as np
import pandas as pd
import pytest

from outputs.disclosure.effect_form import effect_findings
from outputs.effects.effect_table import OUTCOMES, effects_frame, withheld
from outputs.effects.effect_words import CAUTION, CAUTION_TEXTS, REFUSAL_TEXTS, told
from schemas.disclosure_policy import DisclosurePolicy
from schemas.households import OBSERVED_SCHEMA
from schemas.period import HalfYear
from schemas.tables import TABLE_CONTRACTS, ProtectedTable

POLICY = DisclosurePolicy(threshold=20, dominance_pct=50, cost_rounding_eur=1000)
PERIOD = HalfYear(2018, 1)
#: Of every effect that is measured so.
ALWAYS = ("ages_unknown", "start_within")
SHOWN = ["domeinen", "kosten", "minder_domeinen"]


def spread(number, share):
    """Such a share of so many, evenly."""
    return [int((place + 1) * share + 1e-9) > int(place * share + 1e-9) for place in range(number)]


def observed(treated=60, others=60, effect=0.5, **columns):
    """Pairs alike before with two domains; of the others a quarter, of the approach so many more have one less."""
    number = treated + others
    draws = np.random.default_rng(1)
    plain = {
        "household": range(number),
        "treated": [place < treated for place in range(number)],
        "treated_before": False,
        "buurt": "BU06370101",
        "persons": 2,
        "domains_before": 2,
        "domains_after": [
            *(1 if part else 2 for part in spread(treated, 0.25 + effect)),
            *(1 if part else 2 for part in spread(others, 0.25)),
        ],
        "cost_before_cent": 500_000,
        "cost_after_cent": [
            int(one) for one in draws.normal(400_000, 50_000, number) + 100_000 * (np.arange(number) >= treated)
        ],
        "domains_earlier": 2,
        "cost_earlier_cent": 500_000,
    }
    frame = pd.DataFrame(plain | columns)
    assert list(frame.columns) == OBSERVED_SCHEMA.names
    return frame


def table(rows, policy=POLICY):
    made = effects_frame(rows, policy, PERIOD, "GM0637")
    ProtectedTable("effects", made.frame)
    assert list(effect_findings(made.frame, policy)) == []
    assert made.facts["effects:cells"] == 9
    assert made.facts["effects:hidden"] == made.frame["status"].eq("C").sum()
    return made


def shown(made):
    return list(made.frame[made.frame["status"] == "A"]["outcome"].unique())


def test_three_rows_per_outcome_and_an_effect_that_adds_up():
    made = table(observed())
    assert list(made.frame.columns) == TABLE_CONTRACTS["effects"].names
    groups = ["aanpak", "controle", "verschil"]
    keys = list(made.frame[["outcome", "group"]].itertuples(index=False, name=None))
    assert keys == [(outcome, group) for outcome in OUTCOMES for group in groups]
    assert set(made.frame["from_period"] + made.frame["to_period"] + made.frame["region"]) == {"2017H22018H1GM0637"}
    ours, others, effect = made.frame.iloc[:3].to_dict("records")
    assert (ours["households"], ours["before"], ours["after"], ours["change"]) == (60, 2.0, 1.3, -0.7)
    # A quarter is half a unit: the change of the controls is printed as -0.2, and what follows from it as well.
    assert (others["households"], others["after"], others["change"]) == (60, 1.8, -0.2)
    assert effect["change"] == pytest.approx(-0.5)
    assert effect["change_low"] < -0.5 < effect["change_high"] < 0
    assert made.frame.loc[[2, 5, 8], ["households", "before", "after"]].isna().all(axis=None)
    assert made.frame.loc[[0, 1, 3, 4, 6, 7], ["change_low", "change_high"]].isna().all(axis=None)
    money = made.frame.iloc[5]
    assert -1200 <= money["change_low"] < money["change"] < money["change_high"] <= -800


def test_who_used_nothing_before_or_was_in_the_approach_then_is_not_compared():
    rows = observed(60, 80)
    users = rows.assign(domains_before=[2] * 50 + [0] * 10 + [2] * 80)
    assert table(users).frame.loc[0, "households"] == 50
    early = rows.assign(treated_before=[False] * 40 + [True] * 20 + [True] * 10 + [False] * 70)
    assert table(early).frame.loc[0, "households"] == 40
    # Nor are they controls: of ten that were in it before, none can stand beside the approach.
    few = rows.assign(treated_before=[False] * 60 + [False] * 10 + [True] * 70)
    assert shown(table(few)) == []


@pytest.mark.parametrize("rows", [observed(19, 60), observed(60, 19), observed(0, 60), observed(60, 0)])
def test_small_groups_are_withheld_and_counted(rows):
    made = table(rows)
    assert shown(made) == []
    assert made.facts["effects:refused_group_small"] == 3
    assert made.cautions == ()
    assert list(told(made.facts)) == [REFUSAL_TEXTS["group_small"]]


def test_an_outcome_that_is_refused_leaves_the_others():
    cost = [500_000] * 120
    cost[7] = 10**9
    made = table(observed(cost_after_cent=cost))
    assert shown(made) == ["domeinen", "minder_domeinen"]
    assert {name: n for name, n in made.facts.items() if "refused" in name} == {"effects:refused_cost_dominated": 1}
    nobody = table(observed(domains_after=2))
    assert shown(nobody) == ["domeinen", "kosten"]
    assert nobody.facts["effects:refused_group_exposed"] == 1


def test_a_table_can_be_withheld_whole():
    made = withheld("released_before", PERIOD, "GM0637")
    ProtectedTable("effects", made.frame)
    assert shown(made) == []
    assert made.facts == {"effects:cells": 9, "effects:hidden": 9, "effects:refused_released_before": 3}
    assert list(told(made.facts)) == [REFUSAL_TEXTS["released_before"]]


def test_the_order_of_rows_changes_nothing():
    rows = observed(60, 90)
    pd.testing.assert_frame_equal(table(rows).frame, table(rows.sample(frac=1, random_state=3)).frame)


def known_of(places):
    """The earlier half-year of some households alone."""
    values = {"domains_earlier": 2, "cost_earlier_cent": 500_000}
    return {name: [value if place in places else None for place in range(120)] for name, value in values.items()}


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ({}, list(ALWAYS)),
        ({"treated_before": [None] * 120}, [*ALWAYS, "start_unknown"]),
        ({"treated_before": pd.array([None] * 120, dtype="boolean")}, [*ALWAYS, "start_unknown"]),
        ({"domains_earlier": None, "cost_earlier_cent": None}, [*ALWAYS, "trend_unknown"]),
        # Of one in twelve the earlier half-year is unknown: the others tell of the trend. Of one in six: nobody does.
        (known_of(range(5, 115)), list(ALWAYS)),
        (known_of(range(10, 110)), [*ALWAYS, "trend_unknown"]),
        # Unknown of a sixth of the approach alone, or of the others alone: those who are left may be others.
        (known_of(range(10, 120)), [*ALWAYS, "trend_unknown"]),
        (known_of(range(110)), [*ALWAYS, "trend_unknown"]),
        ({"domains_earlier": [4] * 60 + [2] * 60}, [*ALWAYS, "trend:domains"]),
        ({"cost_earlier_cent": [900_000] * 60 + [500_000] * 60}, [*ALWAYS, "trend:cost"]),
        ({"persons": [*[2, 6] * 30, *[2, 5] * 30]}, ["balance:persons", *ALWAYS]),
    ],
)
def test_cautions_are_told(columns, codes):
    made = table(observed(**columns))
    assert list(made.cautions) == codes
    assert {name for name in made.facts if name.startswith(CAUTION)} == {f"{CAUTION}{code}" for code in codes}
    assert len(list(told(made.facts))) == len(codes)
    assert set(codes) <= set(CAUTION_TEXTS)


def test_households_without_a_control_are_told():
    made = table(observed(100, 60))
    assert made.frame.loc[0, "households"] == 60
    assert "unmatched" in made.cautions


@pytest.mark.parametrize("treated", [20, 24, 25, 35, 44, 50, 99, 101, 240, 505])
@pytest.mark.parametrize("threshold", [10, 12, 20])
def test_whatever_is_printed_has_the_form_that_is_promised(treated, threshold):
    policy = POLICY.model_copy(update={"threshold": threshold})
    assert shown(table(observed(treated, 2 * treated, 0.31), policy)) == SHOWN


def broken(**cells):
    """A sound table with cells replaced: row -> column -> value."""
    frame = table(observed()).frame
    for place, (column, value) in cells.items():
        frame.loc[int(place.strip("r")), column] = value
    return frame


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        ({"r0": ("households", 62)}, {"households"}),
        ({"r1": ("households", 10)}, {"households", "unrounded", "difference"}),
        ({"r0": ("before", 2.03)}, {"unrounded", "change"}),
        ({"r3": ("after", 4001.0)}, {"unrounded", "change"}),
        ({"r6": ("before", 5.0)}, {"unrounded", "change"}),
        ({"r0": ("after", 1.2)}, {"change"}),
        ({"r2": ("change", -0.4)}, {"difference", "interval"}),
        ({"r2": ("change_low", -1.0)}, {"interval"}),
        ({"r2": ("change_low", -0.71)}, {"unrounded", "interval"}),
        ({"r2": ("households", 60)}, {"beside"}),
        ({"r2": ("before", 2.0)}, {"beside"}),
        ({"r0": ("change_low", -1.0)}, {"beside"}),
        ({"r0": ("region", "WK063701")}, {"region_too_fine"}),
        ({"r0": ("status", "C")}, {"withheld", "rows"}),
        ({"r0": ("group", "controle")}, {"rows"}),
        ({"r0": ("outcome", "inkomen")}, {"rows"}),
        ({"r0": ("households", pd.NA)}, {"households", "unrounded", "difference"}),
        ({"r0": ("before", pd.NA)}, {"unrounded", "change"}),
    ],
)
def test_what_a_table_cannot_hold_is_found(cells, rules):
    found = list(effect_findings(broken(**cells), POLICY))
    assert {name for name, _, _ in found} == {"effects"}
    assert {rule for _, rule, _ in found} >= rules - {"difference"}
    assert {rule for _, rule, _ in found} <= rules | {"interval"}


def test_bounds_within_a_unit_of_the_effect_are_found():
    frame = table(observed()).frame
    frame.loc[2, ["change_low", "change_high"]] = frame.loc[2, "change"]
    assert [rule for _, rule, _ in effect_findings(frame, POLICY)] == ["interval"]


def test_a_trend_of_fewer_than_the_threshold_is_no_trend():
    """Nineteen of the approach have an earlier half-year; among these the groups moved apart."""
    earlier = [None, *[4] * 19, *[2] * 60]
    cost = [None if one is None else 500_000 for one in earlier]
    made = table(observed(20, 60, domains_earlier=earlier, cost_earlier_cent=cost))
    assert made.frame.loc[0, "status"] == "A"
    assert [code for code in made.cautions if code.startswith("trend")] == ["trend_unknown"]
    fewer = POLICY.model_copy(update={"threshold": 10})
    made = table(observed(20, 60, domains_earlier=earlier, cost_earlier_cent=cost), fewer)
    assert [code for code in made.cautions if code.startswith("trend")] == ["trend:domains"]
