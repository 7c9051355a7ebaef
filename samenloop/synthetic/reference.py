"""The published stacking figures that a synthetic municipality reproduces, as data.

Source: municipal action research, Zoetermeer 2018, with the national statistic on stacked provisions beside it:
households per 1,000 private households by exact combination of Jeugd, P-wet and Wmo in one half-year. The column
``register`` is the count by number of domains of the same year, which contradicts the others (docs/comparison.md).
A half-year of which nothing was published takes the figures of the nearest one of which something was.
"""

from typing import Final, Literal

from outputs.comparison.register_count import COMPOSITION, HOUSEHOLDS, PERIOD
from schemas.domains import COMBINATIONS
from schemas.period import HalfYear

Column = Literal["zoetermeer", "netherlands", "register"]

_COMBINED: Final = COMBINATIONS[1:]

#: Households per 1,000 by (column, period), in the order of the combinations after ``geen``.
_PER_1000: Final[dict[tuple[Column, HalfYear], tuple[int, ...]]] = {
    ("zoetermeer", HalfYear(2017, 2)): (41, 51, 75, 6, 3, 17, 3),
    ("zoetermeer", HalfYear(2018, 1)): (41, 48, 76, 5, 3, 18, 3),
    ("netherlands", HalfYear(2017, 2)): (28, 51, 87, 4, 2, 13, 1),
}


def known_periods(column: Column) -> tuple[HalfYear, ...]:
    """Gives the half-years of which figures of a column were published, in order."""
    if column == "register":
        return (PERIOD,)
    return tuple(sorted(period for name, period in _PER_1000 if name == column))


def nearest_period(column: Column, period: HalfYear) -> HalfYear:
    """Gives the half-year whose published figures hold for a period: its own or the nearest, of two the earlier."""
    return min(known_periods(column), key=lambda known: (abs(_half_years(known) - _half_years(period)), known))


def _half_years(period: HalfYear) -> int:
    return 2 * period.year + period.half


def per_1000(column: Column, period: HalfYear) -> dict[str, int]:
    """Gives the households per 1,000 of every combination, in or nearest to a period; ``geen`` is the rest.

    Raises:
        ValueError: the column was not published per 1,000.
    """
    counts = _PER_1000.get((column, nearest_period(column, period)))
    if counts is None:
        raise ValueError(f"column {column} has no figures per 1,000")
    return {COMBINATIONS[0]: 1000 - sum(counts), **dict(zip(_COMBINED, counts, strict=True))}


def household_counts(column: Column, period: HalfYear, households: int) -> tuple[int, ...]:
    """Gives the exact number of households per combination, in the order of ``COMBINATIONS``.

    Each combination is its rate per 1,000 times the households, halves up; ``geen`` is what remains. In the column
    ``register`` each is its part of the counted households.
    """
    if column == "register":
        combined = [_scaled(sum(COMPOSITION[name]), households) for name in _COMBINED]
        return (households - sum(combined), *combined)
    rates = per_1000(column, period)
    combined = [(households * rates[name] + 500) // 1000 for name in _COMBINED]
    return (households - sum(combined), *combined)


def debt_help_counts(column: Column, households: int) -> tuple[int, ...] | None:
    """Gives the exact number of households in debt help per combination, where the column knows it.

    None where it does not: then each household has a chance of its own.
    """
    if column != "register":
        return None
    counts = household_counts(column, PERIOD, households)
    wanted = (_scaled(COMPOSITION[name][1], households) for name in COMBINATIONS)
    return tuple(min(debts, count) for debts, count in zip(wanted, counts, strict=True))


def _scaled(count: int, households: int) -> int:
    return (2 * households * count + HOUSEHOLDS) // (2 * HOUSEHOLDS)
