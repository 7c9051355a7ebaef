"""Classes of households by their category of the cube: what the definitions of the count tables are made of."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from outputs.base_cube import Category
from schemas.domains import DIMENSION_DOMAINS, DIMENSIONS, TOTAL, combination

HOUSEHOLDS: Final = "households"

#: Whether a class counts a category.
Counts = Callable[[Category], bool]
#: Keys of the classes of a table, and per figure what each of them counts.
Definition = tuple[list[tuple[str, ...]], dict[str, list[Counts]]]


def partition(names: Sequence[str], name_of: Callable[[Category], str]) -> Definition:
    """Gives classes of which every household is in exactly one, and their total."""
    each: list[Counts] = [lambda category, name=name: name_of(category) == name for name in names]  # type: ignore[misc]
    return [(name,) for name in (*names, TOTAL)], {HOUSEHOLDS: [*each, everybody]}


def everybody(_category: Category) -> bool:
    """Counts every household."""
    return True


def combination_of(category: Category) -> str:
    """Gives the exact combination of laws."""
    return combination(category.active)


def dimension_of(category: Category) -> str:
    """Gives the class of the number of domains."""
    return dimension_class(category.active)


def dimension_class(active: Collection[str]) -> str:
    """Gives the class of the number of ``DIMENSION_DOMAINS`` among domains in use."""
    return DIMENSIONS[min(sum(domain in active for domain in DIMENSION_DOMAINS), len(DIMENSIONS) - 1)]
