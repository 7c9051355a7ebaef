"""The rules of household formation that a purpose can switch: a frame, the rules, and the households that come out."""

import pytest
from builders import linked, mark, person, record

from schemas.household_rules import APART, HouseholdRules

HOME, NEXT, SHARED = "2711AB 1", "2711AB 2", "2711AB 3"


def formed(frame, institutions=None, **rules):
    """The sizes of the households, and the persons per rule."""
    found = linked(frame, rules=HouseholdRules(**rules), institutions=institutions)
    sizes = sorted(row["persons"] for row in found.households.to_pylist())
    assert sum(sizes) == found.frame_counts.get("member", 0)
    assert sum(found.frame_counts.values()) == len(frame)
    return sizes, {rule: n for rule, n in found.frame_counts.items() if n}


def crowd(number, address=SHARED):
    return [person(f"{address} {place}", address) for place in range(number)]


@pytest.mark.parametrize(
    ("rule", "one", "options"),
    [
        ("deceased", person("b", deceased=True), {}),
        ("unborn", person("b", age=-1), {}),
        ("briefadres", person("b", briefadres=True), {}),
        ("institution", person("b", institution=True), {}),
        ("secret", person("b", secret=True), {}),
        ("institution_list", person("b", NEXT), {"institutions": [{"address": mark("2711AB 2 ")}]}),
        ("institution_list", person("b", NEXT, "bag2"), {"institutions": [{"dwelling": mark("bag2")}]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_sets_persons_apart_when_it_is_on_and_not_otherwise(rule, one, options):
    frame = [person("a", since=1), one]
    assert formed(frame, apart=(rule,), **options) == ([1], {"member": 1, rule: 1})
    off = {name: value for name, value in options.items() if name != "institutions"}
    sizes, counts = formed(frame, apart=(), **off)
    assert (sum(sizes), counts) == (2, {"member": 2})


def test_a_dwelling_with_more_persons_than_the_bound_is_an_institution():
    frame = [*crowd(6), *crowd(5, HOME), person("letter box", SHARED, briefadres=True)]
    rules = {"apart": ("briefadres", "institution_size"), "institution_above": 5}
    assert formed(frame, **rules) == ([5], {"member": 5, "institution_size": 6, "briefadres": 1})
    assert formed(frame) == ([5, 6], {"member": 11, "briefadres": 1})


def test_the_first_rule_that_holds_is_the_one_that_counts():
    everything = person("a", briefadres=True, institution=True, deceased=True, secret=True, age=-1)
    order = [rule for rule in APART if rule not in ("institution_list", "institution_size")]
    for place, rule in enumerate(order):
        assert formed([everything], apart=tuple(order[place:])) == ([], {rule: 1})


def test_a_record_of_somebody_who_is_set_apart_is_excluded():
    for rule in ("deceased", "secret"):
        found = linked([person("a"), person("b", **{rule: True})], [record("Wmo", "b")], HouseholdRules(apart=(rule,)))
        (row,) = found.link_counts.to_pylist()
        assert (row["method"], row["reason"]) == ("excluded", "not_private")


FAMILY = [person("mother", HOME, surname="bakker", age=40), person("child", HOME, surname="bakker", age=9)]


@pytest.mark.parametrize(
    ("dwelling", "sizes"),
    [
        # one name is one family, of whatever ages
        ([("vos", 80), ("vos", 50), ("vos", 20)], [3]),
        # two adults of other names: under 8 years apart, or moved in under 15 days apart
        ([("vos", 40), ("mol", 33)], [2]),
        ([("vos", 40), ("mol", 32)], [1, 1]),
        ([("vos", 60, 100), ("mol", 30, 114)], [2]),
        ([("vos", 60, 100), ("mol", 30, 115)], [1, 1]),
        ([("vos", 60, None), ("mol", 30, None)], [1, 1]),
        ([("vos", None), ("mol", None)], [1, 1]),
        # a child of another name goes with the oldest adult, and a couple stays a couple with children
        ([("vos", 40), ("mol", 9)], [2]),
        ([("vos", 70), ("vos", 68), ("mol", 40), ("mol", 9)], [2, 2]),
        ([("vos", 70), ("vos", 68), ("mol", 17)], [3]),
        ([("vos", 40), ("mol", 38), ("mol", 9), ("ree", 3)], [4]),
        ([("vos", 9), ("mol", 8)], [1, 1]),
        ([("vos", 9), ("vos", 8)], [2]),
        # three or more adults of other names are unrelated, also when of one age
        ([("vos", 25), ("mol", 24), ("ree", 26)], [1, 1, 1]),
        ([("vos", 70), ("vos", 69), ("mol", 68)], [1, 2]),
        # the one lone parent and the one lone adult: under 15 years, or moved in under 15 days apart
        ([("vos", 40), ("vos", 9), ("mol", 54), ("ree", 80), ("ree", 81)], [2, 3]),
        ([("vos", 40), ("vos", 9), ("mol", 55), ("ree", 80), ("ree", 81)], [1, 2, 2]),
        ([("vos", 40, 10), ("vos", 9, 10), ("mol", 70, 20), ("ree", 90, 5), ("ree", 81, 5)], [2, 3]),
        ([("vos", 40), ("vos", 9), ("mol", 41), ("ree", 41)], [1, 1, 2]),
        ([("vos", 40), ("vos", 9), ("mol", 41), ("mol", 9), ("ree", 41)], [1, 2, 2]),
        # without a surname nobody shares it
        ([(None, 40), (None, 39)], [2]),
        ([(None, 60), (None, 39)], [1, 1]),
        ([(None, 40), (None, 9)], [2]),
    ],
)
def test_families_in_one_dwelling(dwelling, sizes):
    frame = [
        person(f"p{place}", HOME, surname=name, age=age, since=since[0] if since else None)
        for place, (name, age, *since) in enumerate(dwelling)
    ]
    neighbours = [person("x", NEXT, surname="vos", age=40), person("y", NEXT, surname="vos", age=39)]
    for ordered in (frame, frame[::-1]):
        found, _ = formed([*ordered, *neighbours], split=("families",))
        assert found == sorted([*sizes, 2])
    assert formed([*frame, *neighbours])[0] == sorted([len(dwelling), 2])


@pytest.mark.parametrize(
    ("dwelling", "sizes", "students"),
    [
        ([("vos", 17), ("mol", 24), ("ree", 30)], [1, 1, 1], 3),
        ([("vos", 21), ("mol", 22)], [2], 0),
        ([("vos", 21), ("mol", 22), ("ree", 31)], [3], 0),
        ([("vos", 21), ("mol", 22), ("ree", 16)], [3], 0),
        ([("vos", 21), ("mol", 22), ("vos", 20)], [3], 0),
        ([("vos", 21), ("mol", 22), ("ree", None)], [3], 0),
    ],
)
def test_a_student_house(dwelling, sizes, students):
    frame = [person(name + str(age), HOME, surname=name, age=age) for name, age in dwelling]
    found = linked([*frame, *FAMILY_NEXT], rules=HouseholdRules(split=("student_house",)))
    assert sorted(row["persons"] for row in found.households.to_pylist()) == sorted([*sizes, 2])
    assert found.frame_notes["student_house"] == students


FAMILY_NEXT = [person("mother", NEXT, surname="bakker", age=40), person("child", NEXT, surname="bakker", age=9)]


def test_both_splits_count_each_person_once_by_its_own_rule():
    students = [person(name, HOME, surname=name, age=20) for name in ("vos", "mol", "ree")]
    families = [person(name, SHARED, surname=name, age=age) for name, age in (("das", 30), ("uil", 60))]
    found = linked([*students, *families, *FAMILY_NEXT], rules=HouseholdRules(split=("student_house", "families")))
    assert (found.frame_notes["student_house"], found.frame_notes["families"]) == (3, 2)
    assert found.households.num_rows == 6


def test_what_happened_within_the_period_is_counted_and_moves_nobody():
    frame = [person("a", moved=True), person("b", born=None, secret=True), person("c", NEXT, moved=True)]
    assert linked(frame).frame_notes == {"moved": 2, "born": 0, "secret": 1}
    assert formed(frame) == ([1, 2], {"member": 3})


def test_rules_that_say_nothing_or_too_much_are_refused():
    for wrong in (
        {"apart": ("secret", "secret")},
        {"apart": ("ghosts",)},
        {"institution_above": 10},
        {"apart": ("institution_size",)},
        {"apart": ("institution_size",), "institution_above": 4},
        {"split": ("families", "families")},
    ):
        with pytest.raises(ValueError, match="HouseholdRules"):
            HouseholdRules(**wrong)
