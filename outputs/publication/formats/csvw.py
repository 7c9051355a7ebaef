"""CSV on the Web: what a machine must know to read a table, in ``<name>.csv-metadata.json`` beside it.

There are no foreign keys: a release holds no table of regions or codes that a column could refer to; the data
dictionary lists the codes. Source: W3C Metadata Vocabulary for Tabular Data (2015).
"""

from typing import Any

from outputs.publication.formats.columns import STATUSES, heading, minimum, pattern, property_url
from outputs.publication.formats.licence import LICENCE_URL
from outputs.publication.page_facts import PublicationFacts
from schemas.period import HalfYear
from schemas.tables import Column, TableContract


def csvw_metadata(contract: TableContract, facts: PublicationFacts) -> dict[str, Any]:
    """Gives the metadata of one table of a release."""
    period = HalfYear.parse(facts.period)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": f"{contract.name}.csv",
        "dc:title": contract.title,
        "dc:description": f"{contract.title}, {facts.controller_name} ({facts.gemeentecode}), {facts.period}.",
        "dc:language": "nl",
        "dc:license": {"@id": LICENCE_URL},
        "dc:publisher": {"schema:name": facts.controller_name},
        "dc:spatial": facts.gemeentecode,
        "dc:temporal": f"{period.first_day}/{period.last_day}",
        "notes": _notes(contract),
        "null": "",
        "dialect": {"delimiter": ";", "encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {
            "columns": [_column(contract.name, column) for column in contract.columns],
            "primaryKey": contract.keys,
        },
    }


def _column(table: str, column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        # The header of the file has the English title; validators compare it with that one.
        "titles": {"nl": heading(column), "en": column.name},
        "dc:description": column.description,
        "datatype": _datatype(column),
        "required": column.kind != "figure",
        "propertyUrl": property_url(table, column),
    }


def _datatype(column: Column) -> dict[str, str]:
    described: dict[str, str] = {"base": column.datatype}
    if (form := pattern(column)) is not None:
        described["format"] = form
    if (least := minimum(column)) is not None:
        described["minimum"] = str(least)
    return described


def _notes(contract: TableContract) -> list[dict[str, str]]:
    if not contract.has_status:
        return []
    return [
        {
            "dc:identifier": code,
            "dc:description": meaning,
            "dc:conformsTo": f"SDMX CL_OBS_STATUS {observation}, CL_CONF_STATUS {confidentiality}",
        }
        for code, (meaning, observation, confidentiality) in STATUSES.items()
    ]
