"""Objections (AVG 21): who objected is left out of every source and of the frame, before anything is hashed."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.bsn import read_bsn
from pseudonymisation.source_delivery import SourceDelivery
from schemas.domains import OBJECTIONS
from schemas.errors import RefusedDelivery


@dataclass(frozen=True, eq=False, repr=False)
class Objections:
    """The BSNs of persons who objected, in memory for as long as a task reads its source."""

    numbers: "pa.Array[Any]"

    def objects(self, bsn: "pa.Array[Any]") -> "pa.Array[Any]":
        """Tells per row whether this person objected."""
        return pc.fill_null(pc.is_in(bsn, value_set=self.numbers, skip_nulls=True), False)

    @property
    def count(self) -> int:
        """Number of persons who objected."""
        return len(self.numbers)


def read_objections(delivery: SourceDelivery) -> Objections:
    """Reads the list of objections.

    Raises:
        RefusedDelivery: ``objection_unreadable``: an objection that cannot be read cannot be honoured, so nothing is
            processed; or the file breaks its contract.
    """
    numbers: list[pa.Array[Any]] = []
    unreadable = 0
    with delivery.opened() as reader:
        reader.header()
        for cells in reader.batches():
            read = read_bsn(cells["bsn"])
            unreadable += len(read.digits) - read.counts["valid"]
            numbers.append(read.digits.drop_null())
    if unreadable:
        raise RefusedDelivery(
            "objection_unreadable",
            f"{OBJECTIONS}: bsn: {unreadable} objection(s) without a valid BSN",
            "have the list corrected: nobody is processed until every objection can be honoured",
        )
    return Objections(pc.unique(pa.concat_arrays([pa.array([], pa.string()), *numbers])))
