"""One place where a lazy frame is computed in between, so that what several steps read is computed once."""

from typing import Any

import narwhals as nw
import pyarrow as pa

Lazy = nw.LazyFrame[Any]


def materialise(frame: Lazy) -> Lazy:
    """Gives the same rows, computed once, on the engine that the frame came from."""
    return frame.collect("pyarrow").lazy(backend=frame.implementation)


def as_arrow(frame: Lazy, schema: pa.Schema) -> pa.Table:
    """Gives the rows of a frame as an Arrow table of exactly this schema."""
    table: pa.Table = frame.select(schema.names).collect("pyarrow").to_native()
    return table.cast(schema).combine_chunks()
