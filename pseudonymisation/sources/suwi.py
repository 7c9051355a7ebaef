"""Benefits of the P-wet as SuwiML Bijstandsregelingen v0500 delivers them: XML, client by client.

A benefit has a row per period in which something was paid, or one row without cost. Both partners of a couple use the
benefit, yet it is one. Claims (Vordering), fines, applications and incomes are passed over unread.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.bsn import read_bsn
from pseudonymisation.sources.source_reader import BATCH_ROWS, Cells, OpenedFile
from pseudonymisation.sources.suwi_client import ROOT, SCHEMES, SPECIAL_ASSISTANCE, benefits, plan_of
from pseudonymisation.sources.suwi_xml import Node, XmlRecords
from schemas.errors import RefusedDelivery
from schemas.purpose import SourceGround
from schemas.source_formats import SuwiFormat

OTHER_SCHEME: Final = "excluded:other_scheme"
SPECIAL: Final = "excluded:special_assistance"
PARTNER_REPEAT: Final = "excluded:partner_repeat"


@dataclass
class SuwiBenefits:
    """The benefits of a source.

    ``rows`` of the manifest are periods of benefits, benefits without a period, and grants of special assistance:
    whatever is in a row, or is excluded and counted.

    Rows of benefits with a partner are kept, columnar, until all is read: only then is it known whether the partner
    was delivered as well, with the same period of the same benefit. Of the two the one of the
    lower BSN stays, in whatever order they came.

    Attributes:
        source: name of the source.
        files: its opened files.
        ground: the columns that the purpose uses.
        form: the codes that are a provision.
        counts: ``excluded:other_scheme``, ``excluded:special_assistance`` and ``excluded:partner_repeat``.
    """

    source: str
    files: Sequence[OpenedFile]
    ground: SourceGround
    form: SuwiFormat
    counts: Counter[str] = field(default_factory=Counter, init=False)

    def header(self) -> tuple[str, ...]:
        """Gives the columns used; the standard has them all."""
        return self.ground.columns

    def batches(self) -> Iterator[Cells]:
        """Yields the used columns in batches.

        Raises:
            RefusedDelivery: ``forbidden_dtd``, ``wrong_encoding``, ``wrong_message``, ``wrong_structure``,
                ``duplicate_element`` or ``unreadable``; ``wrong_row_count`` once a file has been read.
        """
        alone, couples = _Rows(self.ground.columns), _Rows(self.ground.columns)
        held: list[pa.Table] = []
        for row in self._rows():
            (couples if row["bsn_partner"] else alone).add(row)
            if len(alone) >= BATCH_ROWS:
                yield _cells(alone.table())
            if len(couples) >= BATCH_ROWS:
                held.append(couples.table())
        once = self._each_benefit_once(pa.concat_tables([*held, couples.table()]))
        rest = pa.concat_tables([alone.table(), once])
        for first in range(0, rest.num_rows, BATCH_ROWS):
            yield _cells(rest.slice(first, BATCH_ROWS))

    def _rows(self) -> Iterator[dict[str, str | None]]:
        declared = {code.upper() for code in self.form.regelingen}
        for opened in self.files:
            lines = 0
            for _, client in XmlRecords(opened.file, self.source, ROOT, plan_of(self.ground.columns)):
                lines += self._note_special_assistance(client)
                for code, rows in benefits(client, self.source):
                    lines += len(rows)
                    if code is not None and code.upper() not in declared:
                        self.counts[OTHER_SCHEME] += len(rows)
                        continue
                    scheme = None if code is None else SCHEMES.get(code.upper(), SCHEMES["PW"])
                    yield from ({**row, "regeling": scheme} for row in rows)
            if lines != opened.rows:
                what = f"{lines} rows (periods of benefits) were read, the manifest says {opened.rows}"
                raise RefusedDelivery("wrong_row_count", f"{self.source}: {what}", "deliver again, whole")

    def _note_special_assistance(self, client: Node) -> int:
        grants = len(client.get(SPECIAL_ASSISTANCE, []))
        if grants:
            self.counts[SPECIAL] += grants
        return grants

    def _each_benefit_once(self, couples: pa.Table) -> pa.Table:
        """Leaves out the benefits that the other partner, of the lower BSN, has as well."""
        if couples.num_rows == 0 or "bsn_partner" not in couples.column_names:
            return couples
        own, partner = (read_bsn(couples[name].combine_chunks()).digits for name in ("bsn", "bsn_partner"))
        same = ("begin", "regeling", "bedrag_begin", "bedrag_einde", "bedrag_cent")
        benefit = [_text(couples[name]) for name in same if name in couples.column_names]
        delivered = pc.binary_join_element_wise(own, partner, *benefit, "|")
        mirrored = pc.binary_join_element_wise(partner, own, *benefit, "|")
        repeated = pc.and_(pc.is_in(mirrored, delivered, skip_nulls=True), pc.greater(own, partner))
        repeated = pc.fill_null(repeated, False)
        if number := int(pc.sum(repeated).as_py() or 0):
            self.counts[PARTNER_REPEAT] += number
        return couples.filter(pc.invert(repeated))


class _Rows:
    """Rows on their way to a batch, column by column."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns: dict[str, list[str | None]] = {name: [] for name in columns}

    def __len__(self) -> int:
        return len(self._columns["bsn"])

    def add(self, row: dict[str, str | None]) -> None:
        for name, cells in self._columns.items():
            cells.append(row[name])

    def table(self) -> pa.Table:
        """Gives the rows and starts anew."""
        table = pa.table({name: pa.array(cells, pa.string()) for name, cells in self._columns.items()})
        for cells in self._columns.values():
            cells.clear()
        return table


def _cells(table: pa.Table) -> Cells:
    return {name: table[name].combine_chunks() for name in table.column_names}


def _text(cells: "pa.ChunkedArray[Any]") -> "pa.Array[Any]":
    return pc.fill_null(cells.combine_chunks(), "")
