"""Tables of households over time: transitions, flow, duration and relapse, as classes of the marked cube."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from outputs.base_cube import LEFT, Category
from outputs.household_classes import HOUSEHOLDS, Counts, Definition, dimension_class
from outputs.marks import DURATIONS, GONE, NEW, RELAPSE_YEARS, UNKNOWN
from schemas.domains import COMBINATIONS, DIMENSION_DOMAINS, DIMENSIONS, NONE, TOTAL, combination

FLOWS: Final = ("stayed", "inflow", "outflow")
RELAPSED: Final = "relapsed"
#: Tables that cannot be made without a half-year before.
COMPARING: Final = ("transitions", "dimension_transitions", "flow", "relapse", "effects")


def past_domains(category: Category) -> tuple[str, ...] | None:
    """Gives the domains in use in the half-year before; None where that is not known or nobody was there."""
    past = category.mark("past")
    if past in ("", NEW, UNKNOWN):
        return None
    return () if past == NONE else tuple(past.split("+"))


def from_class(category: Category, class_of: Callable[[Collection[str]], str]) -> str:
    """Gives the class of the half-year before."""
    domains = past_domains(category)
    return category.mark("past") if domains is None else class_of(domains)


def to_class(category: Category, class_of: Callable[[Collection[str]], str]) -> str:
    """Gives the class of this half-year, or how the household ended."""
    return category.mark(LEFT) or class_of(category.active)


def _transitions(names: Sequence[str], class_of: Callable[[Collection[str]], str]) -> Definition:
    def counts(was: str, now: str) -> Counts:
        return lambda category: (
            was in (TOTAL, from_class(category, class_of)) and now in (TOTAL, to_class(category, class_of))
        )

    keys = [
        (was, now)
        for was in (*names, NEW, UNKNOWN, TOTAL)
        for now in (*names, GONE, UNKNOWN, TOTAL)
        if was in (*names, TOTAL) or now in (*names, TOTAL)
    ]
    return list(keys), {HOUSEHOLDS: [counts(*key) for key in keys]}


def _flow() -> Definition:
    laws = (*DIMENSION_DOMAINS, TOTAL)

    def uses(domains: Collection[str], law: str) -> bool:
        return bool(set(DIMENSION_DOMAINS) & set(domains)) if law == TOTAL else law in domains

    def counts(law: str, before: bool, after: bool) -> Counts:
        def counted(category: Category) -> bool:
            if UNKNOWN in (category.mark("past"), category.mark(LEFT)):
                return False
            then = uses(past_domains(category) or (), law)
            return then == before and (not category.left and uses(category.active, law)) == after

        return counted

    sides = {"stayed": (True, True), "inflow": (False, True), "outflow": (True, False)}
    return [(law,) for law in laws], {name: [counts(law, *side) for law in laws] for name, side in sides.items()}


def _duration() -> Definition:
    each: list[Counts] = [lambda category, name=name: category.mark("duration") == name for name in DURATIONS]  # type: ignore[misc]
    using: Counts = lambda category: bool(category.mark("duration"))  # noqa: E731
    return [(name,) for name in (*DURATIONS, TOTAL)], {HOUSEHOLDS: [*each, using]}


def _relapse() -> Definition:
    def counts(years: int, ends: str) -> Counts:
        wanted = {f"{years}{end}" for end in ends}
        return lambda category: bool(wanted & set(category.mark("relapse").split(",")))

    figures = {HOUSEHOLDS: "+-", RELAPSED: "+"}
    keys: list[tuple[str, ...]] = [(str(years),) for years in RELAPSE_YEARS]
    return keys, {name: [counts(years, ends) for years in RELAPSE_YEARS] for name, ends in figures.items()}


#: Name -> classes, for the tables that need households to be followed.
PAST_TABLES: Final[dict[str, Callable[[], Definition]]] = {
    "transitions": lambda: _transitions(COMBINATIONS, combination),
    "dimension_transitions": lambda: _transitions(DIMENSIONS, dimension_class),
    "flow": _flow,
    "duration": _duration,
    "relapse": _relapse,
}
