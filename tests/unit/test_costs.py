"""The true table of costs: who stands behind every figure, and how much of it is that of the two largest."""

import pytest
from builders import GEMEENTE, lazy, linked, person, record

from outputs import costs
from outputs.profiles import profiles
from outputs.regions import RegionTree
from schemas.households import PROVIDER_COST_SCHEMA

BUURTEN = ("BU06370101", "BU06370102", "BU06370201")
#: Two households in the first buurt, one in each other.
FRAME = [
    person("anna", "2711AB 1", buurt=BUURTEN[0]),
    person("bert", "2711AB 2", buurt=BUURTEN[0]),
    person("cees", "2711AB 3", buurt=BUURTEN[1]),
    person("dora", "2711AB 4", buurt=BUURTEN[2]),
]
RECORDS = [
    record("Wmo", "anna", provider="p", cost=500),
    record("Wmo", "anna", provider="q", cost=100),
    record("Jeugd", "anna", provider="p", cost=50),
    record("Wmo", "bert", provider="q", cost=-700),
    record("Wmo", "cees", provider="q", cost=900),
    record("Wmo", "dora", cost=300),
    record("P-wet", "dora", cost=1000),
    record("RMC", "dora"),
]
FIGURES = ("households", "cost_cent", "largest_cent", "second_cent")
PROVIDED = ("provider_cost_cent", "provider_largest_cent", "provider_second_cent")


@pytest.fixture(scope="module")
def table():
    return true_costs(RECORDS)


def true_costs(records):
    found = linked(FRAME, records)
    profiled = profiles(lazy(found.households), lazy(found.use))
    tree = RegionTree(GEMEENTE, BUURTEN)
    return costs.costs(profiled, lazy(found.use), lazy(found.provider_costs), tree, ("Jeugd", "P-wet", "Wmo"))


def cell(table, region, combination, domain, names):
    place = table.regions.codes.index(region), table.categories.index((combination, domain))
    return tuple(int(table.figures[name][place]) for name in names)


@pytest.mark.parametrize(
    ("key", "figures"),
    [
        ((BUURTEN[0], "Wmo", "Wmo"), (1, -700, 700, 0)),
        ((BUURTEN[0], "Jeugd+Wmo", "Wmo"), (1, 600, 600, 0)),
        ((BUURTEN[0], "Jeugd+Wmo", "totaal"), (1, 650, 650, 0)),
        ((BUURTEN[0], "totaal", "Wmo"), (2, -100, 700, 600)),
        (("WK063701", "totaal", "Wmo"), (3, 800, 900, 700)),
        (("WK063701", "Wmo", "Wmo"), (2, 200, 900, 700)),
        (("WK063702", "totaal", "P-wet"), (1, 1000, 1000, 0)),
        ((GEMEENTE, "totaal", "totaal"), (4, 2150, 1300, 900)),
        ((GEMEENTE, "geen", "totaal"), (0, 0, 0, 0)),
    ],
)
def test_households_of_a_cell(table, key, figures):
    assert cell(table, *key, FIGURES) == figures


@pytest.mark.parametrize(
    ("key", "figures"),
    [
        ((BUURTEN[0], "Jeugd+Wmo", "Wmo"), (600, 500, 100)),
        # a provider of two domains is one provider of the two together
        ((BUURTEN[0], "Jeugd+Wmo", "totaal"), (650, 550, 100)),
        # q: 100 - 700 in the first buurt, 900 in the second: 300 in the wijk, and so less than p
        ((BUURTEN[0], "totaal", "Wmo"), (-100, 600, 500)),
        (("WK063701", "totaal", "Wmo"), (800, 500, 300)),
        (("WK063701", "totaal", "totaal"), (850, 550, 300)),
        # no provider named
        (("WK063702", "totaal", "Wmo"), (0, 0, 0)),
        (("WK063702", "totaal", "P-wet"), (0, 0, 0)),
        ((GEMEENTE, "totaal", "totaal"), (850, 550, 300)),
    ],
)
def test_providers_of_a_cell(table, key, figures):
    assert cell(table, *key, PROVIDED) == figures


def test_totals_are_the_sums_of_their_parts(table):
    for name in ("cost_cent", "provider_cost_cent"):
        figure = table.figures[name]
        assert (figure[0] == figure[1:3].sum(axis=0)).all()
        assert (figure[1] == figure[3:5].sum(axis=0)).all()
        for equation in table.equations:
            assert (figure[:, equation.total] == figure[:, list(equation.parts)].sum(axis=1)).all()


def test_the_order_of_records_changes_nothing(table):
    turned = true_costs(RECORDS[::-1])
    assert all((turned.figures[name] == figure).all() for name, figure in table.figures.items())


def test_cost_per_household_domain_and_provider():
    records = [
        *RECORDS,
        record("Wmo", "anna", provider="p", cost=20, active=False),
        record("Wmo", "stranger", provider="p", cost=9),
        record("SHV", "dora", provider="r", cost=4),
    ]
    found = linked(FRAME, records).provider_costs
    assert found.schema == PROVIDER_COST_SCHEMA
    rows = [(row["domain"], row["cost_cent"]) for row in found.to_pylist()]
    assert sorted(rows) == [("Jeugd", 50), ("SHV", 4), ("Wmo", -700), ("Wmo", 100), ("Wmo", 520), ("Wmo", 900)]
    keys = [(row["household"], row["domain"], row["provider"]) for row in found.to_pylist()]
    assert keys == sorted(keys)
