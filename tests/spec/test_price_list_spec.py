"""The prijslijst: what is on it, what cases cost by it, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from outputs.returns.price_list import Price, PriceList, read_price_list, shipped_price_list
from outputs.returns.priced_events import CaseEvent, Event, cases_of, cost_of, eviction_cases, saving
from schemas.errors import RunError

#: Published prices in euros.
PRICES = {
    "uithuisplaatsing kind (excl. begeleiding/vergoeding)": 40000,
    "ontheffing uit ouderlijk gezag/voogdij: per jaar": 5000,
    "ontheffing uit ouderlijk gezag/voogdij: traject": 25000,
    "inzet Raad voor de Kinderbescherming": 3500,
    "inzet jeugdzorg (zonder uithuisplaatsing)": 7500,
    "jeugdbescherming": 5400,
    "pleegzorgplaats": 7000,
    "ondertoezichtstelling (OTS) < 1 jaar": 8900,
    "afsluiten elektriciteit": 790,
    "klacht bij woningcorporatie": 300,
    "mutatie van een woning": 1200,
    "uitzetting uit huurwoning": 6000,
    "deurwaarder ontruiming": 200,
    "begeleid wonen na woninguitzetting": 50000,
    "verplaatsen probleemgezin": 70000,
    "noodwoning": 400,
    "vermogensdelict": 1400,
    "bedreiging": 2700,
    "mishandeling": 5500,
    "detentie (ruim)": 80000,
}
#: Published totals of the seven eviction cases, in euros.
EVICTIONS = {1: 8190, 2: 27990, 3: 58190, 4: 45790, 5: 49290, 6: 84790, 7: 191640}
HEADER = (
    "code;wet;categorie;eenheid;bedrag_cent;prijspeil_jaar;geldig_van;geldig_tot;bron;bron_url;bron_datum;soort;btw;"
    "toelichting"
)


def price(code="A1", cents=100, kind="norm", **other):
    base = {"wet": "Jeugd", "categorie": "x", "eenheid": "stuk", "bron": "b", "btw": "onbekend"}
    return Price(code=code, bedrag_cent=cents, soort=kind, **base | other)


def refusal(function, *arguments):
    with pytest.raises(RunError) as caught:
        function(*arguments)
    return caught.value.code


@pytest.mark.parametrize(("item", "euros"), PRICES.items())
def test_a_published_price_is_on_the_list(item, euros):
    (found,) = [one for one in shipped_price_list().prices if one.categorie == item]
    assert found.bedrag_cent == 100 * euros


def test_every_shipped_price_has_a_source_and_one_kind_and_says_that_its_year_is_unknown():
    prices = shipped_price_list().prices
    assert len(prices) == len(PRICES) + 1
    assert {one.soort for one in prices} == {"maatschappelijk"}
    assert all(one.bron and one.prijspeil_jaar is None for one in prices)


@pytest.mark.parametrize(("case", "euros"), EVICTIONS.items())
def test_an_eviction_case_costs_what_was_published(case, euros):
    cost = cost_of(eviction_cases()[f"geval {case}"], shipped_price_list())
    assert (cost.cents, cost.kind, cost.price_years) == (100 * euros, "maatschappelijk", (None,))
    assert sum(cost.by_domain().values()) == cost.cents


def test_the_seven_evictions_together():
    costs = [cost_of(events, shipped_price_list()).cents for events in eviction_cases().values()]
    assert sum(costs) == 465_880_00


def test_the_costliest_eviction_by_domain():
    cost = cost_of(eviction_cases()["geval 7"], shipped_price_list())
    assert cost.by_domain() == {"Jeugd": 178_650_00, "Wonen": 12_990_00}


@pytest.mark.parametrize(
    ("cents", "number", "cost"),
    [
        (400_00, "12", 4_800_00),
        (7_500_00, "0.2", 1_500_00),
        (1, "0.5", 1),
        (1, "0.49", 0),
        (333, "1.5", 500),
        (9, "0", 0),
    ],
)
def test_a_cost_is_price_times_number_rounded_half_up_to_a_cent(cents, number, cost):
    assert cost_of([Event(code="A1", aantal=Decimal(number))], PriceList((price(cents=cents),))).cents == cost


def test_rounding_is_per_event_so_that_lines_add_up_to_their_total():
    twice = [Event(code="A1", aantal=Decimal("0.5"))] * 2
    assert cost_of(twice, PriceList((price(cents=1),))).cents == 2


def test_an_alternative_saves_what_it_costs_less():
    prices = shipped_price_list()
    eviction = cost_of(eviction_cases()["geval 1"], prices)
    complaint = cost_of([Event(code="WONEN-02", aantal=1)], prices)
    assert (saving(eviction, complaint), saving(complaint, eviction)) == (7_890_00, -7_890_00)


def test_a_total_shows_every_price_level_in_it():
    prices = PriceList((price("A1", prijspeil_jaar=2018), price("A2"), price("A3", prijspeil_jaar=2012)))
    events = [Event(code=code, aantal=1) for code in ("A1", "A2", "A3", "A1")]
    assert cost_of(events, prices).price_years == (2012, 2018, None)


@pytest.mark.parametrize("other", ["werkelijk", "tarief", "maatschappelijk"])
def test_prices_of_different_kinds_never_add_up(other):
    prices = PriceList((price("A1"), price("A2", kind=other)))
    one, two = (Event(code=code, aantal=1) for code in ("A1", "A2"))
    assert refusal(cost_of, [one, two], prices) == "price_kinds_mixed"
    assert refusal(saving, cost_of([one], prices), cost_of([two], prices)) == "price_kinds_mixed"


def test_the_price_of_the_day_counts():
    old = price(cents=100, geldig_tot=date(2018, 12, 31))
    new = price(cents=200, geldig_van=date(2019, 1, 1), geldig_tot=date(2019, 12, 31))
    prices = PriceList((old, new))
    assert prices.price("A1", date(2018, 12, 31)) is old
    assert prices.price("A1", date(2019, 1, 1)) is prices.price("A1", date(2019, 12, 31)) is new
    assert cost_of([Event(code="A1", aantal=1, op=date(2019, 5, 1))], prices).cents == 200
    assert refusal(prices.price, "A1", date(2020, 1, 1)) == "price_unknown"
    assert refusal(prices.price, "A1") == "price_needs_date"
    assert refusal(prices.price, "A2") == "price_unknown"


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ({}, {}, True),
        ({"geldig_tot": date(2018, 6, 30)}, {"geldig_van": date(2018, 6, 30)}, True),
        ({"geldig_van": date(2018, 6, 30)}, {"geldig_tot": date(2018, 6, 30)}, True),
        ({"geldig_tot": date(2018, 6, 30)}, {"geldig_van": date(2018, 7, 1)}, False),
        ({"geldig_van": date(2018, 7, 1)}, {"geldig_tot": date(2018, 6, 30)}, False),
        ({}, {"code": "A2"}, False),
    ],
)
def test_one_code_has_one_price_on_a_day(one, other, overlap):
    prices = (price(**one), price(**other))
    if overlap:
        assert refusal(PriceList, prices) == "price_list_overlap"
    else:
        assert PriceList(prices).prices == prices


GOOD = "A1;Jeugd;x;stuk;100;2018;2018-01-01;2018-12-31;bron;;2018-01-01;norm;inclusief;"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{HEADER}\n{GOOD}", None),
        ("", "figures_columns"),
        (HEADER, "price_list_empty"),
        (f"{HEADER};extra\n{GOOD};1", "figures_columns"),
        (f"{HEADER.replace(';bron;', ';')}\n{GOOD}", "figures_columns"),
        (f"{HEADER}\n{GOOD};1", "figures_invalid"),
        (f"{HEADER}\n{GOOD.replace('100', '100.5')}", "figures_invalid"),
        (f"{HEADER}\n{GOOD.replace('100', '-1')}", "figures_invalid"),
        (f"{HEADER}\n{GOOD.replace('100', '')}", "figures_invalid"),
        (f"{HEADER}\n{GOOD.replace('norm', 'schatting')}", "figures_invalid"),
        (f"{HEADER}\n{GOOD.replace('stuk', 'dozijn')}", "figures_invalid"),
        (f"{HEADER}\n{GOOD.replace('bron', '')}", "figures_invalid"),
        (f"{HEADER}\n{GOOD.replace('2018-12-31', '2017-12-31')}", "figures_invalid"),
        (f'{HEADER}\n{GOOD}"open', "figures_invalid"),
        (f'{HEADER}\n"open{GOOD}', "figures_invalid"),
        (f"{HEADER}\n{GOOD}\n{GOOD}", "price_list_overlap"),
    ],
)
def test_a_price_list_is_read_whole_or_refused(text, code):
    if code is None:
        assert read_price_list(text).price("A1").prijspeil_jaar == 2018
    else:
        assert refusal(read_price_list, text) == code


def test_a_refusal_names_row_and_column_and_no_value():
    with pytest.raises(RunError) as caught:
        read_price_list(f"{HEADER}\n{GOOD}\n{GOOD.replace('A1', 'A2').replace('100', '66,6')}")
    assert "row 2: bedrag_cent" in str(caught.value)
    assert "66,6" not in str(caught.value)


def test_what_has_no_events_has_no_cost():
    assert refusal(cost_of, [], shipped_price_list()) == "price_nothing"


def test_a_case_names_a_price_once():
    row = CaseEvent(geval="a", code="A1", aantal=1)
    assert refusal(cases_of, [row, row]) == "case_event_twice"
    assert list(cases_of([row.model_copy(update={"geval": "b"}), row])) == ["a", "b"]
