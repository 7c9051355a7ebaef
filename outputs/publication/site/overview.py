"""The overview: where rows of the sources ended, and what can be downloaded."""

from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import Cell, PageTable, Row
from outputs.publication.site.words import Words

_COUNTS = ("received", "used", "unreadable", "objected", "excluded")


def source_table(words: Words, facts: PublicationFacts) -> PageTable:
    """Gives the sources with their laws (Dutch names) and where their rows ended, in tens."""
    columns = ("law_of", "article", *_COUNTS)
    return PageTable(
        "tabel-bronnen",
        words("index.sources_caption"),
        (words("column.source"), *(words(f"column.{name}") for name in columns)),
        tuple(
            Row(
                words.label("source", source.source),
                (
                    Cell(source.law, prose=True),
                    Cell(source.article, prose=True),
                    Cell(words.whole(source.rows_received)),
                    Cell(words.whole(source.rows_used)),
                    Cell(words.whole(source.rows_quarantined)),
                    Cell(words.whole(source.rows_objected)),
                    Cell(words.whole(source.rows_excluded)),
                ),
            )
            for source in facts.sources
        ),
    )
