"""Whatever the rules: households, persons set apart and duplicates add up to the frame, and records to their source."""

from collections import Counter

from builders import linked, person, record
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.household_rules import APART, HouseholdRules

ADDRESSES = ("2711AB 1", "2711AB 2", "2711AB 3 A", "2711AB 3 B", None)
NAMES = tuple("abcdefghij")


@st.composite
def rules(draw: st.DrawFn) -> HouseholdRules:
    apart = tuple(rule for rule in APART if rule != "institution_list" and draw(st.booleans()))
    above = draw(st.integers(5, 7)) if "institution_size" in apart else None
    split = tuple(rule for rule in ("student_house", "families") if draw(st.booleans()))
    return HouseholdRules(apart=apart, institution_above=above, split=split)


@st.composite
def people(draw: st.DrawFn) -> dict:
    flags = {name: draw(st.booleans()) and draw(st.booleans()) for name in ("deceased", "secret", "moved")}
    return person(
        draw(st.sampled_from((*NAMES, None))),
        draw(st.sampled_from(ADDRESSES[:4])),
        draw(st.sampled_from((None, None, "bag1", "bag2"))),
        since=draw(st.sampled_from((None, 0, 10, 100))),
        briefadres=draw(st.integers(0, 9)) == 0,
        institution=draw(st.integers(0, 9)) == 0,
        surname=draw(st.sampled_from((None, "vos", "mol"))),
        age=draw(st.sampled_from((None, -1, 5, 17, 20, 25, 40, 80))),
        born=draw(st.sampled_from((None, "1980-01-01", "1990-01-01"))),
        **flags,
    )


@st.composite
def records(draw: st.DrawFn) -> dict:
    return record(
        draw(st.sampled_from(("Wmo", "Jeugd"))),
        draw(st.sampled_from((*NAMES, "stranger", None))),
        draw(st.sampled_from((*ADDRESSES, "2711AB 3"))),
        born=draw(st.sampled_from((None, "1980-01-01"))),
        same_as=draw(st.sampled_from("rstuvw")),
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(people(), max_size=25), st.lists(records(), max_size=12), rules())
def test_everything_adds_up(frame, provisions, chosen):
    found = linked(frame, provisions, chosen)
    counts, sizes = found.frame_counts, [row["persons"] for row in found.households.to_pylist()]
    assert sum(counts.values()) == len(frame)
    assert set(counts) <= {"member", "duplicate", *chosen.apart}
    assert sum(sizes) == counts.get("member", 0)
    assert all(size > 0 for size in sizes)
    assert counts["duplicate"] == sum(max(n - 1, 0) for n in _rows_a_person(frame).values())
    per_domain = Counter(one["domain"] for one in provisions)
    told: Counter[str] = Counter()
    for row in found.link_counts.to_pylist():
        told[row["source"]] += row["rows"]
    assert told == per_domain
    members = found.members.to_pylist()
    assert len({row["person"] for row in members}) == len(members) <= sum(sizes)
    assert {row["household"] for row in found.use.to_pylist()} <= set(range(len(sizes)))


def _rows_a_person(frame):
    return Counter(one["person"] for one in frame if one["person"] is not None)


@settings(max_examples=12, deadline=None)
@given(st.lists(people(), max_size=15), rules(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(frame, chosen, random):
    shuffled = list(frame)
    random.shuffle(shuffled)
    one, other = linked(frame, rules=chosen), linked(shuffled, rules=chosen)
    assert one.frame_counts == other.frame_counts
    assert one.frame_notes == other.frame_notes
    assert one.households.equals(other.households)
    assert one.members.equals(other.members)
