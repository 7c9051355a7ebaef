"""``rekenvoorbeelden.html``: every reference figure beside ours, for whoever wants to check our arithmetic.

What the figures are, where they come from and what to know of them is Dutch in every language.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from outputs.publication.definitions_page import DUTCH
from outputs.publication.page_tables import Cell, PageTable
from outputs.publication.page_tables import Row as PageRow
from outputs.publication.site.rendering import Frame, render
from outputs.publication.site.words import Words, sentence
from outputs.returns.reference_check import Row

_HEADINGS = ("what", "source", "unit", "reference", "ours", "verdict", "note")


@dataclass(frozen=True)
class Section:
    """The rows of one part of the product."""

    id: str
    title: str
    table: PageTable


def render_reference_page(rows: Iterable[Row], frame: Frame | None = None) -> str:
    """Gives the page as text, one table per part of the product in the order of the rows.

    Args:
        rows: of ``outputs.returns.reference_check.reference_rows`` and
            ``outputs.comparison.household_checks.worked_rows``.
        frame: of the site; without one the page stands alone, in Dutch.
    """
    rows = tuple(rows)
    words = frame.words if frame else Words("nl")
    verdicts = [row.verdict for row in rows]
    parts = dict.fromkeys(row.part for row in rows)
    sections = [_section(words, part, [row for row in rows if row.part == part]) for part in parts]
    dutch = words.language == "nl"
    return render(
        frame or Frame(words, words("page.rekenvoorbeelden")),
        "rekenvoorbeelden.html",
        sections=sections,
        contents=[(section.id, section.title) for section in sections],
        total=len(rows),
        equal=verdicts.count("gelijk"),
        rounding=verdicts.count("afronding"),
        different=verdicts.count("verschil"),
        lang="" if dutch else DUTCH,
        table_lang="" if dutch else "nl",
    )


def _section(words: Words, part: str, rows: list[Row]) -> Section:
    name = re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")
    title = sentence(part)
    headings = tuple(words(f"reference.{heading}") for heading in _HEADINGS)
    shown = tuple(_row(words, row) for row in rows)
    table = PageTable(f"tabel-{name}", words("reference.caption", part=title), headings, shown)
    return Section(name, title, table)


def _row(words: Words, row: Row) -> PageRow:
    told = [Cell(text, prose=True) for text in (row.source, row.unit, words.label("verdict", row.verdict), row.note)]
    figures = [Cell(_number(words, figure)) for figure in (row.reference, row.ours)]
    return PageRow(row.what, (*told[:2], *figures, *told[2:]))


def _number(words: Words, figure: Decimal) -> str:
    return words.whole(float(figure)) if figure == figure.to_integral_value() else words.decimal(float(figure))
