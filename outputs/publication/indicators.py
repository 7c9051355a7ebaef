"""What every published figure means: formula, population, period, source and pitfalls, in Dutch; read strictly."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from outputs.returns.figure_files import document_of
from schemas.errors import RunError
from schemas.strict import Strict
from schemas.tables import TABLE_CONTRACTS

_FILE: Final = "indicators.yaml"
Text = Annotated[str, StringConstraints(min_length=3, strip_whitespace=True)]
Pitfalls = Annotated[tuple[Text, ...], Field(min_length=1)]


class FigureDefinition(Strict):
    """A column of figures; what it leaves out is that of its table.

    Attributes:
        naam: its name for a reader.
        formule: how to compute it again.
        valkuilen: how it is misread.
        populatie: who is counted.
        periode: over which time.
        bron: where definition and data come from.
    """

    naam: Text
    formule: Text
    valkuilen: Pitfalls
    populatie: Text | None = None
    periode: Text | None = None
    bron: Text | None = None


class Definition(Strict):
    """A table, or something that is computed beside the tables.

    Attributes:
        naam: its name for a reader.
        formule: how to compute it again.
        populatie: who is counted.
        periode: over which time.
        bron: where definition and data come from.
        valkuilen: how it is misread.
    """

    naam: Text
    formule: Text
    populatie: Text
    periode: Text
    bron: Text
    valkuilen: Pitfalls


class TableDefinition(Definition):
    """A table with its columns of figures by name."""

    kolommen: dict[str, FigureDefinition]


class Definitions(Strict):
    """All definitions: ``tabellen`` by table, and ``overige`` by name: what is no table."""

    tabellen: dict[str, TableDefinition]
    overige: dict[str, Definition]


@dataclass(frozen=True)
class Indicator:
    """One figure or table, complete.

    Attributes:
        id: ``stacking``, ``stacking.households``, ``mkba``.
        definition: with nothing left out.
    """

    id: str
    definition: Definition


def read_definitions(text: str, what: str = _FILE) -> Definitions:
    """Reads definitions: YAML with exactly the tables and figure columns that are published.

    Raises:
        RunError: ``figures_invalid``: it is no YAML, or a field is missing, empty or unknown;
            ``definitions_incomplete``: a table or column has no definition, or a definition is about none.
    """
    definitions = document_of(text, Definitions, what)
    given = {(name, column) for name, table in definitions.tabellen.items() for column in ("", *table.kolommen)}
    wanted = {(name, column) for name, table in TABLE_CONTRACTS.items() for column in ("", *table.figures)}
    if given != wanted:
        names = sorted(".".join(filter(None, one)) for one in given ^ wanted)
        raise RunError("definitions_incomplete", f"{what}: {', '.join(names)}", "define exactly what is published")
    return definitions


@cache
def shipped_definitions() -> Definitions:
    """Gives the definitions that come with the product."""
    return read_definitions(files("outputs.publication").joinpath(_FILE).read_text(encoding="utf-8"))


def indicators(definitions: Definitions) -> Iterator[Indicator]:
    """Yields every table with its figures, in the order of publication, then what is no table."""
    for name, contract in TABLE_CONTRACTS.items():
        table = definitions.tabellen[name]
        whole = Definition.model_validate(table.model_dump(exclude={"kolommen"}))
        yield Indicator(name, whole)
        for column in contract.figures:
            own = table.kolommen[column].model_dump(exclude_none=True)
            yield Indicator(f"{name}.{column}", Definition.model_validate(whole.model_dump() | own))
    for name, other in definitions.overige.items():
        yield Indicator(name, other)
