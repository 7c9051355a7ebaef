"""Unknowns behind the tables over time and of segments: households by what those tables tell apart.

Each block tells households apart as finely as its tables together do, whatever else they are; what ties it to the
other unknowns of a region are sums that both have. A class of a table counts a whole number of the kinds of a block,
and which ones follows from the definition of the class itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from typing import Final

from outputs.base_cube import LEFT, Category
from outputs.count_tables import Classes, classes_of
from outputs.household_classes import HOUSEHOLDS, everybody
from outputs.marks import (
    APPROACH,
    DURATIONS,
    FORMS,
    GONE,
    LEVELS,
    NEW,
    OTHERS,
    RANKS,
    RELAPSE_YEARS,
    STAGES,
    TRAJECTORIES,
    UNKNOWN,
)
from outputs.segment_tables import SAFETY
from schemas.domains import DIMENSION_DOMAINS, DOMAIN_NAMES, NONE

_Holds = Callable[[Category], bool]


@dataclass(frozen=True)
class Link:
    """A sum of a block beside a sum of other unknowns: equal to it, or at most so much.

    Attributes:
        own: which kinds of the block.
        other: which kinds of the other unknowns.
        of: name of the other block; empty: households by domains in use.
        equal: whether both sums are the same; else the own one is at most the other.
    """

    own: _Holds
    other: _Holds
    of: str = ""
    equal: bool = True


@dataclass(frozen=True, eq=False)
class Block:
    """Kinds of households that some tables tell apart.

    Attributes:
        name: its name.
        tables: the tables.
        kinds: one category for each.
        kinds_of: which of them a household of a category belongs to.
        links: what ties them to other unknowns.
    """

    name: str
    tables: tuple[str, ...]
    kinds: tuple[Category, ...]
    kinds_of: Callable[[Category], Iterable[Category]]
    links: tuple[Link, ...]

    def counted(self, table: str, figure: str, keys: Sequence[str]) -> list[Category]:
        """Gives the kinds that a class of a table counts."""
        if table == "top_groups" and figure == HOUSEHOLDS:
            inside = RANKS[: RANKS.index(keys[0]) + 1]
            return [kind for kind in self.kinds if kind.mark("rank") in inside]
        classes = self._classes[table]
        return [
            kind
            for kind, counts in zip(self.kinds, classes.members[figure][classes.keys.index(tuple(keys))], strict=True)
            if counts
        ]

    @cached_property
    def _classes(self) -> dict[str, Classes]:
        return {table: classes_of(table, self.kinds, tuple(DOMAIN_NAMES.values())) for table in self.tables}


def blocks_of(tables: Iterable[str]) -> tuple[Block, ...]:
    """Gives the blocks that a release with these tables needs."""
    printed = set(tables)
    return tuple(block for block in _BLOCKS if printed & set(block.tables))


def _marked(*marks: str, active: tuple[str, ...] = ()) -> Category:
    return Category(active, (), "0", False, tuple(sorted(marks)))


def _dimensions_of(category: Category) -> tuple[str, ...]:
    return tuple(domain for domain in DIMENSION_DOMAINS if domain in category.active)


_SUBSETS: Final = tuple(
    chain.from_iterable(combinations(DIMENSION_DOMAINS, size) for size in range(len(DIMENSION_DOMAINS) + 1))
)


def _past() -> Block:
    pasts = tuple("+".join(subset) or NONE for subset in _SUBSETS)
    here = [_marked(f"past={past}", active=now) for past in (*pasts, NEW, UNKNOWN) for now in _SUBSETS]
    gone = [_marked(f"past={past}", f"{LEFT}={end}") for past in pasts for end in (GONE, UNKNOWN)]

    def kinds_of(category: Category) -> Iterator[Category]:
        left = [f"{LEFT}={category.mark(LEFT)}"] if category.left else []
        if category.mark("past"):
            yield _marked(f"past={category.mark('past')}", *left, active=_dimensions_of(category))

    links = tuple(
        Link(
            lambda kind, subset=subset: not kind.left and kind.active == subset,  # type: ignore[misc]
            lambda other, subset=subset: _dimensions_of(other) == subset,  # type: ignore[misc]
        )
        for subset in _SUBSETS
    )
    return Block("past", ("transitions", "dimension_transitions", "flow"), (*here, *gone), kinds_of, links)


def _duration() -> Block:
    """Who used nothing half a year ago is in the shortest class; of whoever is new the beginning is not known."""

    def started(past: tuple[str, ...]) -> _Holds:
        return lambda kind: kind.mark("past") in past and bool(kind.active)

    links = (
        Link(everybody, lambda other: bool(_dimensions_of(other))),
        Link(lambda kind: kind.mark("duration") != DURATIONS[0], _not(started((NONE,))), "past", equal=False),
        Link(lambda kind: kind.mark("duration") != UNKNOWN, _not(started((NEW, UNKNOWN))), "past", equal=False),
    )
    kinds = tuple(_marked(f"duration={name}") for name in DURATIONS)
    return Block("duration", ("duration",), kinds, lambda category: _own(category, "duration"), links)


def _not(holds: _Holds) -> _Holds:
    """The others among those that use something now."""
    return lambda kind: bool(kind.active) and not holds(kind)


def _own(category: Category, name: str) -> list[Category]:
    return [_marked(f"{name}={category.mark(name)}")] if category.mark(name) else []


def _relapse() -> Block:
    kinds = tuple(_marked(f"relapse={years}{end}") for years in RELAPSE_YEARS for end in "+-")

    def kinds_of(category: Category) -> Iterator[Category]:
        yield from (_marked(f"relapse={cohort}") for cohort in category.mark("relapse").split(",") if cohort)

    links = tuple(
        Link(lambda kind, years=years: kind.mark("relapse")[0] == str(years), everybody, equal=False)  # type: ignore[misc]
        for years in RELAPSE_YEARS
    )
    return Block("relapse", ("relapse",), kinds, kinds_of, links)


def _top_groups() -> Block:
    def kind(rank: str, safety: bool) -> Category:
        return _marked(f"rank={rank}", active=(SAFETY,) if safety else ())

    kinds = tuple(kind(rank, safety) for rank in RANKS for safety in (False, True))
    links = (
        Link(lambda one: SAFETY in one.active, lambda other: SAFETY in other.active),
        Link(lambda one: SAFETY not in one.active, lambda other: SAFETY not in other.active),
    )
    return Block(
        "top_groups",
        ("top_groups",),
        kinds,
        lambda category: [kind(category.mark("rank"), SAFETY in category.active)] if category.mark("rank") else [],
        links,
    )


def _pyramid() -> Block:
    links = (
        Link(everybody, everybody),
        Link(lambda kind: kind.mark("level") in LEVELS[2:5], lambda other: "Jeugd" in other.active),
    )
    kinds = tuple(_marked(f"level={name}") for name in LEVELS)
    return Block("pyramid", ("pyramid",), kinds, lambda category: _own(category, "level"), links)


def _trajectories() -> Block:
    def kind(trajectory: str, group: str, reached: Sequence[str]) -> Category:
        marks = [f"{trajectory}:{form}={stage}" for form, stage in zip(FORMS, reached, strict=True) if stage]
        return _marked(f"group={group}", *marks)

    stages = [reached for reached in product(("", *STAGES), repeat=len(FORMS)) if any(reached)]
    kinds = tuple(kind(*one) for one in product(TRAJECTORIES, (APPROACH, OTHERS), stages))

    def kinds_of(category: Category) -> Iterator[Category]:
        for trajectory in TRAJECTORIES:
            reached = [category.mark(f"{trajectory}:{form}") for form in FORMS]
            if any(reached):
                yield kind(trajectory, category.mark("group"), reached)

    links = tuple(
        Link(
            lambda one, trajectory=trajectory: any(one.mark(f"{trajectory}:{form}") for form in FORMS),  # type: ignore[misc]
            everybody,
            equal=False,
        )
        for trajectory in TRAJECTORIES
    )
    return Block("trajectories", ("trajectories",), kinds, kinds_of, links)


_BLOCKS: Final = (_past(), _duration(), _relapse(), _top_groups(), _pyramid(), _trajectories())
