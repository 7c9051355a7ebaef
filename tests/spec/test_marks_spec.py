"""What tables over time and of segments ask of a household, as tables: its past, duration, return, rank and level."""

import duckdb
import narwhals as nw
import pyarrow as pa
import pytest

from outputs.base_cube import Category
from outputs.marks import marking
from outputs.past_tables import PAST_TABLES
from outputs.profiles import profiles
from schemas.households import HOUSEHOLD_SCHEMA, PAST_SCHEMA, TRAIT_SCHEMA, USE_SCHEMA


def lazy(rows: list[tuple], schema: pa.Schema) -> nw.LazyFrame:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return nw.from_native(duckdb.connect(":default:").from_arrow(pa.Table.from_arrays(arrays, schema=schema)))


def marks(table: str, use: str = "", past: tuple | None = None, traits: tuple[str, ...] = ()) -> list[str]:
    """The marks of one household that uses some domains, for one table."""
    used = [(0, domain, True, 0) for domain in use.split()]
    profiled = profiles(lazy([(0, "BU06370101", 1)], HOUSEHOLD_SCHEMA), lazy(used, USE_SCHEMA))
    rows = [] if past is None else [(0, "BU06370101", *past)]
    kinds = [(0, *one.split("/")) for one in traits]
    marked, how = marking((table,), profiled, lazy(rows, PAST_SCHEMA), lazy(kinds, TRAIT_SCHEMA))
    row = marked.collect("pandas").to_native().to_dict("records")[0]
    return list(how.marks(row))


@pytest.mark.parametrize(
    ("fate", "before", "expected"),
    [
        ("continued", 0b0000, "past=geen"),
        ("continued", 0b0001, "past=Jeugd"),
        ("continued", 0b1010, "past=P-wet+SHV"),
        ("continued", 0b1111, "past=Jeugd+P-wet+Wmo+SHV"),
        ("new", None, "past=nieuw"),
        ("unknown", None, "past=onbekend"),
        ("first", None, "past=onbekend"),
    ],
)
def test_past(fate, before, expected):
    assert marks("transitions", "Wmo", (fate, before, 2, 1)) == [expected]


@pytest.mark.parametrize(
    ("known", "used", "expected"),
    [
        # used from now (right) to the past (left)
        (4, 0b0000, []),
        (4, 0b1110, []),
        (4, 0b0001, ["duration=0-1"]),
        (4, 0b1011, ["duration=0-1"]),
        (4, 0b0111, ["duration=1-2"]),
        (5, 0b01111, ["duration=1-2"]),
        (6, 0b011111, ["duration=2-3"]),
        (8, 0b01111111, ["duration=3-5"]),
        (12, 0b001111111111, ["duration=3-5"]),
        (12, 0b011111111111, ["duration=5+"]),
        # the beginning was not seen
        (1, 0b1, ["duration=onbekend"]),
        (4, 0b1111, ["duration=onbekend"]),
        (10, 0b1111111111, ["duration=onbekend"]),
        (11, 0b11111111111, ["duration=5+"]),
    ],
)
def test_duration(known, used, expected):
    assert marks("duration", "Wmo", ("continued", 0, known, used)) == expected


@pytest.mark.parametrize(
    ("known", "used", "expected"),
    [
        (12, 0b000000000000, []),
        (12, 0b111111111111, []),
        # left a year ago, back since or not
        (12, 0b000000001000, ["relapse=1-"]),
        (12, 0b000000001001, ["relapse=1+"]),
        (12, 0b000000001010, ["relapse=1+"]),
        # left half a year ago is no whole year
        (12, 0b000000000010, []),
        (12, 0b000000000110, []),
        # left two years ago, back after one and a half, and left again a year ago
        (12, 0b000000101000, ["relapse=1-,2+"]),
        (12, 0b100000000000, ["relapse=5-"]),
        (12, 0b100000000001, ["relapse=5+"]),
        # not followed for so long
        (3, 0b000, []),
        (4, 0b1000, ["relapse=1-"]),
    ],
)
def test_relapse(known, used, expected):
    assert marks("relapse", "", ("continued", 0, known, used)) == expected


@pytest.mark.parametrize(
    ("use", "traits", "expected"),
    [
        ("", (), "geen"),
        ("", ("brp/minor",), "geen"),
        ("P-wet", (), "geen"),
        ("P-wet", ("brp/minor",), "0"),
        ("P-wet SHV", ("brp/minor",), "1"),
        ("P-wet Wmo SHV RMC Veiligheid", ("brp/minor",), "1"),
        ("Jeugd", ("Jeugd/voluntary",), "2"),
        ("Jeugd P-wet", ("Jeugd/voluntary", "brp/minor"), "2"),
        ("Jeugd", ("Jeugd/protection", "Jeugd/voluntary"), "3"),
        ("Jeugd Veiligheid", ("Jeugd/protection", "Veiligheid/nuisance_minor"), "4"),
        ("Jeugd Veiligheid", ("Jeugd/voluntary", "Veiligheid/nuisance_minor"), "2"),
    ],
)
def test_level_of_the_family_pyramid(use, traits, expected):
    assert marks("pyramid", use, traits=traits) == [f"level={expected}"]


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ((), ["group=overig"]),
        (("aanpak/approach",), ["group=aanpak"]),
        (("trajecten/schuldhulp:kort:started",), ["group=overig", "schuldhulp:kort=started"]),
        (
            ("trajecten/schuldhulp:kort:offered", "trajecten/schuldhulp:kort:completed"),
            ["group=overig", "schuldhulp:kort=completed"],
        ),
        (
            ("aanpak/approach", "trajecten/reintegratie:intensief:succeeded", "trajecten/reintegratie:kort:offered"),
            ["group=aanpak", "reintegratie:intensief=succeeded", "reintegratie:kort=offered"],
        ),
    ],
)
def test_trajectories(traits, expected):
    assert marks("trajectories", "P-wet", traits=traits) == expected


def test_rank_by_cost():
    """A hundred households of which ten have costs: the costliest is the top 1 percent."""
    households = [(number, "BU06370101", 1) for number in range(100)]
    used = [(number, "Wmo", True, 1000 - number) for number in range(10)]
    profiled = profiles(lazy(households, HOUSEHOLD_SCHEMA), lazy(used, USE_SCHEMA))
    marked, how = marking(("top_groups",), profiled, None, None)
    rows = marked.sort("household").collect("pandas").to_native().to_dict("records")
    ranks = [how.marks(row)[0].removeprefix("rank=") for row in rows]
    assert ranks[:12] == ["1", "2", "4", "4", "5", "10", "10", "10", "10", "10", "rest", "rest"]
    assert set(ranks[10:]) == {"rest"}


@pytest.mark.parametrize(
    ("was", "now", "left", "expected"),
    [
        ("geen", "", "", []),
        ("geen", "Wmo", "", ["inflow totaal", "inflow Wmo"]),
        ("Jeugd", "Jeugd", "", ["stayed totaal", "stayed Jeugd"]),
        ("Jeugd", "SHV", "", ["stayed totaal", "inflow SHV", "outflow Jeugd"]),
        ("Jeugd+SHV", "", "", ["outflow totaal", "outflow Jeugd", "outflow SHV"]),
        ("nieuw", "P-wet", "", ["inflow totaal", "inflow P-wet"]),
        ("onbekend", "P-wet", "", []),
        ("P-wet", "", "vertrokken", ["outflow totaal", "outflow P-wet"]),
        # reports to RMC and safety belong to no dimension
        ("geen", "RMC Veiligheid", "", []),
    ],
)
def test_flow(was, now, left, expected):
    keys, figures = PAST_TABLES["flow"]()
    ends = [f"left={left}"] if left else []
    household = Category(tuple(now.split()), (), "0", False, tuple(sorted([f"past={was}", *ends])))
    counted = [
        f"{name} {law}"
        for name, classes in figures.items()
        for (law,), counts in zip(keys, classes, strict=True)
        if counts(household)
    ]
    assert sorted(counted) == sorted(expected)
