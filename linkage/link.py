"""Linking records to households, each with its method (docs/definitions.md, section 4).

BSN first, then the address where exactly one household of the frame stands; everything else stays unmatched,
with a reason.
"""

from dataclasses import dataclass
from typing import Final

import narwhals as nw
import pyarrow as pa

from linkage.households import BRIEFADRES, INSTITUTION, Households, form_households
from linkage.materialise import Lazy, as_arrow, materialise
from schemas.households import HOUSEHOLD_SCHEMA, LINK_COUNT_SCHEMA, PROVIDER_SCHEMA, USE_SCHEMA

_PROVIDER_DOMAINS: Final = ("Jeugd", "Wmo")


@dataclass(frozen=True, eq=False)
class LinkedHouseholds:
    """Households and what they use; no person, no address.

    Attributes:
        households: ``HOUSEHOLD_SCHEMA``.
        use: ``USE_SCHEMA``.
        providers: ``PROVIDER_SCHEMA``.
        link_counts: ``LINK_COUNT_SCHEMA``; method ``duplicate`` holds the rows that were taken out as duplicates.
        frame_counts: persons of the frame per rule of household formation.
    """

    households: pa.Table
    use: pa.Table
    providers: pa.Table
    link_counts: pa.Table
    frame_counts: dict[str, int]


def link(frame: Lazy, provisions: Lazy, gemeentecode: str) -> LinkedHouseholds:
    """Links rows of ``PROVISION_SCHEMA`` to the households of rows of ``FRAME_SCHEMA``."""
    households = form_households(frame, gemeentecode)
    records = provisions.unique(subset=["domain", "record"], keep="any")
    linked = materialise(_with_method(records, households))
    return LinkedHouseholds(
        households=as_arrow(households.table, HOUSEHOLD_SCHEMA),
        use=as_arrow(_use(linked), USE_SCHEMA),
        providers=as_arrow(_providers(linked), PROVIDER_SCHEMA),
        link_counts=as_arrow(_link_counts(provisions, linked), LINK_COUNT_SCHEMA),
        frame_counts=households.counts,
    )


def _with_method(records: Lazy, households: Households) -> Lazy:
    joined = _with_candidates(records, households)
    household = nw.coalesce(nw.col("household_bsn"), nw.col("household_partner"))
    has_person = ~nw.col("person").is_null() | ~nw.col("partner").is_null()
    apart = [nw.col(name).is_in([BRIEFADRES, INSTITUTION]).fill_null(False) for name in ("status", "status_partner")]
    here = nw.col("standing_here").fill_null(0)
    lone_number = nw.col("bare_number") & (nw.col("households").fill_null(0) == 1)
    outcomes: list[tuple[nw.Expr, str, str]] = [
        (~household.is_null(), "bsn", ""),
        (apart[0] | apart[1], "excluded", "not_private"),
        (has_person, "unmatched", "not_in_frame"),
        (nw.col("address").is_null(), "unmatched", "no_identifier"),
        (here == 1, "address", ""),
        (here > 1, "unmatched", "address_ambiguous"),
        (lone_number, "unmatched", "suffix_missing"),
    ]
    linked = joined.with_columns(
        method=_first_that_holds([(holds, method) for holds, method, _ in outcomes], "unmatched"),
        reason=_first_that_holds([(holds, reason) for holds, _, reason in outcomes], "address_unknown"),
        household_person=household,
    )
    by_address = nw.when(nw.col("method") == "address").then(nw.col("household_address"))
    return linked.with_columns(
        household=nw.coalesce(nw.col("household_person"), by_address),
    ).select("domain", "household", "method", "reason", "provider", "active", "cost_cent")


def _with_candidates(records: Lazy, households: Households) -> Lazy:
    partners = households.persons.rename(
        {"person": "partner", "status": "status_partner", "household": "household_partner"}
    )
    standing = households.standing.group_by("address").agg(
        nw.len().alias("standing_here"), nw.col("household").min().alias("household_address")
    )
    return (
        records.join(households.persons.rename({"household": "household_bsn"}), on="person", how="left")
        .join(partners, on="partner", how="left")
        .join(standing, on="address", how="left")
        .join(households.standing_number, on="address_number", how="left")
    )


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
