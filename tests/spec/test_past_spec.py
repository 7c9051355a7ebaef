"""The past of households, as tables: what became of people (letters), and what is known of their use."""

import pyarrow as pa
import pytest
from builders import lazy, mark

from linkage.following import Period, follow
from linkage.past import Before, InUse, past_of
from schemas.domains import DIMENSION_DOMAINS
from schemas.households import HOUSEHOLD_SCHEMA, MEMBER_SCHEMA, PAST_SCHEMA, USE_SCHEMA

Households = dict[str, str]


class HalfYears:
    """Half-years in order; a household is written as its people, and its number is its place in the half-year."""

    def __init__(self) -> None:
        self.past: pa.Table | None = None
        self.former: tuple[Period, InUse] | None = None

    def then(self, households: Households) -> "HalfYears":
        """The next half-year: people -> the domains that they use, with a comma between."""
        numbered = list(enumerate(households.items(), start=1))
        rows = [{"household": n, "buurt": f"BU0637010{n}", "persons": len(people)} for n, (people, _) in numbered]
        members = [{"person": mark(one), "household": n} for n, (people, _) in numbered for one in people.strip("?")]
        use = [_use(n, domain) for n, (_, domains) in numbered for domain in domains.split(",") if domain]
        tables = ((rows, HOUSEHOLD_SCHEMA), (members, MEMBER_SCHEMA), (use, USE_SCHEMA))
        frames = [lazy(pa.Table.from_pylist(content, schema)) for content, schema in tables]
        now, in_use = Period(frames[0], frames[1]), InUse(frames[0], frames[2])
        before = None
        if self.former is not None and self.past is not None:
            followed = lazy(follow(now, self.former[0]).table)
            before = Before(self.former[1], lazy(self.past), followed)
        self.past, self.former = past_of(in_use, before), (now, in_use)
        return self

    def gap(self) -> "HalfYears":
        """A half-year without a run."""
        self.past = self.former = None
        return self

    @property
    def rows(self) -> list[dict]:
        assert self.past is not None
        return self.past.to_pylist()

    @property
    def known(self) -> list[tuple]:
        """Number, fate, and the half-years that are known, this one first: ``1`` something in use, ``0`` nothing."""
        return [(row["household"], row["fate"], _half_years(row)) for row in self.rows]


def _use(household: int, domain: str) -> dict:
    """A domain in brackets has cost in the half-year, and is not active."""
    return {"household": household, "domain": domain.strip("()"), "active": "(" not in domain, "cost_cent": 100}


def _half_years(row: dict) -> str:
    assert row["used"] < 2 ** row["known"]
    return "".join(str(row["used"] >> back & 1) for back in range(row["known"]))


@pytest.mark.parametrize(
    ("half_years", "expected"),
    [
        # the first half-year: nothing to follow from
        ([{"ab": "Wmo", "c": ""}], [(1, "first", "1"), (2, "first", "0")]),
        # use that goes on, that stops, that begins, that comes back
        ([{"ab": "Wmo"}, {"ab": "Wmo"}, {"ab": "Wmo"}], [(1, "continued", "111")]),
        ([{"ab": "Wmo"}, {"ab": "Wmo"}, {"ab": ""}], [(1, "continued", "011")]),
        ([{"ab": ""}, {"ab": ""}, {"ab": "SHV"}], [(1, "continued", "100")]),
        ([{"ab": "Jeugd"}, {"ab": ""}, {"ab": "P-wet"}], [(1, "continued", "101")]),
        # split: both parts go on with the past of the whole
        ([{"abc": "Wmo"}, {"abc": ""}, {"ab": "", "c": "Wmo"}], [(1, "continued", "001"), (2, "continued", "101")]),
        # merger: the past is that of the household with most persons; the other is left, as it was
        (
            [{"ab": "Wmo", "c": ""}, {"ab": "Wmo", "c": "Jeugd"}, {"abc": ""}],
            [(1, "continued", "011"), (None, "absorbed", "10")],
        ),
        # removal to another dwelling: the household keeps its past, whatever its number
        ([{"ab": "Wmo", "c": ""}, {"c": "", "ab": "Wmo"}], [(1, "continued", "00"), (2, "continued", "11")]),
        # removal out of town: what it used until then
        ([{"a": "Wmo", "b": ""}, {"a": "", "b": ""}, {"b": ""}], [(1, "continued", "000"), (None, "ended", "01")]),
        # newcomers know this half-year alone
        ([{"a": "Wmo"}, {"a": "Wmo"}, {"a": "", "xy": "Wmo"}], [(1, "continued", "011"), (2, "new", "1")]),
        # a newcomer in an existing household has no past of their own
        ([{"a": ""}, {"ax": "Wmo"}], [(1, "continued", "10")]),
        # who left and came back starts anew
        ([{"a": "Wmo", "b": ""}, {"b": ""}, {"b": "", "a": "Wmo"}], [(1, "continued", "000"), (2, "new", "1")]),
        # nobody identified: followed in no direction
        ([{"?": "Wmo"}, {"?": "Wmo"}], [(1, "unknown", "1"), (None, "former_unknown", "1")]),
    ],
)
def test_what_is_known_of_a_household(half_years, expected):
    history = HalfYears()
    for households in half_years:
        history.then(households)
    assert history.known == expected


def test_a_half_year_without_a_run_starts_anew():
    history = HalfYears().then({"ab": "Wmo"}).then({"ab": "Wmo"}).gap().then({"ab": ""})
    assert history.known == [(1, "first", "0")]
    assert history.then({"ab": "Wmo"}).known == [(1, "continued", "10")]


def test_twelve_half_years_are_known_at_most():
    history = HalfYears().then({"a": "Wmo"})
    for _ in range(11):
        history.then({"a": ""})
    assert history.known == [(1, "continued", "000000000001")]
    assert history.then({"a": "SHV"}).known == [(1, "continued", "100000000000")]
    assert history.then({"a": ""}).known == [(1, "continued", "010000000000")]


@pytest.mark.parametrize(
    ("domains", "bits"),
    [
        ("", 0),
        ("Jeugd", 0b0001),
        ("P-wet", 0b0010),
        ("Wmo", 0b0100),
        ("SHV", 0b1000),
        ("Jeugd,P-wet,Wmo,SHV", 0b1111),
        # neither active nor a dimension
        ("(Wmo)", 0),
        ("RMC,Veiligheid", 0),
        ("(Jeugd),SHV,RMC", 0b1000),
    ],
)
def test_which_domains_were_in_use_before(domains, bits):
    assert DIMENSION_DOMAINS == ("Jeugd", "P-wet", "Wmo", "SHV")
    now = HalfYears().then({"a": domains, "b": domains}).then({"a": "Wmo"})
    assert [(row["fate"], row["before"]) for row in now.rows] == [("continued", bits), ("ended", bits)]
    assert now.rows[0]["used"] == (0b11 if bits else 0b01)
    assert now.rows[1]["used"] == (bits > 0)


def test_nothing_was_before_where_nothing_is_followed():
    history = HalfYears().then({"a": "Wmo", "?": "Wmo"})
    assert {row["before"] for row in history.rows} == {None}
    fates = {row["fate"]: row["before"] for row in history.then({"b": "Wmo", "?": "Wmo"}).rows}
    assert fates == {"new": None, "unknown": None, "ended": 0b0100, "former_unknown": 0b0100}


def test_a_household_is_where_it_is_and_a_former_one_where_it_was():
    rows = HalfYears().then({"a": "", "b": "", "c": ""}).then({"b": "", "x": ""}).rows
    assert [(row["fate"], row["buurt"]) for row in rows] == [
        ("continued", "BU06370101"),
        ("new", "BU06370102"),
        ("ended", "BU06370101"),
        ("ended", "BU06370103"),
    ]


def test_households_come_first_and_in_order():
    there = HalfYears().then({"a": "Wmo", "b": "", "c": "SHV"}).then({"x": "", "y": "Wmo"})
    assert there.past is not None
    assert there.past.schema == PAST_SCHEMA
    assert [(row["household"], row["buurt"][-1]) for row in there.rows] == [
        (1, "1"),
        (2, "2"),
        (None, "1"),
        (None, "2"),
        (None, "3"),
    ]
