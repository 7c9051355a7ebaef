"""Tables of segments: by number of domains, attention households, the costliest, the family pyramid, trajectories."""

from collections.abc import Callable, Sequence
from typing import Final

from outputs.base_cube import Category
from outputs.costs import TOP_PERCENTAGES
from outputs.household_classes import HOUSEHOLDS, Counts, Definition, dimension_of, everybody, partition
from outputs.marks import APPROACH, FORMS, LEVELS, OTHERS, RANKS, STAGES, TRAJECTORIES
from schemas.domains import DIMENSIONS, TOTAL

#: Attention households: two or more of these coincide (definitions: P-wet, Jeugd, criminality).
ATTENTION_DOMAINS: Final = ("P-wet", "Jeugd", "Veiligheid")
BY_DIMENSIONS, BY_ATTENTION = "domeinen", "aandacht"
SEGMENTATIONS: Final = (BY_DIMENSIONS, BY_ATTENTION)
ATTENTION: Final = ("0", "1", "2", "3")
ATTENTION_HOUSEHOLDS: Final = "2+"
WITH_SAFETY: Final = "with_safety"
SAFETY: Final = "Veiligheid"


def attention_of(category: Category) -> str:
    """Gives how many of the attention domains are in use."""
    return str(sum(domain in category.active for domain in ATTENTION_DOMAINS))


def _segments(domains: Sequence[str]) -> Definition:
    """Attention households are told of only where all their domains are there."""
    each = {(BY_DIMENSIONS, name): _is(dimension_of, name) for name in DIMENSIONS}
    each[BY_DIMENSIONS, TOTAL] = everybody
    if set(ATTENTION_DOMAINS) <= set(domains):
        each |= {(BY_ATTENTION, name): _is(attention_of, name) for name in ATTENTION}
        each[BY_ATTENTION, ATTENTION_HOUSEHOLDS] = lambda category: attention_of(category) in ATTENTION[2:]
        each[BY_ATTENTION, TOTAL] = everybody
    return list(each), {HOUSEHOLDS: list(each.values())}


def _is(class_of: Callable[[Category], str], name: str) -> Counts:
    return lambda category: class_of(category) == name


def _top_groups(_domains: Sequence[str]) -> Definition:
    def counts(place: int) -> Counts:
        inside = RANKS[: place + 1]
        return lambda category: category.mark("rank") in inside and SAFETY in category.active

    keys: list[tuple[str, ...]] = [(str(top),) for top in TOP_PERCENTAGES]
    return keys, {WITH_SAFETY: [counts(place) for place in range(len(keys))]}


def _trajectories(_domains: Sequence[str]) -> Definition:
    groups = {APPROACH: (APPROACH,), OTHERS: (OTHERS,), TOTAL: (APPROACH, OTHERS)}

    def counts(trajectory: str, forms: tuple[str, ...], inside: tuple[str, ...], stage: str) -> Counts:
        reached = STAGES[STAGES.index(stage) :]
        return lambda category: (
            category.mark("group") in inside and any(category.mark(f"{trajectory}:{one}") in reached for one in forms)
        )

    keys = [(one, form, group) for one in TRAJECTORIES for form in (*FORMS, TOTAL) for group in groups]
    forms_of = {**{form: (form,) for form in FORMS}, TOTAL: FORMS}
    figures = {
        stage: [counts(one, forms_of[form], groups[group], stage) for one, form, group in keys] for stage in STAGES
    }
    return list(keys), figures


#: Name -> classes, for the tables of segments.
SEGMENT_TABLES: Final[dict[str, Callable[[Sequence[str]], Definition]]] = {
    "segments": _segments,
    "top_groups": _top_groups,
    "pyramid": lambda _domains: partition(LEVELS, lambda category: category.mark("level")),
    "trajectories": _trajectories,
}
