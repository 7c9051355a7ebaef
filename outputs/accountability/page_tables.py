"""The tables of the page, each beside the rule that it is evidence for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from outputs.accountability.checks import listed, moment
from outputs.accountability.model import SourceAccount, Verantwoording
from outputs.accountability.words import (
    OTHER_COUNTS,
    method_name,
    reason_name,
    source_name,
    step_name,
    table_name,
)
from outputs.publication.number_format import whole
from outputs.publication.page_tables import Cell, PageTable, Row

_NOTHING: Final = Cell("\u2013", spoken="geen", prose=True)


def tables_of_rules(made: Verantwoording) -> dict[int, tuple[PageTable, ...]]:
    """Gives rule number -> the tables to show under it; tables without rows are left out."""
    pulled = [one for one in made.sources if one.pulled]
    tables = {
        1: (_steps(made), _rows(pulled), _reasons(pulled), _other(made)),
        3: (_laws(made.sources), _identifiers(pulled)),
        4: (_columns(pulled),),
        6: (_links(pulled), _frame(made), _cells(made)),
    }
    return {number: tuple(table for table in of_rule if table.rows) for number, of_rule in tables.items()}


def _steps(made: Verantwoording) -> PageTable:
    rows = (
        Row(
            step_name(one.step),
            _prose(source_name(one.subject) or "hele verwerking", moment(one.started), moment(one.ended), one.code),
        )
        for one in made.steps
    )
    headings = ("Stap", "Waarover", "Begin", "Einde", "Weigering")
    return PageTable("tabel-stappen", "Stappen van deze verwerking", headings, tuple(rows))


def _rows(pulled: Sequence[SourceAccount]) -> PageTable:
    headings = ("Bron", "Ontvangen", "Gebruikt", "Onleesbaar", "Bezwaar", "Buiten de telling", "Partner met bezwaar")
    rows = (
        Row(
            source_name(one.source),
            _figures(
                one.received,
                one.used,
                sum(one.quarantined.values()),
                one.objected,
                sum(one.excluded.values()) + sum(one.merged.values()),
                one.partner_objected,
            ),
        )
        for one in pulled
    )
    caption = "Rijen per bron en waar zij bleven; van een partner met bezwaar blijft de rij zelf staan"
    return PageTable("tabel-rijen", caption, headings, tuple(rows))


def _reasons(pulled: Sequence[SourceAccount]) -> PageTable:
    rows = [
        Row(source_name(one.source), (*_prose(kind, reason_name(reason)), *_figures(number)))
        for one in pulled
        for kind, counts in (
            ("Onleesbaar", one.quarantined),
            ("Buiten de telling", one.excluded),
            ("Deel van een andere rij", one.merged),
        )
        for reason, number in counts.items()
    ]
    headings = ("Bron", "Uitkomst", "Reden", "Rijen")
    return PageTable("tabel-redenen", "Rijen die niet zijn gebruikt, naar reden", headings, tuple(rows))


def _laws(sources: Iterable[SourceAccount]) -> PageTable:
    rows = (
        Row(
            source_name(one.source),
            _prose(one.law or "niet in het doel", one.article, one.bsn_ground, one.special_category),
        )
        for one in sources
    )
    headings = ("Bron", "Wet", "Artikel", "Grond voor het BSN", "Uitzondering bijzondere gegevens")
    return PageTable("tabel-wetten", "Wettelijke grondslag per bron", headings, tuple(rows))


def _identifiers(pulled: Sequence[SourceAccount]) -> PageTable:
    outcomes = (
        (source_name(one.source), reason_name(outcome), number)
        for one in pulled
        for outcome, number in one.identifiers.items()
    )
    return _long("tabel-bsn", "Leesbaarheid van het BSN per bron", ("Bron", "BSN", "Rijen"), outcomes)


def _columns(pulled: Sequence[SourceAccount]) -> PageTable:
    rows = (
        Row(
            source_name(one.source),
            _prose(listed(one.columns_received), listed(one.columns_used), listed(one.columns_dropped)),
        )
        for one in pulled
    )
    headings = ("Bron", "Ontvangen", "Gebruikt", "Weggelaten")
    return PageTable("tabel-kolommen", "Kolommen per bron, zoals het logboek ze noemt", headings, tuple(rows))


def _links(pulled: Sequence[SourceAccount]) -> PageTable:
    links = (
        (source_name(one.source), method_name(method), number)
        for one in pulled
        for method, number in one.linked.items()
    )
    caption = "Uitkomst van het koppelen van rijen aan huishoudens"
    return _long("tabel-koppeling", caption, ("Bron", "Uitkomst", "Rijen"), links)


def _frame(made: Verantwoording) -> PageTable:
    return _counted("tabel-kader", "Personen van de BRP-levering", ("Uitkomst", "Personen"), made.frame)


def _cells(made: Verantwoording) -> PageTable:
    rows = (Row(table_name(one.table), _figures(one.cells, one.hidden)) for one in made.tables)
    headings = ("Tabel", "Cijfers", "Waarvan afgeschermd")
    return PageTable("tabel-afgeschermd", "Afgeschermde cijfers per tabel", headings, tuple(rows))


def _other(made: Verantwoording) -> PageTable:
    counts = ((step_name(one.step), OTHER_COUNTS.get(one.name, one.name), one.number) for one in made.other_counts)
    return _long("tabel-overig", "Overige tellingen van het logboek", ("Stap", "Wat", "Aantal"), counts)


def _long(name: str, caption: str, headings: tuple[str, ...], counts: Iterable[tuple[str, str, int]]) -> PageTable:
    rows = tuple(Row(label, (*_prose(words), *_figures(number))) for label, words, number in counts)
    return PageTable(name, caption, headings, rows)


def _counted(name: str, caption: str, headings: tuple[str, ...], counts: Mapping[str, int]) -> PageTable:
    rows = tuple(Row(reason_name(reason).capitalize(), _figures(number)) for reason, number in counts.items())
    return PageTable(name, caption, headings, rows)


def _figures(*numbers: int) -> tuple[Cell, ...]:
    return tuple(Cell(whole(number)) for number in numbers)


def _prose(*words: str | None) -> tuple[Cell, ...]:
    return tuple(Cell(text, prose=True) if text else _NOTHING for text in words)
