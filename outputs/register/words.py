"""What a purpose says, in the Dutch words of the register and the DPIA form."""

import re
from typing import Final, Literal

from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import FRAME, INSTITUTIONS, OBJECTIONS, RECORD_LABELS
from schemas.household_rules import Apart
from schemas.purpose import PurposeConfig

SOURCE_NAMES: Final[dict[str, str]] = {
    FRAME: "BRP",
    **RECORD_LABELS,
    OBJECTIONS: "Bezwaren",
    INSTITUTIONS: "Instellingen",
}
ARTEFACT_NAMES: Final[dict[str, str]] = {
    "pseudonymised_extract": "gepseudonimiseerde gegevens per bron",
    "linked_households": "gekoppelde huishoudens",
    "draft": "conceptuitgaven",
    "publication": "uitgaven",
    "log": "het verwerkingslogboek",
}
APART_TEXTS: Final[dict[Apart, str]] = {
    "deceased": "wie is overleden",
    "unborn": "wie na de peildatum is geboren",
    "briefadres": "wie een briefadres heeft",
    "institution": "wie volgens de BRP in een instelling woont",
    "institution_list": "wie woont op een adres van de lijst van instellingen",
    "secret": "wie een geheim adres heeft",
    "institution_size": "wie woont in een woning met te veel personen",
}
SCOPE_TEXTS: Final[dict[str, str]] = {
    "release": "Elke uitgave heeft eigen sleutels: huishoudens zijn niet van uitgave naar uitgave te volgen",
    "purpose": "De sleutels gelden voor het hele doel: huishoudens zijn onder pseudoniem in de tijd te volgen",
}
_UNITS: Final = {"Y": ("jaar", "jaar"), "M": ("maand", "maanden"), "W": ("week", "weken"), "D": ("dag", "dagen")}


def duration_text(duration: str) -> str:
    """Gives an ISO 8601 duration in words: ``P7D`` is 7 dagen."""
    parts = re.findall(r"(\d+)([YMWD])", duration)
    return " en ".join(f"{number} {_UNITS[unit][int(number) != 1]}" for number, unit in parts)


def retention_terms(config: PurposeConfig) -> str:
    """Gives every term of the purpose in one line; empty when it names none."""
    terms = (f"{ARTEFACT_NAMES[name]}: {duration_text(term)} ({term})" for name, term in config.retention.items())
    return "; ".join(terms)


def disclosure_terms(policy: DisclosurePolicy) -> list[tuple[str, str]]:
    """Gives every rule of the disclosure policy in words, each with what it is called."""
    sensitive = ", ".join(policy.sensitive_sources) or "geen bron"
    finest = "; ".join(f"{table} tot {level}" for table, level in policy.finest_region.items())
    formal = policy.formal
    noisy = formal and (
        "Formele privacy",
        f"{', '.join(formal.tables)} met ruis in plaats van afronding; epsilon {formal.epsilon} per tabel en uitgave, "
        f"budget {formal.budget}",
    )
    return [
        *([noisy] if noisy else []),
        ("Drempel", f"een aantal onder {policy.threshold} huishoudens is klein; een bedrag heeft er ten minste zoveel"),
        ("Afronding van aantallen", f"op {policy.base}, en op {policy.sensitive_base} bij {sensitive}"),
        ("Onzekerheid van een klein aantal", f"wie alles leest weet het op ten minste {policy.count_width} na niet"),
        ("Dominantie", f"geen huishouden of aanbieder bepaalt meer dan {policy.dominance_pct}% van een bedrag"),
        ("p%-regel", f"de op een na grootste kan de grootste niet tot op {policy.p_pct}% uitrekenen"),
        ("Afronding van bedragen", f"op {policy.cost_rounding_eur} euro"),
        ("Onzekerheid van een te beschermen bedrag", f"ten minste {policy.cost_width_pct}% van dat bedrag"),
        ("Groepen", f"geen wijk of buurt waar meer dan {policy.group_share_pct}% een kenmerk deelt"),
        ("Kleinste regio", finest),
        (
            "Ritme",
            f"tussen uitgaven over een halfjaar ligt ten minste {duration_text(policy.cadence)} ({policy.cadence})",
        ),
    ]


def measures(config: PurposeConfig) -> tuple[tuple[Literal["Organisational", "Technical"], str], ...]:
    """Gives the measures that the purpose itself lays down, each with its kind."""
    approval = (
        "Een uitgave mag met een opdracht worden goedgekeurd"
        if config.approval.by_command
        else "Een uitgave verschijnt pas nadat de functionaris gegevensbescherming haar zelf heeft goedgekeurd"
    )
    return (
        ("Technical", SCOPE_TEXTS[config.pseudonym_scope]),
        *(("Technical", f"{name}: {text}") for name, text in disclosure_terms(config.disclosure)),
        ("Organisational", approval),
        ("Organisational", f"Uitvoering en beheer: {config.administrator}"),
    )
