"""Household formation: private households on dwelling level from the frame (docs/definitions.md, section 3).

Every rule is named in the counts: ``duplicate``, ``briefadres``, ``institution``, ``member``.
"""

from dataclasses import dataclass
from typing import Final

import narwhals as nw

from linkage.materialise import Lazy, materialise

MEMBER: Final = "member"
BRIEFADRES: Final = "briefadres"
INSTITUTION: Final = "institution"

_EARLIEST: Final = -(2**31)


@dataclass(frozen=True, eq=False)
class Households:
    """The private households of a frame and who belongs to them.

    Attributes:
        table: household, buurt, persons.
        persons: person, status (member, briefadres, institution), household (null unless member); one row a person.
        standing: address, household; each pair once.
        standing_number: address_number, households (how many stand there).
        counts: persons of the frame per rule.
    """

    table: Lazy
    persons: Lazy
    standing: Lazy
    standing_number: Lazy
    counts: dict[str, int]


def form_households(frame: Lazy, gemeentecode: str) -> Households:
    """Forms households from rows of ``FRAME_SCHEMA``; a household without a buurt lies in ``BU<gemeente>9999``."""
    digits = gemeentecode.removeprefix("GM")
    own = nw.when(nw.col("buurt").str.starts_with(f"BU{digits}")).then(nw.col("buurt"))
    counted = materialise(_one_row_a_person(frame.with_columns(buurt=own)))
    members = materialise(_numbered(_with_dwelling_key(counted.filter(nw.col("status") == MEMBER))))
    persons = counted.filter(~nw.col("person").is_null()).select("person", "status")
    known = members.filter(~nw.col("person").is_null()).select("person", "household")
    standing = members.filter(~nw.col("address").is_null()).select("address", "household").unique()
    numbers = members.filter(~nw.col("address_number").is_null()).group_by("address_number")
    return Households(
        table=materialise(_households(members, f"BU{digits}9999")),
        persons=materialise(persons.join(known, on="person", how="left")),
        standing=materialise(standing),
        standing_number=materialise(numbers.agg(nw.col("household").n_unique().alias("households"))),
        counts=_counts(frame, counted),
    )


def _one_row_a_person(frame: Lazy) -> Lazy:
    """The row that counts per person: latest date, then home, private, buurt code; without a person every row."""
    status = (
        nw.when(nw.col("briefadres"))
        .then(nw.lit(BRIEFADRES))
        .otherwise(nw.when(nw.col("institution")).then(nw.lit(INSTITUTION)).otherwise(nw.lit(MEMBER)))
    )
    ordered = frame.with_columns(
        status=status,
        before=-nw.col("since_days").cast(nw.Int64).fill_null(_EARLIEST),
        is_briefadres=nw.col("briefadres").cast(nw.Int8),
        is_institution=nw.col("institution").cast(nw.Int8),
        buurt_order=nw.col("buurt").fill_null("~"),
    )
    order = ["before", "is_briefadres", "is_institution", "buurt_order", "dwelling", "address"]
    place = nw.col("before").cum_count().over("person", order_by=order)
    return ordered.with_columns(place=place).filter((nw.col("place") == 1) | nw.col("person").is_null())


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


def _numbered(members: Lazy) -> Lazy:
    """Replaces the dwelling by a row number, so that nothing after linkage can be led back to an address."""
    keys = members.select("dwelling_key").unique().with_row_index("household", order_by="dwelling_key")
    keys = keys.with_columns(nw.col("household").cast(nw.Int64))
    return members.join(keys, on="dwelling_key", how="inner").select(
        "household", "person", "address", "address_number", "buurt"
    )


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
