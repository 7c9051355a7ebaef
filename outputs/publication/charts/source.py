"""What a chart is made from: the protected tables of one release, read for one page and language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from outputs.publication.charts.wording import Language
from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import Record, records


@dataclass(frozen=True, eq=False)
class Source:
    """Tables and facts of a release, for a page.

    Attributes:
        page: name of the page; prefix of the ids of its charts.
        tables: table name -> protected frame.
        facts: of the release.
        language: of every word.
        geometry: outlines of the wijken as GeoJSON, if the municipality gave them.
    """

    page: str
    tables: Mapping[str, pd.DataFrame]
    facts: PublicationFacts
    language: Language
    geometry: Mapping[str, Any] | None = None

    def of_municipality(self, table: str, **keys: str) -> list[Record]:
        """Gives the rows of the municipality; none when the table is not there."""
        if table not in self.tables:
            return []
        return records(self.tables[table], region=self.facts.gemeentecode, **keys)

    def chart_id(self, name: str) -> str:
        """Gives the id of a chart, which no other page has."""
        return f"{self.page}-{name}"


def in_class_order(found: Iterable[Record], orders: Mapping[str, Sequence[str]]) -> list[Record]:
    """Gives the rows in an order that does not depend on that of the frame.

    Args:
        found: rows of one table.
        orders: column -> its classes in order, first column first; classes that are not named follow by name.
    """

    def rank(record: Record) -> tuple[tuple[int, str], ...]:
        named = ((str(record[column]), classes) for column, classes in orders.items())
        return tuple((classes.index(name) if name in classes else len(classes), name) for name, classes in named)

    return sorted(found, key=rank)
