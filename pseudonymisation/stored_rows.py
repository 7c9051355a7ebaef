"""The last thing that is done to pseudonymised rows before they are stored: nothing of the delivery's own order stays.

Row by row in the order of the file, the artefacts of two purposes on one delivery could be laid side by side.
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_DATE: Final = "since_days"


def without_traces_of_order(rows: pa.Table, *, keep_dates: bool = False) -> pa.Table:
    """Gives the same rows in the order of their pseudonyms, without dates that no rule needs.

    Args:
        rows: of one source.
        keep_dates: a rule compares when the persons of one dwelling moved in.
    """
    if _DATE in rows.column_names and not keep_dates:
        rows = _without_needless_dates(rows)
    pseudonyms = [field.name for field in rows.schema if pa.types.is_fixed_size_binary(field.type)]
    as_binary = pa.table({name: rows[name].cast(pa.binary()) for name in pseudonyms})
    order = pc.sort_indices(as_binary, sort_keys=[(name, "ascending") for name in pseudonyms])
    return rows.take(order).combine_chunks()


def _without_needless_dates(frame: pa.Table) -> pa.Table:
    """The date of an address orders the rows of one person; who has one row needs none."""
    counts = pc.value_counts(frame["person"].combine_chunks())
    several = counts.field("values").filter(pc.greater(counts.field("counts"), 1)).drop_null()
    needed = pc.is_in(frame["person"], value_set=several)
    dates = pc.if_else(needed, frame[_DATE], pa.scalar(None, frame.schema.field(_DATE).type))
    return frame.set_column(frame.schema.get_field_index(_DATE), frame.schema.field(_DATE), dates)
