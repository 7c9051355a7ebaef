"""What a chart is: a drawing, the figures under it, and what it says in words."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from outputs.publication.charts.svg import checked_svg
from schemas.tables import TABLE_CONTRACTS

Spec = dict[str, Any]

_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Chart:
    """A chart of one published table.

    Attributes:
        id: identifier on the page; every id inside the drawing starts with it.
        title: what is shown.
        reading: one sentence of what it shows, made from the published figures.
        description: the same for who cannot see it: how it is built up, and all that is in it.
        svg: the drawing, to be set in a page as it is: no script, no style, no reference outside itself.
        vega_lite: the spec with its data inside; nothing where no spec is given.
        table: name of the published table whose figures it shows.

    Raises:
        ValueError: a text is empty, the table has no contract, or the drawing is not as said.
    """

    id: str
    title: str
    reading: str
    description: str
    svg: str
    vega_lite: Mapping[str, Any] | None
    table: str

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None:
            raise ValueError("a chart is named by lower-case words with hyphens")
        if not all(text.strip() for text in (self.title, self.reading, self.description)):
            raise ValueError(f"chart {self.id}: a text is empty")
        if self.table not in TABLE_CONTRACTS:
            raise ValueError(f"chart {self.id}: {self.table} is no published table")
        checked_svg(self.svg, self.id)

    @property
    def csv(self) -> str:
        """Where the figures are, from the folder of the publication."""
        return f"tables/{self.table}.csv"

    @property
    def spec_json(self) -> str:
        """The spec as JSON that can stand inside a ``script`` element as it is; empty without a spec."""
        if self.vega_lite is None:
            return ""
        text = json.dumps(self.vega_lite, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")
