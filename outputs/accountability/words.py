"""Dutch words for the codes of the log; a code without words is shown as it is, so that nothing is left out."""

from typing import Final

from outputs.publication.texts import METHOD_LABELS, TABLE_TITLES
from outputs.register.words import SOURCE_NAMES

STEP_NAMES: Final[dict[str, str]] = {
    "open": "Openen",
    "pull": "Ophalen en pseudonimiseren",
    "link": "Koppelen",
    "protect": "Tabelleren en beveiligen",
    "draft": "Concept schrijven",
    "approve": "Goedkeuren",
    "reject": "Afkeuren",
    "refused": "Geweigerd",
}
REASONS: Final[dict[str, str]] = {
    "outside_period": "niet actief en geen kosten in het halfjaar",
    "withdrawn": "ingetrokken melding",
    "not_pwet": "geen voorziening van de Participatiewet",
    "before_admission": "nog niet toegelaten tot schuldhulp",
    "valid": "geldig",
    "missing": "ontbreekt",
    "sentinel": "opvulnummer",
    "invalid": "ongeldig",
    "member": "lid van een particulier huishouden",
    "briefadres": "briefadres",
    "institution": "instelling",
    "duplicate": "dubbel",
    "not_in_frame": "niet in de BRP-levering",
    "not_private": "geen particulier huishouden",
    "no_identifier": "geen nummer en geen adres",
    "address_unknown": "adres onbekend",
    "address_ambiguous": "meer huishoudens op het adres",
    "suffix_missing": "toevoeging van het huisnummer ontbreekt",
}
OTHER_COUNTS: Final[dict[str, str]] = {
    "files:named": "Bestanden in de levering",
    "files:never_opened": "Bestanden die nooit zijn geopend",
    "tables": "Tabellen in het concept",
}


def source_name(source: str) -> str:
    """Gives the name of a source."""
    return SOURCE_NAMES.get(source, source)


def step_name(step: str) -> str:
    """Gives the name of a step."""
    return STEP_NAMES.get(step, step)


def table_name(table: str) -> str:
    """Gives the title of a published table."""
    return TABLE_TITLES.get(table, table)


def reason_name(reason: str) -> str:
    """Gives a rule or reason in words; a quarantine reason (``begin:date``) names its column and stays a code."""
    return REASONS.get(reason, reason)


def method_name(method: str) -> str:
    """Gives a link method with its reason (``unmatched:not_in_frame``) in words."""
    name, _, reason = method.partition(":")
    words = METHOD_LABELS.get(name, REASONS.get(name, name).capitalize())
    return f"{words}: {reason_name(reason)}" if reason else words
