"""A table as Parquet: typed, with the Dutch meaning of every column in the metadata of the file."""

from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import TABLE_CONTRACTS, ProtectedTable, TableContract

_TYPES: Final = {"string": pa.string(), "integer": pa.int64(), "decimal": pa.float64()}


def parquet_bytes(table: ProtectedTable) -> bytes:
    """Gives the file; a figure that is withheld is null.

    The same table gives the same bytes: nothing of the moment or the machine is in it.
    """
    schema = arrow_schema(TABLE_CONTRACTS[table.name])
    arrays = [pa.Array.from_pandas(table.frame[field.name], type=field.type) for field in schema]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), sink, compression="zstd", version="2.6")
    return bytes(sink.getvalue().to_pybytes())


def arrow_schema(contract: TableContract) -> pa.Schema:
    """Gives columns, types and descriptions; a key or status is never null.

    The descriptions are there twice: per field for Arrow, and under ``description.<column>`` for tools that know only
    the metadata of a file.
    """
    fields = [
        pa.field(
            column.name,
            _TYPES[column.datatype],
            nullable=column.kind == "figure",
            metadata={"description": column.description},
        )
        for column in contract.columns
    ]
    described = {f"description.{column.name}": column.description for column in contract.columns}
    return pa.schema(fields, metadata={"title": contract.title, **described})
