"""From one half-year to the next: births, deaths, removals, households that split and merge; people keep their BSN."""

from dataclasses import dataclass
from typing import Final

from samenloop.synthetic.addresses import AddressBook, Dwelling
from samenloop.synthetic.allocation import LAWS_OF, Counts, assign, law_weights
from samenloop.synthetic.draws import Draws
from samenloop.synthetic.people import Household, Nursery, Person
from schemas.domains import COMBINATIONS
from schemas.period import HalfYear

# Chances per half-year.
_LEAVES_TOWN: Final = 0.012
_LEAVES_BUURT: Final = 0.01
_MOVES_NEARBY: Final = 0.02
_MERGES: Final = 0.006
_SPLITS: Final = 0.03
_SEPARATES: Final = 0.004
_BIRTH: Final = 0.05
_NEW_BUILD: Final = 0.2
# How much likelier a household is to use a law again than one that never did, when it has just left it; this wears off
# by half in about five half-years. Together with who enters anyway about two in five use a law again within five years.
_COMES_BACK: Final = 5.0
_WEARS_OFF: Final = 0.87


@dataclass(frozen=True, slots=True)
class Turnover:
    """What a half-year does to a neighbourhood.

    Attributes:
        households: as many as before.
        newcomers: those of them that were not there before, or not as a household.
        departed: households that go to the next neighbourhood and still have to find a dwelling there.
    """

    households: list[Household]
    newcomers: list[Household]
    departed: list[Household]


class Evolution:
    """Takes one neighbourhood to the next half-year.

    Args:
        period: the next half-year.
        book: addresses for new buildings.
        nursery: makes newborns and people from elsewhere.
        draws: the random stream of these events.
    """

    def __init__(self, period: HalfYear, book: AddressBook, nursery: Nursery, draws: Draws) -> None:
        self._first, self._last = period.first_day.toordinal(), period.last_day.toordinal()
        self._book, self._nursery, self._draws = book, nursery, draws

    def live(self, households: list[Household], arrivals: list[Household]) -> Turnover:
        """Lets the households live half a year; every household that disappears is replaced.

        Args:
            households: of the neighbourhood; changed in place.
            arrivals: households that left the previous neighbourhood.
        """
        stayed: list[Household] = []
        gone: list[Household] = []
        departed: list[Household] = []
        for household in households:
            household.former = None
            self._births_and_deaths(household)
            if not any(person.age(self._last) >= 18 for person in household.members) or self._draws.chance(
                _LEAVES_TOWN
            ):
                gone.append(household)
            elif self._draws.chance(_LEAVES_BUURT):
                departed.append(household)
            else:
                stayed.append(household)
        stayed, merged = self._merge(stayed)
        freed = [*gone, *departed, *merged]
        newcomers = [*arrivals[: len(freed)], *self._split(stayed, max(len(freed) - len(arrivals), 0))]
        vacancies = self._vacancies(freed, stayed)
        labels = [household.combination for household in freed]
        for household in newcomers:
            self._settle(household, vacancies.pop())
        while len(newcomers) < len(freed):
            newcomers.append(self._nursery.household(vacancies.pop()))
        _label(newcomers, labels)
        return Turnover(stayed + newcomers, newcomers, departed)

    def _births_and_deaths(self, household: Household) -> None:
        draws = self._draws
        household.members = [person for person in household.members if not draws.chance(self._mortality(person))]
        mothers = (
            person for person in household.members[:2] if person.sex == "V" and 24 <= person.age(self._last) <= 38
        )
        mother = next(mothers, None)
        if household.kind in ("couple", "family") and mother and draws.chance(_BIRTH):
            child = self._nursery.child(mother, 0, 0)
            child.birth = child.since = draws.between(self._first, self._last)
            household.members.append(child)
            household.kind = "family"

    def _mortality(self, person: Person) -> float:
        age = person.age(self._last)
        return 0.045 if age >= 80 else 0.009 if age >= 65 else 0.0006

    def _merge(self, households: list[Household]) -> tuple[list[Household], list[Household]]:
        """Lets some singles move in with another single; gives who stays and who gave up a dwelling."""
        singles = [h for h in households if h.kind == "single" and len(h.members) == 1 and self._draws.chance(_MERGES)]
        merged = singles[1::2]
        for host, guest in zip(singles[::2], merged, strict=False):
            for person in guest.members:
                person.since = self._day()
            host.members.extend(guest.members)
            host.kind = "couple"
        left = set(map(id, merged))
        return [household for household in households if id(household) not in left], merged

    def _split(self, households: list[Household], most: int) -> list[Household]:
        """Lets grown children and some partners start a household of their own, as far as there are dwellings."""
        started: list[Household] = []
        for household in households:
            if len(started) >= most:
                break
            if household.kind not in ("couple", "family", "lone_parent") or len(household.members) < 2:
                continue
            grown = [p for p in household.members[1:] if 18 <= p.age(self._last) <= 30 and household.kind != "couple"]
            leaver = grown[-1] if grown and self._draws.chance(_SPLITS) else None
            if leaver is None and household.kind == "couple" and self._draws.chance(_SEPARATES):
                leaver, household.kind = household.members[1], "single"
            if leaver is not None:
                household.members.remove(leaver)
                started.append(Household(household.dwelling, "single", [leaver]))
        return started

    def _vacancies(self, freed: list[Household], stayed: list[Household]) -> list[Dwelling]:
        """Gives as many empty dwellings as were freed, after removals nearby and with some new buildings."""
        vacancies = [household.dwelling for household in freed]
        for place in range(len(vacancies)):
            if self._draws.chance(_NEW_BUILD):
                vacancies[place] = self._book.dwelling()
        for household in stayed:
            if vacancies and self._draws.chance(_MOVES_NEARBY):
                place = self._draws.between(0, len(vacancies) - 1)
                empty, vacancies[place] = vacancies[place], household.dwelling
                self._settle(household, empty)
        return vacancies

    def _settle(self, household: Household, dwelling: Dwelling) -> None:
        household.former = household.dwelling.address
        household.dwelling = dwelling
        day = self._day()
        for person in household.members:
            person.since = max(day, person.birth)

    def _day(self) -> int:
        return self._draws.between(self._first, self._last)


def _label(newcomers: list[Household], labels: list[int]) -> None:
    """Gives newcomers the combinations that the departed had, their own where that is among them."""
    left = list(labels)
    unlabelled = []
    for household in newcomers:
        if household.combination in left:
            left.remove(household.combination)
        else:
            unlabelled.append(household)
    for household, label in zip(unlabelled, left, strict=True):
        household.combination = label


def reassign(households: list[Household], flows: list[Counts], day: int, draws: Draws) -> None:
    """Lets every household go from its combination of the earlier period to that of the next, by exact counts.

    Args:
        households: of one neighbourhood; their combinations are changed in place.
        flows: per earlier combination how many go to each later one.
        day: day number on which ages hold.
        draws: the random stream of this choice.
    """
    weights = law_weights(households, day)
    for row, household in zip(weights, households, strict=True):
        if household.left:
            row[list(LAWS_OF[household.left])] *= 1 + _COMES_BACK * _WEARS_OFF**household.left_for
    groups = [
        [place for place, h in enumerate(households) if h.combination == label] for label in range(len(COMBINATIONS))
    ]
    for label, group in enumerate(groups):
        for place, after in zip(group, assign(weights[group], flows[label], label, draws), strict=True):
            _remember(households[place], after)
            households[place].combination = after


def _remember(household: Household, after: int) -> None:
    """Lets a household remember what it left, as long as it uses no law."""
    if after:
        household.left = household.left_for = 0
    elif household.combination:
        household.left, household.left_for = household.combination, 0
    elif household.left:
        household.left_for += 1
