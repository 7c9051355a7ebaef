"""The columns of published tables: what a contract of a table says, and the columns that many of them share."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["key", "figure", "status"]
DataType = Literal["string", "integer", "decimal"]


@dataclass(frozen=True)
class Column:
    """One column of a published table: name, what kind it is, its type and its Dutch description."""

    name: str
    kind: Kind
    datatype: DataType
    description: str


def key(name: str, description: str) -> Column:
    """Gives a column that identifies a row."""
    return Column(name, "key", "string", description)


def figure(name: str, description: str, datatype: DataType = "integer") -> Column:
    """Gives a column that is empty when a row is confidential."""
    return Column(name, "figure", datatype, description)


PERIOD: Final = key("period", "Half jaar, bijvoorbeeld 2018H1 = januari tot en met juni 2018")
REGION: Final = key("region", "CBS-code van gemeente (GM), wijk (WK) of buurt (BU)")
HOUSEHOLDS: Final = figure("households", "Aantal particuliere huishoudens")
PER_1000: Final = figure("per_1000", "Per 1.000 particuliere huishoudens van de regio")
STATUS: Final = Column("status", "status", "string", "A = gepubliceerd, C = afgeschermd (cijfer is leeg)")


@dataclass(frozen=True)
class TableContract:
    """Name, Dutch title and columns of a published table."""

    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in published order."""
        return [column.name for column in self.columns]

    @property
    def keys(self) -> list[str]:
        """Names of the columns that identify a row."""
        return [column.name for column in self.columns if column.kind == "key"]

    @property
    def classes(self) -> list[str]:
        """Names of the columns that identify a row beside period and region."""
        return [name for name in self.keys if name not in ("period", "from_period", "to_period", "region")]

    @property
    def figures(self) -> list[str]:
        """Names of the columns that are empty when a row is confidential."""
        return [column.name for column in self.columns if column.kind == "figure"]

    @property
    def has_status(self) -> bool:
        """Whether rows of this table can be confidential."""
        return any(column.kind == "status" for column in self.columns)
