"""Trajectories: what is counted, what is refused, and that what is printed holds whatever may stand behind it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.effects.published_trajectories import COLUMNS, published_success
from outputs.effects.trajectories import Trajectories, compared
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByDisclosureControl, RunError

POLICY = DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000)
STAGES = ("offered", "started", "completed", "succeeded")


def group(treated, reached, **columns):
    """Trajectories that reached each stage: (offered, started, completed, succeeded), a household each."""
    number = reached[0]
    plain = {"household": [2 * place + treated for place in range(number)], "treated": treated, "kind": "schuldhulp"}
    stages = {stage: [place < limit for place in range(number)] for stage, limit in zip(STAGES, reached, strict=True)}
    return pd.DataFrame(plain | dict.fromkeys(("regeling", "leefgebied", "vorm")) | stages | columns)


def both(ours, others, **columns):
    return pd.concat([group(True, ours, **columns), group(False, others, **columns)], ignore_index=True)


def test_stages_and_shares_per_group():
    (found,) = compared(Trajectories(both((60, 50, 40, 18), (70, 60, 50, 10))), "schuldhulp", 10)
    assert (found.category, vars(found.treated)) == ("totaal", dict(zip(STAGES, (60, 50, 40, 18), strict=True)))
    assert (found.treated.of_completed.value, found.treated.of_started.value) == (0.45, 0.36)
    assert found.of_completed.value == pytest.approx(0.45 - 0.2)
    assert found.of_started.value == pytest.approx(18 / 50 - 10 / 60)
    assert found.of_completed.low < 0.25 < found.of_completed.high


def test_by_type_of_benefit_in_a_fixed_order_and_unknown_last():
    parts = [
        both((30, 30, 30, 10), (30, 30, 30, 10), regeling=name, kind="re-integratie") for name in (None, "Bbz", "P-wet")
    ]
    seen = Trajectories(pd.concat(parts, ignore_index=True))
    assert [one.category for one in compared(seen, "re-integratie", 10, "regeling")] == ["P-wet", "Bbz", "onbekend"]
    with pytest.raises(RefusedByDisclosureControl, match="group_small"):
        compared(seen, "schuldhulp", 10)


@pytest.mark.parametrize(("ours", "others", "name"), [(9, 30, "aanpak"), (30, 9, "controle")])
def test_fewer_households_than_the_threshold_are_refused(ours, others, name):
    rows = both((50, 50, ours, 5), (50, 50, others, 5))
    with pytest.raises(RefusedByDisclosureControl, match=f"{name}: fewer than 10 households") as refusal:
        compared(Trajectories(rows), "schuldhulp", 10)
    assert "9" not in str(refusal.value)
    assert compared(Trajectories(both((50, 50, 10, 5), (50, 50, 10, 5))), "schuldhulp", 10)


def test_many_trajectories_of_few_households_are_few():
    rows = both((50, 50, 50, 20), (50, 50, 50, 20))
    rows["household"] = rows["household"] % 18
    with pytest.raises(RefusedByDisclosureControl, match="group_small"):
        compared(Trajectories(rows), "schuldhulp", 10)


def test_one_small_class_refuses_the_split():
    parts = [both((30, 30, 30, 10), (30, 30, 30, 10), vorm="kort of ambulant"), both((5, 5, 5, 2), (30, 30, 30, 9))]
    with pytest.raises(RefusedByDisclosureControl, match="group_small"):
        compared(Trajectories(pd.concat(parts, ignore_index=True)), "schuldhulp", 10, "vorm")


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"treated": "yes"}, "treated"),
        ({"household": -1}, "household"),
        ({"household": 1}, "both groups"),
        ({"kind": "other"}, "kind: 6 unknown"),
        ({"regeling": "WW"}, "regeling: 6"),
        ({"leefgebied": "x"}, "leefgebied: 6"),
        ({"vorm": "x"}, "vorm: 6"),
        ({"offered": False}, "started: 4 without offered"),
        ({"started": False}, "completed: 4 without started"),
        ({"completed": False}, "succeeded: 2 without completed"),
        ({"succeeded": 1}, "succeeded"),
        ({"name": "x"}, "columns"),
    ],
)
def test_what_is_refused(columns, what):
    rows = both((3, 2, 2, 1), (3, 2, 2, 1)).assign(**columns)
    with pytest.raises(RunError, match=what) as refusal:
        Trajectories(rows)
    assert refusal.value.code == "observations_invalid"


def test_what_is_printed_follows_from_tens():
    rows = published_success(Trajectories(both((64, 54, 44, 22), (66, 56, 46, 14))), "schuldhulp", POLICY)
    again = published_success(Trajectories(both((58, 48, 38, 16), (74, 64, 54, 7))), "schuldhulp", POLICY)
    assert list(rows.columns) == list(COLUMNS)
    assert rows.loc[0, list(STAGES)].tolist() == [60, 50, 40, 20]
    assert rows.loc[1, list(STAGES)].tolist() == [70, 60, 50, 10]
    assert rows["of_completed_pct"].tolist() == [50, 20]
    assert (rows.loc[0, "of_completed_difference"], rows.loc[0, "of_started_difference"]) == (30, 23)
    assert rows.loc[1, ["of_completed_difference", "of_started_difference_low"]].isna().all()
    pd.testing.assert_frame_equal(rows, again)


def test_a_total_is_the_sum_of_its_classes_as_printed():
    parts = [both((36, 26, 16, 6), (47, 37, 27, 17), vorm=name) for name in ("kort of ambulant", None)]
    table = published_success(Trajectories(pd.concat(parts, ignore_index=True)), "schuldhulp", POLICY, "vorm")
    assert table["category"].tolist() == ["kort of ambulant"] * 2 + ["onbekend"] * 2 + ["totaal"] * 2
    assert table.loc[4, list(STAGES)].tolist() == [80, 60, 40, 20]
    assert table.loc[5, list(STAGES)].tolist() == [100, 80, 60, 40]


@pytest.mark.parametrize(
    ("ours", "exposed"),
    [((40, 40, 40, 37), True), ((40, 40, 40, 36), False), ((50, 50, 30, 4), True), ((60, 60, 40, 37), True)],
)
def test_success_of_nearly_everybody_or_nobody_is_refused(ours, exposed):
    for rows, name in ((both(ours, (40, 40, 40, 20)), "aanpak"), (both((40, 40, 40, 20), ours), "controle")):
        if exposed:
            with pytest.raises(RefusedByDisclosureControl, match=f"group_exposed: {name}"):
                published_success(Trajectories(rows), "schuldhulp", POLICY)
        else:
            assert len(published_success(Trajectories(rows), "schuldhulp", POLICY)) == 2


@st.composite
def reached(draw):
    completed = draw(st.integers(10, 120))
    started = completed + draw(st.integers(0, 40))
    low, high = -(-started // 10), min(9 * completed // 10, completed)
    return (started + draw(st.integers(0, 20)), started, completed, draw(st.integers(min(low, high), high)))


@settings(max_examples=60, deadline=None)
@given(reached(), reached())
def test_printed_bounds_hold_the_intervals_of_the_true_counts(ours, others):
    seen = Trajectories(both(ours, others))
    (exact,) = compared(seen, "schuldhulp", 10)
    try:
        rows = published_success(seen, "schuldhulp", POLICY).to_dict("records")
    except RefusedByDisclosureControl:
        return
    for row, stages in zip(rows, (exact.treated, exact.control), strict=True):
        for share in ("of_completed", "of_started"):
            true = getattr(stages, share)
            assert row[f"{share}_low"] <= 100 * true.low + 1e-6
            assert row[f"{share}_high"] >= 100 * true.high - 1e-6
    for share in ("of_completed", "of_started"):
        true = getattr(exact, share)
        assert rows[0][f"{share}_difference_low"] <= 100 * true.low + 1e-6
        assert rows[0][f"{share}_difference_high"] >= 100 * true.high - 1e-6
