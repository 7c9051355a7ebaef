"""Sections of a page: what a table is about, its figures for the municipality, and those of smaller regions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import PageTable, Record, in_order, records
from outputs.publication.site.figures import listing, matrix
from outputs.publication.site.regions import Folded, district_tables, neighbourhood_tables
from outputs.publication.site.views import View
from outputs.publication.site.words import Words
from schemas.period import HalfYear
from schemas.tables import TABLE_CONTRACTS


@dataclass(frozen=True)
class Told:
    """Something told of a table: its name, and a sentence each."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A section of a page.

    Attributes:
        id: on its page.
        table: name of the table, for its files and its definition.
        title: heading.
        intro: what it is about.
        told: period, denominator, accuracy, how much is hidden.
        tables: of the municipality.
        districts: a row per district.
        folded: what the reader unfolds: neighbourhoods, or a district's whole table.
        meanings: what the words of the table mean.
    """

    id: str
    table: str
    title: str
    intro: str
    told: tuple[Told, ...] = ()
    tables: tuple[PageTable, ...] = ()
    districts: tuple[PageTable, ...] = ()
    folded: tuple[Folded, ...] = ()
    meanings: tuple[tuple[str, str], ...] = ()


def section(words: Words, view: View, frame: pd.DataFrame, facts: PublicationFacts) -> Section:
    """Gives the section of one view of a table."""
    own = records(frame, region=facts.gemeentecode)
    folded = neighbourhood_tables(words, view, frame)
    if view.folded:
        folded = tuple(_whole_districts(words, view, frame, facts))
    return Section(
        view.id,
        view.table,
        words(f"view.{view.id}.title"),
        words(f"view.{view.id}.intro"),
        told(words, view.table, facts),
        tuple(_tables(words, view, own, f"tabel-{view.id}", _where(words, facts))),
        district_tables(words, view, frame),
        folded,
    )


def told(words: Words, table: str, facts: PublicationFacts) -> tuple[Told, ...]:
    """Tells of a table over which time it is, of what its rates are, how far counts are off, how much is hidden."""
    found = [
        Told(words("section.period"), (_period(words, table, facts),)),
        Told(words("section.of"), (words(f"of.{table}"),)),
    ]
    if table in facts.errors:
        largest, typical = (words.whole(one) for one in facts.errors[table])
        text = words("section.error_text", largest=largest, typical=typical)
        found.append(Told(words("section.error"), (text,)))
    if table in facts.noisy:
        text = words("section.error_noisy", error=words.whole(facts.noisy[table]))
        found.append(Told(words("section.error"), (text,)))
    if table in facts.hidden_cells:
        hidden, total = (words.whole(one) for one in facts.hidden_cells[table])
        texts = [words("section.hidden_text", hidden=hidden, total=total)]
        if facts.values_hidden.get(table):
            texts.append(words("section.hidden_value", pct=words.whole(facts.values_hidden[table])))
        found.append(Told(words("section.hidden"), tuple(texts)))
    return tuple(found)


def _period(words: Words, table: str, facts: PublicationFacts) -> str:
    now = words.half_year(facts.period)
    if "from_period" not in TABLE_CONTRACTS[table].names:
        return now
    before = words.half_year(str(HalfYear.parse(facts.period).preceding))
    return words("section.between", from_period=before, to_period=now)


def _where(words: Words, facts: PublicationFacts) -> str:
    return f"{facts.gemeentecode}, {words.half_year(facts.period)}"


def _tables(words: Words, view: View, rows: Sequence[Record], table_id: str, where: str) -> Iterator[PageTable]:
    """Yields a table per value of the keys that the view is split by, or per figure of a matrix."""
    if not rows:
        return
    if view.across:
        for figure in view.figures:
            caption = f"{words(f'view.{view.id}.caption_{figure}')} ({where})"
            yield matrix(words, view, rows, figure, f"{table_id}-{figure.replace('_', '-')}", caption)
        return
    by_split: dict[tuple[str, ...], list[Record]] = {}
    for record in rows:
        by_split.setdefault(tuple(str(record[key]) for key in view.split), []).append(record)
    for place, values in enumerate(_split_order(words, view, list(by_split)), 1):
        named = {key: _named(words, view, key, value) for key, value in zip(view.split, values, strict=True)}
        caption = f"{words(f'view.{view.id}.caption', **named)} ({where})"
        suffix = f"-{place}" if view.split else ""
        yield listing(words, view, by_split[values], f"{table_id}{suffix}", caption)


def _split_order(words: Words, view: View, found: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    if not view.split:
        return list(found)
    labels = list(words.labels(*view.label_kinds(view.split[0])))
    first = in_order((values[0] for values in found), labels)
    return sorted(found, key=lambda values: (first.index(values[0]), values))


def _named(words: Words, view: View, key: str, code: str) -> str:
    if key.endswith("period"):
        return words.half_year(code)
    kinds = view.label_kinds(key)
    return words.labels(*kinds).get(code, code)


def _whole_districts(words: Words, view: View, frame: pd.DataFrame, facts: PublicationFacts) -> Iterator[Folded]:
    period = words.half_year(facts.period)
    by_region: Mapping[str, list[Record]] = {
        str(region): list(rows.to_dict("records")) for region, rows in frame.groupby("region", sort=True)
    }
    for region, rows in by_region.items():
        if region.startswith("WK"):
            title = words("section.whole_district", district=region)
            tables = tuple(_tables(words, view, rows, f"wijk-{view.id}-{region}", f"{region}, {period}"))
            yield Folded(title, tables)
