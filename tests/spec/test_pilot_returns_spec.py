"""Business cases of pilots: the published ones to the euro, other suppositions, and where they just pay."""

from fractions import Fraction

import pytest

from outputs.returns.business_case import Baat, Pilot, Uitgave, business_case, read_pilots, shipped_pilots
from outputs.returns.price_list import shipped_price_list
from outputs.returns.priced_events import cost_of, eviction_cases
from outputs.returns.sensitivity import (
    break_even_attribution,
    break_even_relapse,
    break_even_scale,
    variants,
)
from schemas.errors import RunError

#: Published in euros: pilot; benefits before and after attribution; costs; return (None: the source gives no total).
PUBLISHED = [
    ("Zoveel Meer", [222_000, 120_000], [111_000, 60_000], [65_000, 40_000], 66_000),
    ("Broedplaats", [429_000, 20_000], [214_500, 9_000], [110_000], 113_500),
    ("Gezondheid & Bewegen", [111_000, 27_500], [66_600, 13_750], [33_000, 32_500], 14_850),
    ("Crisisteam", [465_880], [465_880], [202_740, 69_723], None),
]
HALF = Fraction(1, 2)


def pilot(benefits, cost=100, **other):
    baten = tuple(
        Baat(naam=str(number), aantal=1, soort="norm", **{"bedrag_cent": 100} | benefit)
        for number, benefit in enumerate(benefits)
    )
    kosten = (Uitgave(naam="kosten", bedrag_cent=cost, soort="werkelijk"),)
    return Pilot(**{"naam": "p", "periode": "2018", "bron": "b", "baten": baten, "kosten": kosten} | other)


@pytest.mark.parametrize(("name", "gross", "counted", "costs", "balance"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_a_published_business_case_to_the_euro(name, gross, counted, costs, balance):
    found = business_case(shipped_pilots()[name])
    assert [baat.gross() for baat in shipped_pilots()[name].baten] == [100 * euros for euros in gross]
    assert list(found.benefits.values()) == [100 * euros for euros in counted]
    assert list(found.costs.values()) == [100 * euros for euros in costs]
    assert (found.benefit, found.cost) == (100 * sum(counted), 100 * sum(costs))
    assert balance is None or found.balance == 100 * balance


def test_the_crisisteam_counts_the_seven_evictions_of_the_price_list():
    (benefit,) = business_case(shipped_pilots()["Crisisteam"]).benefits.values()
    assert benefit == sum(cost_of(events, shipped_price_list()).cents for events in eviction_cases().values())


def test_a_business_case_says_of_which_kinds_its_prices_are():
    kinds = {name: one.price_kinds() for name, one in shipped_pilots().items()}
    assert kinds == {
        "Zoveel Meer": ("norm", "werkelijk"),
        "Broedplaats": ("norm", "werkelijk"),
        "Gezondheid & Bewegen": ("norm", "werkelijk"),
        "Crisisteam": ("maatschappelijk", "werkelijk"),
    }


@pytest.mark.parametrize(
    ("name", "attribution", "relapse", "euros"),
    [
        ("Zoveel Meer", None, None, 66_000),
        ("Zoveel Meer", 1, None, 342_000 - 105_000),
        ("Zoveel Meer", 0, None, -105_000),
        ("Zoveel Meer", HALF, 1, 60_000 - 105_000),  # no exit lasts; the other benefit knows no relapse
        ("Zoveel Meer", HALF, Fraction(45, 100), 66_000),  # the relapse that the amount already counts
        ("Zoveel Meer", None, Fraction(725, 1000), 55_500 + 60_000 - 105_000),  # half as many last
        ("Broedplaats", 0, None, 9_000 - 110_000),  # set-off income has no attribution
        ("Crisisteam", 0, 1, 465_880 - 272_463),  # neither plays a part
    ],
)
def test_other_suppositions(name, attribution, relapse, euros):
    assert business_case(shipped_pilots()[name], attribution, relapse).balance == 100 * euros


def test_variants_are_every_attribution_with_every_relapse():
    found = variants(shipped_pilots()["Zoveel Meer"], (None, 1), (None, 1))
    assert [(one.attribution, one.relapse, one.balance) for one in found] == [
        (None, None, 66_000_00),
        (None, 1, -45_000_00),
        (1, None, 237_000_00),
        (1, 1, 15_000_00),
    ]


@pytest.mark.parametrize(
    ("name", "attribution", "relapse", "scale"),
    [
        ("Zoveel Meer", Fraction(105, 342), Fraction(115, 148), Fraction(105, 171)),
        ("Broedplaats", Fraction(101, 429), Fraction(289, 390), Fraction(220, 447)),
        ("Gezondheid & Bewegen", Fraction(131, 277), Fraction(339, 592), Fraction(1310, 1607)),
        ("Crisisteam", None, None, Fraction(272463, 465880)),
    ],
)
def test_where_a_pilot_just_pays(name, attribution, relapse, scale):
    one = shipped_pilots()[name]
    assert (break_even_attribution(one), break_even_relapse(one), break_even_scale(one)) == (
        attribution,
        relapse,
        scale,
    )


def test_a_pilot_that_cannot_pay_needs_more_than_everything():
    assert break_even_attribution(pilot([{"toerekening_pct": 50}], cost=250)) == Fraction(5, 2)
    assert break_even_relapse(pilot([{"terugval_pct": 0}], cost=250)) == Fraction(-3, 2)
    assert break_even_scale(pilot([{"bedrag_cent": 0}])) is None


def test_lines_are_rounded_before_they_add_up():
    found = business_case(pilot([{"bedrag_cent": 1, "toerekening_pct": 50}, {"bedrag_cent": 1, "toerekening_pct": 50}]))
    assert found.benefit == 2


@pytest.mark.parametrize("share", [Fraction(-1, 10), Fraction(11, 10)])
def test_a_share_lies_between_0_and_1(share):
    for arguments in ((share, None), (None, share)):
        with pytest.raises(RunError) as caught:
            business_case(pilot([{}]), *arguments)
        assert caught.value.code == "share_out_of_bounds"


def test_kinds_of_price_never_add_up_within_benefits_or_costs():
    paid = Uitgave(naam="a", bedrag_cent=1, soort="werkelijk"), Uitgave(naam="b", bedrag_cent=1, soort="norm")
    benefits = tuple(Baat(naam=kind, aantal=1, bedrag_cent=1, soort=kind) for kind in ("norm", "tarief"))
    for lines in ({"kosten": paid}, {"baten": benefits}):
        with pytest.raises(RunError) as caught:
            pilot([{}], **lines)
        assert caught.value.code == "price_kinds_mixed"


ONE = """
  - naam: p
    periode: "2018"
    bron: b
    baten: [{naam: x, aantal: 1, bedrag_cent: 100, soort: norm}]
    kosten: [{naam: y, bedrag_cent: 100, soort: werkelijk}]
"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"pilots:{ONE}", None),
        (f"pilots:{ONE}{ONE}", "pilot_twice"),
        ("pilots: []", "figures_invalid"),
        ("pilots: [", "figures_invalid"),
        ("[]", "figures_invalid"),
        ("? [a]\n: b", "figures_invalid"),
        (f"pilots:{ONE.replace('naam: y', 'naam: y, extra: 1')}", "figures_invalid"),
        (f"pilots:{ONE.replace('naam: y', 'naam: y, naam: y')}", "figures_invalid"),
        (f"pilots:{ONE.replace('bedrag_cent: 100', 'bedrag_cent: 0.5')}", "figures_invalid"),
        (f"pilots:{ONE.replace('aantal: 1', 'aantal: -1')}", "figures_invalid"),
        (f"pilots:{ONE.replace('aantal: 1', 'aantal: 1, toerekening_pct: 101')}", "figures_invalid"),
        (f"pilots:{ONE.replace('aantal: 1', 'aantal: 1, terugval_pct: 100')}", "figures_invalid"),
        (f"pilots:{ONE.replace('}]', '}, {naam: y, bedrag_cent: 1, soort: werkelijk}]')}", "figures_invalid"),
    ],
)
def test_pilots_are_read_whole_or_refused(text, code):
    if code is None:
        assert list(read_pilots(text)) == ["p"]
    else:
        with pytest.raises(RunError) as caught:
            read_pilots(text)
        assert caught.value.code == code
