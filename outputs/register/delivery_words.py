"""How a source is delivered and how far a delivery may go, in plain Dutch: it is signed with the purpose."""

from collections.abc import Iterator
from typing import Final

from schemas.purpose import SourceGround
from schemas.source_formats import CsvFormat, SqlFormat, SuwiFormat, TabularFormat

_KINDS: Final[dict[str, str]] = {
    "csv": "een tekstbestand met kolommen",
    "parquet": "een Parquet-bestand",
    "sql": "een tabel van een database, alleen lezen",
    "istandaarden": "iWmo- of iJw-berichten (301, 305, 307, 323 en 325)",
    "suwi": "SuwiML Bijstandsregelingen",
    "ddas": "DDAS 1.0 (JSON)",
}
_HELD: Final = "een verschil van meer dan {} met de vorige keer houdt de levering tegen tot iemand haar aanvaardt"
_DATES: Final = {"iso": "2018-07-01", "compact": "20180701", "dutch": "01-07-2018"}
_AMOUNTS: Final = {"cents": "123456 (centen)", "euros": "1234.56", "euros_comma": "1.234,56"}


def delivery_terms(ground: SourceGround) -> Iterator[tuple[str, str]]:
    """Yields every rule of a source's format and limits, each with what it is called; none for canonical CSV."""
    form = ground.format
    if form is not None:
        yield "Geleverd als", _KINDS[form.kind]
    if isinstance(form, CsvFormat):
        delimiter = "tab" if form.delimiter == "\t" else form.delimiter
        yield "Scheidingsteken en tekenset", f"{delimiter} en {form.encoding}"
    if isinstance(form, SqlFormat):
        schema = f"{form.table_schema}." if form.table_schema else ""
        yield "Tabel", f"{schema}{form.table}, verbinding {form.connection}"
    if isinstance(form, SuwiFormat):
        yield "Regelingen die meetellen", ", ".join(form.regelingen)
    if isinstance(form, TabularFormat):
        yield from _tabular(form)
    yield from _limits(ground)


def _tabular(form: TabularFormat) -> Iterator[tuple[str, str]]:
    yield "Datums als", f"{_DATES[form.dates]} ({form.dates})"
    yield "Bedragen als", f"{_AMOUNTS[form.amounts]} ({form.amounts})"
    for column, names in form.names.items():
        yield f"Kolom {column} heet in de bron", " of ".join(names)
    for column, values in form.values.items():
        yield f"Waarden van {column}", ", ".join(f"{theirs} wordt {ours}" for theirs, ours in values.items())
    for column, cell in form.constants.items():
        yield f"Kolom {column} is altijd", cell


def _limits(ground: SourceGround) -> Iterator[tuple[str, str]]:
    limits = ground.limits
    if limits is None:
        return
    if limits.quarantine_pct is not None:
        yield "Onleesbare rijen", f"bij meer dan {limits.quarantine_pct}% wordt de levering geweigerd"
    if limits.rows_change_pct is not None:
        yield (
            "Aantal rijen",
            _HELD.format(f"{limits.rows_change_pct}%"),
        )
    if limits.linked_change_points is not None:
        points = limits.linked_change_points
        yield (
            "Gekoppeld aandeel",
            _HELD.format(f"{points} procentpunt"),
        )
