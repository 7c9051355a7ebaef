"""Linking records to households (docs/definitions.md, section 4), and why it is done per household."""

import pytest
from builders import GEMEENTE, lazy, linked, person, record

from outputs.tabulate import Linked, link_quality, tabulate

HOME, NEXT = "2711AB 1", "2711AB 2"
FRAME = [
    person("father", HOME),
    person("child", HOME),
    person("neighbour", NEXT),
    person("letter box", HOME, briefadres=True),
    person("patient", "2711AB 9", institution=True),
    person("upstairs", "2711AB 5 A"),
    person("lodger one", "2711AB 6", "bag1"),
    person("lodger two", "2711AB 6", "bag2"),
    person("flat one", "2711AB 7 A"),
    person("flat two", "2711AB 7 B"),
    person(None, "2711AB 8"),
]


def outcomes(found):
    rows = found.link_counts.to_pylist()
    return {(row["source"], row["method"], row["reason"]): row["rows"] for row in rows}


def tables(found, *names):
    frames = Linked(lazy(found.households), lazy(found.use), lazy(found.providers), lazy(found.provider_costs))
    made = tabulate(frames, GEMEENTE, ["Jeugd", "P-wet", "Wmo"], names)
    return {name: table.frame().query("region == @GEMEENTE") for name, table in made.true_tables().items()}


@pytest.mark.parametrize(
    ("one", "method", "reason"),
    [
        (record("Wmo", "child"), "bsn", ""),
        (record("Wmo", "child", NEXT), "bsn", "moved"),
        (record("Wmo", "child", "2711AB 99"), "bsn", ""),
        (record("Wmo", "lodger one", "2711AB 6"), "bsn", ""),
        (record("Wmo", "letter box"), "excluded", "not_private"),
        (record("Wmo", "patient", HOME), "excluded", "not_private"),
        # a person who is not in the frame: the address may by now house somebody else
        (record("Wmo", "stranger", HOME), "unmatched", "not_in_frame"),
        (record("Wmo", "stranger"), "unmatched", "not_in_frame"),
        (record("P-wet", "stranger", HOME, partner="another"), "unmatched", "not_in_frame"),
        (record("P-wet", "father", partner="stranger"), "bsn", ""),
        (record("P-wet", "stranger", partner="father"), "bsn", ""),
        (record("P-wet", None, partner="father"), "bsn", ""),
        (record("P-wet", "letter box", partner="father"), "bsn", ""),
        (record("P-wet", "stranger", partner="patient"), "excluded", "not_private"),
        (record("P-wet", None, HOME, partner="stranger"), "unmatched", "not_in_frame"),
        # no person: the address, when exactly one household stands there
        (record("Wmo", None, HOME), "address", ""),
        (record("Wmo", None, "2711AB 8"), "address", ""),
        (record("Wmo", None, "2711AB 5 A"), "address", ""),
        (record("Wmo", None, "2711AB 6"), "unmatched", "address_ambiguous"),
        (record("Wmo", None, "2711AB 5"), "unmatched", "suffix_missing"),
        (record("Wmo", None, "2711AB 5 B"), "unmatched", "address_unknown"),
        (record("Wmo", None, "2711AB 7"), "unmatched", "address_unknown"),
        (record("Wmo", None, "2711AB 99"), "unmatched", "address_unknown"),
        (record("Wmo", None, "2711AB 9"), "unmatched", "address_unknown"),
        (record("RMC"), "unmatched", "no_identifier"),
    ],
)
def test_method_of_one_record(one, method, reason):
    found = linked(FRAME, [one])
    assert outcomes(found) == {(one["domain"], method, reason): 1}
    assert found.use.num_rows == (method in ("bsn", "address"))


def test_a_benefit_of_two_partners_in_two_households_counts_for_the_holder_only():
    found = linked(FRAME, [record("P-wet", "father", partner="neighbour", cost=1000)])
    [use] = found.use.to_pylist()
    of_father = linked(FRAME, [record("P-wet", "father", cost=1000)]).use.to_pylist()
    assert [use] == of_father


def test_a_partner_in_the_same_household_counts_once():
    [use] = linked(FRAME, [record("P-wet", "father", partner="child", cost=1000)]).use.to_pylist()
    assert use["cost_cent"] == 1000


def test_duplicate_rows_count_once_and_are_told():
    found = linked(FRAME, [record("Wmo", "father", cost=700)] * 3)
    assert outcomes(found) == {("Wmo", "bsn", ""): 1, ("Wmo", "duplicate", ""): 2}
    assert found.use["cost_cent"].to_pylist() == [700]


def test_the_same_row_in_two_domains_is_no_duplicate():
    both = [record("Wmo", "father", same_as="x"), record("Jeugd", "father", same_as="x")]
    assert outcomes(linked(FRAME, both)) == {("Wmo", "bsn", ""): 1, ("Jeugd", "bsn", ""): 1}


def test_a_household_uses_a_domain_when_one_record_of_it_is_active():
    records = [
        record("Wmo", "father", cost=1, active=False),
        record("Wmo", "child", cost=-3),
        record("Jeugd", "child", cost=5, active=False),
    ]
    use = {row["domain"]: (row["active"], row["cost_cent"]) for row in linked(FRAME, records).use.to_pylist()}
    assert use == {"Wmo": (True, -2), "Jeugd": (False, 5)}


@pytest.mark.parametrize(
    ("records", "providers"),
    [
        ([record("Wmo", "father", provider="p")], [1]),
        ([record("Wmo", "father", provider="p"), record("Jeugd", "child", provider="p")], [1]),
        ([record("Wmo", "father", provider="p"), record("Jeugd", "child", provider="q")], [2]),
        ([record("Wmo", "father", provider="p", active=False)], []),
        ([record("SHV", "father", provider="p")], []),
        ([record("Wmo", "father")], []),
        ([record("Wmo", "stranger", provider="p")], []),
    ],
)
def test_distinct_providers_of_active_jeugd_and_wmo_records(records, providers):
    assert linked(FRAME, records).providers["providers"].to_pylist() == providers


def test_quality_counts_rows_that_take_part_in_linking():
    records = [record("Wmo", "father"), record("Wmo", "father"), record("Wmo", "stranger"), record("Jeugd", None, HOME)]
    frame = link_quality(lazy(linked(FRAME, records).link_counts))
    assert [tuple(row) for row in frame[["source", "method", "rows"]].to_numpy()] == [
        ("jeugd", "address", 1),
        ("wmo", "bsn", 1),
        ("wmo", "unmatched", 1),
    ]


def test_a_person_level_linkage_would_miss_households_whose_members_use_different_laws():
    """The father has a benefit, the child has youth care: two persons with one law each, one household with two."""
    records = [record("P-wet", "father", cost=90_000), record("Jeugd", "child", cost=40_000)]

    laws_of_person = {}
    for one in records:
        laws_of_person.setdefault(one["person"], set()).add(one["domain"])
    assert sum(len(laws) > 1 for laws in laws_of_person.values()) == 0

    made = tables(linked(FRAME, records), "stacking", "use", "costs")
    stacking = made["stacking"].set_index("combination")["households"].to_dict()
    assert {name: number for name, number in stacking.items() if number} == {
        "Jeugd+P-wet": 1,
        "geen": 7,
        "totaal": 8,
    }
    assert made["use"].set_index("law")["multiple_households"].to_dict() == {"Jeugd": 1, "P-wet": 1, "Wmo": 0}
    costs = made["costs"].set_index(["combination", "domain"])["cost_cent"]
    assert costs["Jeugd+P-wet", "totaal"] == costs["totaal", "totaal"] == 130_000


@pytest.mark.parametrize(
    ("one", "method", "reason"),
    [
        (record("Wmo", None, "2711AB 6", born="1980-01-02"), "birth_date_address", ""),
        (record("Wmo", None, "2711AB 6", born="1980-01-03"), "unmatched", "address_ambiguous"),
        # twins, or a chance: two households with that birth date at that address
        (record("Wmo", None, "2711AB 6", born="1999-09-09"), "unmatched", "address_ambiguous"),
        # one household at the address: who it is does not matter
        (record("Wmo", None, HOME, born="1950-05-05"), "address", ""),
        # a person of the frame needs no birth date
        (record("Wmo", "father", "2711AB 6", born="1980-01-02"), "bsn", "moved"),
        (record("Wmo", "stranger", "2711AB 6", born="1980-01-02"), "unmatched", "not_in_frame"),
    ],
)
def test_birth_date_and_address(one, method, reason):
    lodgers = [
        person("lodger three", "2711AB 6", "bag1", born="1980-01-02"),
        person("lodger four", "2711AB 6", "bag1", born="1999-09-09"),
        person("lodger five", "2711AB 6", "bag2", born="1999-09-09"),
    ]
    assert outcomes(linked([*FRAME, *lodgers], [one])) == {(one["domain"], method, reason): 1}


@pytest.mark.parametrize(
    ("one", "probable", "method", "reason"),
    [
        (record("Veiligheid", same_as="r"), "child", "probability", ""),
        (record("Veiligheid", None, "2711AB 99", same_as="r"), "child", "probability", ""),
        (record("Veiligheid", None, "2711AB 6", same_as="r"), "lodger two", "probability", ""),
        (record("Veiligheid", None, "2711AB 5", same_as="r"), "upstairs", "probability", ""),
        # the address of one household comes first, and who is in no private household leads nowhere
        (record("Veiligheid", None, NEXT, same_as="r"), "child", "address", ""),
        (record("Veiligheid", same_as="r"), "letter box", "unmatched", "no_identifier"),
        (record("Veiligheid", same_as="r"), "stranger", "unmatched", "no_identifier"),
        (record("Veiligheid", same_as="other"), "child", "unmatched", "no_identifier"),
        (record("Wmo", "stranger", same_as="r"), "child", "unmatched", "not_in_frame"),
    ],
)
def test_what_linkage_by_probability_found(one, probable, method, reason):
    found = linked(FRAME, [one], probable=[("r", probable)])
    assert outcomes(found) == {(one["domain"], method, reason): 1}
    assert found.use.num_rows == (method in ("probability", "address"))
