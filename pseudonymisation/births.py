"""Birth dates of records: what they become before anything is stored.

Source: Logisch Ontwerp BRP: unknown month and day are zeros; the age then counts from 1 July or the first.
"""

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import PseudonymKey
from pseudonymisation.names import read_dates


def ages(cells: "pa.Array[Any]", reference: "date | pa.Array[Any]") -> "pa.Array[Any]":
    """Gives whole years on the reference date (int16): negative for who is born later, null where unknown.

    Args:
        cells: birth dates as delivered.
        reference: one date for all, or a date (``date32``) for each.
    """
    parts = read_dates(cells)
    year = parts.year.cast(pa.int32())
    month = pc.fill_null(parts.month.cast(pa.int32()), 7)
    day = pc.fill_null(parts.day.cast(pa.int32()), 1)
    born = pc.add(pc.multiply(year, 10_000), pc.add(pc.multiply(month, 100), day))
    on = pa.scalar(reference, pa.date32()) if isinstance(reference, date) else reference
    today = pc.add(pc.multiply(pc.year(on), 10_000), pc.add(pc.multiply(pc.month(on), 100), pc.day(on)))
    # Nearest below: who is born the day after has -1 year, not 0.
    return pc.floor(pc.divide(pc.cast(pc.subtract(today, born), pa.float64()), 10_000)).cast(pa.int16())


def birth_at(cells: "pa.Array[Any]", address: "pa.Array[Any]", key: PseudonymKey) -> "pa.Array[Any]":
    """Gives pseudonyms of a whole birth date and a whole address together; null where a part is unknown."""
    parts = read_dates(cells)
    whole = pc.binary_join_element_wise(parts.year, parts.month, parts.day, address, "\x1f")
    return pseudonyms(whole, key)
