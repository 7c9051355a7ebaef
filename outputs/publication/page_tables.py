"""From a protected frame to a table that can be read: labels, Dutch numbers and one symbol for what is hidden.

A row with status ``C`` shows no figure at all, whatever its frame holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from schemas.tables import PUBLISHED, TABLE_CONTRACTS, ProtectedTable, typed

Record = Mapping[Any, Any]


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        text: what is seen.
        spoken: what is spoken instead of a symbol; empty when the text speaks for itself.
        prose: words instead of a figure, so aligned to the left.
    """

    text: str
    spoken: str = ""
    prose: bool = False


HIDDEN: Final = Cell(".", spoken="afgeschermd")


@dataclass(frozen=True)
class Row:
    """A row: its heading, its cells, and whether it is the total of the others."""

    label: str
    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True)
class PageTable:
    """A table for the page; ``headings`` starts with the heading of the row labels.

    Raises:
        ValueError: a row has more or fewer cells than there are headings.
    """

    id: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        if any(len(row.cells) + 1 != len(self.headings) for row in self.rows):
            raise ValueError(f"table {self.id}: a row does not fit its headings")

    def is_prose(self, place: int) -> bool:
        """Tells whether the column at this place, counted from the row labels at 0, holds words."""
        return place > 0 and any(row.cells[place - 1].prose for row in self.rows)


def checked(name: str, frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """Gives the frame with the types of its contract.

    Raises:
        ValueError: the table has no contract or does not meet it, a confidential row holds a figure, or a row is of
            another period.
    """
    if name not in TABLE_CONTRACTS:
        raise ValueError(f"{name}: is no published table")
    if sorted(map(str, frame.columns)) != sorted(TABLE_CONTRACTS[name].names):
        raise ValueError(f"{name}: columns are not those of its contract")
    table = ProtectedTable(name, typed(name, frame)).frame
    of = "period" if "period" in table.columns else "to_period"
    if not table[of].eq(period).all():
        raise ValueError(f"{name}: holds rows of another period than {period}")
    return table


def records(frame: pd.DataFrame, **keys: str) -> list[Record]:
    """Gives the rows of the frame in which every named column has the named value."""
    chosen = pd.Series(True, index=frame.index)
    for column, value in keys.items():
        chosen &= frame[column] == value
    return list(frame[chosen].to_dict("records"))


def published(record: Record, column: str) -> float | None:
    """Gives the figure when it may be shown, else nothing."""
    if is_hidden(record) or pd.isna(record[column]):
        return None
    return float(record[column])


def is_hidden(record: Record) -> bool:
    """Tells whether the figures of this row are confidential."""
    return bool(record.get("status", PUBLISHED) != PUBLISHED)


def in_order(values: Iterable[str], order: Sequence[str]) -> list[str]:
    """Gives the distinct values: those of the order first, the others after them by name."""
    rank = {value: place for place, value in enumerate(order)}
    return sorted(set(values), key=lambda value: (rank.get(value, len(order)), value))
