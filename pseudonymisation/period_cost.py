"""What a record means for one half-year: whether it is active in it, and which part of its amount belongs to it."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.period import HalfYear

Days = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

_OPEN_END: Final = np.int64(2**40)


def days(dates: "pa.Array[Any]", missing: np.int64 = _OPEN_END) -> Days:
    """Gives dates as days since 1970, ``missing`` where null."""
    numbers: Days = dates.cast(pa.int32()).cast(pa.int64()).fill_null(int(missing)).to_numpy(zero_copy_only=False)
    return numbers


def active(begin: Days, end: Days, period: HalfYear) -> Flags:
    """Tells which spans (both ends inclusive) touch any day of the period."""
    first, last = _bounds(period)
    touches: Flags = (begin <= last) & (end >= first)
    return touches


def cost_in_period(amount: Days, begin: Days, end: Days, period: HalfYear) -> Days:
    """Gives the euro cents of each amount that fall in the period, by days, halves rounded away from zero.

    Away from zero, so that a credit cancels its debit to the cent. Integers throughout: no output depends on floats.
    """
    first, last = _bounds(period)
    inside = np.clip(np.minimum(end, last) - np.maximum(begin, first) + 1, 0, None)
    whole = end - begin + 1
    rounded: Days = np.sign(amount) * ((2 * np.abs(amount) * inside + whole) // (2 * whole))
    return rounded


def amounts(cells: "pa.Array[Any]") -> Days:
    """Gives whole euro cents of a text column, 0 where missing."""
    numbers: Days = pc.fill_null(cells.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return numbers


def _bounds(period: HalfYear) -> tuple[int, int]:
    epoch = np.datetime64("1970-01-01")
    return int((np.datetime64(period.first_day) - epoch).astype(int)), int(
        (np.datetime64(period.last_day) - epoch).astype(int)
    )
