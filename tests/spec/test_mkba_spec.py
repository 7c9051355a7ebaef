"""The MKBA: the worked municipality post by post, who pays and gains, intervals, discounting, and what is refused."""

from decimal import Decimal
from fractions import Fraction

import pytest
import yaml
from mkba_models import SMALL, assumption, content, post

from outputs.returns.amounts import rounded
from outputs.returns.figure_files import shipped
from outputs.returns.mkba import outcome, present_value_years
from outputs.returns.mkba_model import Mkba, read_mkba, worked_municipality
from outputs.returns.mkba_simulation import simulate, swings
from schemas.errors import RunError

#: Published posts, in thousands of euros. K5 and 5z close what the published posts leave of the published totals.
POSTS = {
    "K1": 1001,
    "K2": 17,
    "K3": 399,
    "K4": 8,
    "K5": -60,
    "1": 527,
    "2": 3,
    "3": 109,
    "4": 52,
    "5a": 76,
    "5b": 409,
    "5c": 4,
    "5d": 0,
    "5e": 1,
    "5f": 48,
    "5g": 278,
    "5z": 1,
    "6": 65,
    "7": 55,
    "8": 5,
    "9": 0,
    "10": 26,
    "11": 247,
}
TOTALS = [
    ("project cost", lambda found: found.group("projectkosten"), 1018),
    ("cost of extra households", lambda found: found.group("extra huishoudens"), 347),
    ("total cost", lambda found: found.cost, 1365),
    ("directly avoided cost", lambda found: found.group("5"), 816),
    ("short term", lambda found: found.term("kort"), 1508),
    ("long term", lambda found: found.term("lang"), 125),
    ("immaterial", lambda found: found.term("immaterieel"), 273),
    ("total benefits", lambda found: found.benefit, 1906),
    ("balance", lambda found: found.balance, 541),
]
DIFFERENCES = {
    "huishoudens in een zwaar traject (MDA)": 28,
    "meer gevonden huishoudens": 100,
    "huishoudens die financieel stabiel worden": 63,
    "huishoudens die na drie jaar schuldenvrij zijn": 22,
    "mensen aan het werk": 1,
    "kinderen met een startkwalificatie": 1,
    "voorkomen uithuiszettingen": 16,
    "minder intensieve zorgtrajecten": 32,
    "voorkomen verblijven in de opvang": 4,
}


@pytest.mark.parametrize(("code", "thousands"), POSTS.items())
def test_a_published_post(code, thousands):
    values = {post.code: value for post, value in outcome(worked_municipality()).posts}
    assert values.keys() == POSTS.keys()
    assert values[code].point == 100_000 * thousands


@pytest.mark.parametrize(("what", "figure", "thousands"), TOTALS, ids=[row[0] for row in TOTALS])
def test_a_published_total(what, figure, thousands):
    assert figure(outcome(worked_municipality())).point == 100_000 * thousands


def test_the_published_returns():
    found = outcome(worked_municipality())
    assert found.financial_return.point == Fraction(1906 - 273 - 1365, 1365)
    assert rounded(found.financial_return.point * 100) == 20
    assert found.social_return.point == Fraction(541, 1365)
    assert rounded(found.social_return.point * 100) == 40


def test_the_differences_that_the_published_assumptions_lead_to():
    found = {what: rounded(value.point) for what, value in outcome(worked_municipality()).differences}
    assert found == DIFFERENCES


def test_every_assumption_of_the_worked_municipality_says_what_it_rests_on():
    model = worked_municipality()
    assert (model.discontovoet, model.prijspeil_jaar) == (None, None)
    assert all(one.bron and one.bron_interval for one in model.aannames)
    relapse = model.assumption("terugval")
    assert (relapse.laag, relapse.waarde, relapse.hoog) == (0, 20, 45)
    # What lasts, beside the 80% that the source reckons with.
    lasting = model.assumption("blijvend")
    assert (lasting.laag, lasting.hoog) == (Decimal(55) / 80, Decimal(100) / 80)


def test_who_pays_and_who_gains_in_the_worked_municipality():
    found = {
        one.name: (one.cost.point / 100_000, one.benefit.point / 100_000)
        for one in outcome(worked_municipality()).bearers()
    }
    assert found["gemeente"] == (1425, 109 + 409 + 4)
    assert found["deelnemende organisaties"] == (0, 527)
    assert found["niet toegedeeld"] == (-60, 1)
    assert tuple(map(sum, zip(*found.values(), strict=True))) == (1365, 1906)


def test_a_small_model_by_hand():
    found = outcome(Mkba.model_validate(SMALL))
    assert [value.point for _, value in found.posts] == [1000, 300 * 10 / 2, 300]
    assert (found.benefit.low, found.benefit.point, found.benefit.high) == (200 * 8 * Fraction(4, 10) + 200, 1800, 4100)
    assert (found.balance.low, found.balance.point, found.balance.high) == (840 - 1200, 800, 4100 - 800)
    assert (found.social_return.low, found.social_return.point) == (Fraction(840, 1200) - 1, Fraction(8, 10))
    assert found.social_return.high == Fraction(4100, 800) - 1
    assert found.financial_return.point == Fraction(1500, 1000) - 1


def test_bearers_by_hand():
    found = {one.name: one for one in outcome(Mkba.model_validate(SMALL)).bearers()}
    assert {name: (one.cost.point, one.benefit.point) for name, one in found.items()} == {
        "gemeente": (750, 900),
        "huishoudens": (0, 900),
        "rijk": (250, 0),
    }
    assert (found["gemeente"].balance.low, found["gemeente"].balance.point) == (256 + 200 - 900, 150)


@pytest.mark.parametrize(
    ("years", "rate", "times"),
    [
        ((0, 0), "0.1", 1),
        ((1, 1), "0.1", Fraction(10, 11)),
        ((0, 2), "0", 3),
        ((1, 2), "0.25", Fraction(4, 5) + Fraction(16, 25)),
    ],
)
def test_an_amount_that_comes_back_yearly_is_worth_less_later(years, rate, times):
    assert present_value_years(years, Fraction(rate)) == times


@pytest.mark.parametrize(
    ("rate", "years", "value"),
    [(None, (1, 2), 600), ("voet", (1, 2), 432), ("voet", None, 300), (None, None, 300)],
)
def test_nothing_is_discounted_without_a_stated_rate_and_no_present_value_ever(rate, years, value):
    assumptions = [*SMALL["aannames"], assumption("voet", 25, 0, 100, "pct")]
    posts = [SMALL["posten"][0], post("1", "bedrag", years=years)]
    (_, found) = outcome(Mkba.model_validate(content(assumptions, posts, discontovoet=rate))).posts[1]
    assert found.point == value
    bounds = {(None, (1, 2)): (400, 1000), ("voet", (1, 2)): (200 * Fraction(3, 4), 1000)}
    assert (found.low, found.high) == bounds.get((rate, years), (200, 500))


def test_without_costs_there_is_no_return():
    free = SMALL | {"aannames": [assumption("kosten", 1000, 0, 1200), *SMALL["aannames"][1:]]}
    for function in (outcome, simulate, swings):
        with pytest.raises(RunError) as caught:
            function(Mkba.model_validate(free))
        assert caught.value.code == "mkba_no_cost"


def test_a_group_that_is_not_there_is_no_zero():
    with pytest.raises(RunError) as caught:
        outcome(worked_municipality()).group("12")
    assert caught.value.code == "mkba_no_group"


def changed(**post_fields):
    return SMALL | {"posten": [SMALL["posten"][0], SMALL["posten"][1] | post_fields]}


@pytest.mark.parametrize(
    "model",
    [
        changed(factoren=["aantal_stuks"]),
        changed(factoren=["bedrag", "kosten"]),
        changed(factoren=["bedrag", "onbekend"]),
        changed(factoren=[]),
        changed(code="k"),
        changed(termijn=None),
        changed(kant="kosten"),
        changed(dragers={"gemeente": 99}),
        changed(dragers={"gemeente": 120, "rijk": -20}),
        changed(dragers={}),
        changed(jaren=[2, 1]),
        changed(jaren=[-1, 1]),
        changed(jaren=[1, 101]),
        changed(extra=1),
        SMALL | {"aannames": [*SMALL["aannames"], SMALL["aannames"][0]]},
        SMALL | {"aannames": [*SMALL["aannames"], assumption("x", 1, 2, 3)]},
        SMALL | {"aannames": [*SMALL["aannames"], assumption("x", 3, 1, 2)]},
        SMALL | {"discontovoet": "onbekend"},
        SMALL | {"discontovoet": "bedrag"},
        SMALL | {"discontovoet": "x", "aannames": [*SMALL["aannames"], assumption("x", 0, -1, 1, "pct")]},
        SMALL | {"verschillen": [{"wat": "w", "factoren": ["bedrag"]}]},
        SMALL | {"verschillen": [{"wat": "w", "factoren": ["onbekend"]}]},
    ],
)
def test_a_model_that_contradicts_itself_is_refused(model):
    assert read_mkba(yaml.safe_dump(as_lists(SMALL))).naam == "m"
    with pytest.raises(RunError) as caught:
        read_mkba(yaml.safe_dump(as_lists(model)))
    assert caught.value.code == "figures_invalid"


def as_lists(node):
    if isinstance(node, dict):
        return {key: as_lists(value) for key, value in node.items()}
    return [as_lists(value) for value in node] if isinstance(node, list | tuple) else node


def test_the_shipped_model_is_in_the_form_that_a_municipality_hands_in():
    assert read_mkba(shipped("mkba.yaml")) == worked_municipality()
