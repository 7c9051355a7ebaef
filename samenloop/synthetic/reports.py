"""Reports without provision: early school leaving (RMC) and safety events (Veiligheid, which has no BSN)."""

from typing import Final

from samenloop.synthetic.addresses import AddressBook
from samenloop.synthetic.allocation import LAWS_OF
from samenloop.synthetic.draws import Draws, Weighted
from samenloop.synthetic.identifiers import Identifiers
from samenloop.synthetic.people import Household, Person, iso
from samenloop.synthetic.registers import Registers
from samenloop.synthetic.spelling import exchange_day_and_month, initials, spell_address, spell_bsn, spell_name
from samenloop.synthetic.truth import Tally
from schemas.period import HalfYear

_RMC_KINDS: Final = Weighted(
    {"VERZUIM_RELATIEF": 0.45, "VERZUIM_ABSOLUUT": 0.1, "VRIJSTELLING": 0.1, "VSV_NIEUW": 0.2, "RMC_TRAJECT": 0.15}
)
_RMC_STATUSES: Final = Weighted(
    {
        "Geregistreerd": 0.3,
        "In behandeling": 0.35,
        "Afgesloten": 0.23,
        "Ingetrokken": 0.07,
        "Ter kennisgeving aangenomen": 0.05,
    }
)
_EVENT_KINDS: Final = Weighted(
    {"OVERLAST": 0.4, "ZORGMELDING": 0.25, "WOONOVERLAST": 0.2, "HUISVERBOD": 0.05, "HALT": 0.1}
)
_RMC_BY_LAWS: Final = (0.1, 0.17, 0.32, 0.45)
_EVENTS_BY_LAWS: Final = (0.004, 0.02, 0.12, 0.55)


class Reporters:
    """Writes the reports about the households of one neighbourhood.

    Args:
        registers: where spelling and tally rules come from.
        book: addresses, for errors that hit nobody.
        identifiers: education numbers of pupils who are not known by BSN.
        draws: the random stream of what happens; how it is spelled comes from the registers' own stream.
    """

    def __init__(self, registers: Registers, book: AddressBook, identifiers: Identifiers, draws: Draws) -> None:
        self._registers, self._book, self._identifiers, self._draws = registers, book, identifiers, draws
        period: HalfYear = registers.period
        self._first, self._last = period.first_day.toordinal(), period.last_day.toordinal()

    def report(self, household: Household, tally: Tally) -> None:
        """Writes the reports of one household and counts them."""
        laws = sum(LAWS_OF[household.combination])
        for person in household.members:
            if 15 <= person.age(self._last) <= 22 and self._draws.chance(_RMC_BY_LAWS[laws]):
                self._absence(person, household, tally)
        if self._draws.chance(_EVENTS_BY_LAWS[laws]):
            self._events(household, tally, laws)

    def _absence(self, person: Person, household: Household, tally: Tally) -> None:
        draws, mess, spelling = self._draws, self._registers.mess, self._registers.draws
        begin = self._first - draws.between(-170, 400)
        end = draws.between(begin + 20, begin + 300) if draws.chance(0.5) else None
        status = _RMC_STATUSES.draw(draws)
        kind = _RMC_KINDS.draw(draws)
        by_bsn = not draws.chance(0.1)
        active = end is None or end >= self._first
        if by_bsn:
            household.clients.add(person.bsn)
            tally.rmc = tally.rmc or (active and status != "Ingetrokken")
        number = person.bsn if by_bsn else self._identifiers.education_number()
        for _ in range(2 if spelling.chance(mess.duplicate) else 1):
            written = spell_bsn(number, mess, spelling) if by_bsn else number
            last = "" if end is None else iso(end)
            self._registers.writer.write("rmc", ("BSN" if by_bsn else "OWNR", written, kind, status, iso(begin), last))

    def _events(self, household: Household, tally: Tally, laws: int) -> None:
        draws = self._draws
        suspects = [person for person in household.members if person.age(self._last) >= 12] or household.members
        person = draws.pick(suspects)
        for _ in range(draws.between(1, 1 + 2 * laws)):
            day = draws.between(self._first, self._last)
            cents = round(draws.lognormal(250_000 * (1 + laws), 0.8))
            tally.events += 1
            tally.cents["veiligheid"] += cents
            self._event(person, household, day, cents)

    def _event(self, person: Person, household: Household, day: int, cents: int) -> None:
        """Writes one safety event about a member of a household, with the usual errors in the name."""
        mess, spelling = self._registers.mess, self._registers.draws
        surname, given, birth = person.surname, person.given, iso(person.birth)
        if spelling.chance(mess.name_error):
            error = spelling.between(0, 3)
            if error == 0:
                surname = spell_name(surname, spelling)
            elif error == 1:
                given = initials(given)
            elif error == 2:
                birth = exchange_day_and_month(birth)
            else:
                given = spell_name(given.split()[0], spelling)
        address = household.dwelling.address
        if spelling.chance(mess.name_error / 4):
            address = self._book.with_error(address, spelling)
        cells = (surname, person.prefix, given, birth, person.sex, *spell_address(address, mess, spelling))
        kind = _EVENT_KINDS.draw(self._draws)
        for _ in range(2 if spelling.chance(mess.duplicate) else 1):
            self._registers.writer.write("veiligheid", (*cells, kind, iso(day), str(cents)))
