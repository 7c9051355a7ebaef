"""The past of households against a second computation in clear text: persons are letters, households sets of them."""

import random
from collections.abc import Sequence

import pyarrow as pa
from builders import lazy, mark
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.following import Period, follow
from linkage.past import Before, InUse, past_of
from schemas.households import HOUSEHOLD_SCHEMA, MEMBER_SCHEMA, USE_SCHEMA

PEOPLE = "abcdefgh"
DIMENSIONS = ("Jeugd", "P-wet", "Wmo", "SHV")
#: Household -> its identified people, and its active domains. ``None`` is a half-year without a run.
HalfYear = dict[int, tuple[str, frozenset[str]]]
Row = tuple[int | None, str, str, int | None, int, int]

DOMAINS = st.frozensets(st.sampled_from((*DIMENSIONS, "RMC")), max_size=3)


@st.composite
def half_year(draw: st.DrawFn) -> HalfYear:
    """Everybody lives in one of four households or nowhere; a household may be there with nobody identified."""
    homes = draw(st.lists(st.integers(0, 4), min_size=len(PEOPLE), max_size=len(PEOPLE)))
    empty = draw(st.frozensets(st.integers(1, 4), max_size=1))
    there = {*homes, *empty} - {0}
    at = {home: "".join(one for one, lives in zip(PEOPLE, homes, strict=True) if lives == home) for home in there}
    return {home: (people, draw(DOMAINS)) for home, people in sorted(at.items())}


HISTORY = st.lists(st.none() | half_year(), min_size=1, max_size=6)


def buurt(household: int) -> str:
    return f"BU063701{household:02d}"


def stored(households: HalfYear, order: random.Random) -> tuple[Period, InUse]:
    """The same households as linkage hands them over, in any order."""
    rows = [{"household": n, "buurt": buurt(n), "persons": len(people)} for n, (people, _) in households.items()]
    members = [{"person": mark(one), "household": n} for n, (people, _) in households.items() for one in people]
    use = [
        {"household": n, "domain": domain, "active": domain in active, "cost_cent": 100}
        for n, (_, active) in households.items()
        for domain in (*DIMENSIONS, "RMC")
        if domain in active or order.random() < 0.3
    ]
    frames = []
    for content, schema in ((rows, HOUSEHOLD_SCHEMA), (members, MEMBER_SCHEMA), (use, USE_SCHEMA)):
        order.shuffle(content)
        frames.append(lazy(pa.Table.from_pylist(content, schema)))
    return Period(frames[0], frames[1]), InUse(frames[0], frames[2])


def found(history: Sequence[HalfYear | None], order: random.Random) -> list[Row]:
    """The past after the last half-year, by the product."""
    former, past = None, None
    for households in history:
        if households is None:
            former = past = None
            continue
        now, in_use = stored(households, order)
        before = None
        if former is not None:
            before = Before(former[1], lazy(past), lazy(follow(now, former[0]).table))
        past, former = past_of(in_use, before), (now, in_use)
    return [] if past is None else [tuple(row.values()) for row in past.to_pylist()]


def bits(active: frozenset[str]) -> int:
    return sum(1 << place for place, domain in enumerate(DIMENSIONS) if domain in active)


def expected(history: Sequence[HalfYear | None]) -> list[Row]:
    """The same in clear text: per household the list of its half-years, this one first."""
    former: HalfYear | None = None
    lists: dict[int, list[bool]] = {}
    rows: list[Row] = []
    for households in history:
        if households is None:
            former, lists, rows = None, {}, []
            continue
        now: dict[int, list[bool]] = {}
        rows, chosen, met = [], set(), set()
        for number, (people, active) in households.items():
            shared = {n: len(set(people) & set(then)) for n, (then, _) in (former or {}).items()}
            shared = {n: persons for n, persons in shared.items() if persons}
            met |= shared.keys()
            own, fate, before = [bits(active) > 0], "first", None
            if former is not None:
                fate = "new" if people else "unknown"
            if former is not None and shared:
                most = min(n for n in shared if shared[n] == max(shared.values()))
                chosen.add(most)
                own, fate, before = own + lists[most], "continued", bits(former[most][1])
            now[number] = own
            rows.append(row(number, number, fate, before, own))
        for number in sorted(set(former or {}) - chosen):
            people, active = former[number]
            fate = "absorbed" if number in met else "ended" if people else "former_unknown"
            rows.append(row(None, number, fate, bits(active), lists[number]))
        former, lists = households, now
    return rows


def row(household: int | None, number: int, fate: str, before: int | None, half_years: list[bool]) -> Row:
    used = sum(1 << back for back, used in enumerate(half_years) if used)
    return household, buurt(number), fate, before, len(half_years), used


@settings(max_examples=40)
@given(HISTORY, st.integers(0, 1 << 30))
def test_the_past_is_that_of_a_second_computation(history, seed):
    assert found(history, random.Random(seed)) == expected(history)
