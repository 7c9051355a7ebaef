"""Marks of households: what only some tables ask for, and only then goes into the base cube.

``past``: which domains were in use in the half-year before (``geen``, ``Jeugd+SHV``), or ``nieuw`` or ``onbekend``.
``duration``: for how many years domains have been in use without a gap. ``relapse``: how many years ago the last
domain was left, and whether one came back (``1+`` or ``1-``). ``rank``: the smallest group of the costliest that the
household is in. ``level``: its step of the family pyramid. ``group``: whether it is in the approach.
``schuldhulp:kort`` and the like: how far a trajectory came.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import narwhals as nw

from outputs.base_cube import LEFT, Category, Marking
from outputs.costs import TOP_PERCENTAGES
from outputs.profiles import FLAGS, Lazy, collected
from schemas.domains import DIMENSION_DOMAINS, NONE

NEW: Final = "nieuw"
UNKNOWN: Final = "onbekend"
GONE: Final = "vertrokken"

#: Duration classes in years, and the half-years in which each ends; the last has no end.
_DURATIONS: Final = (("0-1", 2), ("1-2", 4), ("2-3", 6), ("3-5", 10), ("5+", None))
DURATIONS: Final = (*(name for name, _ in _DURATIONS), UNKNOWN)
RELAPSE_YEARS: Final = (1, 2, 3, 4, 5)
#: Steps of the family pyramid (Amsterdam), and households on none of them.
LEVELS: Final = ("0", "1", "2", "3", "4", NONE)
#: Whoever is among none of the groups of the costliest.
REST: Final = "rest"
RANKS: Final = (*map(str, TOP_PERCENTAGES), REST)
APPROACH, OTHERS = "aanpak", "overig"
TRAJECTORIES: Final = ("schuldhulp", "reintegratie")
FORMS: Final = ("kort", "intensief")
#: How far a trajectory came; each includes those before it.
STAGES: Final = ("offered", "started", "completed", "succeeded")

_PAST: Final = ("fate", "before", "known", "used")
_STILL_HERE: Final = ("continued", "new", "unknown", "first")
_OF_ADULTS: Final = ("P-wet", "Wmo", "SHV", "RMC", "Veiligheid")
_TRAITS: Final = {
    "approach": ("aanpak", "approach"),
    "minor": ("brp", "minor"),
    "protection": ("Jeugd", "protection"),
    "nuisance": ("Veiligheid", "nuisance_minor"),
}

_Row = Mapping[Any, Any]
_Marks = Callable[[_Row], Iterator[str]]


def told_by_marks(category: Category) -> set[str]:
    """Gives the domains that the marks of a household tell of, in use now or not."""
    past = category.mark("past")
    before = set(past.split("+")) if past not in ("", NEW, UNKNOWN, NONE) else set()
    helped = any(mark.startswith("schuldhulp:") for mark in category.marks)
    return before | ({"SHV"} if helped else set())


def marking(tables: Sequence[str], profiled: Lazy, past: Lazy | None, traits: Lazy | None) -> tuple[Lazy, Marking]:
    """Gives the profiles with the columns that the marks of ``tables`` need, and the marking.

    Args:
        tables: names of the tables that the purpose asks for.
        profiled: as ``outputs.profiles`` gives them.
        past: ``PAST_SCHEMA``; without it there is nothing to compare with.
        traits: ``TRAIT_SCHEMA``; without it nobody has any.
    """
    asked = set(tables)
    columns: list[str] = []
    made: list[_Marks] = []
    left: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if past is not None and (of_past := [one for names, one in _OF_PAST if asked & set(names)]):
        here = past.filter(nw.col("fate").is_in(list(_STILL_HERE))).select("household", *_PAST)
        profiled = profiled.join(here, on="household", how="left")
        columns, made = [*columns, *_PAST], [*made, *of_past]
        left = tuple(_left(past)) if asked & {"transitions", "dimension_transitions", "flow"} else ()
    if "top_groups" in asked:
        profiled = profiled.join(_ranked(profiled), on="household", how="left")
        columns, made = [*columns, "rank"], [*made, _rank_mark]
    if traits is not None and asked & {"pyramid", "trajectories"}:
        named = _trait_columns(asked)
        profiled = profiled.join(_spread(traits, named), on="household", how="left").with_columns(
            nw.col(name).fill_null(False) for name in named
        )
        columns = [*columns, *named]
        made += [_level_mark] if "pyramid" in asked else []
        made += [_trajectory_marks] if "trajectories" in asked else []

    def marks(row: _Row) -> tuple[str, ...]:
        return tuple(sorted(mark for one in made for mark in one(row)))

    return profiled, Marking(tuple(columns), marks, left)


def _past_mark(row: _Row) -> Iterator[str]:
    yield f"past={_past_of(str(row['fate']), row['before'])}"


def _past_of(fate: str, before: Any) -> str:
    if fate in ("new", "unknown", "first", "former_unknown"):
        return NEW if fate == "new" else UNKNOWN
    used = [domain for place, domain in enumerate(DIMENSION_DOMAINS) if int(before) >> place & 1]
    return "+".join(used) or NONE


def _duration_mark(row: _Row) -> Iterator[str]:
    known, used = int(row["known"]), int(row["used"])
    length = next((place for place in range(known) if not used >> place & 1), known)
    if not length:
        return
    name = next(name for name, end in _DURATIONS if end is None or length <= end)
    yield f"duration={name if length < known or name == _DURATIONS[-1][0] else UNKNOWN}"


def _relapse_mark(row: _Row) -> Iterator[str]:
    known, used = int(row["known"]), int(row["used"])
    cohorts = [
        f"{years}{'+' if used & ((1 << 2 * years) - 1) else '-'}"
        for years in RELAPSE_YEARS
        if known >= 2 * years + 2 and used >> 2 * years & 3 == 2
    ]
    if cohorts:
        yield f"relapse={','.join(cohorts)}"


_OF_PAST: Final[tuple[tuple[tuple[str, ...], _Marks], ...]] = (
    (("transitions", "dimension_transitions", "flow"), _past_mark),
    (("duration",), _duration_mark),
    (("relapse",), _relapse_mark),
)


def _left(past: Lazy) -> Iterator[tuple[str, tuple[str, ...]]]:
    gone = past.filter(~nw.col("fate").is_in(list(_STILL_HERE)))
    counted = collected(gone.group_by("buurt", "fate", "before").agg(nw.len().alias("households")))
    for row in counted.sort_values(["buurt", "fate", "before"]).to_dict("records"):
        end = UNKNOWN if row["fate"] == "former_unknown" else GONE
        was = _past_of("continued", row["before"])
        for _ in range(int(row["households"])):
            yield str(row["buurt"]), (f"{LEFT}={end}", f"past={was}")


def _ranked(profiled: Lazy) -> Lazy:
    """The place of each household with costs in the order of descending cost, as a share of all households."""
    costs = collected(profiled.select("household", "cost_cent").sort("household"))
    positive = costs[costs["cost_cent"] > 0].sort_values("cost_cent", ascending=False, kind="stable")
    ends = [(str(top), -(-top * len(costs) // 100)) for top in TOP_PERCENTAGES]
    rank = [next((name for name, end in ends if place < end), REST) for place in range(len(positive))]
    ranked = positive[["household"]].assign(rank=rank)
    return nw.from_dict(
        {"household": ranked["household"].tolist(), "rank": ranked["rank"].tolist()},
        schema={"household": nw.Int64(), "rank": nw.String()},
        backend="pyarrow",
    ).lazy(backend=profiled.implementation)


def _rank_mark(row: _Row) -> Iterator[str]:
    rank = row["rank"]
    yield f"rank={rank if isinstance(rank, str) else REST}"


def _trait_columns(asked: set[str]) -> dict[str, tuple[str, str]]:
    names: dict[str, tuple[str, str]] = {}
    if "pyramid" in asked:
        names |= {name: _TRAITS[name] for name in ("minor", "protection", "nuisance")}
    if "trajectories" in asked:
        names["approach"] = _TRAITS["approach"]
        kinds = [":".join((one, form, stage)) for one in TRAJECTORIES for form in FORMS for stage in STAGES]
        names |= {kind: ("trajecten", kind) for kind in kinds}
    return names


def _spread(traits: Lazy, named: Mapping[str, tuple[str, str]]) -> Lazy:
    flags = [
        ((nw.col("domain") == domain) & (nw.col("kind") == kind)).any().alias(name)
        for name, (domain, kind) in named.items()
    ]
    return traits.group_by("household").agg(*flags)


def _level_mark(row: _Row) -> Iterator[str]:
    """Levels 3 and 4 for a measure of protection or probation, 2 for other youth care, 1 and 0 for none of it."""
    if row["protection"] and row[FLAGS["Jeugd"]]:
        yield f"level={4 if row['nuisance'] else 3}"
    elif row[FLAGS["Jeugd"]]:
        yield "level=2"
    else:
        domains = sum(bool(row[FLAGS[domain]]) for domain in _OF_ADULTS)
        yield f"level={min(domains, 2) - 1 if row['minor'] and domains else NONE}"


def _trajectory_marks(row: _Row) -> Iterator[str]:
    yield f"group={APPROACH if row['approach'] else OTHERS}"
    for trajectory in TRAJECTORIES:
        for form in FORMS:
            reached = [stage for stage in STAGES if row[f"{trajectory}:{form}:{stage}"]]
            if reached:
                yield f"{trajectory}:{form}={reached[-1]}"
