"""The data dictionary: every column of every table, generated from the contracts."""

from collections.abc import Iterable, Iterator
from typing import Final

import pandas as pd

from outputs.publication.formats.columns import codes
from schemas.tables import TABLE_CONTRACTS, Column, TableContract

#: Name of the file in a release; it lies beside the tables, not among them.
DICTIONARY: Final = "gegevenswoordenboek.csv"
_FIELDS: Final = ("table", "column", "kind", "datatype", "description", "codes")


def dictionary_csv(names: Iterable[str]) -> str:
    """Gives the dictionary of these tables as CSV (``;``): table, column, kind, datatype, description, codes.

    Codes are written ``code = meaning``, with `` | `` between them.
    """
    rows = [row for contract in _contracts(names) for row in _rows(contract)]
    frame = pd.DataFrame(rows, columns=list(_FIELDS), dtype="string")
    return str(frame.to_csv(None, sep=";", index=False, lineterminator="\n"))


def dictionary_markdown(names: Iterable[str]) -> str:
    """Gives the dictionary of these tables as Markdown: a heading and a table each."""
    return "\n".join(_markdown(contract) for contract in _contracts(names))


def _contracts(names: Iterable[str]) -> Iterator[TableContract]:
    wanted = set(names)
    return (contract for name, contract in TABLE_CONTRACTS.items() if name in wanted)


def _rows(contract: TableContract) -> Iterator[tuple[str, ...]]:
    for column in contract.columns:
        yield contract.name, column.name, column.kind, column.datatype, column.description, _listed(column)


def _listed(column: Column) -> str:
    return " | ".join(f"{code} = {meaning}" for code, meaning in codes(column).items())


def _markdown(contract: TableContract) -> str:
    lines = [
        f"### {contract.name}",
        "",
        f"{contract.title}.",
        "",
        "| column | kind | type | meaning |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{one.name}` | {one.kind} | {one.datatype} | {one.description} |" for one in contract.columns]
    return "\n".join([*lines, ""])
