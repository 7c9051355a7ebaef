"""Charts of bars: number of domains, mean cost per combination, how long provisions last, and relapse."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from outputs.publication.charts import look
from outputs.publication.charts.chart import Chart
from outputs.publication.charts.row_drawings import ClassRow, bars
from outputs.publication.charts.source import Source, in_class_order
from outputs.publication.charts.wording import (
    Language,
    euro,
    half_year,
    hidden_word,
    listed,
    number,
    percent,
    say,
    together,
    withheld_note,
)
from outputs.publication.page_tables import Record, is_hidden, published
from outputs.publication.site.words import Words
from schemas.domains import COMBINATIONS, DIMENSIONS, NONE, TOTAL

Notation = Callable[[float, Language], str]
_LEFT_OUT: Final = (NONE, TOTAL)


@dataclass(frozen=True)
class BarTable:
    """A table as bars.

    Attributes:
        table: its name.
        column: column of its classes, and the kind of their labels.
        figure: the figure drawn.
        notation: how a figure is written.
        title: in Dutch and English.
        measured: what a figure is called in a tooltip, in Dutch and English.
        most: sentence on the largest figure, with ``{when}``, ``{names}`` and ``{text}``, in Dutch and English.
        note: what is left out, in Dutch and English.
    """

    table: str
    column: str
    figure: str
    notation: Notation
    title: tuple[str, str]
    measured: tuple[str, str]
    most: tuple[str, str]
    note: tuple[str, str] = ("", "")


_LARGEST: Final = (
    "In {when} was van de getoonde groepen het grootst: {names}, met {text} huishoudens.",
    "In {when} the largest of the groups shown was: {names}, with {text} households.",
)
_HOUSEHOLDS: Final = ("Huishoudens", "Households")
_DIMENSIONS: Final = BarTable(
    "dimensions",
    "dimensions",
    "households",
    number,
    ("Huishoudens naar aantal domeinen", "Households by number of domains"),
    _HOUSEHOLDS,
    _LARGEST,
    (" Huishoudens zonder domein zijn niet getekend.", " Households without any domain are not drawn."),
)
_MEAN_COSTS: Final = BarTable(
    "costs",
    "combination",
    "mean_cost_eur",
    euro,
    (
        "Gemiddelde kosten per huishouden, naar combinatie van wetten",
        "Mean cost per household, by combination of laws",
    ),
    ("Gemiddelde kosten", "Mean cost"),
    (
        "Van de getoonde combinaties was een huishouden in {when} gemiddeld het duurst bij {names} ({text}).",
        "Of the combinations shown the mean cost per household in {when} was highest with {names}: {text}.",
    ),
)
_DURATIONS: Final = BarTable(
    "duration",
    "duration",
    "households",
    number,
    ("Huishoudens naar duur van het gebruik", "Households by how long they use provisions"),
    _HOUSEHOLDS,
    _LARGEST,
)
_RELAPSES: Final = BarTable(
    "relapse",
    "within_years",
    "relapse_pct",
    percent,
    ("Teruggekeerd binnen zoveel jaar na uitstroom", "Back within so many years after leaving"),
    ("Teruggekeerd", "Back"),
    (
        "In {when} was van de getoonde termijnen het aandeel dat terugkeerde het grootst: {names}, {text}.",
        "In {when} the share that came back was largest of the terms shown: {names}, {text}.",
    ),
)


def dimensions(source: Source) -> Iterator[Chart]:
    """Yields households by number of domains; those without any are so many that they are left out, and told."""
    yield from _chart(source, _DIMENSIONS)


def mean_costs(source: Source) -> Iterator[Chart]:
    """Yields the mean cost of a household in the half-year, by combination of laws."""
    yield from _chart(source, _MEAN_COSTS, domain=TOTAL)


def durations(source: Source) -> Iterator[Chart]:
    """Yields households with provisions by how long they have had them without a gap."""
    yield from _chart(source, _DURATIONS)


def relapses(source: Source) -> Iterator[Chart]:
    """Yields which share of the households that left came back, by years since."""
    yield from _chart(source, _RELAPSES)


def class_row(record: Record, column: str, figure: str, notation: Notation, language: Language) -> ClassRow:
    """Gives the row of a record: its figure when that is published, else the word for hidden or for none."""
    key, value = str(record[column]), published(record, figure)
    absent = hidden_word(language) if is_hidden(record) else say(language, "geen cijfer", "no figure")
    label = Words(language).label(column, key)
    return ClassRow(key, label, value, absent if value is None else notation(value, language))


def _chart(source: Source, of: BarTable, **keys: str) -> Iterator[Chart]:
    found = [one for one in source.of_municipality(of.table, **keys) if str(one[of.column]) not in _LEFT_OUT]
    found = in_class_order(found, {of.column: (*COMBINATIONS, *DIMENSIONS)})
    if not found:
        return
    language = source.language
    rows = [class_row(record, of.column, of.figure, of.notation, language) for record in found]
    title, note = say(language, *of.title), say(language, *of.note)
    reading = _reading(rows, of, source) + withheld_note(sum(map(is_hidden, found)), language) + note
    described = f"{title}. {listed([f'{row.label}: {row.text}' for row in rows])}{note}"
    names = {"label": say(language, "Groep", "Group"), "value": say(language, *of.measured)}
    spec, one = bars(rows, names, described), source.chart_id(of.table)
    yield Chart(one, title, reading, described, look.drawn(spec, one, title, described), spec, of.table)


def _reading(rows: Sequence[ClassRow], of: BarTable, source: Source) -> str:
    language, when = source.language, half_year(source.facts.period, source.language)
    most = max((row.value for row in rows if row.value is not None), default=None)
    if most is None:
        return say(language, f"Over {when} is geen cijfer te tonen.", f"No figure of {when} can be shown.")
    if most == 0:
        return say(language, f"In {when} is elk getoond cijfer nul.", f"Every figure shown of {when} is zero.")
    largest = [row for row in rows if row.value == most]
    names = together([f"'{row.label}'" for row in largest], language)
    return say(language, *of.most).format(when=when, names=names, text=largest[0].text)
