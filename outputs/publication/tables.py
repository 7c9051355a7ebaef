"""Protected tables as CSV with metadata: ``;``, UTF-8, decimal point, empty where there is no figure."""

import json
from collections.abc import Mapping
from pathlib import Path

from schemas.tables import TABLE_CONTRACTS, ProtectedTable, TableContract


def write_tables(tables: Mapping[str, ProtectedTable], folder: Path) -> None:
    """Writes ``<name>.csv`` and ``<name>.csv-metadata.json`` (CSV on the Web) per table."""
    folder.mkdir()
    for name, table in tables.items():
        csv = table.frame.to_csv(None, sep=";", index=False, lineterminator="\n", na_rep="")
        (folder / f"{name}.csv").write_text(csv, encoding="utf-8")
        metadata = json.dumps(_metadata(TABLE_CONTRACTS[name]), ensure_ascii=False, indent=2)
        (folder / f"{name}.csv-metadata.json").write_text(metadata + "\n", encoding="utf-8")


def _metadata(contract: TableContract) -> dict[str, object]:
    """Source: W3C Metadata Vocabulary for Tabular Data."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": f"{contract.name}.csv",
        "dc:title": contract.title,
        "dialect": {"delimiter": ";", "encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                {
                    "name": column.name,
                    "titles": column.name,
                    "dc:description": column.description,
                    "datatype": column.datatype,
                    "required": column.kind != "figure",
                }
                for column in contract.columns
            ],
            "primaryKey": contract.keys,
        },
    }
