"""What a table of a purpose cannot do without, and which sources are for some tables only."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from schemas.domains import APPROACH, FRAME, TRAJECTORIES
from schemas.record_kinds import PYRAMID

#: Source that is no domain -> the tables that may read it.
_ONLY_FOR: Final[dict[str, tuple[str, ...]]] = {
    APPROACH: ("effects",),
    TRAJECTORIES: ("effects", "trajectories"),
}
#: Table -> the source that it is about.
_ABOUT: Final[dict[str, str]] = {"effects": APPROACH, "trajectories": TRAJECTORIES}

#: Tables of households over time.
_FOLLOWING: Final = ("transitions", "dimension_transitions", "flow", "duration", "relapse", "effects")

#: Columns that the table ``pyramid`` reads, of sources that it needs and of sources that it uses when they are there.
_PYRAMID_COLUMNS: Final[dict[str, tuple[str, ...]]] = {"jeugd": ("productcategorie",), FRAME: ("geboortedatum",)}
_PYRAMID_COLUMNS_IF_THERE: Final[dict[str, tuple[str, ...]]] = {"veiligheid": ("soort", "geboortedatum")}


def table_problems(
    tables: Collection[str], used: Mapping[str, Collection[str]], scope: str, avg_10: str | None
) -> Iterable[str]:
    """Tells what is wrong with the tables of a purpose; nothing when each has what it needs.

    Args:
        tables: names of the tables.
        used: source -> the columns that are used of it.
        scope: the pseudonym scope.
        avg_10: the ground for criminal data, if any is named.
    """
    if "providers" in tables and not any("aanbieder" in columns for columns in used.values()):
        yield "tables: providers needs the column aanbieder of a source"
    if PYRAMID in tables:
        yield from _pyramid_problems(used, avg_10)
    for table, source in _ABOUT.items():
        if table in tables and source not in used:
            yield f"tables: {table} needs the source {source}"
    for table in _FOLLOWING:
        if table in tables and scope != "purpose":
            yield f"tables: {table} follows households, so pseudonym_scope must be purpose"
    if "top_groups" in tables and "veiligheid" not in used:
        yield "tables: top_groups needs the source veiligheid"
    if "comparison" in tables and "stacking" not in tables:
        yield "tables: comparison needs the table stacking"
    for source, readers in _ONLY_FOR.items():
        if source in used and not set(readers) & set(tables):
            yield f"sources: {source} is for {' or '.join(readers)} only, and tables names neither"


def _pyramid_problems(used: Mapping[str, Collection[str]], avg_10: str | None) -> Iterable[str]:
    if avg_10 is None:
        yield f"tables: {PYRAMID} tells youth protection apart, so legal_ground.avg_10 must name the ground"
    there = {source: columns for source, columns in _PYRAMID_COLUMNS_IF_THERE.items() if source in used}
    for source, columns in (_PYRAMID_COLUMNS | there).items():
        for column in columns:
            if column not in used.get(source, ()):
                yield f"tables: {PYRAMID} needs the column {column} of {source}"
