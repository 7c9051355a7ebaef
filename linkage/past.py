"""The past of households: what each used in the half-years before, as far back as it could be followed.

Only under a purpose whose pseudonyms hold from period to period. The rules, beside those of ``linkage.following``:
1. **in use**: a household has an active record in one of the domains that make up the dimensions;
2. a household that continues a former one takes over its past, one half-year further back; so does each part of a
   household that split, and a household that merged has the past of the one that it continues;
3. every other household, and every household after a half-year without a run, starts anew with this half-year.
Source: docs/definitions.md, "Households over time".
"""

from dataclasses import dataclass
from typing import Final

import narwhals as nw
import pyarrow as pa

from linkage.materialise import Lazy, as_arrow
from schemas.domains import DIMENSION_DOMAINS
from schemas.households import PAST_HALF_YEARS, PAST_SCHEMA

_BESIDE_FATE: Final = ("household", "buurt", "before", "known", "used")


@dataclass(frozen=True, eq=False)
class InUse:
    """The households of a period: ``HOUSEHOLD_SCHEMA``, and what they use: ``USE_SCHEMA``."""

    households: Lazy
    use: Lazy


@dataclass(frozen=True, eq=False)
class Before:
    """The half-year before.

    Attributes:
        in_use: its households and what they used.
        past: their past as of then, ``PAST_SCHEMA``.
        followed: which of them each household continues and what became of the others, ``FOLLOWED_SCHEMA``.
    """

    in_use: InUse
    past: Lazy
    followed: Lazy


def past_of(now: InUse, before: Before | None) -> pa.Table:
    """Gives ``PAST_SCHEMA``: every household, and every former one that no household continues.

    Args:
        now: the households of this half-year.
        before: the half-year before; None when there is nothing to follow from.
    """
    present = _domains(now)
    rows = _first(present) if before is None else _followed(present, before)
    # By every column: the numbers of former households that are left mean nothing in this half-year.
    order = ("household", "buurt", "fate", "before", "known", "used")
    return as_arrow(rows.sort(*order, nulls_last=True), PAST_SCHEMA)


def _domains(period: InUse) -> Lazy:
    """Every household with ``domains``: bit i is set when it uses the i-th of ``DIMENSION_DOMAINS``."""
    active = period.use.filter(nw.col("active"))
    bits = nw.sum_horizontal(
        *((nw.col("domain") == name).cast(nw.Int64) * 2**place for place, name in enumerate(DIMENSION_DOMAINS))
    )
    used = active.with_columns(bit=bits).group_by("household").agg(nw.col("bit").sum().cast(nw.Int64).alias("domains"))
    joined = period.households.select("household", "buurt").join(used, on="household", how="left")
    return joined.with_columns(nw.col("domains").fill_null(0))


def _first(present: Lazy) -> Lazy:
    nothing = nw.when(nw.lit(False)).then(nw.col("domains"))
    own = present.with_columns(fate=nw.lit("first"), before=nothing, known=nw.lit(1), used=_now())
    return own.select(*_BESIDE_FATE, "fate")


def _now() -> nw.Expr:
    """The lowest bit of ``used``: something is in use in this half-year."""
    return (nw.col("domains") > 0).cast(nw.Int64)


def _followed(present: Lazy, before: Before) -> Lazy:
    past = before.past.select(nw.col("household").alias("former"), "known", "used")
    domains = nw.col("domains").alias("before")
    then = _domains(before.in_use).select(nw.col("household").alias("former"), nw.col("buurt").alias("left"), domains)
    then = then.join(past, on="former", how="inner").with_columns(nw.col("known", "used").cast(nw.Int64))
    fates = before.followed.select("household", "former", "fate").join(then, on="former", how="left")
    return nw.concat([_here(fates, present), _left(fates)], how="vertical")


def _here(fates: Lazy, present: Lazy) -> Lazy:
    """Households of this half-year: their own past, one half-year further back, and this half-year before it."""
    joined = fates.filter(~nw.col("household").is_null()).join(present, on="household", how="inner")
    known = nw.min_horizontal(nw.col("known").fill_null(0) + 1, nw.lit(PAST_HALF_YEARS))
    used = (nw.col("used").fill_null(0) * 2 + _now()) % 2**PAST_HALF_YEARS
    return joined.with_columns(known=known, used=used).select(*_BESIDE_FATE, "fate")


def _left(fates: Lazy) -> Lazy:
    """Former households that no household continues, as they were."""
    gone = fates.filter(nw.col("household").is_null())
    return gone.with_columns(buurt=nw.col("left")).select(*_BESIDE_FATE, "fate")
