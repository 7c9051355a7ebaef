"""What effects are measured on: households that were followed, as they were in the half-year before and as they are.

Only under a purpose whose pseudonyms hold from period to period. The rules, beside those of ``linkage.following``:
1. a former household is observed once: of the parts of one that split the part with most of its persons, between equals
   the one with the lowest number; what it used and cost before is that of the whole;
2. a household that merged is observed as the one that it continues; what the absorbed ones used before is not in it;
3. it is in the approach when it has a record of it: ``treated`` in this half-year, ``treated_before`` in the former.
Source: docs/effects.md, "From a run to the table".
"""

from dataclasses import dataclass
from typing import Final

import narwhals as nw
import pyarrow as pa

from linkage.materialise import Lazy, as_arrow
from schemas.domains import APPROACH, DIMENSION_DOMAINS
from schemas.households import OBSERVED_SCHEMA
from schemas.record_kinds import IN_APPROACH

_CONTINUED: Final = "continued"
#: Of a household without a record none.
_FIGURES: Final = ("domains_before", "domains_after", "cost_before_cent", "cost_after_cent")


@dataclass(frozen=True, eq=False)
class Seen:
    """The households of a half-year.

    Attributes:
        households: ``HOUSEHOLD_SCHEMA``.
        use: ``USE_SCHEMA``.
        members: ``MEMBER_SCHEMA``.
        traits: ``TRAIT_SCHEMA``; None when it is not known who was in the approach.
        observed: ``OBSERVED_SCHEMA`` of that half-year; None when nothing was observed in it.
    """

    households: Lazy
    use: Lazy
    members: Lazy
    traits: Lazy | None = None
    observed: Lazy | None = None


def observed(now: Seen, before: Seen, followed: Lazy) -> pa.Table:
    """Gives ``OBSERVED_SCHEMA``: one row per former household that goes on, whether or not it uses anything.

    Args:
        now: this half-year.
        before: the half-year before.
        followed: ``FOLLOWED_SCHEMA``: which former household each household continues.
    """
    size = before.households.select(nw.col("household").alias("former"), "buurt", "persons")
    rows = (
        _pairs(now, before, followed)
        .join(size, on="former", how="inner")
        .join(_used(before, "before").rename({"household": "former"}), on="former", how="left")
        .join(_used(now, "after"), on="household", how="left")
        .join(_approach(now, "treated"), on="household", how="left")
        .join(_approach(before, "treated_before").rename({"household": "former"}), on="former", how="left")
        .join(_earlier(before), on="former", how="left")
    )
    known = ["treated"] if before.traits is None else ["treated", "treated_before"]
    filled = rows.with_columns(nw.col(known).fill_null(False), nw.col(_FIGURES).fill_null(0))
    return as_arrow(filled.sort("household"), OBSERVED_SCHEMA)


def _pairs(now: Seen, before: Seen, followed: Lazy) -> Lazy:
    """Household and the former one that it continues; of the parts of one former household one alone."""
    then = before.members.select("person", nw.col("household").alias("former"))
    shared = (
        now.members.join(then, on="person", how="inner").group_by("household", "former").agg(nw.len().alias("both"))
    )
    continued = followed.filter(nw.col("fate") == _CONTINUED).select("household", "former")
    parts = continued.join(shared, on=["household", "former"], how="inner")
    place = nw.col("fewest").cum_count().over("former", order_by=["fewest", "household"])
    ranked = parts.with_columns(fewest=-nw.col("both").cast(nw.Int64)).with_columns(place=place)
    return ranked.filter(nw.col("place") == 1).select("household", "former")


def _used(seen: Seen, when: str) -> Lazy:
    counts = nw.col("active") & nw.col("domain").is_in(DIMENSION_DOMAINS)
    summed = seen.use.with_columns(one=counts.cast(nw.Int64)).group_by("household")
    return summed.agg(
        nw.col("one").sum().cast(nw.Int64).alias(f"domains_{when}"),
        nw.col("cost_cent").sum().cast(nw.Int64).alias(f"cost_{when}_cent"),
    )


def _approach(seen: Seen, name: str) -> Lazy:
    if seen.traits is None:
        return seen.households.select("household", nw.lit(None, dtype=nw.Boolean).alias(name))
    listed = seen.traits.filter(nw.col("domain") == APPROACH, nw.col("kind") == IN_APPROACH)
    return listed.select("household").unique().with_columns(nw.lit(True).alias(name))


def _earlier(before: Seen) -> Lazy:
    """What the half-year before observed of the one before it."""
    if before.observed is None:
        unknown = (nw.lit(None, dtype=nw.Int64).alias(name) for name in ("domains_earlier", "cost_earlier_cent"))
        return before.households.select(nw.col("household").alias("former"), *unknown)
    return before.observed.select(
        nw.col("household").alias("former"),
        nw.col("domains_before").alias("domains_earlier"),
        nw.col("cost_before_cent").alias("cost_earlier_cent"),
    )
