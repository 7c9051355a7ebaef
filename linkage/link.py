"""Linking records to households, each with its method (docs/definitions.md, section 4).

BSN first, then the address where exactly one household of the frame stands, then birth date and address, then what
linkage by probability found; everything else stays unmatched, with a reason.
"""

from dataclasses import dataclass
from typing import Final

import narwhals as nw
import pyarrow as pa

from linkage.households import MEMBER, Forming, Households, form_households
from linkage.materialise import Lazy, as_arrow, materialise
from schemas.domains import BESIDE_DOMAINS, FRAME
from schemas.households import (
    HOUSEHOLD_SCHEMA,
    LINK_COUNT_SCHEMA,
    MEMBER_SCHEMA,
    PROVIDER_COST_SCHEMA,
    PROVIDER_SCHEMA,
    TRAIT_SCHEMA,
    USE_SCHEMA,
)
from schemas.record_kinds import MINOR

_PROVIDER_DOMAINS: Final = ("Jeugd", "Wmo")


@dataclass(frozen=True, eq=False)
class LinkedHouseholds:
    """Households and what they use; no address.

    Attributes:
        households: ``HOUSEHOLD_SCHEMA``.
        use: ``USE_SCHEMA``.
        providers: ``PROVIDER_SCHEMA``.
        provider_costs: ``PROVIDER_COST_SCHEMA``, for disclosure control alone: no provider's cost may show in a figure.
        traits: ``TRAIT_SCHEMA``, for tables that ask for more than use; whoever has no such table does not keep it.
        members: ``MEMBER_SCHEMA``, to follow households with; whoever must not follow them does not keep it.
        link_counts: ``LINK_COUNT_SCHEMA``; method ``duplicate`` holds the rows that were taken out as duplicates.
        frame_counts: persons of the frame per rule of household formation; together all its rows.
        frame_notes: what else is known of its members, by name, in persons.
    """

    households: pa.Table
    use: pa.Table
    providers: pa.Table
    provider_costs: pa.Table
    traits: pa.Table
    members: pa.Table
    link_counts: pa.Table
    frame_counts: dict[str, int]
    frame_notes: dict[str, int]


def link(frame: Lazy, provisions: Lazy, forming: Forming, probable: Lazy | None = None) -> LinkedHouseholds:
    """Links rows of ``PROVISION_SCHEMA`` to the households of rows of ``FRAME_SCHEMA``.

    Args:
        frame: persons.
        provisions: records of every domain, and of the sources beside them, which enter no use and no cost.
        forming: the terms on which households are formed.
        probable: record, person: what linkage by probability found for records without BSN.
    """
    households = form_households(frame, forming)
    records = provisions.unique(subset=["domain", "record"], keep="any")
    if probable is None:
        records = records.with_columns(likely=nw.when(nw.lit(False)).then(nw.col("person")))
    else:
        records = records.join(probable.select("record", nw.col("person").alias("likely")), on="record", how="left")
    linked = materialise(_with_method(records, households))
    of_domains = linked.filter(~nw.col("domain").is_in(BESIDE_DOMAINS))
    return LinkedHouseholds(
        households=as_arrow(households.table, HOUSEHOLD_SCHEMA),
        use=as_arrow(_use(of_domains), USE_SCHEMA),
        providers=as_arrow(_providers(of_domains), PROVIDER_SCHEMA),
        provider_costs=as_arrow(_provider_costs(of_domains), PROVIDER_COST_SCHEMA),
        traits=as_arrow(_traits(linked, households), TRAIT_SCHEMA),
        members=as_arrow(_members(households), MEMBER_SCHEMA),
        link_counts=as_arrow(_link_counts(provisions, linked), LINK_COUNT_SCHEMA),
        frame_counts=households.counts,
        frame_notes=households.notes,
    )


def _with_method(records: Lazy, households: Households) -> Lazy:
    joined = _with_candidates(records, households)
    household = nw.coalesce(nw.col("household_bsn"), nw.col("household_partner"))
    has_person = ~nw.col("person").is_null() | ~nw.col("partner").is_null()
    apart = [nw.col(name).fill_null(MEMBER) != MEMBER for name in ("status", "status_partner")]
    here = nw.col("standing_here").fill_null(0)
    no_address = nw.col("address").is_null()
    likely = ~nw.col("household_likely").is_null()
    lone_number = nw.col("bare_number") & (nw.col("households").fill_null(0) == 1)
    outcomes: list[tuple[nw.Expr, str, str]] = [
        (~household.is_null() & (here > 0) & nw.col("lives_there").is_null(), "bsn", "moved"),
        (~household.is_null(), "bsn", ""),
        (apart[0] | apart[1], "excluded", "not_private"),
        (has_person, "unmatched", "not_in_frame"),
        (here == 1, "address", ""),
        (~no_address & (nw.col("born_here").fill_null(0) == 1), "birth_date_address", ""),
        (likely, "probability", ""),
        (no_address, "unmatched", "no_identifier"),
        (here > 1, "unmatched", "address_ambiguous"),
        (lone_number, "unmatched", "suffix_missing"),
    ]
    linked = joined.with_columns(
        method=_first_that_holds([(holds, method) for holds, method, _ in outcomes], "unmatched"),
        reason=_first_that_holds([(holds, reason) for holds, _, reason in outcomes], "address_unknown"),
    )
    by_method = {
        "bsn": household,
        "address": nw.col("household_address"),
        "birth_date_address": nw.col("household_birth"),
        "probability": nw.col("household_likely"),
    }
    found = [nw.when(nw.col("method") == method).then(column) for method, column in by_method.items()]
    return linked.with_columns(household=nw.coalesce(*found)).select(
        "domain", "household", "method", "reason", "provider", "active", "cost_cent", "kind"
    )


def _with_candidates(records: Lazy, households: Households) -> Lazy:
    partners = households.persons.rename(
        {"person": "partner", "status": "status_partner", "household": "household_partner"}
    )
    likely = households.persons.select(nw.col("person").alias("likely"), nw.col("household").alias("household_likely"))
    standing = _only_one(households.standing, "address", "standing_here", "household_address")
    born = _only_one(households.born_at, "birth_at", "born_here", "household_birth")
    joined = (
        records.join(households.persons.rename({"household": "household_bsn"}), on="person", how="left")
        .join(partners, on="partner", how="left")
        .join(likely, on="likely", how="left")
        .join(standing, on="address", how="left")
        .join(born, on="birth_at", how="left")
        .join(households.standing_number, on="address_number", how="left")
        .with_columns(lives_in=nw.coalesce(nw.col("household_bsn"), nw.col("household_partner")))
    )
    there = households.standing.select(
        "address", nw.col("household").alias("lives_in"), nw.lit(True).alias("lives_there")
    )
    return joined.join(there, on=["address", "lives_in"], how="left")


def _only_one(pairs: Lazy, key: str, number: str, household: str) -> Lazy:
    """Per key how many households it leads to, and the first of them."""
    return pairs.group_by(key).agg(nw.len().alias(number), nw.col("household").min().alias(household))


def _first_that_holds(outcomes: list[tuple[nw.Expr, str]], otherwise: str) -> nw.Expr:
    result: nw.Expr = nw.lit(otherwise)
    for holds, value in reversed(outcomes):
        result = nw.when(holds).then(nw.lit(value)).otherwise(result)
    return result


def _use(linked: Lazy) -> Lazy:
    return (
        linked.filter(~nw.col("household").is_null())
        .group_by("household", "domain")
        .agg(nw.col("active").any(), nw.col("cost_cent").sum())
        .sort("household", "domain")
    )


def _providers(linked: Lazy) -> Lazy:
    counted = linked.filter(
        ~nw.col("household").is_null(),
        ~nw.col("provider").is_null(),
        nw.col("active"),
        nw.col("domain").is_in(_PROVIDER_DOMAINS),
    )
    return counted.group_by("household").agg(nw.col("provider").n_unique().alias("providers")).sort("household")


def _provider_costs(linked: Lazy) -> Lazy:
    named = linked.filter(~nw.col("household").is_null(), ~nw.col("provider").is_null())
    keys = ("household", "domain", "provider")
    return named.group_by(*keys).agg(nw.col("cost_cent").sum()).sort(*keys)


def _traits(linked: Lazy, households: Households) -> Lazy:
    known = linked.filter(~nw.col("household").is_null(), ~nw.col("kind").is_null(), nw.col("active"))
    minors = households.minors.select("household", nw.lit(FRAME).alias("domain"), nw.lit(MINOR).alias("kind"))
    keys = ("household", "domain", "kind")
    return nw.concat([known.select(*keys), minors], how="vertical").unique().sort(*keys)


def _members(households: Households) -> Lazy:
    known = households.persons.filter(~nw.col("household").is_null())
    return known.select("person", "household").sort("household", "person")


def _link_counts(provisions: Lazy, linked: Lazy) -> Lazy:
    per_method = linked.group_by("domain", "method", "reason").agg(nw.len().alias("rows"))
    received = provisions.group_by("domain").agg(nw.len().alias("received"))
    kept = linked.group_by("domain").agg(nw.len().alias("kept"))
    duplicates = received.join(kept, on="domain", how="inner").select(
        "domain",
        nw.lit("duplicate").alias("method"),
        nw.lit("").alias("reason"),
        (nw.col("received") - nw.col("kept")).alias("rows"),
    )
    both = nw.concat([per_method, duplicates.filter(nw.col("rows") > 0)], how="vertical")
    return both.rename({"domain": "source"}).sort("source", "method", "reason")
