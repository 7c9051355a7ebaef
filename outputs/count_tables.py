"""Which households every cell of a count table counts: a table is a list of classes of the cube's categories."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from outputs.base_cube import PROVIDER_CLASSES, BaseCube, Category
from outputs.regions import Figures
from outputs.true_tables import TrueTable
from schemas.domains import (
    COMBINATIONS,
    COST_DOMAINS,
    DIMENSION_DOMAINS,
    DIMENSIONS,
    LAWS,
    NONE,
    TOTAL,
    combination,
)

Members = np.ndarray[Any, np.dtype[np.bool_]]

HOUSEHOLDS: Final = "households"
MULTIPLE: Final = "multiple_households"

_Counts = Callable[[Category], bool]


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes of one count table, or of the counts of another table.

    Attributes:
        table: its name.
        keys: values of the key columns other than period and region, one tuple a class.
        members: figure -> bool array [classes, categories]: which categories of the cube it counts.
    """

    table: str
    keys: tuple[tuple[str, ...], ...]
    members: dict[str, Members]

    def counted(self, cube: BaseCube) -> dict[str, Figures]:
        """Gives every figure [regions, classes] of a cube, true or rounded."""
        return {
            figure: cube.regions.rolled_up(cube.counts @ member.T.astype(np.int64))
            for figure, member in self.members.items()
        }

    def true_table(self, cube: BaseCube) -> TrueTable:
        """Gives the true table of a true cube."""
        return TrueTable(self.table, cube.regions, self.keys, (), self.counted(cube))


def classes_of(table: str, categories: Sequence[Category], domains: Sequence[str]) -> Classes:
    """Gives the classes of ``stacking``, ``dimensions``, ``use``, ``providers``, ``costs`` or ``concentration``.

    Args:
        table: which; of ``costs`` and ``concentration`` those of their counts.
        categories: columns of the cube.
        domains: names of the domains of the purpose.
    """
    keys, counts = _DEFINITIONS[table](domains)
    members = {
        figure: np.array([[counts_it(category) for category in categories] for counts_it in of_figure], dtype=np.bool_)
        for figure, of_figure in counts.items()
    }
    shaped = {figure: member.reshape(len(keys), len(categories)) for figure, member in members.items()}
    return Classes(table, tuple(keys), shaped)


_Definition = tuple[list[tuple[str, ...]], dict[str, list[_Counts]]]


def _partition(names: Sequence[str], name_of: Callable[[Category], str]) -> _Definition:
    each: list[_Counts] = [lambda category, name=name: name_of(category) == name for name in names]  # type: ignore[misc]
    return [(name,) for name in (*names, TOTAL)], {HOUSEHOLDS: [*each, _everybody]}


def _everybody(_category: Category) -> bool:
    return True


def _stacking(_domains: Sequence[str]) -> _Definition:
    return _partition(COMBINATIONS, _combination)


def _combination(category: Category) -> str:
    return combination(category.active)


def _dimensions(_domains: Sequence[str]) -> _Definition:
    return _partition(DIMENSIONS, _dimension)


def _dimension(category: Category) -> str:
    return DIMENSIONS[min(sum(domain in category.active for domain in DIMENSION_DOMAINS), len(DIMENSIONS) - 1)]


def _providers(_domains: Sequence[str]) -> _Definition:
    return _partition(PROVIDER_CLASSES, lambda category: category.providers)


def _use(domains: Sequence[str]) -> _Definition:
    def uses(domain: str) -> _Counts:
        return lambda category: domain in category.active

    def with_another(domain: str) -> _Counts:
        alone = domain if domain in LAWS else NONE
        return lambda category: domain in category.active and _combination(category) != alone

    figures = {HOUSEHOLDS: [uses(one) for one in domains], MULTIPLE: [with_another(one) for one in domains]}
    return [(domain,) for domain in domains], figures


def _costs(domains: Sequence[str]) -> _Definition:
    """Households with a record, by combination and cost domain; both with their total."""
    priced = [domain for domain in COST_DOMAINS if domain in domains]

    def counts(laws: str, domain: str) -> _Counts:
        wanted = set(priced) if domain == TOTAL else {domain}
        return lambda category: laws in (TOTAL, _combination(category)) and bool(wanted & set(category.recorded))

    keys = [(laws, domain) for laws in (*COMBINATIONS, TOTAL) for domain in (*priced, TOTAL)]
    return list(keys), {HOUSEHOLDS: [counts(*key) for key in keys]}


def _concentration(_domains: Sequence[str]) -> _Definition:
    """The households of which the costliest are a part: all, and those with positive cost."""
    return [("huishoudens",), ("clienthuishoudens",)], {HOUSEHOLDS: [_everybody, lambda category: category.client]}


_DEFINITIONS: Final[dict[str, Callable[[Sequence[str]], _Definition]]] = {
    "stacking": _stacking,
    "dimensions": _dimensions,
    "use": _use,
    "providers": _providers,
    "costs": _costs,
    "concentration": _concentration,
}
