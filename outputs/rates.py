"""Rounding, in integers: no figure depends on how a machine rounds floats."""

from typing import TypeVar

from outputs.regions import Figures

Number = TypeVar("Number", int, Figures)


def rate(parts: Figures, wholes: Figures, per: int) -> Figures:
    """Gives ``per`` x parts / wholes as whole numbers, halves up; 0 where the whole is 0."""
    wanted = wholes > 0
    safe = wholes * wanted + ~wanted
    result: Figures = (2 * per * parts + safe) // (2 * safe) * wanted
    return result


def euros(cents: Figures, unit_eur: int) -> Figures:
    """Gives euros in multiples of ``unit_eur`` from cents, halves away from zero."""
    unit = 100 * unit_eur
    sign = (cents > 0).astype("int64") - (cents < 0)
    result: Figures = sign * ((2 * abs(cents) + unit) // (2 * unit)) * unit_eur
    return result


def to_tens(rows: Number) -> Number:
    """Gives numbers of rows in tens, halves up, so that a handful of rows does not tell of one household."""
    rounded: Number = (rows + 5) // 10 * 10
    return rounded
