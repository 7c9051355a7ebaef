"""``definities.html``: the definition of every table and every figure, and of what is computed beside the tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from outputs.publication.indicators import Definition, Definitions, Indicator, indicators, shipped_definitions
from outputs.publication.side_pages import rendered
from schemas.tables import TABLE_CONTRACTS


@dataclass(frozen=True)
class Column:
    """The definition of one column of figures; ``name`` is that in the CSV."""

    id: str
    name: str
    definition: Definition


@dataclass(frozen=True)
class Section:
    """The definition of a table, or of something beside the tables, with its columns."""

    id: str
    title: str
    definition: Definition
    columns: tuple[Column, ...]


def render_definitions_page(definitions: Definitions | None = None) -> str:
    """Gives the page as text; ``definitions`` are those that come with the product unless given."""
    every = tuple(indicators(definitions or shipped_definitions()))
    wholes = [one for one in every if "." not in one.id]
    return rendered("definities.html", sections=[_section(one, every) for one in wholes])


def _section(one: Indicator, every: Sequence[Indicator]) -> Section:
    title = one.definition.naam
    if one.id in TABLE_CONTRACTS:
        title = f"{title} ({one.id}.csv)"
    columns = tuple(
        Column(column.id, column.id.removeprefix(f"{one.id}."), column.definition)
        for column in every
        if column.id.startswith(f"{one.id}.")
    )
    return Section(one.id, title, one.definition, columns)
