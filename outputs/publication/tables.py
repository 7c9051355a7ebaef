"""Protected tables as CSV: ``;``, UTF-8, decimal point, empty where there is no figure."""

from collections.abc import Mapping
from pathlib import Path

from schemas.tables import ProtectedTable


def write_tables(tables: Mapping[str, ProtectedTable], folder: Path) -> None:
    """Writes ``<name>.csv`` per table; ``formats.write`` adds the other forms."""
    folder.mkdir()
    for name, table in tables.items():
        csv = table.frame.to_csv(None, sep=";", index=False, lineterminator="\n", na_rep="")
        (folder / f"{name}.csv").write_text(csv, encoding="utf-8")
