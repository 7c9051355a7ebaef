"""What holds of returns whatever the figures: they are linear, parts add up, and intervals hold their points."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.returns.amounts import Interval, rounded
from outputs.returns.business_case import Baat, Pilot, Uitgave, business_case
from outputs.returns.mkba import outcome
from outputs.returns.mkba_model import Aanname, Mkba, Post
from outputs.returns.mkba_simulation import simulate, swings
from outputs.returns.price_list import Price, PriceList
from outputs.returns.priced_events import Event, cost_of, saving
from outputs.returns.pwet_exit import attributed, shipped_pwet_exit
from outputs.returns.sensitivity import break_even_attribution, break_even_relapse, break_even_scale

CENTS = st.integers(0, 10**9)
COUNTS = st.integers(0, 50)
PERCENT = st.integers(0, 100)
SHARES = st.fractions(0, 1, max_denominator=1000)
FRACTIONS = st.fractions(-100, 100, max_denominator=50)
INTERVALS = st.lists(FRACTIONS, min_size=3, max_size=3).map(lambda bounds: Interval(*sorted(bounds)))
CODES = ("A1", "A2", "A3")


@st.composite
def price_lists(draw):
    common = {"categorie": "c", "eenheid": "stuk", "bron": "b", "btw": "onbekend", "soort": "norm"}
    wetten = st.sampled_from(["Jeugd", "Wonen"])
    return PriceList(tuple(Price(code=code, wet=draw(wetten), bedrag_cent=draw(CENTS), **common) for code in CODES))


EVENTS = st.lists(
    st.builds(Event, code=st.sampled_from(CODES), aantal=st.decimals(0, 50, places=2)), min_size=1, max_size=6
)


@st.composite
def pilots(draw):
    def baat(number):
        return Baat(
            naam=str(number),
            aantal=draw(COUNTS),
            bedrag_cent=draw(CENTS),
            verrekend_pct=draw(PERCENT),
            toerekening_pct=draw(st.none() | PERCENT),
            terugval_pct=draw(st.none() | st.integers(0, 99)),
            soort="norm",
        )

    baten = tuple(baat(number) for number in range(draw(st.integers(1, 4))))
    kosten = (Uitgave(naam="k", bedrag_cent=draw(CENTS), soort="werkelijk"),)
    return Pilot(naam="p", periode="2018", bron="b", baten=baten, kosten=kosten)


@st.composite
def models(draw):
    """Costs that are surely above 0, and benefits with yearly amounts, shared factors and any sign."""

    def aanname(name, unit, least, most):
        low, point, high = sorted(draw(st.integers(least, most)) for _ in range(3))
        bounds = {"laag": low, "waarde": point, "hoog": high}
        return Aanname(naam=name, wat="w", eenheid=unit, bron="b", bron_interval="b", **bounds)

    def post(code, money, side):
        part = draw(st.integers(1, 99))
        factors = (money, *draw(st.lists(st.sampled_from(["deel", "stuks"]), max_size=2, unique=True)))
        return Post(
            code=code,
            groep=draw(st.sampled_from(["g1", "g2"])),
            wat="w",
            kant=side,
            termijn=draw(st.sampled_from(["kort", "lang", "immaterieel"])) if side == "baten" else None,
            dragers={"gemeente": part, draw(st.sampled_from(["rijk", "huishoudens"])): 100 - part},
            factoren=factors,
            jaren=draw(st.sampled_from([None, (0, 0), (1, 3)])),
        )

    assumptions = (
        aanname("kosten", "cent", 1, 10**6),
        aanname("bedrag", "cent", -(10**6), 10**6),
        aanname("deel", "pct", 1, 100),
        aanname("stuks", "aantal", 1, 20),
        aanname("voet", "pct", 0, 10),
    )
    benefits = tuple(post(str(number), "bedrag", "baten") for number in range(draw(st.integers(1, 4))))
    return Mkba(
        naam="m",
        bron="b",
        bron_dragers="b",
        discontovoet=draw(st.sampled_from([None, "voet"])),
        aannames=assumptions,
        posten=(post("k", "kosten", "kosten"), *benefits),
    )


@given(INTERVALS, INTERVALS, SHARES, SHARES)
def test_an_interval_holds_what_comes_of_any_points_in_it(one, other, here, there):
    mine, theirs = (each.low + part * (each.high - each.low) for each, part in ((one, here), (other, there)))
    for made, exact in ((one + other, mine + theirs), (one - other, mine - theirs), (one * other, mine * theirs)):
        assert made.low <= exact <= made.high
        assert made.low <= made.point <= made.high


@pytest.mark.parametrize("bounds", [(2, 1, 3), (0, 2, 1), (3, 2, 1)])
def test_an_interval_without_its_point_is_none(bounds):
    with pytest.raises(ValueError, match="point"):
        Interval(*map(Fraction, bounds))


@given(FRACTIONS, st.integers(1, 1000))
def test_rounding_is_to_the_nearest_and_the_same_on_both_sides_of_zero(amount, unit):
    whole = rounded(amount, unit)
    assert abs(whole * unit - amount) <= Fraction(unit, 2)
    assert rounded(-amount, unit) == -whole


@given(price_lists(), EVENTS, EVENTS)
def test_costs_of_events_add_up_in_any_order_and_by_domain(prices, some, others):
    apart = cost_of(some, prices), cost_of(others, prices)
    together = cost_of([*others, *some], prices)
    assert together.cents == sum(cost.cents for cost in apart) == sum(together.by_domain().values())
    assert saving(*apart) == -saving(*reversed(apart)) == apart[0].cents - apart[1].cents


@given(st.lists(st.tuples(st.integers(1, 7), COUNTS)), st.lists(st.tuples(st.integers(1, 7), COUNTS)), SHARES)
def test_exits_count_each_by_itself(some, others, attribution):
    table = shipped_pwet_exit()
    apart = attributed(some, table, attribution) + attributed(others, table, attribution)
    assert abs(attributed([*some, *others], table, attribution) - apart) <= 1


@given(st.integers(1, 7), SHARES, SHARES)
def test_more_relapse_saves_less(years, some, more):
    few, many = (shipped_pwet_exit().damage_limitation(years, relapse) for relapse in sorted((some, more)))
    assert few >= many >= 0


@given(pilots())
def test_break_even_is_where_the_balance_is_zero(pilot):
    cost = business_case(pilot).cost
    for point, counted in (
        (break_even_attribution(pilot), lambda baat, point: baat.counted(attribution=point)),
        (break_even_relapse(pilot), lambda baat, point: baat.counted(relapse=point)),
        (break_even_scale(pilot), lambda baat, point: baat.counted() * point),
    ):
        assert point is None or sum(counted(baat, point) for baat in pilot.baten) == cost


@given(pilots(), SHARES, SHARES)
def test_a_balance_is_linear_in_attribution(pilot, one, other):
    ends = business_case(pilot, one).balance, business_case(pilot, other).balance
    middle = business_case(pilot, (one + other) / 2).balance
    # Every benefit is rounded to a cent by itself.
    assert abs(2 * middle - sum(ends)) <= 2 * len(pilot.baten)


@given(pilots())
def test_lines_of_a_business_case_add_up(pilot):
    found = business_case(pilot)
    assert found.balance == sum(found.benefits.values()) - sum(found.costs.values())


@given(models())
def test_posts_terms_groups_and_bearers_add_up_to_the_same(model):
    found = outcome(model)
    terms = sum(found.term(term).point for term in ("kort", "lang", "immaterieel"))
    groups = sum(value.point if post.kant == "baten" else -value.point for post, value in found.posts)
    assert terms == found.benefit.point
    assert groups == found.balance.point
    for each in ("low", "point", "high"):
        assert sum(getattr(one.cost, each) for one in found.bearers()) == getattr(found.cost, each)
        assert sum(getattr(one.benefit, each) for one in found.bearers()) == getattr(found.benefit, each)
        assert sum(getattr(one.balance, each) for one in found.bearers()) == getattr(found.balance, each)


@given(models())
def test_the_interval_holds_the_point_every_swing_and_every_draw(model):
    balance = outcome(model).balance
    assert balance.low <= balance.point <= balance.high
    for swing in swings(model):
        assert balance.low <= min(swing.at_low, swing.at_high) <= max(swing.at_low, swing.at_high) <= balance.high
    drawn = simulate(model, draws=100)
    assert balance.low - 1 <= drawn.p5 <= drawn.p50 <= drawn.p95 <= balance.high + 1


@given(models())
def test_returns_follow_from_balance_and_cost(model):
    found = outcome(model)
    assert found.social_return.point * found.cost.point == found.balance.point
    immaterial = found.term("immaterieel").point
    assert found.financial_return.point * found.cost.point == found.balance.point - immaterial
    for each in (found.social_return, found.financial_return):
        assert each.low <= each.point <= each.high
