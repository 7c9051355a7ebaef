"""How a source is delivered when it is not in canonical form: the part of a signed purpose that says how to read it.

A format changes what a column is called and how a cell is written, never what may be read: what it gives are canonical
columns (``schemas.extracts``), and only those that the purpose uses.
Sources: iWmo and iJw 3.2, SuwiML Bijstandsregelingen v0500, DDAS 1.0, the Gemeentelijk Gegevensmodel (GGM).
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from schemas.strict import Strict


def is_delivered_name(name: str) -> bool:
    """Tells whether a text can be the name of a column in somebody's source."""
    return 0 < len(name) <= 80 and name == name.strip() and name.isprintable()


def _checked_name(name: str) -> str:
    if not is_delivered_name(name):
        raise ValueError("that is no name of a column")
    return name


#: A column as its owner calls it: of a table, a file, a view.
DeliveredName = Annotated[str, AfterValidator(_checked_name)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_$]{0,62}$")]
Cell = Annotated[str, StringConstraints(min_length=1, max_length=80)]

#: How a date is written: 2018-07-01, 20180701 or 01-07-2018.
DateNotation = Literal["iso", "compact", "dutch"]
#: How an amount is written: 123456, 1234.56 or 1.234,56.
AmountNotation = Literal["cents", "euros", "euros_comma"]


class TabularFormat(Strict):
    """Rows and columns under names of their own.

    Attributes:
        names: canonical column -> the names that it may have in the source; one of them must be there, and not two. A
            column that is not listed has its canonical name.
        dates: how dates are written; a text that is no such date is quarantined.
        amounts: how ``bedrag_cent`` is written.
        values: canonical column -> cell of the source -> canonical cell; a cell that is not listed stays as it is.
        constants: canonical column -> the cell of every row, for what a table says by being that table.
    """

    names: dict[str, tuple[DeliveredName, ...]] = Field(default_factory=dict)
    dates: DateNotation = "iso"
    amounts: AmountNotation = "cents"
    values: dict[str, dict[Cell, Cell]] = Field(default_factory=dict)
    constants: dict[str, Cell] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        names = [name for aliases in self.names.values() for name in aliases]
        if len(set(names)) != len(names) or not all(self.names.values()):
            raise ValueError("names: a name of the source stands for two columns, or a column has none")
        if both := sorted(set(self.names) & set(self.constants)):
            raise ValueError(f"constants: {both[0]} is read and constant")
        return self

    def names_of(self, column: str) -> tuple[str, ...]:
        """Gives the names that a canonical column may have in the source."""
        return self.names.get(column, (column,))


class CsvFormat(TabularFormat):
    """A text file with a header row, not the canonical one: other names, notations, delimiter or encoding."""

    kind: Literal["csv"]
    delimiter: Literal[";", ",", "\t", "|"] = ";"
    encoding: Literal["utf-8", "windows-1252"] = "utf-8"


class ParquetFormat(TabularFormat):
    """A Parquet file; dates, integers and decimals are taken as what they are, texts as the notations say."""

    kind: Literal["parquet"]


class SqlFormat(TabularFormat):
    """A table or view of a database.

    Attributes:
        connection: the name under which the deployment knows the database; never an address or a password.
        table: table or view.
        table_schema: the schema it is in; the default of the database when it is not given.
    """

    kind: Literal["sql"]
    connection: Identifier
    table: Identifier
    table_schema: Identifier | None = None


class MessagesFormat(Strict):
    """Messages of iWmo (source wmo) or iJw (source jeugd) 3.2: 301, 305, 307, 323 and 325."""

    kind: Literal["istandaarden"]


class SuwiFormat(Strict):
    """SuwiML Bijstandsregelingen v0500 (source pwet).

    Attributes:
        regelingen: codes (``CdSzWet``) that are a provision; others are excluded by rule and counted.
    """

    kind: Literal["suwi"]
    regelingen: tuple[Cell, ...] = Field(default=("PW", "IOAW", "IOAZ", "BBZ"), min_length=1)


class DdasFormat(Strict):
    """DDAS 1.0 (source shv): JSON of debt-help trajectories."""

    kind: Literal["ddas"]


SourceFormat = Annotated[
    CsvFormat | ParquetFormat | SqlFormat | MessagesFormat | SuwiFormat | DdasFormat, Field(discriminator="kind")
]

#: Which sources a format can be of; the tabular ones can be of any.
SOURCES_OF: Final[dict[str, tuple[str, ...]]] = {
    "istandaarden": ("wmo", "jeugd"),
    "suwi": ("pwet",),
    "ddas": ("shv",),
}


def format_problems(source: str, columns: tuple[str, ...], drops: tuple[str, ...], form: SourceFormat) -> list[str]:
    """Tells what is wrong with the format of a source that uses and drops these columns; empty when nothing is."""
    allowed = SOURCES_OF.get(form.kind, (source,))
    if source not in allowed:
        return [f"sources.{source}: format {form.kind} is of {', '.join(allowed)}"]
    if isinstance(form, SuwiFormat) and "bsn_partner" not in columns:
        return [f"sources.{source}: format suwi needs the column bsn_partner, to count a benefit of two once"]
    if not isinstance(form, TabularFormat):
        return []
    stated: dict[str, Iterable[str]] = {"names": form.names, "values": form.values, "constants": form.constants}
    problems = [
        f"sources.{source}: format.{where} names the column {column}, which is not used"
        for where, said in stated.items()
        for column in sorted(said)
        if column not in columns
    ]
    read = [name for column in columns if column not in form.constants for name in form.names_of(column)]
    twice = sorted({name for name in read if read.count(name) > 1 or name in drops})
    return problems + [f"sources.{source}: format.names: {name} stands for two columns" for name in twice]
