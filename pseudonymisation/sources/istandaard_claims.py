"""The lines of claims (323): one row each, completed by its assignment, repeats and rejections left out.

Amounts are read also where the purpose does not use them, to add up the claim; they are then not given. Kept over the
whole source: eight bytes per line, to know a repeat. A repeat is equal in all that is read, so a line that contradicts
an earlier one under its reference stays; that two lines which differ are taken for one has a chance of one in a million
at six million lines.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

from pseudonymisation.sources.istandaard_answers import Answers
from pseudonymisation.sources.istandaard_assignments import Assignments, assignment_keys
from pseudonymisation.sources.istandaard_files import MessageFile
from pseudonymisation.sources.istandaard_lines import Line, missing_element, once_each, text_column
from pseudonymisation.sources.istandaard_messages import Named, text_of
from pseudonymisation.sources.source_reader import BATCH_ROWS, Cells
from schemas.errors import RefusedDelivery

_COLUMNS: Final = (
    *("municipality", "aanbieder", "declaration", "reference", "bsn", "number", "productcategorie"),
    *("bedrag_begin", "bedrag_einde", "bedrag_cent"),
)
_OF_ASSIGNMENT: Final = ("geboortedatum", "postcode", "huisnummer", "huisletter", "huisnummertoevoeging")
_KEY_PARTS: Final = ("s:ReferentieNummer", "s:Bedrag", "s:DebetCredit")
_REST: Final = ("m:ToewijzingNummer", "m:ProductCategorie", "s:Begindatum", "s:Einddatum")
_AMOUNT: Final = re.compile(r"[0-9]{1,12}")
_SEPARATOR: Final = "\x1f"


class Repeats:
    """Tells which lines were seen before, in sorted runs of 64-bit hashes."""

    def __init__(self) -> None:
        self._runs: list[np.ndarray[Any, np.dtype[np.uint64]]] = []

    def fresh(self, lines: "pa.Array[Any]") -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Tells of each line whether it is the first of its kind."""
        hashes = pd.util.hash_array(lines.to_numpy(zero_copy_only=False), categorize=False)
        fresh = np.zeros(len(hashes), dtype=bool)
        fresh[np.unique(hashes, return_index=True)[1]] = True
        for run in self._runs:
            place = np.minimum(np.searchsorted(run, hashes), len(run) - 1)
            fresh &= run[place] != hashes
        new = np.sort(hashes[fresh])
        while self._runs and len(self._runs[-1]) <= 2 * len(new):
            new = np.sort(np.concatenate([self._runs.pop(), new]))
        if len(new):
            self._runs.append(new)
        return fresh


class Claims:
    """Reads claims into batches of canonical cells.

    Args:
        source: name of the source.
        used: canonical columns that the purpose uses.
        assignments: that complete the lines; those that do are marked.
        answers: rejections.
        counts: where lines that give no row are counted.
    """

    def __init__(
        self, source: str, used: tuple[str, ...], assignments: Assignments, answers: Answers, counts: Counter[str]
    ) -> None:
        self._source = source
        self._used = used
        self._assignments = assignments
        self._answers = answers
        self._counts = counts
        self._repeats = Repeats()
        self._lines: list[Line] = []

    def read(self, file: MessageFile) -> Iterator[Cells]:
        """Yields a batch whenever one is full; ``rest`` gives what is left after the last file.

        Raises:
            RefusedDelivery: ``wrong_total``, ``missing_element``, ``repeated_element``, or what
                ``MessageFile.elements`` refuses.
        """
        claim, bsn = _Claim(self._source, file), None
        for name, element in file.elements():
            if name == "Prestatie":
                file.lines()
                claim.add(element, bsn, self)
                file.forget(element)
                if len(self._lines) >= BATCH_ROWS:
                    yield self.rest()
            elif name == "Bsn":
                bsn = element.text
            elif name == "Client":
                bsn = None
                file.forget(element)
            elif name == "DeclaratieNummer":
                claim.begin(element.text, self._answers)
            elif name == "TotaalIngediendBedrag":
                claim.declares(element)
            else:
                claim.check()
                claim = _Claim(self._source, file)

    def take(self, line: Line) -> None:
        """Takes in an accepted line."""
        self._lines.append(line)

    def reject(self) -> None:
        """Counts a rejected line."""
        self._counts["excluded:rejected"] += 1

    def rest(self) -> Cells:
        """Gives the rows of the lines that were read and not yet given."""
        columns = zip(*self._lines, strict=True) if self._lines else [[] for _ in _COLUMNS]
        lines = pa.table([text_column(column) for column in columns], names=list(_COLUMNS))
        self._lines = []
        whole = pc.binary_join_element_wise(
            *(column.combine_chunks() for column in lines.columns), _SEPARATOR, null_handling="replace"
        )
        fresh = self._repeats.fresh(whole)
        self._counts["excluded:duplicate"] += int(len(fresh) - fresh.sum())
        return self._completed(lines.filter(pa.array(fresh)))

    def _completed(self, lines: "pa.Table") -> Cells:
        place = self._place(lines)
        deleted = pc.fill_null(self._assignments.deleted.take(place), False)
        self._counts["excluded:deleted"] += pc.sum(deleted).as_py() or 0
        lines, place = lines.filter(pc.invert(deleted)), place.filter(pc.invert(deleted))
        self._assignments.used[place.drop_null().to_numpy()] = True
        assigned, cells = pc.is_valid(place), self._assignments.cells
        own: dict[str, Any] = {name: lines[name].combine_chunks() for name in _COLUMNS}
        own["leveringsvorm"] = pa.array(["zin"] * len(lines), pa.string())
        for name, period in (("begin", "bedrag_begin"), ("einde", "bedrag_einde")):
            own[name] = pc.if_else(assigned, cells[name].combine_chunks().take(place), own[period])
        for name in _OF_ASSIGNMENT:
            if name in self._used:
                own[name] = cells[name].combine_chunks().take(place)
        return {name: own[name] for name in self._used}

    def _place(self, lines: "pa.Table") -> "pa.Array[Any]":
        """Gives the place of each line's assignment; one of somebody else is none."""
        keys = assignment_keys(lines["municipality"].combine_chunks(), lines["number"].combine_chunks())
        place = self._assignments.find(keys)
        holder = pc.fill_null(self._assignments.cells["bsn"].combine_chunks().take(place), "")
        same = pc.equal(holder, pc.fill_null(lines["bsn"].combine_chunks(), ""))
        return pc.if_else(same, place, pa.scalar(None, place.type))


class _Claim:
    """One claim while it is read: what it declares, and the sum of its lines."""

    def __init__(self, source: str, file: MessageFile) -> None:
        self._source = source
        self._file = file
        named = Named(source, "323")
        self._key_parts, self._rest = tuple(map(named, _KEY_PARTS)), tuple(map(named, _REST))
        self._number: str | None = None
        self._declared: int | None = None
        self._sum = 0
        self._lines = 0
        self._unreadable = 0
        self._all_rejected = False
        self._rejected: set[str] | frozenset[str] = frozenset()

    def begin(self, number: str | None, answers: Answers) -> None:
        self._number = (number or "").strip() or None
        message = self._file.message
        self._message = message
        self._all_rejected, self._rejected = answers.rejects_all(message), answers.rejected_lines(message)

    def declares(self, total: etree._Element) -> None:
        spaces = self._file.message.spaces
        amount, sign = text_of(total, "s:TotaalBedrag", spaces), text_of(total, "s:DebetCredit", spaces)
        if amount is None or not _AMOUNT.fullmatch(amount) or sign not in ("C", "D"):
            raise missing_element(self._source, "TotaalIngediendBedrag", "Declaratie")
        self._declared = -int(amount) if sign == "C" else int(amount)

    def add(self, element: etree._Element, bsn: str | None, claims: Claims) -> None:
        if self._number is None:
            raise missing_element(self._source, "DeclaratieNummer", "Declaratie")
        said = once_each(self._source, element, "Prestatie")
        reference, amount, sign = [(said.get(name) or "").strip() for name in self._key_parts]
        if not (reference and amount and sign):
            which = "Bedrag or DebetCredit" if reference else "ReferentieNummer"
            raise missing_element(self._source, which, "Prestatie")
        self._lines += 1
        amount = self._signed(amount, sign)
        if self._all_rejected or reference in self._rejected:
            claims.reject()
            return
        message = self._message
        rest = [said.get(name) for name in self._rest]
        claims.take((message.municipality, message.provider, self._number, reference, bsn, *rest, amount))

    def _signed(self, amount: str, sign: str) -> str:
        """Adds an amount to the sum and gives it with its sign; what is none stays text that is no integer."""
        if sign not in ("C", "D") or not _AMOUNT.fullmatch(amount):
            self._unreadable += 1
            return f"-{amount}" if sign == "C" else amount if sign == "D" else f"{amount} {sign}"
        self._sum += -int(amount) if sign == "C" else int(amount)
        return f"-{amount}" if sign == "C" else amount

    def check(self) -> None:
        """Refuses a claim whose lines do not add up; one with an unreadable amount is left to the quarantine."""
        if self._declared is None:
            raise missing_element(self._source, "TotaalIngediendBedrag", "Declaratie")
        if not self._unreadable and self._sum != self._declared:
            raise RefusedDelivery(
                "wrong_total",
                f"{self._source}: the {self._lines} lines of a claim (323) do not add up to its total",
                "have the claim delivered again, whole",
            )
