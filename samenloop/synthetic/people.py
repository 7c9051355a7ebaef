"""Synthetic people and the households they form, before any provision."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final

from samenloop.synthetic import names
from samenloop.synthetic.addresses import Address, Dwelling
from samenloop.synthetic.draws import Draws, Weighted
from samenloop.synthetic.identifiers import Identifiers
from samenloop.synthetic.uses import Benefit, Care, DebtHelp

_YEAR: Final = 365.25
_KINDS: Final = Weighted({"single": 0.38, "couple": 0.285, "family": 0.25, "lone_parent": 0.07, "other": 0.015})
_CHILDREN: Final = Weighted({1: 0.4, 2: 0.42, 3: 0.14, 4: 0.04})


@cache
def iso(ordinal: int) -> str:
    """Gives the ISO date of a day number (the proleptic Gregorian ordinal)."""
    return date.fromordinal(ordinal).isoformat()


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who does not exist.

    Attributes:
        bsn: nine digits, unique in the municipality and for life.
        surname: geslachtsnaam without its prefix.
        prefix: voorvoegsel, mostly empty.
        given: voornamen.
        sex: M or V.
        birth: day number of birth.
        since: day number on which the person came to the present address.
    """

    bsn: str
    surname: str
    prefix: str
    given: str
    sex: str
    birth: int
    since: int

    def age(self, day: int) -> int:
        """Gives the age in whole years, to within a day."""
        return int((day - self.birth) / _YEAR)


@dataclass(slots=True, eq=False)
class Household:
    """The people of one dwelling and what they use in the present period.

    Attributes:
        dwelling: where they live.
        kind: single, couple, family, lone_parent, other or student.
        members: at least one; of a couple the partners come first.
        combination: index in ``COMBINATIONS`` of the laws they use.
        benefit, jeugd, wmo, debt: the provisions that are running, if any.
        former: the address before the last removal, if that was in this municipality.
        left: index of the combination that the household left for ``geen``; 0 when it never did, or uses a law again.
        left_for: half-years since then.
    """

    dwelling: Dwelling
    kind: str
    members: list[Person]
    combination: int = 0
    benefit: Benefit | None = None
    jeugd: Care | None = None
    wmo: Care | None = None
    debt: DebtHelp | None = None
    former: Address | None = None
    left: int = 0
    left_for: int = 0
    clients: set[str] = field(default_factory=set)


class Nursery:
    """Makes people and households.

    Args:
        identifiers: where their BSNs come from.
        draws: the random stream of this neighbourhood's people.
        day: day number on which ages hold.
        student_houses: share of households that are houses of unrelated students.
    """

    def __init__(self, identifiers: Identifiers, draws: Draws, day: int, student_houses: float) -> None:
        self._identifiers, self._draws, self._day = identifiers, draws, day
        self._student_houses = student_houses

    def household(self, dwelling: Dwelling) -> Household:
        """Gives a new household of a random kind."""
        # Drawn in any case, so that another share of student houses leaves the other households alone.
        student = self._draws.chance(self._student_houses)
        kind = _KINDS.draw(self._draws)
        return (
            Household(dwelling, "student", self._students())
            if student
            else Household(dwelling, kind, self._members(kind))
        )

    def person(self, youngest: int, oldest: int, family: tuple[str, str] | None = None, sex: str = "") -> Person:
        """Gives a person with an age in years between two bounds, with a family's prefix and surname or their own."""
        draws = self._draws
        sex = sex or draws.pick("MV")
        prefix, surname = family or names.surname(draws)
        days = int((youngest + draws.uniform() * (oldest + 1 - youngest)) * _YEAR)
        birth = self._day - max(days, 1)
        since = max(birth, self._day - int(draws.uniform() ** 2 * 9000) - 1)
        return Person(self._identifiers.bsn(), surname, prefix, names.given(draws, sex), sex, birth, since)

    def child(self, parent: Person, youngest: int = 0, oldest: int = 17) -> Person:
        """Gives a child of a parent, at least seventeen years younger and with the parent's surname."""
        limit = max(min(oldest, parent.age(self._day) - 17), youngest)
        return self.person(youngest, limit, (parent.prefix, parent.surname))

    def single(self, dwelling: Dwelling) -> Household:
        """Gives a household of one adult."""
        return Household(dwelling, "single", self._members("single"))

    def _members(self, kind: str) -> list[Person]:
        if kind == "single":
            return [self.person(*self._draws.pick(((20, 39), (25, 54), (40, 66), (55, 79), (67, 92))))]
        if kind == "couple":
            return self._couple(*self._draws.pick(((22, 35), (45, 66), (50, 75), (67, 88))))
        if kind == "family":
            parents = self._couple(27, 52)
            return parents + self._children(parents[-1])
        if kind == "lone_parent":
            parent = self.person(24, 52, sex="V" if self._draws.chance(0.84) else "M")
            return [parent, *self._children(parent)]
        eldest = self.person(48, 72)
        return [eldest, self.person(22, 45), self.person(75, 92, (eldest.prefix, eldest.surname))]

    def _couple(self, youngest: int, oldest: int) -> list[Person]:
        first = self.person(youngest, oldest)
        age = first.age(self._day)
        second = self.person(max(age - 4, 20), age + 4, sex="V" if first.sex == "M" else "M")
        second.since = max(first.since, second.birth)
        return [first, second]

    def _children(self, parent: Person) -> list[Person]:
        children = []
        for _ in range(_CHILDREN.draw(self._draws)):
            child = self.child(parent, 0, 22)
            child.since = max(child.birth, parent.since)
            children.append(child)
        if len(children) > 1 and self._draws.chance(0.03):
            # Twins: same birthday, surname and address, so that only the given name tells them apart.
            children[1].birth, children[1].since = children[0].birth, children[0].since
        return children

    def _students(self) -> list[Person]:
        return [self.person(18, 26) for _ in range(self._draws.between(4, 9))]
