"""Several households in one dwelling: by age, surname and date of moving in, where the purpose asks for it.

Within a dwelling persons are joined step by step, and each group that is joined is a household:
1. ``name``: persons of one surname;
2. ``child``: a minor without an adult of the same surname goes with the oldest adult;
3. ``couple``: two adults, alone in the dwelling but for minors, of nearly one age or who moved in together;
4. ``parent``: the one lone parent and the one lone adult of a dwelling, on the same grounds.
Whoever is joined to nobody is a household. Unknown ages count as adult, unknown dates as apart.
Source: Ede derivation of households from the BRP (edebrp, functions_huishoudens): two unrelated persons under 8 years
or 15 days apart, a lone parent and a lone adult under 15 years or 15 days apart, unlinked minors with the oldest.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from schemas.household_rules import Split

Ints = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

_ADULT: Final = 18
_STUDENTS: Final = (17, 30)
_FEWEST_STUDENTS: Final = 3
_COUPLE_YEARS, _PARENT_YEARS, _DAYS = 8, 15, 15
_UNKNOWN: Final = -(2**40)


@dataclass(frozen=True, eq=False)
class Families:
    """Which household of its dwelling each person belongs to.

    Attributes:
        family: number per person, in the order of the rows that came in; unique over all dwellings.
        counts: rule -> persons in the dwellings that it split.
    """

    family: Ints
    counts: dict[str, int]


def families(members: pa.Table, rules: tuple[Split, ...]) -> Families:
    """Splits dwellings.

    Args:
        members: dwelling (number), age, surname (number, null where unknown), since_days; any order.
        rules: ``families`` splits every dwelling, ``student_house`` only those.
    """
    people = _People(members)
    students = people.students() if "student_house" in rules else np.zeros(len(people.dwelling), bool)
    alone = np.arange(len(people.dwelling))
    family = people.joined() if "families" in rules else people.dwelling
    # Beyond every other number, so that a student's household is nobody else's.
    family = np.where(students, alone + family.max(initial=0) + 1, family)
    several = people.of_several_families(family)
    counts = {"student_house": int(students.sum()), "families": int((several & ~students).sum())}
    return Families(family, {rule: counts[rule] for rule in rules})


class _People:
    """Persons as arrays, and the groups that they form."""

    def __init__(self, members: pa.Table) -> None:
        self.dwelling = _ints(members["dwelling"])
        self.age = _ints(members["age"], missing=_UNKNOWN)
        self.since = _ints(members["since_days"], missing=_UNKNOWN)
        # Who has no known surname shares it with nobody.
        nobody = -1 - np.arange(len(self.dwelling))
        surname = _ints(members["surname"], missing=-1)
        self.surname = np.where(surname < 0, nobody, surname)
        self.adult = (self.age >= _ADULT) | (self.age == _UNKNOWN)

    def of_several_families(self, family: Ints) -> Booleans:
        """Who lives in a dwelling that holds more than one household."""
        return np.asarray(_sizes(self.dwelling) != _sizes(self._both(self.dwelling, family)))

    def students(self) -> Booleans:
        """Who lives in a house of three or more adults of student age, no two of one surname."""
        houses = self._per(self.dwelling)
        of_age = (self.age >= _STUDENTS[0]) & (self.age <= _STUDENTS[1])
        names = _sizes(self._both(self.dwelling, self.surname))
        wrong = np.bincount(houses, ~of_age | (names > 1), minlength=houses.max(initial=-1) + 1)
        large = _sizes(houses) >= _FEWEST_STUDENTS
        return np.asarray(large & (wrong[houses] == 0))

    def joined(self) -> Ints:
        """Groups by name, then with the children, then with partners."""
        named = self._per(self._both(self.dwelling, self.surname))
        with_children = self._components(named, *self._orphans(named))
        return self._components(with_children, *self._partners(with_children))

    def _orphans(self, group: Ints) -> tuple[Ints, Ints]:
        """Minors of groups without an adult, and the oldest adult of their dwelling."""
        adults = np.bincount(group, self.adult, minlength=group.max(initial=-1) + 1)
        oldest = self._oldest_adult()
        left = np.flatnonzero((adults[group] == 0) & ~self.adult & (oldest >= 0))
        return left, oldest[left]

    def _oldest_adult(self) -> Ints:
        """Row of the oldest adult of each person's dwelling; -1 where there is none."""
        houses = self._per(self.dwelling)
        order = np.lexsort((self.surname, -self.since, -self.age, ~self.adult, houses))
        _, first = np.unique(houses[order], return_index=True)
        heads = order[first]
        return np.asarray(np.where(self.adult[heads], heads, -1)[houses], np.int64)

    def _partners(self, group: Ints) -> tuple[Ints, Ints]:
        """The pairs of adults who make one household by age or by the day on which they moved in."""
        houses = self._per(self.dwelling)
        adults = np.flatnonzero(self.adult)
        in_house = np.bincount(houses[adults], minlength=houses.max(initial=-1) + 1)
        in_group = np.bincount(group[adults], minlength=group.max(initial=-1) + 1)
        children = np.bincount(group, ~self.adult, minlength=len(in_group)) > 0
        single = self.adult & (in_group[group] == 1)
        couples = self._near(self._twos(single & (in_house[houses] == 2), houses), _COUPLE_YEARS)
        crowded = single & (in_house[houses] > 2)
        parent, lone = (self._only(crowded & (children[group] == has), houses) for has in (True, False))
        both = np.flatnonzero((parent >= 0) & (lone >= 0))
        parents = self._near((parent[both], lone[both]), _PARENT_YEARS)
        return np.concatenate([couples[0], parents[0]]), np.concatenate([couples[1], parents[1]])

    def _twos(self, who: Booleans, houses: Ints) -> tuple[Ints, Ints]:
        rows = np.flatnonzero(who)
        rows = rows[np.argsort(houses[rows], kind="stable")]
        rows = rows[_sizes(houses[rows]) == 2]
        return rows[0::2], rows[1::2]

    def _only(self, who: Booleans, houses: Ints) -> Ints:
        """Per house the one person of whom it holds, -1 where there is none or several."""
        rows = np.flatnonzero(who)
        only = np.full(houses.max(initial=-1) + 1, -1)
        alone = rows[_sizes(houses[rows]) == 1]
        only[houses[alone]] = alone
        return only

    def _near(self, pairs: tuple[Ints, Ints], years: int) -> tuple[Ints, Ints]:
        one, other = pairs
        known = [values[one] + values[other] > _UNKNOWN // 2 for values in (self.age, self.since)]
        age = known[0] & (np.abs(self.age[one] - self.age[other]) < years)
        moved = known[1] & (np.abs(self.since[one] - self.since[other]) < _DAYS)
        return one[age | moved], other[age | moved]

    def _components(self, group: Ints, one: Ints, other: Ints) -> Ints:
        size = group.max(initial=-1) + 1
        graph = coo_array((np.ones(len(one), np.int8), (group[one], group[other])), shape=(size, size))
        _, label = connected_components(graph, directed=False)
        return np.asarray(label[group], np.int64)

    def _both(self, one: Ints, other: Ints) -> Ints:
        """One number per pair of numbers."""
        return self._per(self._per(one) * (len(one) + 1) + self._per(other))

    @staticmethod
    def _per(values: Ints) -> Ints:
        return np.asarray(np.unique(values, return_inverse=True)[1], np.int64)


def _sizes(groups: Ints) -> Ints:
    """For each member how many its group has."""
    _, place, count = np.unique(groups, return_inverse=True, return_counts=True)
    return np.asarray(count[place], np.int64)


def _ints(column: "pa.ChunkedArray", missing: int = 0) -> Ints:
    values: Any = column.cast(pa.int64()).fill_null(missing).to_numpy()
    return np.asarray(values, np.int64)
