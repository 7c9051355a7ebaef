"""Rules 4 to 6: data minimisation, special categories, proportionality and subsidiarity."""

from collections.abc import Iterator
from typing import Final

from outputs.accountability.checks import check, listed, rows, rule
from outputs.accountability.evidence import Evidence
from outputs.accountability.model import Check, Rule, SourceAccount
from outputs.publication.number_format import whole
from outputs.register.delivery_words import delivery_terms
from outputs.register.words import SOURCE_NAMES, disclosure_terms
from schemas.domains import FRAME

_HEALTH: Final = ("jeugd", "wmo")
_CRIMINAL: Final = "veiligheid"
#: The quality table counts rows of files, not households; it has no cells to hide.
_UNPROTECTED: Final = "quality"


def minimisation(evidence: Evidence) -> Rule:
    """Rule 4: no column that the purpose does not name, and what it drops is not used."""
    sources = evidence.config.sources
    says = [
        (f"{SOURCE_NAMES[source]}, {verb}", listed(columns))
        for source, ground in sources.items()
        for verb, columns in (("gebruikt", ground.columns), ("niet gelezen", ground.drops))
    ]
    says += [
        (f"{SOURCE_NAMES[source]}, {what[:1].lower()}{what[1:]}", text)
        for source, ground in sources.items()
        for what, text in delivery_terms(ground)
    ]
    pulled = [one for one in evidence.sources if one.pulled]
    dropped = sum(len(one.columns_dropped) for one in pulled)
    missing = [f"{one.source}: geen kolommen in het logboek" for one in pulled if not one.columns_received]
    missing += [] if pulled else ["geen bron is gelezen"]
    outside = [problem for one in pulled for problem in _outside(evidence, one)]
    mixed = [problem for one in pulled for problem in _not_apart(one)]
    return rule(
        4,
        "Niet meer gegevens dan nodig",
        says,
        [("Kolommen ontvangen maar niet gelezen", whole(dropped))],
        [
            check("Geen kolom buiten het doel is ontvangen of gebruikt", f"{len(pulled)} bronnen", outside, missing),
            check(
                "Elke ontvangen kolom is gebruikt of weggelaten, nooit allebei", f"{dropped} weggelaten", mixed, missing
            ),
        ],
    )


def _outside(evidence: Evidence, one: SourceAccount) -> Iterator[str]:
    ground = evidence.config.sources.get(one.source)
    used = ground.columns if ground else ()
    received = (*used, *(ground.drops if ground else ()))
    for verb, columns, allowed in (("ontvangen", one.columns_received, received), ("gebruikt", one.columns_used, used)):
        beyond = [column for column in columns if column not in allowed]
        if beyond:
            yield f"{one.source}: buiten het doel {verb}: {listed(beyond)}"


def _not_apart(one: SourceAccount) -> Iterator[str]:
    parts = sorted((*one.columns_used, *one.columns_dropped))
    if parts != sorted(one.columns_received):
        yield f"{one.source}: gebruikt en weggelaten zijn samen niet wat is ontvangen"


def special_categories(evidence: Evidence) -> Rule:
    """Rule 5: data on health and criminal data only with the exception that the purpose names."""
    ground, sources = evidence.config.legal_ground, evidence.config.sources
    says = [
        ("Artikel 9 AVG", ground.avg_9 or "geen uitzondering genoemd"),
        ("Artikel 10 AVG", ground.avg_10 or "geen grond genoemd"),
        *((f"Uitzondering voor {SOURCE_NAMES[source]}", one.special_category) for source, one in sources.items()),
    ]
    special = [one for one in evidence.sources if one.pulled and (one.source in _HEALTH or one.special_category)]
    names = [SOURCE_NAMES[one.source] for one in special]
    health = [one.source for one in special if one.source in _HEALTH and (not one.special_category or not ground.avg_9)]
    criminal = _CRIMINAL in evidence.pulls
    refused = ["gelezen zonder grond in artikel 10 AVG"] if criminal and not ground.avg_10 else []
    return rule(
        5,
        "Bijzondere persoonsgegevens",
        says,
        [("Gelezen bronnen met bijzondere of strafrechtelijke gegevens", listed(names))],
        [
            check(
                "Elke bron met gezondheidsgegevens heeft een uitzondering",
                listed([one.special_category for one in special if one.special_category]),
                [f"zonder uitzondering: {listed(health)}"] if health else [],
            ),
            check(
                "Strafrechtelijke gegevens zijn alleen met eigen grond gelezen",
                ground.avg_10 if criminal and ground.avg_10 else "Veiligheid is niet gelezen",
                refused,
            ),
        ],
    )


def proportionality(evidence: Evidence) -> Rule:
    """Rule 6: why it is needed, what was weighed, and that figures leave the run protected only."""
    answers = evidence.config.proportionality
    says = [
        ("Waarom koppelen", answers.why_link),
        ("Waarom op dit niveau", answers.why_this_level),
        ("Waarom deze domeinen en periode", answers.why_these_domains_and_period),
        *((f"Afgewogen: {one.alternative}", f"Afgewezen: {one.rejected_because}") for one in answers.alternatives),
        ("Huishouden", f"regel {evidence.config.household_method}"),
        *disclosure_terms(evidence.config.disclosure),
    ]
    hidden, cells = (sum(getattr(one, name) for one in evidence.tables) for name in ("hidden", "cells"))
    linked = sum(sum(one.linked.values()) for one in evidence.sources)
    shows = [
        ("Cijfers afgeschermd", f"{whole(hidden)} van {whole(cells)}"),
        ("Rijen die zijn gekoppeld of waarvan het niet lukte", whole(linked)),
    ]
    return rule(
        6,
        "Proportionaliteit en subsidiariteit",
        says,
        shows,
        [_weighed(evidence), _protected(evidence), _linked(evidence)],
    )


def _weighed(evidence: Evidence) -> Check:
    weighed = evidence.config.proportionality.alternatives
    missing = () if weighed else ("er is geen lichter alternatief afgewogen",)
    return check(
        "Lichtere alternatieven zijn afgewogen", f"{len(weighed)} alternatieven afgewezen met reden", (), missing
    )


def _protected(evidence: Evidence) -> Check:
    wanted = [table for table in evidence.tables_made if table != _UNPROTECTED]
    missing = [f"{table}: geen telling van cijfers" for table in wanted if table not in evidence.protected]
    missing += [] if evidence.tables_made else ["er zijn nog geen tabellen gemaakt"]
    return check("Van elke tabel is nagegaan welke cijfers afgeschermd moeten zijn", listed(wanted), (), missing)


def _linked(evidence: Evidence) -> Check:
    unequal = [
        f"{one.source}: {rows(one.used)} gebruikt, {rows(sum(one.linked.values()))} met een uitkomst"
        for one in evidence.sources
        if one.pulled and one.source != FRAME and one.used != sum(one.linked.values())
    ]
    frame = next((one.used for one in evidence.sources if one.source == FRAME), 0)
    if frame != sum(evidence.frame.values()):
        unequal.append(f"{FRAME}: {rows(frame)} gebruikt, {rows(sum(evidence.frame.values()))} met een uitkomst")
    done = bool(evidence.of_step("link"))
    missing = () if done else ("er is nog niet gekoppeld",)
    claim = "Van elke gebruikte rij is vastgelegd hoe de koppeling afliep"
    return check(claim, "aantallen zijn gelijk", unequal if done else (), missing)
