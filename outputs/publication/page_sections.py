"""One section of the page per table: a chart where it helps, then the figures of the municipality and its regions.

Charts and tables of a section come from the same records. Charts leave out ``geen`` and ``totaal``: those are so
much larger than the rest that no other bar would be seen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from outputs.publication import texts
from outputs.publication.charts import BarChart, Measure, bar_chart
from outputs.publication.number_format import euro, percent, percent_one_decimal, whole
from outputs.publication.page_regions import Classes, Folded, district_tables, neighbourhood_tables
from outputs.publication.page_tables import (
    ABSENT,
    Cell,
    FigureColumn,
    PageTable,
    Record,
    Row,
    cross,
    in_order,
    listing,
    records,
)
from schemas.domains import NONE, RECORD_LABELS, TOTAL

_HOUSEHOLDS: Final = FigureColumn("households", "Huishoudens", whole)
_PER_1000: Final = FigureColumn("per_1000", "Per 1.000 huishoudens", whole)
_SAME_FIGURES: Final = "Dezelfde cijfers staan in de tabel hieronder."


@dataclass(frozen=True)
class Section:
    """A section: the table it comes from, its charts, the tables of the municipality and those of smaller regions."""

    name: str
    charts: tuple[BarChart, ...] = ()
    tables: tuple[PageTable, ...] = ()
    districts: tuple[PageTable, ...] = ()
    neighbourhoods: tuple[Folded, ...] = ()

    @property
    def title(self) -> str:
        """Heading of the section."""
        return texts.TABLE_TITLES[self.name]


def sections(tables: Mapping[str, pd.DataFrame], gemeentecode: str) -> tuple[Section, ...]:
    """Gives the sections of the tables present, in the order of the page."""
    return tuple(build(tables[name], gemeentecode) for name, build in _BUILDERS.items() if name in tables)


def _stacking(frame: pd.DataFrame, gemeentecode: str) -> Section:
    return _class_section(
        "stacking",
        frame,
        gemeentecode,
        Classes("combination", texts.COMBINATION_LABELS),
        _ClassWords("Combinatie", "combinatie van wetten", "Huishoudens naar precieze combinatie van wetten"),
    )


def _dimensions(frame: pd.DataFrame, gemeentecode: str) -> Section:
    return _class_section(
        "dimensions",
        frame,
        gemeentecode,
        Classes("dimensions", texts.DIMENSION_LABELS),
        _ClassWords("Aantal domeinen", "aantal domeinen", "Huishoudens naar aantal domeinen dat zij gebruiken"),
    )


@dataclass(frozen=True)
class _ClassWords:
    heading: str
    classes: str
    caption: str


def _class_section(name: str, frame: pd.DataFrame, gemeentecode: str, classes: Classes, words: _ClassWords) -> Section:
    rows = records(frame, region=gemeentecode)
    chart = bar_chart(
        f"grafiek-{name}",
        f"Huishoudens per 1.000, naar {words.classes}",
        f"Staafdiagram van huishoudens met een of meer voorzieningen, naar {words.classes}. {_SAME_FIGURES}",
        _bars(rows, classes.column, classes.labels),
        Measure("per_1000", whole),
    )
    table = PageTable(
        f"tabel-{name}",
        words.caption,
        (words.heading, _HOUSEHOLDS.heading, _PER_1000.heading),
        listing(rows, classes.column, classes.labels, (_HOUSEHOLDS, _PER_1000)),
    )
    return Section(
        name,
        (chart,),
        (table,),
        district_tables(name, frame, classes),
        neighbourhood_tables(name, frame, classes),
    )


def _use(frame: pd.DataFrame, gemeentecode: str) -> Section:
    columns = (
        _HOUSEHOLDS,
        FigureColumn("multiple_households", "Waarvan ook een andere wet", whole),
        FigureColumn("multiple_pct", "Aandeel met ook een andere wet", percent),
    )
    table = PageTable(
        "tabel-use",
        "Huishoudens per domein, en hoeveel daarvan ook een andere wet gebruiken (Jeugd, P-wet of Wmo)",
        ("Domein", *(column.heading for column in columns)),
        listing(records(frame, region=gemeentecode), "law", texts.DOMAIN_LABELS, columns),
    )
    return Section("use", tables=(table,))


def _costs(frame: pd.DataFrame, gemeentecode: str) -> Section:
    rows = records(frame, region=gemeentecode)
    whole_cost = [record for record in rows if record["domain"] == TOTAL]
    chart = bar_chart(
        "grafiek-costs",
        "Gemiddelde kosten per huishouden in dit halfjaar, naar combinatie van wetten",
        f"Staafdiagram van de gemiddelde kosten van alle domeinen samen, in euro's per huishouden. {_SAME_FIGURES}",
        _bars(whole_cost, "combination", texts.COMBINATION_LABELS),
        Measure("mean_cost_eur", euro),
    )
    down, over = ("combination", texts.COMBINATION_LABELS), ("domain", texts.DOMAIN_LABELS)
    mean = cross(rows, down, over, FigureColumn("mean_cost_eur", "Combinatie", euro))
    total = cross(rows, down, over, FigureColumn("cost_eur", "Combinatie", euro))
    households = cross(rows, down, over, FigureColumn("households", "Combinatie", whole))
    return Section(
        "costs",
        (chart,),
        (
            PageTable("tabel-costs-mean", "Gemiddelde kosten per huishouden in dit halfjaar, per domein", *mean),
            PageTable("tabel-costs-total", "Totale kosten in dit halfjaar, per domein", *total),
            PageTable("tabel-costs-households", "Huishoudens achter deze kosten, per domein", *households),
        ),
    )


def _concentration(frame: pd.DataFrame, gemeentecode: str) -> Section:
    charts, tables = [], []
    for denominator, words in texts.DENOMINATOR_LABELS.items():
        rows = sorted(
            records(frame, region=gemeentecode, denominator=denominator), key=lambda record: int(record["top_pct"])
        )
        labels = {str(record["top_pct"]): f"Duurste {int(record['top_pct'])}%" for record in rows}
        if not rows:
            continue
        charts.append(
            bar_chart(
                f"grafiek-concentration-{denominator}",
                f"Aandeel in alle kosten: {words}",
                f"Staafdiagram van het aandeel in de kosten, in procenten. {_SAME_FIGURES}",
                _bars(rows, "top_pct", labels),
                Measure("cost_share_pct", percent, scale_end=100.0),
            )
        )
        columns = (_HOUSEHOLDS, FigureColumn("cost_share_pct", "Aandeel in alle kosten", percent))
        tables.append(
            PageTable(
                f"tabel-concentration-{denominator}",
                f"Aandeel in alle kosten: {words}",
                ("Deel", *(column.heading for column in columns)),
                listing(rows, "top_pct", labels, columns),
            )
        )
    return Section("concentration", tuple(charts), tuple(tables))


def _providers(frame: pd.DataFrame, gemeentecode: str) -> Section:
    table = PageTable(
        "tabel-providers",
        "Huishoudens naar aantal verschillende aanbieders van Jeugd en Wmo",
        ("Aantal aanbieders", _HOUSEHOLDS.heading),
        listing(records(frame, region=gemeentecode), "providers", texts.PROVIDER_LABELS, (_HOUSEHOLDS,)),
    )
    return Section("providers", tables=(table,))


def _quality(frame: pd.DataFrame, _gemeentecode: str) -> Section:
    names = {source: RECORD_LABELS.get(source, source) for source in in_order(frame["source"], list(RECORD_LABELS))}
    headings, rows = cross(
        records(frame),
        ("source", names),
        ("method", texts.METHOD_LABELS),
        FigureColumn("share_pct", "Bron", percent_one_decimal),
    )
    counts = frame.groupby("source")["rows"].sum()
    table = PageTable(
        "tabel-quality",
        "Rijen per bron, en het aandeel dat op elke manier aan een huishouden is gekoppeld",
        (headings[0], "Rijen", *headings[1:]),
        tuple(
            Row(row.label, (Cell(whole(counts[source])) if source in counts else ABSENT, *row.cells))
            for source, row in zip(names, rows, strict=True)
        ),
    )
    return Section("quality", tables=(table,))


def _bars(rows: Sequence[Record], key: str, labels: Mapping[str, str]) -> list[tuple[str, Record]]:
    by_key = {str(record[key]): record for record in rows}
    return [
        (labels.get(value, value), by_key[value])
        for value in in_order(by_key, list(labels))
        if value not in (NONE, TOTAL)
    ]


_BUILDERS: Final[dict[str, Callable[[pd.DataFrame, str], Section]]] = {
    "stacking": _stacking,
    "dimensions": _dimensions,
    "use": _use,
    "costs": _costs,
    "concentration": _concentration,
    "providers": _providers,
    "quality": _quality,
}
