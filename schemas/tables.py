"""The published tables: their columns, and :class:`ProtectedTable`, the only thing that publication accepts."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from schemas.further_tables import FURTHER_CONTRACTS
from schemas.table_contract import (
    HOUSEHOLDS,
    PER_1000,
    PERIOD,
    REGION,
    STATUS,
    Column,
    DataType,
    Kind,
    TableContract,
    figure,
    key,
)

__all__ = [
    "CONFIDENTIAL",
    "PUBLISHED",
    "TABLE_CONTRACTS",
    "Column",
    "DataType",
    "Kind",
    "ProtectedTable",
    "TableContract",
    "typed",
]

PUBLISHED: Final = "A"
CONFIDENTIAL: Final = "C"

_CONTRACTS: Final = (
    TableContract(
        "stacking",
        "Huishoudens naar combinatie van wetten",
        (
            PERIOD,
            REGION,
            key("combination", "Precieze combinatie van Jeugd, P-wet en Wmo; geen = geen van de drie; totaal = alle"),
            HOUSEHOLDS,
            PER_1000,
            STATUS,
        ),
    ),
    TableContract(
        "dimensions",
        "Huishoudens naar aantal domeinen",
        (
            PERIOD,
            REGION,
            key("dimensions", "Aantal domeinen van Jeugd, P-wet, Wmo en SHV: geen, 1D, 2D, 3-4D; totaal = alle"),
            HOUSEHOLDS,
            PER_1000,
            STATUS,
        ),
    ),
    TableContract(
        "use",
        "Enkelvoudig en meervoudig gebruik per domein",
        (
            PERIOD,
            REGION,
            key("law", "Domein"),
            HOUSEHOLDS,
            figure("multiple_households", "Daarvan: ook een voorziening uit een andere wet (Jeugd, P-wet, Wmo)"),
            figure("multiple_pct", "Aandeel daarvan in procenten"),
            STATUS,
        ),
    ),
    TableContract(
        "costs",
        "Kosten naar combinatie van wetten en domein",
        (
            PERIOD,
            REGION,
            key("combination", "Precieze combinatie van Jeugd, P-wet en Wmo; totaal = alle"),
            key("domain", "Domein van de kosten; totaal = alle domeinen samen"),
            figure("households", "Huishoudens met een voorziening of kosten in dit domein"),
            figure("cost_eur", "Kosten in het half jaar in euro, afgerond"),
            figure("mean_cost_eur", "Gepubliceerde kosten gedeeld door gepubliceerde huishoudens, in euro"),
            STATUS,
        ),
    ),
    TableContract(
        "concentration",
        "Aandeel van de kosten bij de duurste huishoudens",
        (
            PERIOD,
            REGION,
            key("denominator", "huishoudens = alle particuliere huishoudens; clienthuishoudens = met kosten"),
            key("top_pct", "De duurste zoveel procent van de huishoudens"),
            figure("households", "Aantal huishoudens in die groep"),
            figure("cost_share_pct", "Aandeel van die groep in alle kosten, in procenten"),
            STATUS,
        ),
    ),
    TableContract(
        "providers",
        "Huishoudens naar aantal aanbieders",
        (PERIOD, REGION, key("providers", "Aantal verschillende aanbieders; totaal = alle"), HOUSEHOLDS, STATUS),
    ),
    TableContract(
        "quality",
        "Koppeling per bron",
        (
            PERIOD,
            key("source", "Bron"),
            key("method", "Manier van koppelen"),
            figure("rows", "Aantal regels, afgerond op tientallen"),
            figure("share_pct", "Aandeel in de regels van de bron, in procenten", "decimal"),
        ),
    ),
)

#: Table name -> contract, in the order of the publication.
TABLE_CONTRACTS: Final[dict[str, TableContract]] = {
    contract.name: contract for contract in (*_CONTRACTS, *FURTHER_CONTRACTS)
}

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
