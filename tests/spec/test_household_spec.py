"""Household formation (docs/definitions.md, section 3): a frame and the households that it gives."""

import pytest
from builders import linked, person

B1, B2, OTHER = "BU06370101", "BU06370202", "BU05990101"
UNKNOWN = "BU06379999"
HOME, NEXT = "2711AB 1", "2711AB 2"


def formed(*frame):
    found = linked(frame)
    households = sorted((row["buurt"], row["persons"]) for row in found.households.to_pylist())
    return households, {rule: n for rule, n in found.frame_counts.items() if n}


@pytest.mark.parametrize(
    ("frame", "households", "counts"),
    [
        ([person("a")], [(B1, 1)], {"member": 1}),
        ([person("a"), person("b")], [(B1, 2)], {"member": 2}),
        ([person("a", HOME), person("b", NEXT)], [(B1, 1), (B1, 1)], {"member": 2}),
        ([person("a", "2711AB 1 A"), person("b", "2711AB 1 B")], [(B1, 1), (B1, 1)], {"member": 2}),
        # a dwelling is its BAG id, whatever the spelling of its address
        ([person("a", HOME, "bag1"), person("b", NEXT, "bag1")], [(B1, 2)], {"member": 2}),
        ([person("a", HOME, "bag1"), person("b", HOME, "bag2")], [(B1, 1), (B1, 1)], {"member": 2}),
        # without a BAG id: the only one at the same address, else the address itself
        ([person("a", HOME, "bag1"), person("b", HOME)], [(B1, 2)], {"member": 2}),
        ([person("a", HOME, "bag1"), person("b", HOME, "bag2"), person("c", HOME)], [(B1, 1)] * 3, {"member": 3}),
        ([person("a", None, "bag1"), person("b", None, "bag1")], [(B1, 2)], {"member": 2}),
        (
            [person("a", HOME, "bag1", institution=True), person("b", HOME, "bag2"), person("c", HOME)],
            [(B1, 2)],
            {"institution": 1, "member": 2},
        ),
        # no private household
        ([person("a"), person("b", briefadres=True)], [(B1, 1)], {"member": 1, "briefadres": 1}),
        ([person("a"), person("b", institution=True)], [(B1, 1)], {"member": 1, "institution": 1}),
        ([person("a", briefadres=True, institution=True)], [], {"briefadres": 1}),
        # one row a person: the latest; then home, private, first buurt; persons without BSN all count
        ([person("a", HOME, since=1), person("a", NEXT, since=2, buurt=B2)], [(B2, 1)], {"member": 1, "duplicate": 1}),
        ([person("a", HOME), person("a", NEXT, since=-9, buurt=B2)], [(B2, 1)], {"member": 1, "duplicate": 1}),
        ([person("a", since=1), person("a", since=1, briefadres=True)], [(B1, 1)], {"member": 1, "duplicate": 1}),
        ([person("a", since=1), person("a", since=2, briefadres=True)], [], {"briefadres": 1, "duplicate": 1}),
        ([person("a", buurt=B2), person("a", briefadres=True)], [(B2, 1)], {"member": 1, "duplicate": 1}),
        ([person("a", buurt=B2), person("a", institution=True)], [(B2, 1)], {"member": 1, "duplicate": 1}),
        (
            [person("a", briefadres=True), person("a", institution=True)],
            [],
            {"institution": 1, "duplicate": 1},
        ),
        ([person("a", HOME, buurt=B2), person("a", NEXT, buurt=B1)], [(B1, 1)], {"member": 1, "duplicate": 1}),
        ([person("a", HOME, buurt=None), person("a", NEXT, buurt=B2)], [(B2, 1)], {"member": 1, "duplicate": 1}),
        ([person("a", HOME, buurt=OTHER), person("a", NEXT, buurt=B2)], [(B2, 1)], {"member": 1, "duplicate": 1}),
        ([person(None), person(None)], [(B1, 2)], {"member": 2}),
        # the buurt of the majority; of equal majorities the first; none at all is unknown
        ([person("a", buurt=B1), person("b", buurt=B2), person("c", buurt=B2)], [(B2, 3)], {"member": 3}),
        ([person("a", buurt=B2), person("b", buurt=B1)], [(B1, 2)], {"member": 2}),
        ([person("a", buurt=None), person("b", buurt=None), person("c", buurt=B2)], [(B2, 3)], {"member": 3}),
        ([person("a", buurt=None)], [(UNKNOWN, 1)], {"member": 1}),
        ([person("a", buurt=OTHER)], [(UNKNOWN, 1)], {"member": 1}),
        ([person("a", buurt=OTHER), person("b", buurt=OTHER), person("c", buurt=B2)], [(B2, 3)], {"member": 3}),
        ([], [], {}),
    ],
)
def test_households_of_a_frame(frame, households, counts):
    assert formed(*frame) == (sorted(households), counts)


def test_the_order_of_the_rows_does_not_matter():
    frame = [
        *(person("a", HOME, since=1), person("a", NEXT, since=2, buurt=B2), person("b", HOME, "bag1")),
        *(person("c", HOME), person("d", NEXT, buurt=B1), person("e", NEXT, briefadres=True), person("e", NEXT)),
    ]
    assert formed(*frame) == formed(*reversed(frame)) == ([(B1, 2), (B1, 3)], {"member": 5, "duplicate": 2})


def test_a_household_cannot_be_led_back_to_an_address():
    found = linked([person("a", HOME), person("b", NEXT)])
    assert sorted(row["household"] for row in found.households.to_pylist()) == [0, 1]
    assert found.households.schema.names == ["household", "buurt", "persons"]
