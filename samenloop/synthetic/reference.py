"""The published stacking figures that a synthetic municipality reproduces, as data.

Source: municipal action research, Zoetermeer 2018, with the national statistic on stacked provisions beside it:
households per 1,000 private households by exact combination of Jeugd, P-wet and Wmo in one half-year.
"""

from typing import Final, Literal

from schemas.domains import COMBINATIONS
from schemas.period import HalfYear

Column = Literal["zoetermeer", "netherlands"]

_COMBINED: Final = COMBINATIONS[1:]

#: Households per 1,000 by (column, period), in the order of the combinations after ``geen``.
_PER_1000: Final[dict[tuple[Column, HalfYear], tuple[int, ...]]] = {
    ("zoetermeer", HalfYear(2017, 2)): (41, 51, 75, 6, 3, 17, 3),
    ("zoetermeer", HalfYear(2018, 1)): (41, 48, 76, 5, 3, 18, 3),
    ("netherlands", HalfYear(2017, 2)): (28, 51, 87, 4, 2, 13, 1),
}


def known_periods(column: Column) -> tuple[HalfYear, ...]:
    """Gives the half-years for which a column has figures, in order."""
    return tuple(sorted(period for name, period in _PER_1000 if name == column))


def per_1000(column: Column, period: HalfYear) -> dict[str, int]:
    """Gives the households per 1,000 of every combination; ``geen`` is the rest.

    Raises:
        ValueError: the reference has no figures for this column and period.
    """
    counts = _PER_1000.get((column, period))
    if counts is None:
        raise ValueError(f"no reference figures for column {column} in {period}")
    return {COMBINATIONS[0]: 1000 - sum(counts), **dict(zip(_COMBINED, counts, strict=True))}


def household_counts(column: Column, period: HalfYear, households: int) -> tuple[int, ...]:
    """Gives the exact number of households per combination, in the order of ``COMBINATIONS``.

    Each combination is its rate per 1,000 times the households, halves up; ``geen`` is what remains.

    Raises:
        ValueError: the reference has no figures for this column and period.
    """
    rates = per_1000(column, period)
    combined = [(households * rates[name] + 500) // 1000 for name in _COMBINED]
    return (households - sum(combined), *combined)
