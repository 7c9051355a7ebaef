"""Households followed from one period to the next: who lived together then, who does now, and what became of them."""

import pyarrow as pa
import pytest
from builders import lazy, mark
from hypothesis import given
from hypothesis import strategies as st

from linkage.following import Period, follow
from schemas.households import HOUSEHOLD_SCHEMA, MEMBER_SCHEMA


def period(households: dict[int, str]) -> Period:
    """Households by number, each person a letter; an empty text is a household without identified persons."""
    rows = [{"household": number, "buurt": "BU06370101", "persons": 1} for number in households]
    members = [{"person": mark(one), "household": number} for number, people in households.items() for one in people]
    tables = (pa.Table.from_pylist(rows, HOUSEHOLD_SCHEMA), pa.Table.from_pylist(members, MEMBER_SCHEMA))
    return Period(*map(lazy, tables))


def fates(then: dict[int, str], now: dict[int, str]) -> tuple[set[tuple], dict[str, int]]:
    found = follow(period(now), period(then))
    rows = {(row["former"], row["household"], row["fate"]) for row in found.table.to_pylist()}
    return rows, {name: number for name, number in found.counts.items() if number}


MERGED = {"continued": 1, "merged": 1, "absorbed": 1}


@pytest.mark.parametrize(
    ("then", "now", "expected", "counts"),
    [
        ({1: "ab"}, {7: "ab"}, {(1, 7, "continued")}, {"continued": 1}),
        # a birth, a death, somebody who moves in from elsewhere: it stays the same household
        ({1: "ab"}, {7: "abc"}, {(1, 7, "continued")}, {"continued": 1}),
        ({1: "ab"}, {7: "a"}, {(1, 7, "continued")}, {"continued": 1}),
        # nobody was here before, nobody is left
        ({1: "a"}, {7: "b"}, {(None, 7, "new"), (1, None, "ended")}, {"new": 1, "ended": 1}),
        ({}, {7: "a"}, {(None, 7, "new")}, {"new": 1}),
        ({1: "a"}, {}, {(1, None, "ended")}, {"ended": 1}),
        # split: both go on as the former household
        ({1: "abc"}, {7: "ab", 8: "c"}, {(1, 7, "continued"), (1, 8, "continued")}, {"continued": 2, "split": 1}),
        # merged: most persons decide, the other is absorbed
        ({1: "ab", 2: "c"}, {7: "abc"}, {(1, 7, "continued"), (2, None, "absorbed")}, MERGED),
        ({1: "c", 2: "ab"}, {7: "abc"}, {(2, 7, "continued"), (1, None, "absorbed")}, MERGED),
        # as many of each: the choice is fixed
        ({1: "a", 2: "b"}, {7: "ab"}, {(1, 7, "continued"), (2, None, "absorbed")}, MERGED),
        # one of a couple moves in with another household: that one goes on, and so does who stays
        (
            {1: "ab", 2: "cd"},
            {7: "a", 8: "bcd"},
            {(1, 7, "continued"), (2, 8, "continued")},
            {"continued": 2, "merged": 1},
        ),
        # nobody identified: it cannot be followed
        ({1: ""}, {7: ""}, {(None, 7, "unknown"), (1, None, "former_unknown")}, {"unknown": 1, "former_unknown": 1}),
    ],
)
def test_what_became_of_households(then, now, expected, counts):
    assert fates(then, now) == (expected, counts)


PEOPLE = "abcdefgh"
HOUSES = st.lists(st.integers(0, 4), min_size=8, max_size=8).map(
    lambda homes: {
        house: "".join(one for one, home in zip(PEOPLE, homes, strict=True) if home == house) for house in range(1, 5)
    }
)


@given(HOUSES, HOUSES)
def test_every_household_of_both_periods_ends_in_one_place(then, now):
    found = follow(period(now), period(then))
    counts, rows = found.counts, found.table.to_pylist()
    assert counts["continued"] + counts["new"] + counts["unknown"] == len(now)
    assert sorted(row["household"] for row in rows if row["household"] is not None) == sorted(now)
    continued = {row["former"] for row in rows if row["fate"] == "continued"}
    others = [row["former"] for row in rows if row["household"] is None]
    assert sorted([*continued, *others]) == sorted(then)
    for row in rows:
        if row["fate"] == "continued":
            assert set(now[row["household"]]) & set(then[row["former"]])
