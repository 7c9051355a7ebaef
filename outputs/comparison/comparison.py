"""Ours beside a reference: the difference, and how far rounding alone can carry it either way.

Only published figures go in, so nothing comes out that was not published. All arithmetic is exact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

import pandas as pd

from outputs.comparison.references import COMBINED, References
from schemas.domains import TOTAL
from schemas.period import HalfYear
from schemas.tables import CONFIDENTIAL, PUBLISHED, TABLE_CONTRACTS, typed

#: Rows that are sums of combinations: households that use one law or more, and two or more.
SUMS: Final[dict[str, tuple[str, ...]]] = {
    "een of meer": COMBINED,
    "twee of meer": tuple(name for name in COMBINED if "+" in name),
}
_PARTS: Final[dict[str, tuple[str, ...]]] = {**{name: (name,) for name in COMBINED}, **SUMS}
_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True)
class Ours:
    """A published count, and the households that it is a part of.

    Attributes:
        count: households, as published.
        total: all households of the region, as published.
        count_within: largest error of the count.
        total_within: largest error of the total; 0 where it is known exactly.

    Raises:
        ValueError: a count or an error is negative, or there are no households.
    """

    count: int
    total: int
    count_within: int
    total_within: int

    def __post_init__(self) -> None:
        if min(self.count, self.count_within, self.total_within) < 0 or self.total <= 0:
            raise ValueError("a comparison needs counts of households and errors that are not negative")

    @property
    def per_1000(self) -> int:
        """The rate as the tables publish it: whole, halves up."""
        return floor(Fraction(1000 * self.count, self.total) + _HALF)

    @property
    def lowest(self) -> Fraction:
        """Least true rate per 1,000 that is published as this."""
        return Fraction(1000 * max(self.count - self.count_within, 0), self.total + self.total_within)

    @property
    def highest(self) -> Fraction:
        """Largest true rate per 1,000 that is published as this."""
        least = self.total - self.total_within
        most = self.count + self.count_within
        return Fraction(1000 * most, least) if most < least else Fraction(1000)


def difference_within(ours: Ours, reference: int, parts: int = 1) -> tuple[Fraction, Fraction]:
    """Gives the bounds of the true difference per 1,000, outward to one decimal.

    Args:
        ours: our published count.
        reference: sum of ``parts`` rates, each of which was rounded to a whole number.
        parts: how many.
    """
    off = parts * _HALF
    low, high = ours.lowest - (reference + off), ours.highest - (reference - off)
    return Fraction(floor(10 * low), 10), Fraction(ceil(10 * high), 10)


def comparison_frame(
    stacking: pd.DataFrame, within: int, references: References, period: HalfYear, total_within: int | None = None
) -> pd.DataFrame:
    """Gives the table ``comparison``: the municipality beside every area of the reference table.

    An area is compared on its figures of the same half-year, or else of the nearest earlier one; ``reference_period``
    says which. An area with later figures only has no rows.

    Args:
        stacking: the published table; rows of wijken and buurten are passed over.
        within: stated largest error of its counts, in households.
        references: what to compare with.
        period: of the publication.
        total_within: the same of the total; 0 where the number of households is known exactly; default ``within``.

    Returns:
        A row per area and combination, in the order of the references and of the tables; then the two sums of
        combinations. Without references, or without the municipality in the table: no rows.
    """
    own = stacking[stacking["region"].str.startswith("GM") & (stacking["period"] == str(period))]
    rows = [
        row
        for region, cells in own.groupby("region", sort=True)
        for row in _region_rows(str(region), _published(cells), (within, total_within), references, period)
    ]
    return typed("comparison", pd.DataFrame(rows, columns=TABLE_CONTRACTS["comparison"].names))


def comparison_notes(frame: pd.DataFrame) -> tuple[str, ...]:
    """Gives a sentence for each area whose figures are of an earlier half-year than ours."""
    pairs = frame[["area", "period", "reference_period"]].drop_duplicates()
    return tuple(
        f"Van {row.area} is het laatste bekende half jaar {row.reference_period}; het staat hier naast {row.period}."
        for row in pairs.itertuples()
        if row.period != row.reference_period
    )


def _published(cells: pd.DataFrame) -> dict[str, int]:
    """Gives combination -> households of what is published; nothing else is known here."""
    shown = cells[cells["status"] == PUBLISHED]
    return {str(name): int(count) for name, count in zip(shown["combination"], shown["households"], strict=True)}


def _region_rows(
    region: str,
    counts: Mapping[str, int],
    within: tuple[int, int | None],
    references: References,
    period: HalfYear,
) -> Iterator[dict[str, object]]:
    for area in references.areas:
        known = references.known_by(area, period)
        if known is None:
            continue
        of, rates = known
        for name, parts in _PARTS.items():
            if any(part not in rates for part in parts):
                continue
            keys = {"period": str(period), "region": region, "combination": name, "area": area}
            figures = _figures(counts, parts, within, sum(rates[part] for part in parts))
            yield {**keys, "reference_period": str(of), **figures}


def _figures(
    counts: Mapping[str, int], parts: Sequence[str], within: tuple[int, int | None], reference: int
) -> dict[str, object]:
    """Gives the figures of a row; none of them where one of ours is confidential."""
    if any(name not in counts for name in (*parts, TOTAL)) or counts[TOTAL] == 0:
        return {**dict.fromkeys(TABLE_CONTRACTS["comparison"].figures), "status": CONFIDENTIAL}
    of_count, of_total = within
    total_within = of_count if of_total is None else of_total
    ours = Ours(sum(counts[part] for part in parts), counts[TOTAL], len(parts) * of_count, total_within)
    low, high = difference_within(ours, reference, len(parts))
    return {
        "per_1000": ours.per_1000,
        "reference_per_1000": reference,
        "difference": float(ours.per_1000 - reference),
        "difference_low": float(low),
        "difference_high": float(high),
        "status": PUBLISHED,
    }
