"""The description of a release for data portals: DCAT-AP-NL 3.0 as JSON-LD, with its context inline.

Addresses of files are relative to the catalogue, since a release does not know where it will be served. A dataset is
one table of one purpose and period; the release is its version. Sources: DCAT-AP-NL 3.0 (Geonovum), DCAT-AP 3.0
(SEMIC), authority tables of the Publications Office of the EU, TOOI for the names of Dutch authorities.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from outputs.publication.formats.licence import LICENCE_AUTHORITY
from outputs.publication.number_format import half_year
from outputs.publication.page_facts import PublicationFacts
from schemas.period import HalfYear
from schemas.tables import TABLE_CONTRACTS, TableContract

CATALOGUE: Final = "catalog.jsonld"
PAGE: Final = "index.html"

_EU: Final = "http://publications.europa.eu/resource/authority"
_IANA: Final = "https://www.iana.org/assignments/media-types"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_KEYWORDS: Final = ("sociaal domein", "huishoudens", "stapeling van voorzieningen")


def workbook_name(facts: PublicationFacts) -> str:
    """Gives the file name of the workbook: ``<purpose>-<period>.xlsx``."""
    return f"{facts.purpose_id}-{facts.period}.xlsx"


def catalogue(names: Iterable[str], facts: PublicationFacts) -> dict[str, Any]:
    """Gives the catalogue of a release with a dataset for each of these tables, in the order of the contracts."""
    wanted = set(names)
    found = [contract for name, contract in TABLE_CONTRACTS.items() if name in wanted]
    return {
        "@context": _CONTEXT,
        "@id": CATALOGUE,
        "@type": "dcat:Catalog",
        **_shared(facts),
        "dct:title": _nl(f"Samenloop in het sociaal domein, {facts.controller_name}, {half_year(facts.period)}"),
        "dct:description": _nl(facts.purpose_text),
        "foaf:homepage": {"@id": PAGE, "@type": "foaf:Document"},
        "dcat:dataset": [_dataset(contract, facts) for contract in found],
    }


def _dataset(contract: TableContract, facts: PublicationFacts) -> dict[str, Any]:
    invented = " De huishoudens zijn verzonnen." if facts.synthetic else ""
    columns = "; ".join(f"{one.name}: {one.description}" for one in contract.columns)
    return {
        "@id": f"#{contract.name}",
        "@type": "dcat:Dataset",
        **_shared(facts),
        "dct:title": _nl(f"{contract.title}, {facts.controller_name}, {half_year(facts.period)}"),
        "dct:description": _nl(f"{contract.title}.{invented} Kolommen: {columns}."),
        "dct:identifier": "/".join((facts.gemeentecode, facts.purpose_id, facts.period, contract.name)),
        "dcat:version": facts.release,
        "dct:accessRights": {"@id": f"{_EU}/access-right/PUBLIC", "@type": "dct:RightsStatement"},
        "dct:creator": _agent(facts),
        "dcat:theme": {"@id": f"{_EU}/data-theme/SOCI", "@type": "skos:Concept"},
        "dcat:keyword": [_nl(word) for word in _KEYWORDS],
        "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/ANNUAL_2", "@type": "dct:Frequency"},
        "dcat:distribution": [
            _distribution(contract, "CSV", f"tables/{contract.name}.csv", "text/csv"),
            _distribution(contract, "PARQUET", f"tables/{contract.name}.parquet", "application/vnd.apache.parquet"),
            _distribution(contract, "XLSX", f"tables/{workbook_name(facts)}", _SHEET),
        ],
    }


def _distribution(contract: TableContract, form: str, file: str, media_type: str) -> dict[str, Any]:
    return {
        "@id": f"#{contract.name}-{form.lower()}",
        "@type": "dcat:Distribution",
        "dct:title": _nl(f"{contract.title} ({form})"),
        "dcat:accessURL": {"@id": PAGE},
        "dcat:downloadURL": {"@id": file},
        "dct:license": {"@id": LICENCE_AUTHORITY, "@type": "dct:LicenseDocument"},
        "dct:format": {"@id": f"{_EU}/file-type/{form}", "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {"@id": f"{_IANA}/{media_type}", "@type": "dct:MediaType"},
        "dct:language": _language(),
    }


def _shared(facts: PublicationFacts) -> dict[str, Any]:
    """What a catalogue and its datasets say alike."""
    period = HalfYear.parse(facts.period)
    return {
        "dct:publisher": _agent(facts),
        "dcat:contactPoint": _contact(facts),
        "dct:language": _language(),
        "dct:spatial": {"@type": "dct:Location", "dct:identifier": facts.gemeentecode},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(period.first_day.isoformat()),
            "dcat:endDate": _day(period.last_day.isoformat()),
        },
    }


def _agent(facts: PublicationFacts) -> dict[str, Any]:
    return {
        "@id": f"https://identifier.overheid.nl/tooi/id/gemeente/{facts.gemeentecode.lower()}",
        "@type": "foaf:Agent",
        "foaf:name": _nl(facts.controller_name),
    }


def _contact(facts: PublicationFacts) -> dict[str, Any]:
    contact: dict[str, Any] = {
        "@id": "#contact",
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": _nl(f"{facts.controller_name}, functionaris gegevensbescherming ({facts.fg_contact})"),
    }
    if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", facts.fg_contact):
        contact["vcard:hasEmail"] = {"@id": f"mailto:{facts.fg_contact}"}
    return contact


def _language() -> dict[str, str]:
    return {"@id": f"{_EU}/language/NLD", "@type": "dct:LinguisticSystem"}


def _day(text: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": text}


def _nl(text: str) -> dict[str, str]:
    return {"@language": "nl", "@value": text}
