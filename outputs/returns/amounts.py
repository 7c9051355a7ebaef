"""Amounts are exact fractions of a cent until they are shown; then they are rounded once, halves away from zero."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import prod

Exact = int | Decimal | Fraction


def rounded(amount: Exact, unit: int = 1) -> int:
    """Gives the number of units nearest to an amount, halves away from zero: cents, or euros with ``unit`` 100."""
    exact = Fraction(amount) / unit
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole


def fraction_of(percent: Exact) -> Fraction:
    """Gives a percentage as a fraction of one."""
    return Fraction(percent) / 100


@dataclass(frozen=True)
class Interval:
    """A figure and the bounds between which it lies.

    Raises:
        ValueError: the point lies outside its bounds.
    """

    low: Fraction
    point: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if not self.low <= self.point <= self.high:
            raise ValueError("an interval holds its own point")

    @classmethod
    def of(cls, point: Exact, low: Exact | None = None, high: Exact | None = None) -> "Interval":
        """Gives an interval; one that is a single point where no bounds are given."""
        bounds = (point if low is None else low, point, point if high is None else high)
        return cls(*(Fraction(bound) for bound in bounds))

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.point + other.point, self.high + other.high)

    def __sub__(self, other: "Interval") -> "Interval":
        return Interval(self.low - other.high, self.point - other.point, self.high - other.low)

    def __mul__(self, other: "Interval") -> "Interval":
        corners = [mine * theirs for mine in (self.low, self.high) for theirs in (other.low, other.high)]
        return Interval(min(corners), self.point * other.point, max(corners))

    def share(self, part: Fraction) -> "Interval":
        """Gives a part of it."""
        return self * Interval.of(part)


def total(intervals: list[Interval]) -> Interval:
    """Gives the sum; nothing adds up to 0."""
    return sum(intervals, start=Interval.of(0))


def product(intervals: list[Interval]) -> Interval:
    """Gives the product; of nothing it is 1."""
    return prod(intervals, start=Interval.of(1))
