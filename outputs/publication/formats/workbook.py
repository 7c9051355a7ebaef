"""One workbook for a release: a sheet of notes, then a sheet per table, with numbers as numbers and text as text.

A text is never a formula, whatever it starts with. The bytes follow from the tables and facts alone: the moments that
a spreadsheet and a zip carry are those of the end of the period and of the beginning of zip.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from outputs.publication.formats.columns import heading
from outputs.publication.formats.workbook_notes import notes
from outputs.publication.page_facts import PublicationFacts
from schemas.period import HalfYear
from schemas.tables import TABLE_CONTRACTS, Column, ProtectedTable

NOTES_SHEET: Final = "Toelichting"
#: Dutch headings, then technical names; figures start below.
HEADER_ROWS: Final = 2

_NUMBER_FORMATS: Final = {"string": "@", "integer": "#,##0", "decimal": "#,##0.0##"}
_BOLD: Final = Font(bold=True)
_GREY: Final = Font(italic=True, color="666666")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_NOTE_WIDTHS: Final = (24, 100)
_NARROWEST, _WIDEST = 10, 40
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_CORE: Final = "docProps/core.xml"


def workbook_bytes(tables: Mapping[str, ProtectedTable], facts: PublicationFacts) -> bytes:
    """Gives the workbook of a release; a figure that is withheld is an empty cell."""
    book = Workbook(write_only=True)
    book.properties.creator = facts.controller_name
    book.properties.title = f"{facts.purpose_id} {facts.period}"
    book.properties.language = "nl"
    moment = datetime.combine(HalfYear.parse(facts.period).last_day, time())
    book.properties.created = moment
    _write_notes(book, facts, tables)
    for name, table in tables.items():
        _write_table(book, name, table.frame)
    written = io.BytesIO()
    book.save(written)
    return _without_clock(written, moment)


def _write_notes(book: Workbook, facts: PublicationFacts, tables: Mapping[str, ProtectedTable]) -> None:
    sheet = book.create_sheet(NOTES_SHEET)
    for place, width in enumerate(_NOTE_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for label, text in notes(facts, tables):
        cells = [_text(sheet, label), _text(sheet, text)]
        cells[0].font, cells[1].alignment = _BOLD, _WRAPPED
        sheet.append(cells)


def _write_table(book: Workbook, name: str, frame: pd.DataFrame) -> None:
    sheet, columns = book.create_sheet(name), TABLE_CONTRACTS[name].columns
    sheet.freeze_panes = f"A{HEADER_ROWS + 1}"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column, frame[column.name])
    for words, font in (((heading(one) for one in columns), _BOLD), ((one.name for one in columns), _GREY)):
        sheet.append(list(_in_font(sheet, words, font)))
    for row in frame.itertuples(index=False):
        sheet.append([_cell(sheet, column, value) for column, value in zip(columns, row, strict=True)])


def _in_font(sheet: Any, words: Iterable[str], font: Font) -> Iterator[Cell]:
    for word in words:
        cell = _text(sheet, word)
        cell.font = font
        yield cell


def _cell(sheet: Any, column: Column, value: Any) -> Cell | None:
    if pd.isna(value):
        return None
    if column.datatype == "string":
        return _text(sheet, value)
    cell = WriteOnlyCell(sheet, value=int(value) if column.datatype == "integer" else float(value))
    cell.number_format = _NUMBER_FORMATS[column.datatype]
    return cell


def _text(sheet: Any, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=str(text))
    # By itself the library takes a text that starts with an equals sign for a formula.
    cell.data_type = "s"
    cell.number_format = _NUMBER_FORMATS["string"]
    return cell


def _width(column: Column, values: "pd.Series[Any]") -> int:
    longest = values.astype("string").str.len().max()
    figures = 0 if pd.isna(longest) else int(longest) * 4 // 3
    return min(max(_NARROWEST, len(heading(column)) + 2, len(column.name) + 2, figures), _WIDEST)


def _without_clock(written: io.BytesIO, moment: datetime) -> bytes:
    stamped = rf"\g<1>{moment:%Y-%m-%dT%H:%M:%SZ}\g<2>".encode()
    rewritten = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(rewritten, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == _CORE:
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)", stamped, content)
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            new.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return rewritten.getvalue()
