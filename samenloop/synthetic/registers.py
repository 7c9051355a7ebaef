"""The domain registers: enter records the way careless people do, without changing what a correct reading finds."""

from dataclasses import replace
from typing import Final

from samenloop.synthetic.addresses import Address
from samenloop.synthetic.delivery import DeliveryWriter
from samenloop.synthetic.draws import Draws
from samenloop.synthetic.identifiers import Identifiers, misread
from samenloop.synthetic.people import Household
from samenloop.synthetic.records import Record
from samenloop.synthetic.request import MessRates
from samenloop.synthetic.spelling import spell_address, spell_bsn
from samenloop.synthetic.truth import Tally

_SENTINELS: Final = ("000000000", "999999999")
#: After a removal a register is much more often behind than the rate for everybody says.
_BEHIND_AFTER_REMOVAL: Final = 10


class Registers:
    """Enters the records of one neighbourhood in one period.

    Args:
        writer: the delivery of one half-year.
        mess: how often each kind of mess occurs.
        draws: the random stream of this neighbourhood's mess.
        households: everybody in the neighbourhood; their addresses and BSNs serve for mistakes.
        identifiers: BSNs of people who are not in the frame.
    """

    def __init__(
        self,
        writer: DeliveryWriter,
        mess: MessRates,
        draws: Draws,
        households: list[Household],
        identifiers: Identifiers,
    ) -> None:
        self.writer, self.period, self.mess, self.draws = writer, writer.period, mess, draws
        self._households, self._identifiers = households, identifiers
        self._seen: set[Record] = set()

    def open(self) -> Tally:
        """Starts the next household and gives its empty tally."""
        self._seen.clear()
        return Tally()

    def enter(self, record: Record, household: Household, tally: Tally) -> None:
        """Writes a record of a household, with duplicates and corrections beside it, and counts its cost."""
        household.clients.add(record.bsn)
        if record.source == "pwet":
            household.clients.add(record.second)
        self._write(record, household, tally)
        if record.cents is not None and self.draws.chance(self.mess.credit):
            for correction in self._correction(record):
                self._write(correction, household, tally)

    def other(self, household: Household) -> Household:
        """Gives another household of the neighbourhood; the same one only if there is no other."""
        chosen = self.draws.pick(self._households)
        return chosen if chosen is not household else self._households[self._households.index(household) - 1]

    def _write(self, record: Record, household: Household, tally: Tally) -> None:
        record = self._distinct(record)
        tally.cents[record.source] += record.cost_in(self.period)
        bsn, readable = self._identify(record.bsn)
        if record.source == "pwet":
            if readable and record.second and self.draws.chance(self.mess.claimant_gone):
                bsn, partner = self._identifiers.bsn(), spell_bsn(record.second, self.mess, self.draws)
            else:
                partner = self._partner(record.second, household, readable)
            record = replace(record, second=partner)
        record = self._code_spelling(record)
        address = self._address(household, readable)
        for _ in range(2 if self.draws.chance(self.mess.duplicate) else 1):
            # Spelled anew each time: the second row is a duplicate by what it says, not by how it is written.
            written = spell_bsn(bsn, self.mess, self.draws) if readable else bsn
            self.writer.write(record.source, record.cells(written, spell_address(address, self.mess, self.draws)))

    def _code_spelling(self, record: Record) -> Record:
        """Gives the record with the code of the provider in lower case, for some."""
        if record.source not in ("jeugd", "wmo") or not self.draws.chance(self.mess.code_spelling):
            return record
        return replace(record, codes=(*record.codes[:-1], record.codes[-1].lower()))

    def _distinct(self, record: Record) -> Record:
        """Gives the record with an amount that makes it no accidental duplicate of another one of the household."""
        while replace(record, bsn="", second="") in self._seen:
            record = replace(record, cents=(record.cents or 0) + 1)
        self._seen.add(replace(record, bsn="", second=""))
        return record

    def _identify(self, bsn: str) -> tuple[str, bool]:
        """Gives what stands in the BSN column, and whether it identifies the person."""
        mess, luck = self.mess, self.draws.uniform()
        if luck < mess.sentinel_bsn:
            return self.draws.pick(_SENTINELS), False
        if luck < mess.sentinel_bsn + mess.missing_bsn:
            return "", False
        if luck < mess.sentinel_bsn + mess.missing_bsn + mess.invalid_bsn:
            return misread(bsn), False
        return bsn, True

    def _address(self, household: Household, readable: bool) -> Address:
        """Gives the address that the register has; an old one only where the BSN says who it is about."""
        rate = self.mess.moved * (_BEHIND_AFTER_REMOVAL if household.former else 1)
        if readable and self.draws.chance(rate):
            return household.former or self.other(household).dwelling.address
        return household.dwelling.address

    def _partner(self, partner: str, household: Household, readable: bool) -> str:
        """Gives the partner column; a partner elsewhere only where the claimant is known, who decides the household."""
        if readable and self.draws.chance(self.mess.partner_elsewhere):
            partner = self.draws.pick(self.other(household).members).bsn
        elif not self.draws.chance(self.mess.partner):
            return ""
        return spell_bsn(partner, self.mess, self.draws) if partner else ""

    def _correction(self, record: Record) -> tuple[Record, ...]:
        """Gives a wrong debit with its exact credit, or a credit for part of the record."""
        cents = record.cents or 0
        if self.draws.chance(0.5):
            return (replace(record, cents=-(cents * self.draws.between(5, 40) // 100) - 1),)
        debit = self._distinct(replace(record, cents=self.draws.between(5_000, 80_000)))
        self._seen.discard(replace(debit, bsn="", second=""))
        return debit, replace(debit, cents=-(debit.cents or 0))
