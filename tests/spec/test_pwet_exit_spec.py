"""Exit from the P-wet: published savings with and without relapse, the relapse curve, and attribution."""

from fractions import Fraction

import pytest

from outputs.returns.amounts import rounded
from outputs.returns.pwet_exit import (
    ExitRow,
    PwetExit,
    RelapseCurve,
    RelapseRow,
    attributed,
    shipped_pwet_exit,
)
from schemas.errors import RunError

#: Years on benefit; exit in percent, low and high; saved over seven years in euros, plain and after relapse.
PUBLISHED = [
    (1, 20, 20, 49708, 27339),
    (2, 11, 11, 57424, 31583),
    (3, 5, 10, 60547, 33300),
    (4, 5, 7, 63669, 35018),
    (5, 4, 6, 65007, 35754),
    (6, 4, 5, 66345, 36490),
    (7, 3, 3, 67683, 37226),
]
#: The one figure that is not 0.55 of its published plain one to the euro: the source rounded what it shows.
OFF_BY_ONE = {3: 1}


def refusal(function, *arguments):
    with pytest.raises(RunError) as caught:
        function(*arguments)
    return caught.value.code


@pytest.mark.parametrize(("years", "low", "high", "plain", "after_relapse"), PUBLISHED)
def test_the_published_savings(years, low, high, plain, after_relapse):
    table = shipped_pwet_exit()
    assert table.damage_limitation(years, relapse=0) == 100 * plain
    assert rounded(table.damage_limitation(years), 100) == after_relapse + OFF_BY_ONE.get(years, 0)
    assert table.damage_limitation(years) == table.damage_limitation(years, relapse=0) * Fraction(55, 100)
    exits = table.expected_exits(200, years)
    assert (exits.low, exits.point, exits.high) == (2 * low, low + high, 2 * high)


@pytest.mark.parametrize(("years", "pct"), [(0, 0), (1, 25), (2, 42), (3, 43), (4, 44), (5, 45), (6, 45), (40, 45)])
def test_the_published_relapse_curve(years, pct):
    assert shipped_pwet_exit().relapse.within(years) == Fraction(pct, 100)


def test_what_lasts_is_what_the_curve_leaves_at_its_end():
    assert shipped_pwet_exit().relapse.lasting == Fraction(55, 100)


@pytest.mark.parametrize(
    ("exits", "attribution", "euros"),
    [
        ([], 1, 0),
        ([(7, 6)], 1, 223354),  # 6 x 67,683 x 0.55 = 223,353.90
        ([(7, 6)], Fraction(1, 2), 111677),
        ([(1, 2), (4, 1)], 1, 89697),  # 2 x 27,339.40 + 35,017.95 = 89,696.75
        ([(1, 2), (4, 1)], 0, 0),
    ],
)
def test_what_an_approach_may_count(exits, attribution, euros):
    assert rounded(attributed(exits, shipped_pwet_exit(), attribution), 100) == euros


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda table: table.damage_limitation(8), "pwet_exit_unknown"),
        (lambda table: table.damage_limitation(0), "pwet_exit_unknown"),
        (lambda table: table.damage_limitation(1, relapse=Fraction(11, 10)), "share_out_of_bounds"),
        (lambda table: table.damage_limitation(1, relapse=-1), "share_out_of_bounds"),
        (lambda table: table.expected_exits(-1, 1), "persons_negative"),
        (lambda table: table.relapse.within(-1), "relapse_years"),
        (lambda table: attributed([(1, -1)], table, 1), "exits_negative"),
        (lambda table: attributed([(1, 1)], table, 2), "share_out_of_bounds"),
        (lambda table: PwetExit((), table.relapse), "pwet_exit_years"),
        (lambda table: PwetExit(table.rows[:1] * 2, table.relapse), "pwet_exit_years"),
    ],
)
def test_what_has_no_answer_is_refused(call, code):
    assert refusal(call, shipped_pwet_exit()) == code


@pytest.mark.parametrize("rows", [[], [(2, 10)], [(1, 10), (3, 20)], [(1, 20), (2, 10)], [(1, 10), (1, 20)]])
def test_a_relapse_curve_rises_year_by_year(rows):
    curve = tuple(RelapseRow(binnen_jaren=years, terugval_pct=pct) for years, pct in rows)
    assert refusal(RelapseCurve, curve) == "relapse_curve"


def test_a_low_share_is_not_above_the_high_one():
    with pytest.raises(ValueError, match="above"):
        ExitRow(uitkeringsjaren=1, uitstroom_laag_pct=6, uitstroom_hoog_pct=5, schadelastbeperking_cent=1)
