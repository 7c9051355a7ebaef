"""Messages of iWmo (source wmo) and iJw (source jeugd) 3.2 as canonical rows: one per accepted claim line.

A row has the period of its assignment (toewijzing), as it really began and ended where that was reported; an
assignment without any accepted claim line is a row without cost. What the standard sends besides is skipped unread.
Every line is a row or is counted, so lines are rows plus counts. Personal budgets (pgb) are not in these messages.
Source: Zorginstituut Nederland, iWmo 3.2 and iJw 3.2.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pseudonymisation.sources.istandaard_answers import Answers
from pseudonymisation.sources.istandaard_assignments import Assignments, latest_assignments
from pseudonymisation.sources.istandaard_claims import Claims
from pseudonymisation.sources.istandaard_files import MessageFile
from pseudonymisation.sources.istandaard_lines import AssignmentLines, DeliveryLines, LineTable
from pseudonymisation.sources.istandaard_messages import STANDARDS
from pseudonymisation.sources.source_reader import BATCH_ROWS, Cells, OpenedFile
from schemas.purpose import SourceGround


class Messages:
    """The messages of one source, in any order of files.

    Kept until the end: one row of text per assignment, start and stop, the references of rejected lines, and eight
    bytes per claim line.

    Args:
        source: wmo or jeugd.
        files: one message or bundle of messages each.
        ground: the columns that the purpose uses.

    Attributes:
        counts: lines that are no row: ``excluded:`` superseded, deleted, duplicate, rejected, unassigned,
            unknown_reason; ``merged:`` toewijzing, start, stop, temporary_stop, rejection, no_remark.
    """

    def __init__(self, source: str, files: Sequence[OpenedFile], ground: SourceGround) -> None:
        self.counts: Counter[str] = Counter()
        self._source = source
        self._opened = files
        self._used = ground.columns
        self._files: list[MessageFile] = []

    def header(self) -> tuple[str, ...]:
        """Gives the used columns, once every file has turned out to be a message of this source.

        Raises:
            RefusedDelivery: ``wrong_message``, ``forbidden_dtd``, ``wrong_encoding`` or ``unreadable``.
        """
        self._files = [MessageFile(self._source, opened) for opened in self._opened]
        return self._used

    @property
    def gemeentecodes(self) -> frozenset[str]:
        """The municipalities in the headers."""
        return frozenset(f"GM{code}" for file in self._files for code in file.municipalities)

    def batches(self) -> Iterator[Cells]:
        """Yields the rows: first those of claims, then assignments without.

        Raises:
            RefusedDelivery: a file breaks the standard, a claim does not add up, or lines are missing.
        """
        assignments = self._assignments()
        answers = Answers(self._source, self.counts)
        for file in self._of("325"):
            answers.read(file)
        claims = Claims(self._source, self._used, assignments, answers, self.counts)
        for file in self._of("323"):
            yield from claims.read(file)
        yield claims.rest()
        yield from self._without_claims(assignments)
        for kind in [kind for kind, lines in self.counts.items() if not lines]:
            del self.counts[kind]

    def _of(self, kind: str) -> list[MessageFile]:
        return [file for file in self._files if file.kind == kind]

    def _assignments(self) -> Assignments:
        versions, starts, stops = (
            self._lines(kind, reader)
            for kind, reader in (
                ("301", AssignmentLines(self._source, self._used)),
                ("305", DeliveryLines(self._source, "305")),
                ("307", DeliveryLines(self._source, "307")),
            )
        )
        return latest_assignments(versions, starts, stops, STANDARDS[self._source], self.counts)

    def _lines(self, kind: str, reader: AssignmentLines | DeliveryLines) -> "pa.Table":
        kept = LineTable(reader.columns)
        for file in self._of(kind):
            for name, element in file.elements():
                if name == "Client":
                    for line in reader.read(file.message, element):
                        kept.add(line)
                        file.lines()
                    file.forget(element)
        return kept.table()

    def _without_claims(self, assignments: Assignments) -> Iterator[Cells]:
        deleted = assignments.deleted.to_numpy(zero_copy_only=False)
        self.counts["merged:toewijzing"] += int((assignments.used & ~deleted).sum())
        left = np.flatnonzero(~assignments.used & ~deleted)
        for first in range(0, len(left), BATCH_ROWS):
            rows = assignments.cells.take(pa.array(left[first : first + BATCH_ROWS]))
            missing: pa.Array[Any] = pa.nulls(len(rows), pa.string())
            own = {name: rows[name].combine_chunks() for name in rows.column_names}
            own["leveringsvorm"] = pa.array(["zin"] * len(rows), pa.string())
            yield {name: own.get(name, missing) for name in self._used}
