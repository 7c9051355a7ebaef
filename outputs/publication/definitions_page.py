"""``definities.html``: the definition of every table and every figure, and of what is computed beside the tables.

The definitions are Dutch; an English page has English names and says that the definitions themselves are Dutch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from outputs.publication.indicators import Definition, Definitions, Indicator, indicators, shipped_definitions
from outputs.publication.site.rendering import Frame, render
from outputs.publication.site.words import Words
from schemas.tables import TABLE_CONTRACTS

#: What marks Dutch text on a page in another language.
DUTCH = Markup(' lang="nl"')


@dataclass(frozen=True)
class Column:
    """The definition of one column of figures; ``name`` is that in the CSV."""

    id: str
    name: str
    title: str
    definition: Definition


@dataclass(frozen=True)
class Section:
    """The definition of a table, or of something beside the tables, with its columns."""

    id: str
    title: str
    definition: Definition
    columns: tuple[Column, ...]


def render_definitions_page(definitions: Definitions | None = None, frame: Frame | None = None) -> str:
    """Gives the page as text.

    Args:
        definitions: those that come with the product unless given.
        frame: of the site; without one the page stands alone, in Dutch.
    """
    words = frame.words if frame else Words("nl")
    every = tuple(indicators(definitions or shipped_definitions()))
    sections = [_section(words, one, every) for one in every if "." not in one.id]
    dutch = words.language == "nl"
    return render(
        frame or Frame(words, words("page.definities")),
        "definities.html",
        sections=sections,
        contents=[(section.id, section.title) for section in sections],
        note="" if dutch else words("site.dutch_only"),
        lang="" if dutch else DUTCH,
    )


def _section(words: Words, one: Indicator, every: Sequence[Indicator]) -> Section:
    columns = tuple(_column(words, one.id, column) for column in every if column.id.startswith(f"{one.id}."))
    return Section(one.id, _title(words, one), one.definition, columns)


def _title(words: Words, one: Indicator) -> str:
    if one.id not in TABLE_CONTRACTS:
        return one.definition.naam if words.language == "nl" else words.label("beside", one.id)
    name = one.definition.naam if words.language == "nl" else words.label("table", one.id)
    return f"{name} ({one.id}.csv)"


def _column(words: Words, table: str, column: Indicator) -> Column:
    name = column.id.removeprefix(f"{table}.")
    title = column.definition.naam if words.language == "nl" else words(f"column.{name}")
    return Column(column.id, name, title, column.definition)
