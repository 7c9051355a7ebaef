"""Names, birth dates and addresses of the rows of one source, in memory until their match tokens are made.

Tokens say how common a name is in its file, so they can only be made of the whole file at once.
"""

from typing import Any, Final

import pyarrow as pa

from pseudonymisation.keys import PseudonymKey
from pseudonymisation.match_tokens import READ_COLUMNS, match_tokens
from pseudonymisation.records import RawBatch
from schemas.pseudonymised import PSEUDONYM

_LATEST: Final = "datum_aanvang_adres"
_SCHEMA: Final = pa.schema({"id": PSEUDONYM, _LATEST: pa.string(), **dict.fromkeys(READ_COLUMNS, pa.string())})


class ReadableNames:
    """Collects who the rows are about, by pseudonym; collects nothing unless it is wanted.

    Args:
        wanted: whether the purpose links this source by name.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted
        self._batches: list[pa.RecordBatch] = []

    def __repr__(self) -> str:
        return "<readable names>"

    def add(self, ids: "pa.Array[Any]", batch: RawBatch) -> None:
        """Notes the readable cells of rows beside their pseudonyms; who has no pseudonym cannot be linked."""
        if self._wanted:
            columns = {name: ids if name == "id" else batch.column(name) for name in _SCHEMA.names}
            self._batches.append(pa.RecordBatch.from_pydict(columns, schema=_SCHEMA).filter(ids.is_valid()))

    def tokens(self, key: PseudonymKey) -> pa.Table:
        """Gives ``MATCH_TOKEN_SCHEMA`` of each pseudonym once, by its latest row, and forgets the rows."""
        rows = pa.Table.from_batches(self._batches, _SCHEMA)
        self._batches.clear()
        order = [("id", "ascending"), (_LATEST, "descending"), *((name, "ascending") for name in READ_COLUMNS)]
        ordered = rows.set_column(0, "id", rows["id"].cast(pa.binary())).sort_by(order)
        codes = ordered["id"].combine_chunks().dictionary_encode().indices.to_numpy()
        first = [True, *(codes[1:] != codes[:-1])][: len(codes)]
        once = ordered.filter(pa.array(first, pa.bool_()))
        return match_tokens(once.set_column(0, "id", once["id"].cast(PSEUDONYM)).drop_columns([_LATEST]), key)
