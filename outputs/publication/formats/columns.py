"""What the columns of published tables mean outside their contract: headings, bounds, code lists, SDMX codes.

Everything starts from the contracts of ``schemas.tables``; a column not named here is headed by its description.
Sources: SDMX code lists CL_OBS_STATUS and CL_CONF_STATUS; RDF Data Cube vocabulary for the property names.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from outputs.publication import texts
from schemas.tables import CONFIDENTIAL, PUBLISHED, Column

_SDMX: Final = "http://purl.org/linked-data/sdmx/2009"
_HALF_YEAR: Final = "[0-9]{4}H[12]"

_HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "period": "Half jaar",
        "from_period": "Half jaar ervoor",
        "to_period": "Half jaar",
        "region": "Regio",
        "combination": "Combinatie van wetten",
        "dimensions": "Aantal domeinen",
        "law": "Domein",
        "domain": "Domein van de kosten",
        "denominator": "Aandeel van",
        "top_pct": "Duurste huishoudens (%)",
        "providers": "Aantal aanbieders",
        "source": "Bron",
        "method": "Manier van koppelen",
        "households": "Huishoudens",
        "per_1000": "Per 1.000 huishoudens",
        "multiple_households": "Met ook een andere wet",
        "multiple_pct": "Met ook een andere wet (%)",
        "cost_eur": "Kosten (euro)",
        "mean_cost_eur": "Gemiddelde kosten (euro)",
        "cost_share_pct": "Aandeel in de kosten (%)",
        "rows": "Regels",
        "share_pct": "Aandeel (%)",
        "status": "Status",
        "from_class": "Klasse ervoor",
        "to_class": "Klasse nu",
        "stayed": "Gebleven",
        "inflow": "Instroom",
        "outflow": "Uitstroom",
        "duration": "Duur in jaren",
        "within_years": "Binnen zoveel jaar",
        "relapsed": "Teruggekeerd",
        "relapse_pct": "Teruggekeerd (%)",
        "segmentation": "Indeling",
        "segment": "Segment",
        "with_safety": "Met een melding veiligheid",
        "with_safety_pct": "Met een melding veiligheid (%)",
        "level": "Trede",
        "trajectory": "Traject",
        "form": "Vorm",
        "group": "Groep",
        "offered": "Aangeboden",
        "started": "Gestart",
        "completed": "Afgerond",
        "succeeded": "Geslaagd",
        "success_pct": "Geslaagd (%)",
        "success_low": "Geslaagd (%), ondergrens",
        "success_high": "Geslaagd (%), bovengrens",
        "difference_pct": "Verschil met de overige (procentpunten)",
        "outcome": "Uitkomst",
        "before": "Ervoor",
        "after": "Erna",
        "change": "Verandering",
        "change_low": "Verandering, ondergrens",
        "change_high": "Verandering, bovengrens",
        "area": "Vergeleken met",
        "reference_period": "Half jaar van vergelijking",
        "reference_per_1000": "Vergeleken cijfer per 1.000",
        "difference": "Verschil per 1.000",
        "difference_low": "Verschil, minstens",
        "difference_high": "Verschil, hoogstens",
    }
)

#: What a status means: in words, and in the two SDMX code lists that it answers to.
STATUSES: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {PUBLISHED: ("gepubliceerd", "A", "F"), CONFIDENTIAL: ("afgeschermd, het cijfer is leeg", "Q", "C")}
)

_CODES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "combination": {
            **texts.COMBINATION_LABELS,
            "een of meer": "Een of meer van deze wetten (alleen in comparison)",
            "twee of meer": "Twee of meer van deze wetten (alleen in comparison)",
        },
        "dimensions": texts.DIMENSION_LABELS,
        "law": texts.DOMAIN_LABELS,
        "domain": texts.DOMAIN_LABELS,
        "denominator": texts.DENOMINATOR_LABELS,
        "providers": texts.PROVIDER_LABELS,
        "method": texts.METHOD_LABELS,
        "status": {
            code: f"{meaning} (SDMX: OBS_STATUS {observation}, CONF_STATUS {confidentiality})"
            for code, (meaning, observation, confidentiality) in STATUSES.items()
        },
    }
)

_PATTERNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "period": _HALF_YEAR,
        "from_period": _HALF_YEAR,
        "to_period": _HALF_YEAR,
        "region": "GM[0-9]{4}|WK[0-9]{6}|BU[0-9]{8}",
        "status": "|".join(STATUSES),
    }
)

#: Figures that count something; costs and differences may lie below zero.
_COUNTS: Final = frozenset({"households", "multiple_households", "per_1000", "rows", "stayed", "inflow", "outflow"})

#: Columns with a meaning that other statistics share; the others have the meaning of their own table.
_PROPERTIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "period": f"{_SDMX}/dimension#refPeriod",
        "to_period": f"{_SDMX}/dimension#refPeriod",
        "region": f"{_SDMX}/dimension#refArea",
        "status": f"{_SDMX}/attribute#confStatus",
    }
)


def heading(column: Column) -> str:
    """Gives a short Dutch heading."""
    return _HEADINGS.get(column.name, column.description)


def codes(column: Column) -> Mapping[str, str]:
    """Gives code -> Dutch meaning for a column with a fixed list; empty for another."""
    return _CODES.get(column.name, {}) if column.kind != "figure" else {}


def pattern(column: Column) -> str | None:
    """Gives the regular expression that every value meets, where there is one."""
    return _PATTERNS.get(column.name) if column.kind != "figure" else None


def minimum(column: Column) -> int | None:
    """Gives the least value of a figure: zero for a count."""
    return 0 if column.kind == "figure" and column.name in _COUNTS else None


def property_url(table: str, column: Column) -> str:
    """Gives the URL of what a column means: an SDMX concept, or a name within its table."""
    return _PROPERTIES.get(column.name, f"{table}.csv#{column.name}")
