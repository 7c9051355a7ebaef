"""A batch of raw rows whose identifiers have been read: the last form in which they are readable."""

from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.address import ADDRESS_COLUMNS, AddressColumn, read_address
from pseudonymisation.bsn import read_bsn

_PERSON_COLUMN: Final = {"rmc": "nummer"}
_DWELLING: Final = r"^[0-9]{16}$"


@dataclass(frozen=True, eq=False, repr=False)
class RawBatch:
    """Rows of one source. Never stored, never shown.

    Attributes:
        source: name of the source.
        cells: used columns as trimmed text, null where empty.
        bsn: nine digits where valid, else null.
        partner: the same of the partner on one benefit.
        address: the address as read.
        dwelling: the BAG id of the address (nummeraanduiding) where it has sixteen digits, else null.
        bsn_outcomes: cells per outcome of reading the BSN.
        test_numbers: number of BSNs in the official test range.
        numbers: which row of the source each is, from 1.
    """

    source: str
    cells: "dict[str, pa.Array[Any]]"
    bsn: "pa.Array[Any]"
    partner: "pa.Array[Any]"
    address: AddressColumn
    dwelling: "pa.Array[Any]"
    bsn_outcomes: dict[str, int]
    test_numbers: int
    numbers: "pa.Array[Any]"

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.bsn)

    def filter(self, keep: "pa.Array[Any]") -> "RawBatch":
        """Gives the rows where ``keep`` is true."""
        address = self.address
        return replace(
            self,
            cells={name: column.filter(keep) for name, column in self.cells.items()},
            bsn=self.bsn.filter(keep),
            partner=self.partner.filter(keep),
            address=AddressColumn(address.full.filter(keep), address.number.filter(keep), address.bare.filter(keep)),
            dwelling=self.dwelling.filter(keep),
            numbers=self.numbers.filter(keep),
        )

    def without_partner(self, objected: "pa.Array[Any]") -> "RawBatch":
        """Gives the same rows with the partner removed where ``objected`` is true."""
        return replace(self, partner=pc.if_else(objected, pa.scalar(None, pa.string()), self.partner))

    def column(self, name: str) -> "pa.Array[Any]":
        """Gives a used column, all null when the purpose does not use it."""
        return self.cells.get(name, pa.nulls(self.rows, pa.string()))


def read_identifiers(source: str, cells: "dict[str, pa.Array[Any]]", before: int = 0) -> RawBatch:
    """Reads BSN, partner, address and dwelling of a batch of trimmed text cells, with so many rows ``before`` it."""
    rows = len(next(iter(cells.values())))
    nothing = pa.nulls(rows, pa.string())
    person = cells.get(_PERSON_COLUMN.get(source, "bsn"), nothing)
    if "soort_nummer" in cells:
        person = pc.if_else(pc.equal(cells["soort_nummer"], "BSN"), person, pa.scalar(None, pa.string()))
    bsn, partner = read_bsn(person), read_bsn(cells.get("bsn_partner", nothing))
    dwelling = cells.get("nummeraanduiding_id", nothing)
    return RawBatch(
        source=source,
        cells=cells,
        bsn=bsn.digits,
        partner=partner.digits,
        address=read_address({name: cells.get(name, nothing) for name in ADDRESS_COLUMNS}),
        dwelling=pc.if_else(pc.match_substring_regex(dwelling, _DWELLING), dwelling, pa.scalar(None, pa.string())),
        bsn_outcomes=bsn.counts,
        test_numbers=bsn.in_test_range + partner.in_test_range,
        numbers=pa.array(range(before + 1, before + rows + 1), pa.int64()),
    )
