"""The data subjects of a source: every person whose BSN was read in it, each once, by an id that only the log has.

The id holds for one run and source only. With one id throughout, the log itself would tell how many sources, and which,
hold the same person: the very linkage that belongs under a purpose.
Source: Logboek Dataverwerkingen 0.8 (one record per data subject, encrypted id); AVG 15.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import PseudonymKey
from pseudonymisation.records import RawBatch
from schemas.data_subjects import DATA_SUBJECT_SCHEMA
from schemas.errors import RefusedByPurpose
from schemas.pseudonymised import PSEUDONYM


class DataSubjects:
    """Collects the persons of a source, batch by batch.

    Args:
        key: the key of the log.
        run: id of the run, part of every id.
        source: name of the source, part of every id.

    Raises:
        RefusedByPurpose: ``weak_key``: the key is of another kind, so the log would share ids with an artefact.
    """

    def __init__(self, key: PseudonymKey, run: str, source: str) -> None:
        if key.kind != "log_subject":
            raise RefusedByPurpose("weak_key", f"a {key.kind} key is no key of the log", "restore the keyring")
        self._key = key
        self._before = f"{run}\x1f{source}\x1f"
        self._seen: list[pa.Array[Any]] = [pa.array([], PSEUDONYM)]

    def add(self, batch: RawBatch) -> None:
        """Notes everybody whom the rows are about, partners included. Who objected must be out of them by now."""
        self._seen.extend(self.ids(column) for column in (batch.bsn, batch.partner))

    def ids(self, bsn: "pa.Array[Any]") -> "pa.Array[Any]":
        """Gives the distinct ids of a column of nine-digit BSNs, without the missing ones."""
        distinct = pc.unique(bsn.drop_null())
        return pseudonyms(pc.binary_join_element_wise(self._before, distinct, ""), self._key)

    def table(self) -> pa.Table:
        """Gives ``DATA_SUBJECT_SCHEMA``: each person once, in the order of the ids."""
        distinct = pc.unique(pa.concat_arrays(self._seen).cast(pa.binary()))
        ordered = distinct.take(pc.array_sort_indices(distinct)).cast(PSEUDONYM)
        return pa.table([ordered], schema=DATA_SUBJECT_SCHEMA)
