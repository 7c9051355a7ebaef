"""``rekenvoorbeelden.html``: every reference figure beside ours, for whoever wants to check our arithmetic."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from outputs.publication.number_format import one_decimal, whole
from outputs.publication.page_tables import Cell, PageTable
from outputs.publication.page_tables import Row as PageRow
from outputs.publication.side_pages import rendered
from outputs.returns.reference_check import Row

_HEADINGS = ("Wat", "Bron", "Eenheid", "Referentie", "Onze uitkomst", "Oordeel", "Toelichting")


@dataclass(frozen=True)
class Section:
    """The rows of one part of the product."""

    id: str
    title: str
    table: PageTable


def render_reference_page(rows: Iterable[Row]) -> str:
    """Gives the page as text, one table per part of the product in the order of the rows.

    Args:
        rows: of ``outputs.returns.reference_check.reference_rows`` and
            ``outputs.comparison.household_checks.worked_rows``.
    """
    rows = tuple(rows)
    parts = dict.fromkeys(row.part for row in rows)
    verdicts = [row.verdict for row in rows]
    return rendered(
        "rekenvoorbeelden.html",
        sections=[_section(part, [row for row in rows if row.part == part]) for part in parts],
        total=len(rows),
        equal=verdicts.count("gelijk"),
        rounding=verdicts.count("afronding"),
        different=verdicts.count("verschil"),
    )


def _section(part: str, rows: list[Row]) -> Section:
    name = re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")
    title = part[0].upper() + part[1:]
    table = PageTable(f"tabel-{name}", f"{title}: gepubliceerd en nagerekend", _HEADINGS, tuple(map(_row, rows)))
    return Section(name, title, table)


def _row(row: Row) -> PageRow:
    words = [Cell(text, prose=True) for text in (row.source, row.unit, row.verdict, row.note)]
    figures = [Cell(_number(figure)) for figure in (row.reference, row.ours)]
    return PageRow(row.what, (*words[:2], *figures, *words[2:]))


def _number(figure: Decimal) -> str:
    return whole(float(figure)) if figure == figure.to_integral_value() else one_decimal(float(figure))
