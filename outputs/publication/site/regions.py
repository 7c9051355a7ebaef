"""Districts in a table with a row each; neighbourhoods folded, a table per district."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from outputs.publication.page_tables import PageTable, Record, Row, records
from outputs.publication.site.figures import cell, ordered
from outputs.publication.site.views import Regional, View
from outputs.publication.site.words import Words, region_name
from schemas.domains import TOTAL

#: Rates whose denominator, the households of the region, stands beside them.
_OF_HOUSEHOLDS = ("per_1000",)


@dataclass(frozen=True)
class Folded:
    """What the reader unfolds: its title and its tables."""

    title: str
    tables: tuple[PageTable, ...]


def district_tables(words: Words, view: View, frame: pd.DataFrame) -> tuple[PageTable, ...]:
    """Gives the table with one row per district, or nothing when the frame has none."""
    if view.regional is None:
        return ()
    rows = [record for record in records(frame, **view.regional.where) if _region(record).startswith("WK")]
    figure = words(f"column.{view.regional.figures[0]}") if view.regional.across else words(f"view.{view.id}.title")
    caption = words("section.by_district", figure=figure)
    heading = words("region.district")
    return (_regional(words, view, view.regional, rows, (f"wijken-{view.id}", caption, heading)),) if rows else ()


def neighbourhood_tables(words: Words, view: View, frame: pd.DataFrame) -> tuple[Folded, ...]:
    """Gives per district the table with one row per neighbourhood."""
    if view.regional is None:
        return ()
    by_district: dict[str, list[Record]] = {}
    for record in records(frame, **view.regional.where):
        if _region(record).startswith("BU"):
            by_district.setdefault(f"WK{_region(record)[2:8]}", []).append(record)
    figure, heading = words(f"column.{view.regional.figures[0]}"), words("region.neighbourhood")
    found = []
    for district, rows in sorted(by_district.items()):
        caption = words("section.in_district", district=district, figure=figure)
        table = _regional(words, view, view.regional, rows, (f"buurten-{view.id}-{district}", caption, heading))
        title = words("section.neighbourhoods", district=region_name(words, district))
        found.append(Folded(f"{title} ({len(table.rows)})", (table,)))
    return tuple(found)


def _regional(
    words: Words, view: View, regional: Regional, rows: Sequence[Record], named: tuple[str, str, str]
) -> PageTable:
    table_id, caption, heading = named
    if not regional.across:
        by_region = {_region(record): record for record in rows}
        headings = (heading, *(words(f"column.{figure}") for figure in regional.figures))
        shown = tuple(
            Row(region_name(words, region), tuple(cell(words, record, figure) for figure in regional.figures))
            for region, record in sorted(by_region.items())
        )
        return PageTable(table_id, caption, headings, shown)
    (figure,) = regional.figures
    labels = words.labels(*view.label_kinds(regional.across))
    found = {(_region(record), str(record[regional.across])): record for record in rows}
    classes = ordered((name for _, name in found), labels)
    counted = figure in _OF_HOUSEHOLDS
    if counted:
        classes = [name for name in classes if name != TOTAL]
    return PageTable(
        table_id,
        caption,
        (heading, *([words("region.households")] * counted), *(labels.get(name, name) for name in classes)),
        tuple(
            Row(
                region_name(words, region),
                (
                    *([cell(words, found.get((region, TOTAL)), "households")] * counted),
                    *(cell(words, found.get((region, name)), figure) for name in classes),
                ),
            )
            for region in sorted({region for region, _ in found})
        ),
    )


def _region(record: Record) -> str:
    return str(record["region"])
