"""Household formation: private households from the frame (docs/definitions.md, section 3).

Every rule is named in the counts: ``duplicate``, the rules that set persons apart, ``member``.
"""

from dataclasses import dataclass
from typing import Final

import narwhals as nw
import pyarrow as pa

from linkage.families import families
from linkage.materialise import Lazy, materialise
from schemas.household_rules import APART, DWELLING_RULES, HouseholdRules
from schemas.record_kinds import ADULT_AGE

MEMBER: Final = "member"
BRIEFADRES: Final = "briefadres"
INSTITUTION: Final = "institution"

_EARLIEST: Final = -(2**31)


@dataclass(frozen=True, eq=False)
class Forming:
    """On what terms households are formed.

    Attributes:
        gemeentecode: a household without a buurt of this municipality lies in ``BU<gemeente>9999``.
        rules: who is set apart, and what is split.
        institutions: rows of ``INSTITUTION_SCHEMA`` for the rule ``institution_list``.
    """

    gemeentecode: str
    rules: HouseholdRules = DWELLING_RULES
    institutions: Lazy | None = None


@dataclass(frozen=True, eq=False)
class Households:
    """The private households of a frame and who belongs to them.

    Attributes:
        table: household, buurt, persons.
        persons: person, status (member, or the rule that set it apart), household (null unless member); one row each.
        standing: address, household; each pair once.
        standing_number: address_number, households (how many stand there).
        born_at: birth_at, household; each pair once.
        minors: household; those with a member of 0 to 17 years, where ages are known; each once.
        counts: persons of the frame per rule; together all rows.
        notes: what else is to be known: moved, born, secret, student_house, families -> persons among the members.
    """

    table: Lazy
    persons: Lazy
    standing: Lazy
    standing_number: Lazy
    born_at: Lazy
    minors: Lazy
    counts: dict[str, int]
    notes: dict[str, int]


def form_households(frame: Lazy, forming: Forming) -> Households:
    """Forms households from rows of ``FRAME_SCHEMA``."""
    digits = forming.gemeentecode.removeprefix("GM")
    own = nw.when(nw.col("buurt").str.starts_with(f"BU{digits}")).then(nw.col("buurt"))
    flagged = _flagged(frame.with_columns(buurt=own), forming)
    counted = materialise(_sized(_one_row_a_person(flagged), forming.rules))
    numbered = _numbered(counted.filter(nw.col("status") == MEMBER), forming.rules)
    members = numbered.members
    persons = counted.filter(~nw.col("person").is_null()).select("person", "status")
    known = members.filter(~nw.col("person").is_null()).select("person", "household")
    numbers = members.filter(~nw.col("address_number").is_null()).group_by("address_number")
    return Households(
        table=materialise(_households(members, f"BU{digits}9999")),
        persons=materialise(persons.join(known, on="person", how="left")),
        standing=materialise(_where(members, "address")),
        standing_number=materialise(numbers.agg(nw.col("household").n_unique().alias("households"))),
        born_at=materialise(_where(members, "birth_at")),
        minors=materialise(members.filter(nw.col("age") >= 0, nw.col("age") < ADULT_AGE).select("household").unique()),
        counts=_counts(frame, counted),
        notes={**_notes(members), **numbered.notes},
    )


def _where(members: Lazy, column: str) -> Lazy:
    return members.filter(~nw.col(column).is_null()).select(column, "household").unique()


def _flagged(frame: Lazy, forming: Forming) -> Lazy:
    """The frame with one column per rule that a row can tell by itself."""
    flags = {
        "deceased": nw.col("deceased").fill_null(False),
        "unborn": (nw.col("age") < 0).fill_null(False),
        "briefadres": nw.col("briefadres"),
        "institution": nw.col("institution"),
        "institution_list": nw.lit(False),
        "secret": nw.col("secret").fill_null(False),
    }
    if forming.institutions is not None:
        for column in ("dwelling", "address"):
            listed = forming.institutions.select(column).filter(~nw.col(column).is_null()).unique()
            frame = frame.join(listed.with_columns(nw.lit(True).alias(f"listed_{column}")), on=column, how="left")
        flags["institution_list"] = nw.col("listed_dwelling").fill_null(False) | nw.col("listed_address").fill_null(
            False
        )
    status: nw.Expr = nw.lit(MEMBER)
    for rule in reversed([rule for rule in APART if rule in forming.rules.apart and rule in flags]):
        status = nw.when(flags[rule]).then(nw.lit(rule)).otherwise(status)
    return frame.with_columns(status=status)


def _one_row_a_person(frame: Lazy) -> Lazy:
    """The row that counts per person: latest date, then home, private, buurt code; without a person every row."""
    ordered = frame.with_columns(
        before=-nw.col("since_days").cast(nw.Int64).fill_null(_EARLIEST),
        is_briefadres=nw.col("briefadres").cast(nw.Int8),
        is_institution=nw.col("institution").cast(nw.Int8),
        buurt_order=nw.col("buurt").fill_null("~"),
    )
    order = ["before", "is_briefadres", "is_institution", "buurt_order", "dwelling", "address"]
    order += ["status", "birth_at", "age", "surname_at"]
    place = nw.col("before").cum_count().over("person", order_by=order)
    return ordered.with_columns(place=place).filter((nw.col("place") == 1) | nw.col("person").is_null())


def _sized(persons: Lazy, rules: HouseholdRules) -> Lazy:
    """The persons with the dwelling of each member, and without the members of dwellings that are too large."""
    members = _with_dwelling_key(persons.filter(nw.col("status") == MEMBER))
    others = persons.filter(nw.col("status") != MEMBER).with_columns(
        dwelling_key=nw.when(nw.lit(False)).then(nw.col("dwelling"))
    )
    if rules.institution_above is not None:
        sizes = members.group_by("dwelling_key").agg(nw.len().alias("size"))
        too_large = nw.col("size") > rules.institution_above
        members = members.join(sizes, on="dwelling_key", how="inner").with_columns(
            status=nw.when(too_large).then(nw.lit("institution_size")).otherwise(nw.lit(MEMBER))
        )
    columns = [
        *("person", "status", "dwelling_key", "address", "address_number", "buurt", "since_days", "birth_at"),
        *("age", "surname_at", "secret", "moved", "born"),
    ]
    return nw.concat([members.select(columns), others.select(columns)], how="vertical")


def _with_dwelling_key(members: Lazy) -> Lazy:
    """The dwelling: its BAG id, else the only BAG id known at the same address, else the address itself."""
    known = members.filter(~nw.col("dwelling").is_null() & ~nw.col("address").is_null())
    sole = known.group_by("address").agg(
        nw.col("dwelling").n_unique().alias("dwellings"), nw.col("dwelling").min().alias("sole_dwelling")
    )
    sole = sole.filter(nw.col("dwellings") == 1).select("address", "sole_dwelling")
    joined = members.join(sole, on="address", how="left")
    key = nw.coalesce(nw.col("dwelling"), nw.col("sole_dwelling"), nw.col("address"))
    return joined.with_columns(dwelling_key=key)


@dataclass(frozen=True, eq=False)
class _Numbered:
    members: Lazy
    notes: dict[str, int]


def _numbered(members: Lazy, rules: HouseholdRules) -> _Numbered:
    """Replaces the dwelling by a row number, so that nothing after linkage can be led back to an address."""
    keys = members.select("dwelling_key").unique().with_row_index("household", order_by="dwelling_key")
    keys = keys.with_columns(nw.col("household").cast(nw.Int64))
    numbered = materialise(members.join(keys, on="dwelling_key", how="inner"))
    kept = ["household", "person", "address", "address_number", "buurt", "birth_at", "age", "secret", "moved", "born"]
    if not rules.split:
        return _Numbered(numbered.select(kept), {})
    order = ["household", "person", "surname_at", "age", "since_days", "address", "buurt", "birth_at"]
    table = numbered.sort(order).collect("pyarrow").to_native()
    surname = table["surname_at"].combine_chunks().dictionary_encode().indices
    split = families(
        pa.table({"dwelling": table["household"], "surname": surname, **_columns(table, "age", "since_days")}),
        rules.split,
    )
    # The sort above makes the numbers the same, whatever the order of the rows.
    place = pa.array(split.family).dictionary_encode().indices.cast(pa.int64())
    table = table.set_column(table.schema.get_field_index("household"), "household", place)
    lazy: Lazy = nw.from_native(table).lazy(backend=members.implementation)
    return _Numbered(lazy.select(kept), split.counts)


def _columns(table: pa.Table, *names: str) -> "dict[str, pa.ChunkedArray]":
    return {name: table[name] for name in names}


def _households(members: Lazy, unknown_buurt: str) -> Lazy:
    persons = members.group_by("household").agg(nw.len().alias("persons"))
    votes = members.filter(~nw.col("buurt").is_null()).group_by("household", "buurt").agg(nw.len().alias("votes"))
    votes = votes.with_columns(fewest=-nw.col("votes").cast(nw.Int64))
    place = nw.col("fewest").cum_count().over("household", order_by=["fewest", "buurt"])
    majority = votes.with_columns(place=place).filter(nw.col("place") == 1).select("household", "buurt")
    joined = persons.join(majority, on="household", how="left")
    return joined.with_columns(nw.col("buurt").fill_null(unknown_buurt)).sort("household")


def _counts(frame: Lazy, counted: Lazy) -> dict[str, int]:
    rows = frame.select(nw.len().alias("rows")).collect("pyarrow").item()
    per_status = counted.group_by("status").agg(nw.len().alias("persons")).sort("status").collect("pyarrow")
    counts = {str(status): int(persons) for status, persons in per_status.iter_rows()}
    return {**counts, "duplicate": int(rows) - sum(counts.values())}


def _notes(members: Lazy) -> dict[str, int]:
    """Persons among the members of whom something happened within the period, or whose address is secret."""
    flags = ("moved", "born", "secret")
    sums = members.select(nw.col(flag).fill_null(False).cast(nw.Int64).sum() for flag in flags).collect("pyarrow")
    (row,) = sums.iter_rows()
    return {flag: int(number or 0) for flag, number in zip(flags, row, strict=True)}
