"""From rows of a protected table to cells in the notation of a language; a confidential row never shows a figure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from outputs.publication.page_tables import Cell, PageTable, Record, Row, in_order, is_hidden, published
from outputs.publication.site.views import View
from outputs.publication.site.words import Words
from schemas.domains import TOTAL

HIDDEN_SYMBOL: Final = "."
ABSENT_SYMBOL: Final = "\u2013"
#: Figures in the unit of their outcome, and those of them that are differences.
_OF_OUTCOME: Final = ("before", "after", "change", "change_low", "change_high")
#: Differences between areas have a decimal, those between shares are whole percentage points.
_POINTS: Final = ("difference", "difference_pct", "difference_low", "difference_high")
_SIGNED: Final = ("change", "change_low", "change_high", *_POINTS)

Notation = Callable[[float], str]


def hidden(words: Words) -> Cell:
    """Gives the one symbol for every hidden figure, and what is spoken in its place."""
    return Cell(HIDDEN_SYMBOL, spoken=words("cell.hidden"))


def absent(words: Words) -> Cell:
    """Gives the symbol where there is no figure."""
    return Cell(ABSENT_SYMBOL, spoken=words("cell.absent"))


def cell(words: Words, record: Record | None, column: str) -> Cell:
    """Gives one figure of a row, or the symbol for a hidden one or for none."""
    if record is not None and is_hidden(record):
        return hidden(words)
    value = None if record is None else published(record, column)
    return absent(words) if record is None or value is None else Cell(written(words, record, column, value))


def written(words: Words, record: Record, column: str, value: float) -> str:
    """Gives a published figure in the notation of its column; a difference has its sign."""
    text = _notation(words, record, column)(value)
    return f"+{text}" if column in _SIGNED and value > 0 else text


def _notation(words: Words, record: Record, column: str) -> Notation:
    if column in _OF_OUTCOME:
        by_outcome: dict[str, Notation] = {"kosten": words.euro, "minder_domeinen": words.percent_one_decimal}
        return by_outcome.get(str(record["outcome"]), words.hundredths)
    if column == "share_pct":
        return words.percent_one_decimal
    if column in _POINTS:
        return words.decimal if "area" in record else words.whole
    if column.endswith("_eur"):
        return words.euro
    return words.percent if column.endswith(("_pct", "success_low", "success_high")) else words.whole


def ordered(codes: Iterable[str], labels: Mapping[str, str]) -> list[str]:
    """Gives the distinct codes: those with a label in its order, then others by name, the total last."""
    found = in_order(codes, list(labels))
    return [code for code in found if code != TOTAL] + [TOTAL] * (TOTAL in found)


def listing(words: Words, view: View, rows: Sequence[Record], table_id: str, caption: str) -> PageTable:
    """Gives a table with a row per key and a column per figure."""
    by_key = {tuple(str(record[key]) for key in view.rows): record for record in rows}
    labels = [words.labels(*view.label_kinds(key)) for key in view.rows]
    orders = [
        {code: place for place, code in enumerate(ordered((key[at] for key in by_key), labels[at]))}
        for at in range(len(view.rows))
    ]
    keys = sorted(by_key, key=lambda key: tuple(order[code] for order, code in zip(orders, key, strict=True)))
    return PageTable(
        table_id,
        caption,
        (words(f"column.{'_'.join(view.rows)}"), *(words(f"column.{figure}") for figure in view.figures)),
        tuple(
            Row(
                ", ".join(of.get(code, code) for of, code in zip(labels, key, strict=True)),
                tuple(cell(words, by_key[key], figure) for figure in view.figures),
                set(key) == {TOTAL},
            )
            for key in keys
        ),
    )


def matrix(words: Words, view: View, rows: Sequence[Record], figure: str, table_id: str, caption: str) -> PageTable:
    """Sets one figure out against two keys; a pair that does not occur has no figure."""
    (down,) = view.rows
    found = {(str(record[down]), str(record[view.across])): record for record in rows}
    row_labels = words.labels(*view.label_kinds(down))
    column_labels = words.labels(*view.label_kinds(view.across))
    across = ordered((pair[1] for pair in found), column_labels)
    return PageTable(
        table_id,
        caption,
        (words(f"column.{down}"), *(column_labels.get(code, code) for code in across)),
        tuple(
            Row(
                row_labels.get(code, code),
                tuple(cell(words, found.get((code, other)), figure) for other in across),
                code == TOTAL,
            )
            for code in ordered((pair[0] for pair in found), row_labels)
        ),
    )
