"""The linkage: how every row of a source found its household, and what is known of how sure that is."""

from dataclasses import dataclass

import pandas as pd

from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import Cell, PageTable, Row, in_order, records
from outputs.publication.site.figures import absent, cell, ordered
from outputs.publication.site.sections import Section, told
from outputs.publication.site.words import Words, swapped
from schemas.domains import RECORD_LABELS

QUALITY = "quality"


@dataclass(frozen=True)
class Linkage:
    """A part about the linkage itself: sentences, each with a table or none."""

    id: str
    title: str
    parts: tuple[tuple[str, PageTable | None], ...]


def quality_section(words: Words, frame: pd.DataFrame, facts: PublicationFacts) -> Section:
    """Gives the section of the table ``quality``."""
    used = set(frame["method"])
    meanings = words.labels("method_meaning")
    return Section(
        QUALITY,
        QUALITY,
        words("view.quality.title"),
        words("view.quality.intro"),
        told(words, QUALITY, facts),
        (_table(words, frame, facts),),
        meanings=tuple((words.label("method", name), text) for name, text in meanings.items() if name in used),
    )


def _table(words: Words, frame: pd.DataFrame, facts: PublicationFacts) -> PageTable:
    found = {(str(one["source"]), str(one["method"])): one for one in records(frame)}
    methods = ordered((method for _, method in found), words.labels("method"))
    counts = frame.groupby("source")["rows"].sum()
    rows = tuple(
        Row(
            words.label("source", source),
            (
                Cell(words.whole(counts[source])) if source in counts else absent(words),
                *(cell(words, found.get((source, method)), "share_pct") for method in methods),
            ),
        )
        for source in in_order((source for source, _ in found), list(RECORD_LABELS))
    )
    headings = (
        words("column.source"),
        words("column.rows"),
        *(words.label("method", method) for method in methods),
    )
    caption = f"{words('view.quality.caption')} ({facts.gemeentecode}, {words.half_year(facts.period)})"
    return PageTable("tabel-quality", caption, headings, rows)


def linkage(words: Words, facts: PublicationFacts) -> tuple[Linkage, ...]:
    """Gives what is known of the linkage itself; nothing where nothing is."""
    parts: list[tuple[str, PageTable | None]] = []
    if facts.linkage.by_name:
        parts.append((words("linkage.by_name"), _by_name(words, facts)))
    if facts.linkage.sensitivity is not None:
        parts.append((words("linkage.sensitivity", households=words.whole(facts.linkage.sensitivity)), None))
    if facts.linkage.drift:
        parts.append((words("linkage.drift"), _drift(words, facts)))
    return (Linkage("koppeling", words("linkage.title"), tuple(parts)),) if parts else ()


def _by_name(words: Words, facts: PublicationFacts) -> PageTable:
    names = ("linked", "unsure", "precision", "recall")
    return PageTable(
        "tabel-naam",
        words("linkage.by_name_caption"),
        (words("column.source"), *(words(f"linkage.{name}") for name in names)),
        tuple(
            Row(one.domain_name, tuple(Cell(_notation(words, getattr(one, name))) for name in names))
            for one in facts.linkage.by_name
        ),
    )


def _drift(words: Words, facts: PublicationFacts) -> PageTable:
    return PageTable(
        "tabel-verschil",
        words("linkage.drift_caption"),
        (words("column.source"), words("linkage.difference")),
        tuple(Row(name, (Cell(_notation(words, points)),)) for name, points in facts.linkage.drift),
    )


def _notation(words: Words, dutch: str) -> str:
    """Facts of the linkage are written in Dutch notation; their one word is ``tot``."""
    if words.language == "nl":
        return dutch
    return swapped(dutch).replace(" tot ", " to ").replace(" %", "%")
