"""Which households every cell of a count table counts: a table is a list of classes of the cube's categories."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from outputs.base_cube import PROVIDER_CLASSES, BaseCube, Category
from outputs.household_classes import (
    HOUSEHOLDS,
    Counts,
    Definition,
    combination_of,
    dimension_of,
    everybody,
    partition,
)
from outputs.marks import STAGES
from outputs.past_tables import FLOWS, PAST_TABLES, RELAPSED
from outputs.regions import Figures
from outputs.segment_tables import SEGMENT_TABLES, WITH_SAFETY
from outputs.true_tables import TrueTable
from schemas.domains import COMBINATIONS, COST_DOMAINS, DIMENSIONS, LAWS, NONE, TOTAL

Members = np.ndarray[Any, np.dtype[np.bool_]]

MULTIPLE: Final = "multiple_households"
#: Names of the counts of tables whose counts are not (only) households.
COUNT_FIGURES: Final[dict[str, tuple[str, ...]]] = {
    "use": (HOUSEHOLDS, MULTIPLE),
    "flow": FLOWS,
    "relapse": (HOUSEHOLDS, RELAPSED),
    "top_groups": (WITH_SAFETY,),
    "trajectories": STAGES,
}
#: Percentages of tables: name, and of which counts it is part and whole.
PERCENTAGES: Final[dict[str, tuple[str, str, str]]] = {
    "use": ("multiple_pct", MULTIPLE, HOUSEHOLDS),
    "relapse": ("relapse_pct", RELAPSED, HOUSEHOLDS),
    "top_groups": ("with_safety_pct", WITH_SAFETY, HOUSEHOLDS),
    "trajectories": ("success_pct", "succeeded", "completed"),
}
#: Tables in which every household is in exactly one class, and in which every user is.
PARTITIONS: Final = ("stacking", "dimensions", "providers", "pyramid")
PARTITIONS_OF_USERS: Final = ("duration",)
#: Tables that also count households that are no more.
_OF_LEFT: Final = ("transitions", "dimension_transitions", "flow")


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
    """Gives the classes of a table with counts.

    Args:
        table: which; of ``costs``, ``concentration`` and ``segments`` those of their counts.
        categories: columns of the cube.
        domains: names of the domains of the purpose.
    """
    keys, counts = _DEFINITIONS[table](domains)
    members = {
        figure: np.array([[counts_it(category) for category in categories] for counts_it in of_figure], dtype=np.bool_)
        for figure, of_figure in counts.items()
    }
    if table not in _OF_LEFT:
        present = np.array([not category.left for category in categories], dtype=np.bool_)
        members = {figure: member & present for figure, member in members.items()}
    shaped = {figure: member.reshape(len(keys), len(categories)) for figure, member in members.items()}
    return Classes(table, tuple(keys), shaped)


def _use(domains: Sequence[str]) -> Definition:
    def uses(domain: str) -> Counts:
        return lambda category: domain in category.active

    def with_another(domain: str) -> Counts:
        alone = domain if domain in LAWS else NONE
        return lambda category: domain in category.active and combination_of(category) != alone

    figures = {HOUSEHOLDS: [uses(one) for one in domains], MULTIPLE: [with_another(one) for one in domains]}
    return [(domain,) for domain in domains], figures


def _costs(domains: Sequence[str]) -> Definition:
    """Households with a record, by combination and cost domain; both with their total."""
    priced = [domain for domain in COST_DOMAINS if domain in domains]

    def counts(laws: str, domain: str) -> Counts:
        wanted = set(priced) if domain == TOTAL else {domain}
        return lambda category: laws in (TOTAL, combination_of(category)) and bool(wanted & set(category.recorded))

    keys = [(laws, domain) for laws in (*COMBINATIONS, TOTAL) for domain in (*priced, TOTAL)]
    return list(keys), {HOUSEHOLDS: [counts(*key) for key in keys]}


def _concentration(_domains: Sequence[str]) -> Definition:
    """The households of which the costliest are a part: all, and those with positive cost."""
    return [("huishoudens",), ("clienthuishoudens",)], {HOUSEHOLDS: [everybody, lambda category: category.client]}


_DEFINITIONS: Final[dict[str, Callable[[Sequence[str]], Definition]]] = {
    "stacking": lambda _domains: partition(COMBINATIONS, combination_of),
    "dimensions": lambda _domains: partition(DIMENSIONS, dimension_of),
    "use": _use,
    "providers": lambda _domains: partition(PROVIDER_CLASSES, lambda category: category.providers),
    "costs": _costs,
    "concentration": _concentration,
    **{name: lambda _domains, define=define: define() for name, define in PAST_TABLES.items()},  # type: ignore[misc]
    **SEGMENT_TABLES,
}
