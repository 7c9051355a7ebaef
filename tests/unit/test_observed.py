"""What effects are measured on: who is observed, once, and with which half-years (households are written as people)."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from builders import lazy, mark

from linkage.following import Period, follow
from linkage.observed import Seen, observed
from outputs.profiles import collected
from samenloop.following import beside_former
from schemas.households import HOUSEHOLD_SCHEMA, MEMBER_SCHEMA, OBSERVED_SCHEMA, TRAIT_SCHEMA, USE_SCHEMA
from schemas.log_entries import LogEntry


@dataclass(frozen=True)
class Home:
    """Domains with a comma between (in brackets: cost and nothing active), each of so many cents; in the approach."""

    domains: str = ""
    cent: int = 100
    approach: bool = False


def seen(homes: dict[str, Home], *, listed: bool = True, then: pa.Table | None = None) -> Seen:
    """A half-year: people -> home. The number of a household is its place."""
    numbered = list(enumerate(homes.items(), start=1))
    households = [{"household": n, "buurt": f"BU0637010{n}", "persons": len(people)} for n, (people, _) in numbered]
    members = [{"person": mark(one), "household": n} for n, (people, _) in numbered for one in people]
    use = [
        {"household": n, "domain": name.strip("()"), "active": "(" not in name, "cost_cent": home.cent}
        for n, (_, home) in numbered
        for name in home.domains.split(",")
        if name
    ]
    traits = [{"household": n, "domain": "aanpak", "kind": "approach"} for n, (_, home) in numbered if home.approach]
    traits += [{"household": n, "domain": "Jeugd", "kind": "voluntary"} for n, _ in numbered]
    rows = ((households, HOUSEHOLD_SCHEMA), (use, USE_SCHEMA), (members, MEMBER_SCHEMA), (traits, TRAIT_SCHEMA))
    one, two, three, four = (lazy(pa.Table.from_pylist(content, schema)) for content, schema in rows)
    return Seen(one, two, three, four if listed else None, None if then is None else lazy(then))


def of(now: Seen, before: Seen) -> pa.Table:
    fates = follow(Period(now.households, now.members), Period(before.households, before.members))
    return observed(now, before, lazy(fates.table))


def figures(table: pa.Table, *names: str) -> list[tuple]:
    return [tuple(row[name] for name in ("household", *names)) for row in table.to_pylist()]


def test_before_and_after_of_a_household():
    before = seen({"c": Home("Wmo"), "ab": Home("Jeugd,Wmo,RMC", 500)})
    now = seen({"abz": Home("Wmo,(P-wet)", 200), "d": Home("Wmo")})
    table = of(now, before)
    assert table.schema == OBSERVED_SCHEMA
    [row] = table.to_pylist()
    # Household 2 of before: RMC is no dimension and its cost counts; P-wet has cost and is not in use.
    assert row == {
        "household": 1,
        "treated": False,
        "treated_before": False,
        "buurt": "BU06370102",
        "persons": 2,
        "domains_before": 2,
        "domains_after": 1,
        "cost_before_cent": 1500,
        "cost_after_cent": 400,
        "domains_earlier": None,
        "cost_earlier_cent": None,
    }


def test_nobody_who_uses_nothing_is_left_out():
    table = of(seen({"a": Home(), "b": Home("Wmo")}), seen({"a": Home("SHV"), "b": Home()}))
    names = ("domains_before", "cost_before_cent", "domains_after", "cost_after_cent")
    assert figures(table, *names) == [(1, 1, 100, 0, 0), (2, 0, 0, 1, 100)]


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        # the part with most persons, wherever it stands
        ({"a": Home(), "bcd": Home("Wmo")}, 2),
        ({"bcd": Home("Wmo"), "a": Home()}, 1),
        # between equals the lowest number
        ({"ab": Home("Wmo"), "cd": Home("Jeugd")}, 1),
        # persons who were elsewhere before do not count
        ({"axyz": Home(), "bcd": Home("Wmo")}, 2),
    ],
)
def test_a_household_that_split_is_observed_once(parts, kept):
    table = of(seen(parts), seen({"abcd": Home("Wmo,SHV", 300)}))
    assert figures(table, "persons", "domains_before", "cost_before_cent") == [(kept, 4, 2, 600)]


def test_a_merged_household_is_the_one_that_it_continues():
    table = of(seen({"abc": Home("Wmo")}), seen({"ab": Home("Wmo", 100), "c": Home("Jeugd", 900)}))
    assert figures(table, "persons", "cost_before_cent") == [(1, 2, 100)]


def test_the_approach_now_and_before():
    homes = {"a": Home("Wmo", approach=True), "b": Home("Wmo"), "c": Home("Wmo", approach=True)}
    now = seen(homes)
    before = {"a": Home("Wmo"), "b": Home("Wmo", approach=True), "c": Home("Wmo", approach=True)}
    assert figures(of(now, seen(before)), "treated", "treated_before") == [
        (1, True, False),
        (2, False, True),
        (3, True, True),
    ]
    # Without a list of then nobody knows who was in it.
    unknown = of(now, seen(before, listed=False))
    assert figures(unknown, "treated_before") == [(1, None), (2, None), (3, None)]
    assert collected(lazy(unknown))["treated_before"].isna().all()


def test_the_earlier_half_year_is_what_the_former_run_observed_before():
    first = seen({"z": Home(), "ab": Home("Jeugd,Wmo", 700), "c": Home()})
    second = {"ab": Home("Wmo", 50), "c": Home("SHV"), "new": Home("Wmo")}
    then = of(seen(second), first)
    table = of(seen({"n": Home("Wmo"), "c": Home(), "ab": Home()}), seen(second, then=then))
    assert figures(table, "domains_before", "domains_earlier", "cost_earlier_cent") == [
        (1, 1, None, None),
        (2, 1, 0, 0),
        (3, 1, 2, 1400),
    ]


def entry(run, step, subject="", outputs=()):
    now, sha = datetime(2018, 7, 2, tzinfo=UTC), "0" * 64
    made = dict.fromkeys(outputs, sha)
    fields = {"started": now, "ended": now, "purpose": "effect:1", "purpose_sha256": sha, "outputs": made}
    return LogEntry(run=run, step=step, subject=subject, **fields)


@pytest.mark.parametrize(
    ("pulled", "kept", "expected"),
    [
        ([("a", "aanpak")], ["use", "observed", "traits"], ("observed", "traits")),
        ([("a", "aanpak")], ["use", "traits"], ("traits",)),
        # traits of another table, or a list that another run read: who was in the approach is not known
        ([("a", "jeugd")], ["use", "observed", "traits"], ("observed",)),
        ([("b", "aanpak")], ["use", "traits"], ()),
        ([("a", "aanpak")], ["use"], ()),
    ],
)
def test_what_of_the_former_run_effects_are_measured_with(pulled, kept, expected):
    linkage = entry("a", "link", outputs=kept)
    entries = [*(entry(run, "pull", source) for run, source in pulled), linkage]
    assert beside_former(entries, linkage) == expected
