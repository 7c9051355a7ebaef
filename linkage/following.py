"""Following households from one period to the next, by the persons that they share.

Only under a purpose whose pseudonyms hold from period to period. The rules:
1. a household **continues** the former household with which it shares most persons; between equals the choice is
   arbitrary but fixed;
2. **split**: each of several households with persons of one former household continues it, if by rule 1 it is theirs;
3. **merged**: a household with persons of several former ones continues one of them; the others are **absorbed**;
4. a household of which nobody was in a former one is **new**; a former one of which nobody is in any is **ended**.
Households without a single identified person cannot be followed; they are **unknown**, in both periods.
Source: Duncan and Hill (1985) and Ellwood and Hollander (2001) on defining longitudinal households.
"""

from dataclasses import dataclass

import narwhals as nw
import pyarrow as pa

from linkage.materialise import Lazy, as_arrow, materialise
from schemas.households import FOLLOWED_SCHEMA


@dataclass(frozen=True, eq=False)
class Followed:
    """Which former household each household continues.

    Attributes:
        table: ``FOLLOWED_SCHEMA``: every household, and every former one that no household continues.
        counts: households by what became of them: continued, new, unknown (together all households); split, absorbed,
            ended, former_unknown (of former ones); merged (of those that continued).
    """

    table: pa.Table
    counts: dict[str, int]


@dataclass(frozen=True, eq=False)
class Period:
    """The households of a period: ``HOUSEHOLD_SCHEMA``, and who belongs to them: ``MEMBER_SCHEMA``."""

    households: Lazy
    members: Lazy


def follow(later: Period, former: Period) -> Followed:
    """Follows households from the former period to the later one."""
    earlier = former.members.select("person", nw.col("household").alias("former"))
    joined = later.members.join(earlier, on="person", how="inner")
    shared = materialise(joined.group_by("household", "former").agg(nw.len().alias("shared")))
    order = nw.col("fewest").cum_count().over("household", order_by=["fewest", "former"])
    ranked = shared.with_columns(fewest=-nw.col("shared").cast(nw.Int64)).with_columns(place=order)
    chosen = materialise(ranked.filter(nw.col("place") == 1).select("household", "former"))
    now = _all(later, "household").join(chosen, on="household", how="left")
    continued = chosen.select("former").unique().with_columns(is_continued=nw.lit(True))
    met = shared.select("former").unique().with_columns(is_met=nw.lit(True))
    then = _all(former, "former").join(continued, on="former", how="left").join(met, on="former", how="left")
    fate = materialise(
        nw.concat([_fate_of_later(now), _fate_of_former(then)], how="vertical").sort("household", "former")
    )
    return Followed(as_arrow(fate, FOLLOWED_SCHEMA), _counts(fate, shared, chosen))


def _all(period: Period, name: str) -> Lazy:
    """Every household of a period, and whether anybody in it is identified."""
    known = period.members.select("household").unique().with_columns(is_known=nw.lit(True))
    joined = period.households.select("household").join(known, on="household", how="left")
    return joined.select(nw.col("household").alias(name), nw.col("is_known").fill_null(False))


def _fate_of_later(now: Lazy) -> Lazy:
    fate = (
        nw.when(~nw.col("former").is_null())
        .then(nw.lit("continued"))
        .otherwise(nw.when(nw.col("is_known")).then(nw.lit("new")).otherwise(nw.lit("unknown")))
    )
    return now.with_columns(fate=fate).select("household", "former", "fate")


def _fate_of_former(then: Lazy) -> Lazy:
    left = then.filter(nw.col("is_continued").is_null())
    met = nw.when(~nw.col("is_met").is_null()).then(nw.lit("absorbed")).otherwise(nw.lit("ended"))
    fate = nw.when(nw.col("is_known")).then(met).otherwise(nw.lit("former_unknown"))
    nobody = nw.when(nw.lit(False)).then(nw.col("former"))
    return left.with_columns(fate=fate, household=nobody).select("household", "former", "fate")


def _counts(fate: Lazy, shared: Lazy, chosen: Lazy) -> dict[str, int]:
    fates = ("continued", "new", "unknown", "absorbed", "ended", "former_unknown")
    per_fate = fate.group_by("fate").agg(nw.len().alias("households")).collect("pyarrow")
    counts = dict.fromkeys(fates, 0) | {str(name): int(number) for name, number in per_fate.iter_rows()}
    return counts | {"split": _repeated(chosen, "former"), "merged": _repeated(shared, "household")}


def _repeated(pairs: Lazy, column: str) -> int:
    repeated = pairs.group_by(column).agg(nw.len().alias("times")).filter(nw.col("times") > 1)
    return int(repeated.select(nw.len()).collect("pyarrow").item())
