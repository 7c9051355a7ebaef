"""The frame (brp.csv): the people of the private households, and those in a care home or without a dwelling."""

from dataclasses import dataclass, field, replace

from samenloop.synthetic.addresses import Dwelling
from samenloop.synthetic.draws import Draws
from samenloop.synthetic.people import Household, Person, iso
from samenloop.synthetic.registers import Registers
from samenloop.synthetic.spelling import spell_address, spell_bsn

#: In a frame that follows the law most rows are in order: the rates of the domain registers are divided by these.
_BSN_UNKNOWN = 10
_OLD_ROW = 5


@dataclass(slots=True)
class Outsiders:
    """People of the frame who are in no private household.

    Attributes:
        care_home: where the residents live; the address stands in no household.
        residents: people of the care home.
        town_hall: the address of correspondence.
        roofless: people who have only that.
    """

    care_home: Dwelling
    town_hall: Dwelling
    residents: list[Person] = field(default_factory=list)
    roofless: list[Person] = field(default_factory=list)


class FrameWriter:
    """Writes the rows of one neighbourhood.

    Args:
        registers: the delivery, the mess and where former addresses come from.
        draws: the random stream of the mess of this frame.
    """

    def __init__(self, registers: Registers, draws: Draws) -> None:
        self._registers, self._mess, self._draws = registers, registers.mess, draws

    def household(self, household: Household) -> None:
        """Writes the members of a household; call this when all its records are entered."""
        draws, mess = self._draws, self._mess
        dwelling = household.dwelling
        # Either nobody of the dwelling has its id, or some lack it: both read as one household at one address.
        without_id = draws.chance(mess.missing_dwelling_id)
        old_rows = draws.chance(mess.moved / _OLD_ROW)
        for person in household.members:
            unknown = len(household.members) > 1 and person.bsn not in household.clients
            bsn = "" if unknown and draws.chance(mess.missing_bsn / _BSN_UNKNOWN) else person.bsn
            dwelling_id = "" if without_id or draws.chance(mess.missing_dwelling_id) else dwelling.dwelling_id
            since = "" if draws.chance(mess.missing_dwelling_id / 2) else iso(person.since)
            copies = 2 if bsn and draws.chance(mess.duplicate / 2) else 1
            for _ in range(copies):
                self._row(person, bsn, replace(dwelling, dwelling_id=dwelling_id), since)
            if old_rows and bsn and since:
                self._old_row(person, household)

    def outsiders(self, outsiders: Outsiders) -> None:
        """Writes the people outside private households."""
        for person in outsiders.residents:
            self._row(person, person.bsn, outsiders.care_home, iso(person.since), institution="J")
        for person in outsiders.roofless:
            self._row(person, person.bsn, outsiders.town_hall, iso(person.since), kind="briefadres")

    def _old_row(self, person: Person, household: Household) -> None:
        """Writes where somebody lived before: the row with the latest datum_aanvang_adres is the one that counts."""
        since = max(person.since - self._draws.between(200, 2000), person.birth)
        if since < person.since:
            self._row(person, person.bsn, self._registers.other(household).dwelling, iso(since))

    def _row(
        self,
        person: Person,
        bsn: str,
        dwelling: Dwelling,
        since: str,
        *,
        kind: str = "woonadres",
        institution: str = "N",
    ) -> None:
        written = spell_bsn(bsn, self._mess, self._draws) if bsn else ""
        name = (person.surname, person.prefix, person.given, iso(person.birth), person.sex)
        address = spell_address(dwelling.address, self._mess, self._draws)
        place = (dwelling.dwelling_id, dwelling.buurtcode, kind, since, institution)
        self._registers.writer.write("brp", (written, *name, *address, *place))
