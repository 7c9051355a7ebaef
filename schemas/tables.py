"""The published tables: their columns, and :class:`ProtectedTable`, the only thing that publication accepts."""

from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

PUBLISHED: Final = "A"
CONFIDENTIAL: Final = "C"

Kind = Literal["key", "figure", "status"]
DataType = Literal["string", "integer", "decimal"]


@dataclass(frozen=True)
class Column:
    """One column of a published table: name, what kind it is, its type and its Dutch description."""

    name: str
    kind: Kind
    datatype: DataType
    description: str


def _key(name: str, description: str) -> Column:
    return Column(name, "key", "string", description)


def _figure(name: str, description: str, datatype: DataType = "integer") -> Column:
    return Column(name, "figure", datatype, description)


_PERIOD: Final = _key("period", "Half jaar, bijvoorbeeld 2018H1 = januari tot en met juni 2018")
_REGION: Final = _key("region", "CBS-code van gemeente (GM), wijk (WK) of buurt (BU)")
_HOUSEHOLDS: Final = _figure("households", "Aantal particuliere huishoudens")
_PER_1000: Final = _figure("per_1000", "Per 1.000 particuliere huishoudens van de regio")
_STATUS: Final = Column("status", "status", "string", "A = gepubliceerd, C = afgeschermd (cijfer is leeg)")


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
    def figures(self) -> list[str]:
        """Names of the columns that are empty when a row is confidential."""
        return [column.name for column in self.columns if column.kind == "figure"]

    @property
    def has_status(self) -> bool:
        """Whether rows of this table can be confidential."""
        return any(column.kind == "status" for column in self.columns)


_CONTRACTS: Final = (
    TableContract(
        "stacking",
        "Huishoudens naar combinatie van wetten",
        (
            _PERIOD,
            _REGION,
            _key("combination", "Precieze combinatie van Jeugd, P-wet en Wmo; geen = geen van de drie; totaal = alle"),
            _HOUSEHOLDS,
            _PER_1000,
            _STATUS,
        ),
    ),
    TableContract(
        "dimensions",
        "Huishoudens naar aantal domeinen",
        (
            _PERIOD,
            _REGION,
            _key("dimensions", "Aantal domeinen van Jeugd, P-wet, Wmo en SHV: geen, 1D, 2D, 3-4D; totaal = alle"),
            _HOUSEHOLDS,
            _PER_1000,
            _STATUS,
        ),
    ),
    TableContract(
        "use",
        "Enkelvoudig en meervoudig gebruik per domein",
        (
            _PERIOD,
            _REGION,
            _key("law", "Domein"),
            _HOUSEHOLDS,
            _figure("multiple_households", "Daarvan: ook een voorziening uit een andere wet (Jeugd, P-wet, Wmo)"),
            _figure("multiple_pct", "Aandeel daarvan in procenten"),
            _STATUS,
        ),
    ),
    TableContract(
        "costs",
        "Kosten naar combinatie van wetten en domein",
        (
            _PERIOD,
            _REGION,
            _key("combination", "Precieze combinatie van Jeugd, P-wet en Wmo; totaal = alle"),
            _key("domain", "Domein van de kosten; totaal = alle domeinen samen"),
            _figure("households", "Huishoudens met een voorziening of kosten in dit domein"),
            _figure("cost_eur", "Kosten in het half jaar in euro, afgerond"),
            _figure("mean_cost_eur", "Gepubliceerde kosten gedeeld door gepubliceerde huishoudens, in euro"),
            _STATUS,
        ),
    ),
    TableContract(
        "concentration",
        "Aandeel van de kosten bij de duurste huishoudens",
        (
            _PERIOD,
            _REGION,
            _key("denominator", "huishoudens = alle particuliere huishoudens; clienthuishoudens = met kosten"),
            _key("top_pct", "De duurste zoveel procent van de huishoudens"),
            _figure("households", "Aantal huishoudens in die groep"),
            _figure("cost_share_pct", "Aandeel van die groep in alle kosten, in procenten"),
            _STATUS,
        ),
    ),
    TableContract(
        "providers",
        "Huishoudens naar aantal aanbieders",
        (_PERIOD, _REGION, _key("providers", "Aantal verschillende aanbieders; totaal = alle"), _HOUSEHOLDS, _STATUS),
    ),
    TableContract(
        "quality",
        "Koppeling per bron",
        (
            _PERIOD,
            _key("source", "Bron"),
            _key("method", "Manier van koppelen"),
            _figure("rows", "Aantal regels, afgerond op tientallen"),
            _figure("share_pct", "Aandeel in de regels van de bron, in procenten", "decimal"),
        ),
    ),
)

#: Table name -> contract, in the order of the publication.
TABLE_CONTRACTS: Final[dict[str, TableContract]] = {contract.name: contract for contract in _CONTRACTS}

_PANDAS_TYPES: Final = {"string": "string", "integer": "Int64", "decimal": "Float64"}


@dataclass(frozen=True, eq=False)
class ProtectedTable:
    """A table that disclosure control has cleared for publication.

    Attributes:
        name: key of ``TABLE_CONTRACTS``.
        frame: exactly the contract's columns; text keys, ``Int64``/``Float64`` figures; status ``A`` or ``C``.

    Raises:
        ValueError: a column or type is off, a key repeats, or a confidential row still shows a figure.
    """

    name: str
    frame: pd.DataFrame

    def __post_init__(self) -> None:
        contract = TABLE_CONTRACTS[self.name]
        if list(self.frame.columns) != contract.names:
            raise ValueError(f"{self.name}: columns are not those of its contract")
        for column in contract.columns:
            if str(self.frame[column.name].dtype) != _PANDAS_TYPES[column.datatype]:
                raise ValueError(f"{self.name}: column {column.name} is not of type {column.datatype}")
        if self.frame.duplicated(contract.keys).any():
            raise ValueError(f"{self.name}: a key occurs twice")
        if contract.has_status:
            self._check_status(contract)

    def _check_status(self, contract: TableContract) -> None:
        status = self.frame["status"]
        if not status.isin([PUBLISHED, CONFIDENTIAL]).all():
            raise ValueError(f"{self.name}: a status is neither A nor C")
        if bool(self.frame.loc[status == CONFIDENTIAL, contract.figures].notna().to_numpy().any()):
            raise ValueError(f"{self.name}: a confidential row shows a figure")

    @property
    def confidential_rows(self) -> int:
        """Number of rows that are withheld."""
        return int((self.frame["status"] == CONFIDENTIAL).sum()) if "status" in self.frame.columns else 0


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Gives the frame with the columns, order and types of table ``name``; rows keep their order."""
    contract = TABLE_CONTRACTS[name]
    types = {column.name: _PANDAS_TYPES[column.datatype] for column in contract.columns}
    return frame[contract.names].astype(types).reset_index(drop=True)
