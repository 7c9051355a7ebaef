"""Comparisons of two records by levels of agreement, each defined once and said in two languages.

A level is a choice of conjunctions of conditions; the first level that holds is the outcome, so that levels go from
the strongest agreement to none. ``linkage.patterns`` says them to DuckDB, ``linkage.comparison`` to recordlinkage.
Source: Fellegi, Sunter (1969); Winkler (1989) for frequency-based agreement.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

from schemas.match_tokens import SKETCH_COLUMNS

Test = Literal["equal", "absent", "alike"]


@dataclass(frozen=True)
class Condition:
    """One thing about a pair.

    Attributes:
        test: ``equal``: both have the value and it is the same; ``absent``: one of them lacks it; ``alike``: at least
            ``least`` bytes of the words are equal.
        left: columns of the register's row (words of one sketch for ``alike``, else one).
        right: columns of the record's row.
        least: for ``alike`` only.
    """

    test: Test
    left: tuple[str, ...]
    right: tuple[str, ...]
    least: int = 0


@dataclass(frozen=True)
class Level:
    """A level of agreement: one of the conjunctions holds. Without any, it holds always."""

    name: str
    any_of: tuple[tuple[Condition, ...], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The comparison of one attribute.

    Attributes:
        name: the attribute.
        levels: in the order in which they are tried; the last holds always.
        silent: the first level is no evidence, for or against any class of pairs.
    """

    name: str
    levels: tuple[Level, ...]
    silent: bool = False


def _equal(left: str, right: str | None = None) -> Condition:
    return Condition("equal", (left,), (right or left,))


def _absent(name: str) -> Condition:
    return Condition("absent", (name,), (name,))


def _alike(sketch: str, least: int) -> Condition:
    words = tuple(name for name in SKETCH_COLUMNS if name.startswith(sketch))
    return Condition("alike", words, words, least)


def _all(*conditions: Condition) -> tuple[tuple[Condition, ...], ...]:
    return (conditions,)


def _any(*conditions: Condition) -> tuple[tuple[Condition, ...], ...]:
    return tuple((condition,) for condition in conditions)


def _across(one: str, other: str) -> tuple[Condition, ...]:
    """Equal in any of the two columns on either side."""
    return tuple(_equal(*pair) for pair in product((one, other), repeat=2))


def _same_by_frequency(name: str) -> tuple[Level, ...]:
    common = [
        Level(f"same, frequency {place}", _all(_equal(name), _equal(f"{name}_common_{place}"))) for place in (3, 2, 1)
    ]
    return (*common, Level("same, rare", _all(_equal(name))))


GIVEN_NAME: Final = Comparison(
    "given name",
    (
        Level("missing", _any(_absent("initial"))),
        *_same_by_frequency("given"),
        Level("names swapped", _any(_equal("both_names"))),
        Level("short form or same sound", _any(_equal("given_formal"))),
        Level("alike", _any(_alike("given_sketch", 6))),
        Level("second name", _any(_equal("given_formal", "given_second"), _equal("given_second", "given_formal"))),
        Level("same start", _any(_equal("given_start"))),
        Level("several initials", _all(_absent("given"), _equal("initials"))),
        Level("one initial", _all(_absent("given"), _equal("initial"))),
        Level("other initial", _all(_absent("given"))),
        Level("other name, same initial", _any(_equal("initial"))),
        Level("different"),
    ),
)

SURNAME: Final = Comparison(
    "surname",
    (
        Level("missing", _any(_absent("surname"))),
        *_same_by_frequency("surname"),
        Level("partner name", _any(*_across("surname", "surname_other"))),
        Level("same sound", _any(*_across("surname_sound", "surname_other_sound"))),
        Level("alike", _any(_alike("surname_sketch", 6))),
        Level("different"),
    ),
)

BIRTH_DATE: Final = Comparison(
    "birth date",
    (
        Level("missing", _any(_absent("year"))),
        Level("same", _all(_equal("year"), _equal("month"), _equal("day"))),
        Level("day and month swapped", _all(_equal("year"), _equal("month", "day"), _equal("day", "month"))),
        Level("same month, day unknown", _all(_equal("year"), _equal("month"), _absent("day"))),
        Level("same year, month unknown", _all(_equal("year"), _absent("month"))),
        Level("other day", _all(_equal("year"), _equal("month"))),
        Level("other month", _all(_equal("year"), _equal("day"))),
        Level("other year", _all(_equal("month"), _equal("day"))),
        Level("same year", _all(_equal("year"))),
        Level("different"),
    ),
)

#: Two persons of one given name are of one sex: there the sex says nothing more.
SEX: Final = Comparison(
    "sex",
    (
        Level("missing or implied", _any(_absent("sex"), _equal("given_formal"))),
        Level("same", _any(_equal("sex"))),
        Level("different"),
    ),
    silent=True,
)

ADDRESS: Final = Comparison(
    "address",
    (
        Level("missing", _any(_absent("address_number"))),
        Level("same", _all(_equal("address"))),
        Level("other suffix", _all(_equal("address_number"))),
        # Six characters in eight bytes: the two empty ones are always equal, one character may differ.
        Level("postcode alike", _all(_equal("house_number"), _alike("postcode_sketch", 7))),
        Level("same postcode", _all(_equal("postcode"))),
        Level("same postcode area", _all(_equal("postcode_area"))),
        Level("different"),
    ),
)

#: What is compared of every candidate pair; an agreement pattern holds one level of each, in this order.
COMPARISONS: Final = (GIVEN_NAME, SURNAME, BIRTH_DATE, SEX, ADDRESS)

#: Number of levels per comparison: the radices of a pattern written as one number, the first comparison lowest.
LEVEL_COUNTS: Final = tuple(len(comparison.levels) for comparison in COMPARISONS)
