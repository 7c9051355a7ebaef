"""How the balance of an MKBA moves: one assumption at a time, and all at random with a fixed seed."""

import pytest
from mkba_models import SMALL, assumption, content, post

from outputs.returns.mkba import outcome
from outputs.returns.mkba_model import Mkba, worked_municipality
from outputs.returns.mkba_simulation import simulate, swings
from schemas.errors import RunError


def test_swings_are_the_balance_at_each_bound_the_widest_first():
    found = [(one.assumption, one.at_low, one.at_high) for one in swings(Mkba.model_validate(SMALL))]
    assert found == [
        ("bedrag", 200, 2000),
        ("aantal_stuks", 500, 1100),
        ("deel", 500, 1100),
        ("kosten", 1000, 600),
    ]


def test_lasting_effect_is_what_moves_the_worked_municipality():
    first, *others = swings(worked_municipality())
    assert (first.assumption, first.at_low, first.at_high) == ("blijvend", 110_375_00, 885_500_00)
    assert all(one.width <= 125_000 for one in others)
    moving = {name for post in worked_municipality().posten for name in post.factoren}
    assert {one.assumption for one in others} < moving


def test_a_simulation_repeats_itself_whatever_the_order_of_its_assumptions_and_posts():
    turned = SMALL | {"aannames": SMALL["aannames"][::-1], "posten": SMALL["posten"][::-1]}
    one, other = (simulate(Mkba.model_validate(each), draws=500) for each in (SMALL, turned))
    assert one == other
    assert simulate(Mkba.model_validate(SMALL), draws=500, seed=1) != one
    assert (one.draws, one.seed) == (500, 20181)


def test_a_simulation_stays_within_the_interval():
    for model in (Mkba.model_validate(SMALL), worked_municipality()):
        found, balance = simulate(model, draws=2000), outcome(model).balance
        assert balance.low <= found.p5 < found.p50 < found.p95 <= balance.high
    assert found.positive == 1


def test_a_simulation_meets_what_can_be_reckoned():
    """A triangle from 0 to 1200 with its top at 0, against a cost of 600, is above it in a quarter of the draws."""
    model = content(
        [assumption("kosten", 600), assumption("bedrag", 0, 0, 1200)],
        [post("k", "kosten", side="kosten"), post("1", "bedrag")],
    )
    found = simulate(Mkba.model_validate(model), draws=20_000)
    assert found.positive == pytest.approx(0.25, abs=0.01)
    # The median of that triangle is 1200 x (1 - sqrt(1/2)).
    assert found.p50 == pytest.approx(1200 * (1 - 0.5**0.5) - 600, abs=10)


def test_a_simulation_discounts_as_the_point_does():
    assumptions = [assumption("kosten", 600), assumption("bedrag", 300), assumption("voet", 25, unit="pct")]
    posts = [post("k", "kosten", side="kosten"), post("1", "bedrag", years=(1, 2))]
    model = Mkba.model_validate(content(assumptions, posts, discontovoet="voet"))
    assert simulate(model, draws=100).p50 == outcome(model).balance.point == 432 - 600


@pytest.mark.parametrize("draws", [0, 99, 1_000_001])
def test_a_number_of_draws_that_says_nothing_is_refused(draws):
    with pytest.raises(RunError) as caught:
        simulate(worked_municipality(), draws)
    assert caught.value.code == "mkba_draws"
