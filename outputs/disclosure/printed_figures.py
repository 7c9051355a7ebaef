"""What is printed of counts: which figures a release has, and what each of them says of the truth."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any, Final

import pandas as pd

from outputs.count_tables import COUNT_FIGURES, PARTITIONS, PERCENTAGES
from outputs.disclosure.count_relations import Statement
from outputs.disclosure.count_unknowns import SINGLE
from outputs.household_classes import HOUSEHOLDS
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import TOTAL
from schemas.tables import PUBLISHED, TABLE_CONTRACTS

#: Tables whose counts are attacked; of ``concentration`` only the printed sizes of groups are read.
COUNTED: Final = (
    *("stacking", "dimensions", "use", "providers", "costs", "segments", "top_groups", "pyramid", "trajectories"),
    *("transitions", "dimension_transitions", "flow", "duration", "relapse"),
)
#: Tables of which the rest of a count, its part taken off, is as sensitive as the part.
_WITH_REST: Final = ("use", "relapse", "trajectories")
TARGETS: Final = {
    table: (*COUNT_FIGURES[table], *((SINGLE,) if table in _WITH_REST else ())) for table in COUNT_FIGURES
}


def figures_of(
    tables: Mapping[str, pd.DataFrame], figures: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, str, tuple[str, ...], int | None]]:
    """Yields table, figure, region, other keys and what is printed (None: hidden) of every count.

    Args:
        tables: published tables by name.
        figures: table -> names of its counts; ``households`` where it is not named.
    """
    for table in COUNTED:
        if table not in tables:
            continue
        frame = tables[table]
        names = TABLE_CONTRACTS[table].classes
        for row in frame.to_dict("records"):
            keys = tuple(str(row[name]) for name in names)
            for figure in figures.get(table, (HOUSEHOLDS,)):
                printed = _printed(table, row, figure) if row["status"] == PUBLISHED else None
                yield table, figure, str(row["region"]), keys, printed


def _printed(table: str, row: Mapping[Any, Any], figure: str) -> int | None:
    """What a row prints; nothing where it prints no number."""
    _, part, whole = PERCENTAGES[table] if figure == SINGLE else ("", "", figure)
    if pd.isna(row[whole]) or (part and pd.isna(row[part])):
        return None
    return int(row[whole]) - (int(row[part]) if part else 0)


def statement_of(
    table: str, figure: str, region: str, keys: tuple[str, ...], printed: int, within: int, policy: DisclosurePolicy
) -> Statement:
    """A sum that is not zero has a household in each cell that was not rounded to zero."""
    least = max(printed - within, ceil(printed / max(policy.base, policy.sensitive_base)))
    return Statement(table, figure, region, keys, least, printed + within)


def is_everybody(table: str, keys: tuple[str, ...]) -> bool:
    """Whether a class is all households of the region, whose number everybody knows."""
    return keys[-1] == TOTAL and table in (*PARTITIONS, "segments")
