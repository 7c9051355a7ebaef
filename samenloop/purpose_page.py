"""A purpose file as a plain Dutch page that a citizen can read."""

from typing import Final

from outputs.register.delivery_words import delivery_terms
from outputs.register.words import APART_TEXTS, disclosure_terms
from schemas.domains import FRAME, INSTITUTIONS, OBJECTIONS, RECORD_LABELS
from schemas.purpose import PurposeConfig, SourceGround

_SCOPE: Final = {
    "release": "Elke uitgave krijgt eigen sleutels. Huishoudens zijn niet van de ene uitgave naar de andere te volgen.",
    "purpose": "De sleutels gelden voor het hele doel, omdat huishoudens volgen in de tijd hier zelf het doel is.",
}
_SOURCE_NAMES: Final = {**RECORD_LABELS, FRAME: "BRP (bevolking)", OBJECTIONS: "Bezwaren", INSTITUTIONS: "Instellingen"}
_SPLIT: Final = {
    "student_house": "in een studentenhuis is ieder een huishouden",
    "families": "gezinnen worden onderscheiden naar leeftijd, naam en verhuisdatum",
}
_RETENTION: Final = {
    "pseudonymised_extract": "gepseudonimiseerde gegevens per bron",
    "linked_households": "gekoppelde huishoudens, zonder namen, nummers of adressen",
    "draft": "conceptuitgaven",
    "publication": "uitgaven",
    "log": "het verwerkingslogboek",
}


def explained(config: PurposeConfig) -> str:
    """Gives the page as text with headings; every field of the purpose is in it."""
    return "\n".join([*_what(config), *_why(config), *_ground(config), *_data(config), *_limits(config)]) + "\n"


def _what(config: PurposeConfig) -> list[str]:
    controller = config.controller
    return [
        f"# Waarvoor gegevens worden gekoppeld: {config.id}, versie {config.version}",
        "",
        config.purpose,
        "",
        f"- Verantwoordelijk: {controller.name} ({controller.gemeentecode}, OIN {controller.oin})",
        f"- Vragen of bezwaar: {controller.fg_contact} (functionaris gegevensbescherming)",
        f"- Geldig van {config.valid_from} tot en met {config.valid_until}",
        f"- Uitvoering en beheer: {config.administrator}",
        f"- Deelnemers: {', '.join(config.participants)}",
        f"- Over wie: {config.target_group}",
        f"- Hoe mensen het weten: {config.information_duty}",
        f"- Verstrekking aan anderen: {config.disclosure_to_third_parties}",
        "",
    ]


def _why(config: PurposeConfig) -> list[str]:
    answers = config.proportionality
    return [
        "## Waarom het nodig is",
        "",
        f"- Waarom koppelen: {answers.why_link}",
        f"- Waarom op dit niveau: {answers.why_this_level}",
        f"- Waarom deze domeinen en periode: {answers.why_these_domains_and_period}",
        "",
        "Lichtere mogelijkheden die zijn afgewogen:",
        *(f"- {one.alternative}. Afgewezen: {one.rejected_because}" for one in answers.alternatives),
        "",
    ]


def _ground(config: PurposeConfig) -> list[str]:
    ground = config.legal_ground
    articles = [ground.avg_6, ground.avg_9, ground.avg_10, ground.avg_89]
    return [
        "## Op welke grond",
        "",
        *(f"- {article}" for article in articles if article),
        f"- Gegevensbeschermingseffectbeoordeling van {config.dpia.date}, versie {config.dpia.version}"
        f" (dekt {config.dpia.covers_sha256})",
        "",
    ]


def _data(config: PurposeConfig) -> list[str]:
    lines = ["## Welke gegevens", ""]
    for name, ground in config.sources.items():
        lines += [f"### {_SOURCE_NAMES[name]}", "", *_source(ground), ""]
    return lines


def _source(ground: SourceGround) -> list[str]:
    return [
        f"- Wet: {ground.law}, {ground.article}",
        *([f"- Burgerservicenummer: {ground.bsn_ground}"] if ground.bsn_ground else []),
        *([f"- Bijzondere gegevens: {ground.special_category}"] if ground.special_category else []),
        f"- Gebruikt: {', '.join(ground.columns)}",
        f"- Ontvangen maar niet gelezen: {', '.join(ground.drops) or 'niets'}",
        *(f"- {name}: {text}" for name, text in delivery_terms(ground)),
    ]


def _limits(config: PurposeConfig) -> list[str]:
    approval = "mag met een opdracht" if config.approval.by_command else "doet de functionaris zelf"
    return [
        "## Wat eruit komt, en wat niet",
        "",
        "Alleen tabellen met aantallen en bedragen; nooit een lijst van personen of huishoudens.",
        "",
        f"- Tabellen: {', '.join(config.tables)}",
        *(f"- {name}: {text}" for name, text in disclosure_terms(config.disclosure)),
        f"- {_SCOPE[config.pseudonym_scope]}",
        *_households(config),
        f"- Goedkeuren van een uitgave {approval}",
        "",
        "Hoe lang het blijft:",
        *(f"- {_RETENTION[artefact]}: {term}" for artefact, term in config.retention.items()),
    ]


def _households(config: PurposeConfig) -> list[str]:
    rules, several = config.households, config.household_method == "family"
    who = "iedereen van een gezin" if several else "iedereen"
    lines = [
        f"- Een huishouden is {who} die in een woning staat ingeschreven (regel {config.household_method})",
        f"- Niet in een particulier huishouden: {', '.join(APART_TEXTS[rule] for rule in rules.apart) or 'niemand'}",
    ]
    if rules.institution_above is not None:
        lines.append(f"- Een woning met meer dan {rules.institution_above} personen geldt als instelling")
    if rules.split:
        lines.append(f"- Een woning kan meer huishoudens hebben: {', '.join(_SPLIT[rule] for rule in rules.split)}")
    for source in config.linked_by_name:
        name = _SOURCE_NAMES[source]
        lines.append(
            f"- {name} heeft geen BSN: daar worden naam, geboortedatum en adres versleuteld vergeleken met de BRP, en"
            " daarna gewist"
        )
    return lines
