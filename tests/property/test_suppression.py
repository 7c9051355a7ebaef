"""Protected costs of small municipalities against an outsider who solves the whole table, from the records up."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outsider import TOTAL, Costs, Record, Rules

from outputs import costs
from outputs.disclosure.cost_protection import hidden_costs
from outputs.disclosure.interval_repair import BESIDE_SENSITIVE
from outputs.regions import RegionTree
from outputs.true_tables import TrueTable
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import COMBINATIONS
from schemas.errors import RefusedByDisclosureControl

RULES = Rules()
POLICY = DisclosurePolicy(threshold=10, dominance_pct=50, p_pct=10, cost_rounding_eur=1000, cost_width_pct=10)
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))

#: Nobody, lone households, groups around the threshold, and large ones, so that every rule meets every other.
HOUSEHOLDS = st.sampled_from([0, 0, 1, 1, 3, 6, 9, 10, 12, 30])
#: In cents per household: no record, no cost, credits, and costs on both sides of the rounding.
AMOUNTS = st.sampled_from([None, None, 0, -40_000, 30_000, 900_000, 5_000_000])
PROVIDERS = st.sampled_from([None, "one", "two", "each"])


@st.composite
def municipalities(draw):
    """Records of groups of households that are alike, in at most three wijken; some hold one costly household."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    buurten = [f"BU0637{wijk:02d}{buurt:02d}" for wijk, size in enumerate(sizes) for buurt in range(size)]
    domains = ["Jeugd", "P-wet", "Wmo"][: draw(st.integers(1, 3))]
    combinations = COMBINATIONS[: draw(st.integers(1, 3))]
    credits, records, households = draw(st.booleans()), [], 0
    for buurt in buurten:
        for combination in combinations:
            number = draw(HOUSEHOLDS)
            for domain in domains if number else ():
                cost, provider = draw(AMOUNTS), draw(PROVIDERS)
                if cost is None or (cost < 0 and not credits):
                    continue
                costly = draw(st.sampled_from([1, 1, 1, 8]))
                for one in range(households, households + number):
                    named = f"{domain} {one % 12}" if provider == "each" else provider
                    times = costly if one == households else 1
                    records.append(Record(buurt, combination, one, domain, cost * times, named))
            households += number
    tree = RegionTree("GM0637", tuple(buurten))
    return tree, Costs(records, list(tree.codes), list(COMBINATIONS), domains)


def true_table(tree, outside):
    shape = (len(tree.codes), -1)
    behind = {who: [outside.behind([key], who) for key in outside.keys] for who in ("household", "provider")}
    top = {
        who: np.array([sorted([*map(abs, shares.values()), 0, 0])[:-3:-1] for shares in each], dtype=np.int64)
        for who, each in behind.items()
    }
    figures = {
        "households": [len(shares) for shares in behind["household"]],
        "cost_cent": [outside.cost(key) for key in outside.keys],
        "largest_cent": top["household"][:, 0],
        "second_cent": top["household"][:, 1],
        "provider_cost_cent": [sum(shares.values()) for shares in behind["provider"]],
        "provider_largest_cent": top["provider"][:, 0],
        "provider_second_cent": top["provider"][:, 1],
    }
    categories = tuple(key[1:] for key in outside.keys[: len(outside.keys) // len(tree.codes)])
    equations = costs._equations(len(outside.domains) + 1)
    arrays = {name: np.array(values, dtype=np.int64).reshape(shape) for name, values in figures.items()}
    return TrueTable("costs", tree, categories, equations, arrays)


def protected(tree, outside, rows=None, told=()):
    """What is published, by key."""
    flags = np.array([key in told for key in outside.keys]).reshape(len(tree.codes), -1)
    hidden = hidden_costs(true_table(tree, outside), POLICY, rows, flags).ravel()
    return {key for key, flag in zip(outside.keys, hidden, strict=True) if not flag}


def assert_nothing_sensitive_follows(outside, published, told=frozenset()):
    sensitive = {key for key in outside.keys if outside.sensitive([key], RULES)} - told
    lone = {key for key in sensitive if outside.lone(key)}
    for taken_off in (set(told), lone | told):
        from_start = outside.follows_from(taken_off)
        known = outside.follows_from(published | taken_off)
        assert not (sensitive & known) - from_start
        for cells in outside.remainders(known, from_start):
            assert not outside.sensitive(cells, RULES), "a remainder is too small, or one holds too much of it"
    for one in sorted(lone):
        own = outside.follows_from({one, *told})
        assert not (lone & outside.follows_from(published | {one})) - own, "one lone contributor finds another"


def assert_wide(outside, published, some):
    negative = any(outside.cost(key) < 0 for key in outside.keys)
    hidden = sorted(set(outside.keys) - published - outside.empty, key=lambda key: (-abs(outside.cost(key)), key))
    for key in [*hidden[:3], *(hidden[place % len(hidden)] for place in some if hidden)]:
        share = POLICY.cost_width_pct / 100 / (1 if outside.sensitive([key], RULES) else BESIDE_SENSITIVE)
        least = share * abs(outside.cost(key)) / 100
        width = outside.width(key, published, POLICY.cost_rounding_eur, negative=negative)
        assert width >= least * (1 - 1e-6) - 1e-3


@SETTINGS
@given(municipalities(), st.lists(st.integers(0, 500), min_size=5, max_size=5))
def test_every_region_published(municipality, some):
    tree, outside = municipality
    published = protected(tree, outside)
    assert not {key for key in published if outside.sensitive([key], RULES)}
    assert_nothing_sensitive_follows(outside, published)
    assert_wide(outside, published, some)


@settings(SETTINGS, max_examples=40)
@given(municipalities(), st.data())
def test_some_regions_published(municipality, data):
    """A wijk that is left out is what the municipality and the others leave."""
    tree, outside = municipality
    rows = sorted(data.draw(st.sets(st.sampled_from(range(len(tree.codes))), min_size=1)))
    published = protected(tree, outside, rows)
    assert {key[0] for key in published} <= {tree.codes[row] for row in rows}
    finest = max(["GM", "WK", "BU"].index(tree.codes[row][:2]) for row in rows)
    regions = [code for code in tree.codes if code[:2] in ("GM", "WK", "BU")[: finest + 1]]
    printed = Costs(outside.records, regions, outside.combinations, outside.domains)
    assert_nothing_sensitive_follows(printed, published)


@settings(SETTINGS, max_examples=40)
@given(municipalities(), st.data())
def test_beside_what_an_earlier_release_told(municipality, data):
    """What was sensitive then or not: it is known now, and nothing else may follow from it."""
    tree, outside = municipality
    told = data.draw(st.sets(st.sampled_from(outside.keys), max_size=6)) - outside.empty
    follows = outside.follows_from(told) - told
    if any(outside.sensitive([key], RULES) for key in follows):
        with pytest.raises(RefusedByDisclosureControl, match="cell_exposed"):
            protected(tree, outside, told=told)
        return
    published = protected(tree, outside, told=told)
    assert told <= published
    assert_nothing_sensitive_follows(outside, published, told)


@settings(SETTINGS, max_examples=20)
@given(municipalities())
def test_what_is_published_adds_up(municipality):
    tree, outside = municipality
    published = protected(tree, outside)
    for total, parts in (one for family in outside.families for one in family):
        if {total, *parts} <= published:
            assert outside.cost(total) == sum(outside.cost(part) for part in parts)


@settings(SETTINGS, max_examples=20)
@given(municipalities())
def test_the_order_of_records_changes_nothing(municipality):
    tree, outside = municipality
    turned = Costs(outside.records[::-1], outside.regions, outside.combinations, outside.domains)
    assert protected(tree, outside) == protected(tree, turned)


def test_totals_are_published_where_nobody_is_small():
    tree = RegionTree("GM0637", ("BU06370101", "BU06370201"))
    records = [
        Record(buurt, "Wmo", 100 * place + one, "Wmo", 100_000)
        for place, buurt in enumerate(tree.buurten)
        for one in range(40)
    ]
    outside = Costs(records, list(tree.codes), list(COMBINATIONS), ["Wmo"])
    assert protected(tree, outside) == set(outside.keys)
    assert (tree.gemeente, TOTAL, TOTAL) in outside.keys
