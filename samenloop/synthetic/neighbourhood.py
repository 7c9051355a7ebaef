"""One neighbourhood from beginning to end: its streets, its people, and its part of every delivery."""

from enum import IntEnum

from samenloop.synthetic.addresses import AddressBook, Dwelling, care_home, town_hall
from samenloop.synthetic.allocation import Counts, assign, law_weights
from samenloop.synthetic.arrange import Arranger
from samenloop.synthetic.delivery import DeliveryWriter, SeparatedFile
from samenloop.synthetic.draws import Draws
from samenloop.synthetic.evolution import Evolution, reassign
from samenloop.synthetic.extras import Extras
from samenloop.synthetic.frame import FrameWriter, Outsiders
from samenloop.synthetic.identifiers import Identifiers
from samenloop.synthetic.layout import Buurt
from samenloop.synthetic.people import Household, Nursery
from samenloop.synthetic.providers import Crowds
from samenloop.synthetic.records import household_records
from samenloop.synthetic.registers import Registers
from samenloop.synthetic.reports import Reporters
from samenloop.synthetic.request import SynthesisRequest
from samenloop.synthetic.truth import truth_cells
from schemas.domains import COMBINATIONS
from schemas.period import HalfYear


class Stream(IntEnum):
    """What a stream of random draws is for; streams of different purposes do not disturb each other."""

    STREETS = 10
    PEOPLE = 11
    OUTSIDERS = 12
    CHOICE = 13
    PROVISIONS = 14
    PAYMENTS = 15
    REPORTS = 16
    SPELLING = 17
    FRAME = 18
    EXTRAS = 19
    STRANGERS = 20


class Neighbourhood:
    """The people of one neighbourhood, period after period.

    Args:
        request: what was asked.
        buurt: which neighbourhood.
        identifiers: BSNs of the people of the frame.
        strangers: BSNs of everybody else.
        crowds: the exceptional households of the municipality.
    """

    def __init__(
        self, request: SynthesisRequest, buurt: Buurt, identifiers: Identifiers, strangers: Identifiers, crowds: Crowds
    ) -> None:
        self._request, self._buurt = request, buurt
        self._identifiers, self._strangers, self._crowds = identifiers, strangers, crowds
        self._step = 0
        self._book = AddressBook(buurt, request.gemeentecode[2:], self._draws(Stream.STREETS))
        self._households: list[Household] = []
        self._outsiders = self._found_outsiders()

    def settle(self, period: HalfYear, counts: Counts, in_debt_help: list[int] | None = None) -> None:
        """Fills the neighbourhood for the first period, with these households per combination.

        Args:
            period: the half-year.
            counts: households per combination.
            in_debt_help: those of them in debt help, exactly; None leaves it to chance.
        """
        nursery = self._nursery(period, Stream.PEOPLE, self._identifiers)
        self._households = [nursery.household(self._book.dwelling()) for _ in range(self._buurt.households)]
        weights = law_weights(self._households, period.last_day.toordinal())
        for household, place in zip(
            self._households, assign(weights, counts, 0, self._draws(Stream.CHOICE)), strict=True
        ):
            household.combination = place
        self._arrange(period, nursery, settled=set(), in_debt_help=in_debt_help)

    def counts(self) -> list[int]:
        """Gives the households per combination now."""
        held = [household.combination for household in self._households]
        return [held.count(place) for place in range(len(COMBINATIONS))]

    def evolve(self, period: HalfYear, flows: list[Counts], arrivals: list[Household]) -> list[Household]:
        """Takes the neighbourhood to the next period and gives the households that leave for the next neighbourhood."""
        self._step += 1
        nursery = self._nursery(period, Stream.PEOPLE, self._identifiers)
        turnover = Evolution(period, self._book, nursery, self._draws(Stream.STREETS)).live(self._households, arrivals)
        self._households = turnover.households
        reassign(self._households, flows, period.last_day.toordinal(), self._draws(Stream.CHOICE))
        new = set(map(id, turnover.newcomers))
        self._arrange(period, nursery, settled={id(h) for h in self._households if id(h) not in new})
        return turnover.departed

    def deliver(self, period: HalfYear, writer: DeliveryWriter, truth: SeparatedFile) -> None:
        """Writes the neighbourhood's part of a delivery and of the truth beside it."""
        mess = self._request.mess
        spelling, payments = self._draws(Stream.SPELLING), self._draws(Stream.PAYMENTS)
        registers = Registers(writer, mess, spelling, self._households, self._strangers)
        reporters = Reporters(registers, self._book, self._strangers, self._draws(Stream.REPORTS))
        strangers = self._nursery(period, Stream.STRANGERS, self._strangers)
        extras = Extras(registers, self._book, strangers, self._draws(Stream.EXTRAS))
        frame = FrameWriter(registers, self._draws(Stream.FRAME))
        for household in self._households:
            household.clients.clear()
            tally = registers.open()
            for record in household_records(household, period, payments):
                registers.enter(record, household, tally)
            reporters.report(household, tally)
            extras.beside(household, tally)
            extras.objection(household, tally)
            frame.household(household)
            truth.write(truth_cells(household, tally))
        extras.outsiders(self._outsiders)
        frame.outsiders(self._outsiders)

    def _arrange(
        self, period: HalfYear, nursery: Nursery, settled: set[int], in_debt_help: list[int] | None = None
    ) -> None:
        left = None if in_debt_help is None else list(in_debt_help)
        arranger = Arranger(period, nursery, self._crowds, self._draws(Stream.PROVISIONS))
        for household in self._households:
            wanted = None if left is None else left[household.combination] > 0
            if left is not None and wanted:
                left[household.combination] -= 1
            arranger.arrange(household, settled=id(household) in settled, debts=wanted)

    def _found_outsiders(self) -> Outsiders:
        """Gives the residents of a care home, if there is one, and the people without a dwelling."""
        draws, mess, buurt = self._draws(Stream.OUTSIDERS), self._request.mess, self._buurt
        nursery = self._nursery(self._request.periods[0], Stream.OUTSIDERS, self._strangers)
        home, hall = (Dwelling(place(buurt), "", buurt.code) for place in (care_home, town_hall))
        outsiders = Outsiders(home, hall)
        if draws.chance(mess.care_home):
            residents = max(buurt.households // 25, 3)
            outsiders.residents = [nursery.person(72, 97) for _ in range(residents)]
        roofless = draws.generator.binomial(buurt.households, mess.briefadres)
        outsiders.roofless = [nursery.person(20, 60) for _ in range(roofless)]
        return outsiders

    def _nursery(self, period: HalfYear, stream: Stream, identifiers: Identifiers) -> Nursery:
        day = period.last_day.toordinal()
        return Nursery(identifiers, self._draws(stream), day, self._request.mess.student_house)

    def _draws(self, stream: Stream) -> Draws:
        return Draws(self._request.seed, stream, self._buurt.index, self._step)
