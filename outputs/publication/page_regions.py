"""Districts and neighbourhoods: one row per region, one column per class, in households per 1,000."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from outputs.publication.number_format import whole
from outputs.publication.page_tables import ABSENT, Cell, PageTable, Record, Row, cell, in_order, records
from outputs.publication.texts import region_label
from schemas.domains import TOTAL


@dataclass(frozen=True)
class Classes:
    """The classes that a table counts: the column that names them and their labels, in order."""

    column: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Folded:
    """A table that the reader unfolds: the neighbourhoods of one district."""

    title: str
    table: PageTable


_COUNT_HEADING: Final = "Huishoudens (aantal)"


def district_tables(name: str, frame: pd.DataFrame, classes: Classes) -> tuple[PageTable, ...]:
    """Gives the table with one row per district, or nothing when the frame has no districts."""
    rows = [record for record in records(frame) if _region(record).startswith("WK")]
    return (_regional(f"wijken-{name}", "Wijk", "Per wijk", rows, classes),) if rows else ()


def neighbourhood_tables(name: str, frame: pd.DataFrame, classes: Classes) -> tuple[Folded, ...]:
    """Gives per district the table with one row per neighbourhood."""
    by_district: dict[str, list[Record]] = {}
    for record in records(frame):
        if _region(record).startswith("BU"):
            by_district.setdefault(f"WK{_region(record)[2:8]}", []).append(record)
    return tuple(
        Folded(
            f"Buurten in {region_label(district)}",
            _regional(f"buurten-{name}-{district}", "Buurt", f"Buurten in {district}", rows, classes),
        )
        for district, rows in sorted(by_district.items())
    )


def _regional(table_id: str, heading: str, caption: str, rows: Sequence[Record], classes: Classes) -> PageTable:
    found = {(_region(record), str(record[classes.column])): record for record in rows}
    shown = in_order((name for _, name in found if name != TOTAL), list(classes.labels))
    return PageTable(
        table_id,
        f"{caption}: huishoudens per 1.000",
        (heading, _COUNT_HEADING, *(classes.labels.get(name, name) for name in shown)),
        tuple(
            Row(
                region_label(region),
                (
                    _cell(found.get((region, TOTAL)), "households"),
                    *(_cell(found.get((region, name)), "per_1000") for name in shown),
                ),
            )
            for region in sorted({region for region, _ in found})
        ),
    )


def _region(record: Record) -> str:
    return str(record["region"])


def _cell(record: Record | None, column: str) -> Cell:
    return ABSENT if record is None else cell(record, column, whole)
