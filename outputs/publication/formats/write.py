"""Writes a release in every form beside its CSV files: metadata, Parquet, workbook, catalogue, data dictionary."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outputs.publication.formats.catalogue import CATALOGUE, catalogue, workbook_name
from outputs.publication.formats.csvw import csvw_metadata
from outputs.publication.formats.dictionary import DICTIONARY, dictionary_csv
from outputs.publication.formats.parquet import parquet_bytes
from outputs.publication.formats.workbook import workbook_bytes
from outputs.publication.page_facts import PublicationFacts
from schemas.tables import TABLE_CONTRACTS, ProtectedTable


def write_formats(tables: Mapping[str, ProtectedTable], facts: PublicationFacts, folder: Path) -> None:
    """Writes the forms of a release into its folder, where ``tables/<name>.csv`` lie already.

    Nothing under ``tables/`` tells of the run that made it: the same tables give the same bytes there.

    Args:
        tables: table name -> protected table.
        facts: what the page states beside the tables.
        folder: of the release.
    """
    place = folder / "tables"
    for name, table in tables.items():
        _write_json(csvw_metadata(TABLE_CONTRACTS[name], facts), place / f"{name}.csv-metadata.json")
        (place / f"{name}.parquet").write_bytes(parquet_bytes(table))
    (place / workbook_name(facts)).write_bytes(workbook_bytes(tables, facts))
    (folder / DICTIONARY).write_text(dictionary_csv(tables), encoding="utf-8")
    _write_json(catalogue(tables, facts), folder / CATALOGUE)


def _write_json(content: Mapping[str, Any], file: Path) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
