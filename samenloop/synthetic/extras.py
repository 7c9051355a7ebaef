"""Records beside the regular ones that a correct reading must set aside: none changes a household's combination."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from samenloop.synthetic.addresses import Address, AddressBook
from samenloop.synthetic.breakages import BREAKAGES, sound_row
from samenloop.synthetic.draws import Draws
from samenloop.synthetic.frame import Outsiders
from samenloop.synthetic.people import Household, Nursery, Person, iso
from samenloop.synthetic.records import Record
from samenloop.synthetic.registers import Registers
from samenloop.synthetic.spelling import spell_address, spell_bsn
from samenloop.synthetic.truth import Tally

_CODES: Final[dict[str, tuple[str, ...]]] = {
    "jeugd": ("45", "zin", "AGBJ0003"),
    "wmo": ("01", "zin", "AGBW0005"),
    "pwet": ("01", "P-wet"),
    "shv": ("begeleiding", ""),
}
_SOURCES: Final = tuple(_CODES)
_SPECIAL_ASSISTANCE: Final = ("01", "Bijzondere bijstand")


class Extras:
    """Writes what must not count.

    Args:
        registers: the delivery, the mess and the tally rules.
        book: the addresses of the neighbourhood, for errors that hit nobody.
        nursery: makes people who are not in the frame.
        draws: the random stream of these extras.
    """

    def __init__(self, registers: Registers, book: AddressBook, nursery: Nursery, draws: Draws) -> None:
        self._registers, self._book, self._nursery, self._draws = registers, book, nursery, draws
        self._mess = registers.mess
        self._first = registers.period.first_day.toordinal()
        self._last = registers.period.last_day.toordinal()

    def beside(self, household: Household, tally: Tally) -> None:
        """Writes the extras of one household."""
        draws, mess = self._draws, self._mess
        kinds: tuple[tuple[float, Callable[[Household, Tally], None]], ...] = (
            (0.25 if household.benefit else 0.005, self._special_assistance),
            (0.002, self._before_admission),
            (mess.ended, self._ended),
            (mess.outside_frame, self._outside_frame),
            (mess.unlinkable, self._unlinkable),
            (mess.quarantine, self._quarantine),
        )
        for rate, write in kinds:
            if draws.chance(rate):
                write(household, tally)

    def objection(self, household: Household, tally: Tally) -> None:
        """Lets one member object who uses nothing; call this when all regular records are entered."""
        idle = [person for person in household.members if person.bsn not in household.clients]
        if not self._draws.chance(self._mess.objection) or len(household.members) < 2 or not idle:
            return
        person = self._draws.pick(idle)
        tally.objectors += 1
        household.clients.add(person.bsn)
        self._registers.writer.write("bezwaar", (spell_bsn(person.bsn, self._mess, self._draws),))
        if self._draws.chance(0.5):
            record = self._record(self._source(person), person.bsn, iso(person.birth))
            self._put(record, person.bsn, household.dwelling.address)

    def outsiders(self, outsiders: Outsiders) -> None:
        """Writes care for residents of a care home and benefits of people without a dwelling."""
        for person in outsiders.residents:
            if self._draws.chance(0.6):
                known = not self._draws.chance(self._mess.missing_bsn)
                record = self._record("wmo", person.bsn, iso(person.birth))
                self._put(record, person.bsn if known else "", outsiders.care_home.address)
        for person in outsiders.roofless:
            if self._draws.chance(0.5):
                self._put(self._record("pwet", person.bsn, ""), person.bsn, outsiders.town_hall.address)

    def _source(self, person: Person) -> str:
        """Gives a register where somebody of this age can be found."""
        return "jeugd" if person.age(self._last) < 18 else self._draws.pick(_SOURCES[1:])

    def _record(self, source: str, bsn: str, second: str) -> Record:
        """Gives an active record with its amount in the period."""
        begin = self._first - self._draws.between(20, 900)
        cents = self._draws.between(20_000, 400_000)
        second = "" if source == "pwet" else second
        return Record(source, bsn, second, _CODES[source], begin, None, cents, self._first, self._last)

    def _put(self, record: Record, bsn: str, address: Address) -> None:
        """Writes a record that belongs to no household."""
        written = spell_bsn(bsn, self._mess, self._draws) if bsn else self._draws.pick(("", "000000000", "999999999"))
        self._registers.writer.write(
            record.source, record.cells(written, spell_address(address, self._mess, self._draws))
        )

    def _special_assistance(self, household: Household, tally: Tally) -> None:
        bsn = household.benefit.bsn if household.benefit else household.members[0].bsn
        record = replace(self._record("pwet", bsn, ""), codes=_SPECIAL_ASSISTANCE)
        self._put(record, bsn, household.dwelling.address)

    def _before_admission(self, household: Household, tally: Tally) -> None:
        person = household.members[0]
        record = self._record("shv", person.bsn, iso(person.birth))
        codes = (self._draws.pick(("aanmelding", "intake")), "")
        self._put(replace(record, codes=codes, cents=None), person.bsn, household.dwelling.address)

    def _ended(self, household: Household, tally: Tally) -> None:
        """Enters a provision that ended, or an event that happened, before the period.

        Of one in three provisions a bill runs into the period: cost without activity.
        """
        draws, person = self._draws, self._draws.pick(household.members)
        end = self._first - draws.between(1, 200)
        if draws.chance(0.1):
            event = {**sound_row("veiligheid", person, household, end), "soort": "OVERLAST"}
            self._registers.writer.write("veiligheid", tuple(event.values()))
            return
        record = self._record(self._source(person), person.bsn, iso(person.birth))
        late = draws.chance(0.33)
        paid_until = self._first + draws.between(0, 40) if late else end
        begin = end - draws.between(30, 900)
        ended = replace(record, begin=begin, end=end, paid_from=end - 25, paid_until=paid_until)
        self._registers.enter(ended, household, tally)

    def _outside_frame(self, household: Household, tally: Tally) -> None:
        """Writes about somebody who is not in the frame, at an address where others live or in another municipality."""
        person = self._nursery.person(10, 80)
        source = self._draws.pick((*_SOURCES, "rmc", "veiligheid"))
        if source in ("rmc", "veiligheid"):
            kind = "VERZUIM_RELATIEF" if source == "rmc" else "OVERLAST"
            report = {**sound_row(source, person, household, self._first), "soort": kind}
            self._registers.writer.write(source, tuple(report.values()))
            return
        if self._draws.chance(0.5):
            address = household.dwelling.address
        else:
            address = Address(f"{self._draws.between(1000, 2500)}AB", self._draws.between(1, 300))
        self._put(self._record(source, person.bsn, iso(person.birth)), person.bsn, address)

    def _unlinkable(self, household: Household, tally: Tally) -> None:
        """Writes about a member without BSN and at an address where nobody lives."""
        person = self._draws.pick(household.members)
        record = self._record(self._source(person), person.bsn, iso(person.birth))
        self._put(record, "", self._book.with_error(household.dwelling.address, self._draws))

    def _quarantine(self, household: Household, tally: Tally) -> None:
        """Writes a row that breaks the contract, about a member or, in the frame, about nobody in particular."""
        source, column, wrong = self._draws.pick(BREAKAGES)
        person = self._nursery.person(18, 80) if source == "brp" else self._draws.pick(household.members)
        row = sound_row(source, person, household, self._first)
        self._registers.writer.write(source, tuple({**row, column: wrong}.values()))
