"""Dutch words for the codes of the tables; the order of each mapping is the order on the page."""

from typing import Final

from schemas.domains import COMBINATIONS, DIMENSIONS, DOMAIN_NAMES, LAWS, NONE, TOTAL

ALL_HOUSEHOLDS: Final = "Alle huishoudens"

COMBINATION_LABELS: Final[dict[str, str]] = {
    **{name: name.replace("+", " + ") for name in COMBINATIONS},
    NONE: "Geen van deze wetten",
    TOTAL: ALL_HOUSEHOLDS,
}

#: Combinations in which a household uses two or three laws at once.
SEVERAL_LAWS: Final[tuple[str, ...]] = tuple(name for name in COMBINATIONS if "+" in name)

DIMENSION_LABELS: Final[dict[str, str]] = {
    **dict(zip(DIMENSIONS, ("Geen", "1 domein", "2 domeinen", "3 of 4 domeinen"), strict=True)),
    TOTAL: ALL_HOUSEHOLDS,
}

DOMAIN_LABELS: Final[dict[str, str]] = {
    **{name: name for name in (*LAWS, *DOMAIN_NAMES.values())},
    TOTAL: "Alle domeinen",
}

DENOMINATOR_LABELS: Final[dict[str, str]] = {
    "huishoudens": "alle huishoudens",
    "clienthuishoudens": "huishoudens met kosten",
}

PROVIDER_LABELS: Final[dict[str, str]] = {
    "0": "Geen aanbieder",
    "1": "1 aanbieder",
    **{str(number): f"{number} aanbieders" for number in range(2, 10)},
    "10+": "10 of meer aanbieders",
    TOTAL: ALL_HOUSEHOLDS,
}

METHOD_LABELS: Final[dict[str, str]] = {
    "bsn": "Op BSN",
    "address": "Op adres",
    "birth_date_address": "Op geboortedatum en adres",
    "probability": "Op waarschijnlijkheid",
    "unmatched": "Niet gekoppeld",
    "excluded": "Geen particulier huishouden",
}

METHOD_MEANINGS: Final[dict[str, str]] = {
    "bsn": "De persoon is met het burgerservicenummer teruggevonden in een huishouden. Het nummer zelf is vooraf "
    "vervangen door een pseudoniem dat zonder sleutel niet is terug te rekenen.",
    "address": "Er was geen bruikbaar burgerservicenummer. Op precies dit adres staat één huishouden.",
    "birth_date_address": "Er was geen bruikbaar burgerservicenummer. Geboortedatum en adres wijzen samen één "
    "huishouden aan.",
    "probability": "De bron kent geen burgerservicenummer. Naam, geboortedatum en adres lijken zo sterk op één persoon "
    "dat een toevallige gelijkenis onwaarschijnlijk is.",
    "unmatched": "Er is geen huishouden gevonden, of er kwamen er meer in aanmerking. Deze rijen tellen niet mee in "
    "de andere tabellen.",
    "excluded": "De persoon heeft een briefadres of woont in een instelling en hoort dus bij geen particulier "
    "huishouden.",
}

TABLE_TITLES: Final[dict[str, str]] = {
    "stacking": "Combinaties van wetten",
    "dimensions": "Aantal domeinen per huishouden",
    "use": "Gebruik per domein",
    "costs": "Kosten",
    "concentration": "Concentratie van kosten",
    "providers": "Aanbieders per huishouden",
    "quality": "Kwaliteit van de koppeling",
}


def region_label(code: str) -> str:
    """Gives a CBS region code, and says so when the district or neighbourhood is unknown (ends in 99 or 9999)."""
    if code.startswith("WK") and code.endswith("99"):
        return f"{code} (wijk onbekend)"
    if code.startswith("BU") and code.endswith("9999"):
        return f"{code} (buurt onbekend)"
    return code
