"""Rules 1 to 3: lawful and careful, purpose limitation, legal ground. Each verdict follows from the checks."""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Final

import rfc8785

from outputs.accountability.checks import check, day, listed, moment, rows, rule
from outputs.accountability.evidence import Evidence
from outputs.accountability.model import Check, Rule
from outputs.register.words import SCOPE_TEXTS, SOURCE_NAMES
from schemas.domains import OBJECTIONS
from schemas.purpose import PurposeConfig
from schemas.source_formats import SqlFormat

_DPIA_YEARS: Final = 3
_DPIA_COVERS: Final = {"sources", "pseudonym_scope", "household_method", "household_rules", "tables", "disclosure"}
_BSN_COLUMNS: Final = {"bsn", "bsn_partner", "nummer"}


def lawful(evidence: Evidence) -> Rule:
    """Rule 1: every source under its own law, within the term, every step and every row accounted for."""
    config = evidence.config
    says = [
        (
            "Verantwoordelijk",
            f"{config.controller.name} ({config.controller.gemeentecode}, OIN {config.controller.oin})",
        ),
        ("Geldig", f"van {day(config.valid_from)} tot en met {day(config.valid_until)}"),
        *(
            (f"Wet voor {SOURCE_NAMES[source]}", f"{ground.law}, {ground.article}")
            for source, ground in config.sources.items()
        ),
    ]
    first, last = min(one.started for one in evidence.entries), max(one.ended for one in evidence.entries)
    shows = [("Begin", moment(first)), ("Einde", moment(last)), *_refusals(evidence)]
    return rule(
        1,
        "Rechtmatig, behoorlijk en zorgvuldig",
        says,
        shows,
        [
            _in_term(evidence, first.date()),
            _one_purpose(evidence),
            _laws(evidence),
            _complete(evidence),
            _as_delivered(evidence),
            _rows_accounted(evidence),
        ],
    )


def _refusals(evidence: Evidence) -> list[tuple[str, str | None]]:
    codes = [f"{one.code} ({one.subject or 'hele verwerking'})" for one in evidence.of_step("refused")]
    return [("Geweigerd", listed(codes))]


def _in_term(evidence: Evidence, began: date) -> Check:
    config = evidence.config
    problems = [] if config.valid_from <= began <= config.valid_until else ["de verwerking begon buiten de looptijd"]
    return check("De verwerking begon binnen de looptijd van het doel", f"begonnen op {day(began)}", problems)


def purpose_sha256(config: PurposeConfig) -> str:
    """Gives the digest of the canonical bytes (RFC 8785) of a purpose: what its signatures cover."""
    return hashlib.sha256(rfc8785.dumps(config.model_dump(mode="json"))).hexdigest()


def _one_purpose(evidence: Evidence) -> Check:
    config = evidence.config
    label, digest = f"{config.id}:{config.version}", purpose_sha256(config)
    other = [one for one in evidence.entries if (one.purpose, one.purpose_sha256) != (label, digest)]
    problems = [f"{len(other)} van de {len(evidence.entries)} stappen noemen een ander doel"] if other else []
    return check("Elke stap viel onder precies dit ondertekende doel", f"controlegetal {digest}", problems)


def _laws(evidence: Evidence) -> Check:
    unnamed = [source for source in evidence.pulls if source not in evidence.config.sources]
    problems = [f"gelezen zonder wet en artikel: {listed(unnamed)}"] if unnamed else []
    return check(
        "Elke gelezen bron heeft een wet en een artikel in het doel",
        f"gelezen: {listed(list(evidence.pulls))}",
        problems,
    )


def _complete(evidence: Evidence) -> Check:
    wanted = [(step, "") for step in ("open", "link", "protect")]
    wanted += [("pull", source) for source in evidence.expected_sources]
    logged = {(one.step, one.subject) for one in evidence.entries}
    missing = [f"niet in het logboek: {' '.join(filter(None, step))}" for step in wanted if step not in logged]
    missing += [f"geweigerd: {one.code}" for one in evidence.of_step("refused")]
    return check("Elke stap staat in het logboek en geen is geweigerd", f"{len(evidence.entries)} stappen", (), missing)


def _as_delivered(evidence: Evidence) -> Check:
    return check(
        "Wat is gelezen is wat is geleverd",
        f"aantal rijen en controlegetal van {len(evidence.pulls)} bestanden zijn gelijk aan de levering",
        list(_unlike_delivery(evidence)),
        () if evidence.pulls else ("geen bron is gelezen",),
    )


def _unlike_delivery(evidence: Evidence) -> Iterator[str]:
    for source, entry in evidence.pulls.items():
        promised, received = evidence.manifest.rows_of(source), entry.counts.get("received", 0)
        if promised is None and not _of_database(evidence, source):
            yield f"{source} staat niet in de levering"
        elif promised is not None and received != promised:
            yield f"{source}: {rows(received)} ontvangen, {rows(promised)} geleverd"
        elif source in evidence.manifest.files and entry.inputs.get(source) != evidence.manifest.digest_of(source):
            yield f"{source}: het controlegetal is anders dan dat van de levering"


def _of_database(evidence: Evidence, source: str) -> bool:
    ground = evidence.config.sources.get(source)
    return ground is not None and isinstance(ground.format, SqlFormat)


def _rows_accounted(evidence: Evidence) -> Check:
    problems, total = [], 0
    for one in evidence.sources:
        ended = one.used + one.objected + sum(one.quarantined.values()) + sum(one.excluded.values())
        ended += sum(one.merged.values())
        total += one.received
        if ended != one.received:
            problems.append(f"{one.source}: {rows(one.received)} ontvangen, {rows(ended)} verantwoord")
    missing = () if evidence.pulls else ("geen bron is gelezen",)
    return check("Elke ontvangen rij is verantwoord", f"{rows(total)} in totaal", problems, missing)


def purpose_limitation(evidence: Evidence) -> Rule:
    """Rule 2: this municipality, these sources and these tables only."""
    config = evidence.config
    says = [
        ("Doel", config.purpose),
        ("Deelnemers", listed(config.participants)),
        ("Toegestane tabellen", listed(config.tables)),
        ("Reikwijdte van de pseudoniemen", SCOPE_TEXTS[config.pseudonym_scope]),
    ]
    shows = [
        ("Gemaakte tabellen", listed(evidence.tables_made)),
        ("Geleverde bestanden", listed(list(evidence.manifest.files))),
    ]
    return rule(2, "Doelbinding", says, shows, [_municipality(evidence), _tables(evidence), _unopened(evidence)])


def _municipality(evidence: Evidence) -> Check:
    delivered, own = evidence.manifest.gemeentecode, evidence.config.controller.gemeentecode
    problems = [] if delivered == own else [f"de levering is van {delivered}, het doel van {own}"]
    return check("De levering is van de gemeente van het doel", f"gemeentecode {delivered}", problems)


def _tables(evidence: Evidence) -> Check:
    beyond = [table for table in evidence.tables_made if table not in evidence.config.tables]
    problems = [f"niet toegestaan: {listed(beyond)}"] if beyond else []
    missing = () if evidence.tables_made else ("er zijn nog geen tabellen gemaakt",)
    made = f"{len(evidence.tables_made)} tabellen gemaakt"
    return check("Alleen tabellen die het doel noemt zijn gemaakt", made, problems, missing)


def _unopened(evidence: Evidence) -> Check:
    outside = [name for name in evidence.manifest.files if name not in evidence.config.sources]
    allowed = {*evidence.config.sources, OBJECTIONS}
    read = {name for entry in evidence.pulls.values() for name in entry.inputs} - allowed
    logged = [
        one.counts["files:never_opened"] for one in evidence.of_step("open") if "files:never_opened" in one.counts
    ]
    problems = [f"gelezen buiten het doel: {listed(sorted(read))}"] if read else []
    if logged and logged[-1] != len(outside):
        problems.append(f"{len(outside)} bestanden buiten het doel, {logged[-1]} ongeopend gebleven")
    missing = () if logged else ("het logboek zegt niet welke bestanden gesloten bleven",)
    return check("Een bestand buiten het doel is nooit geopend", f"ongeopend: {listed(outside)}", problems, missing)


def legal_ground(evidence: Evidence) -> Rule:
    """Rule 3: the grounds of the AVG, the DPIA that covers this very purpose, the law behind each use of a BSN."""
    ground, dpia, sources = evidence.config.legal_ground, evidence.config.dpia, evidence.config.sources
    says = [
        ("Artikel 6 AVG", ground.avg_6),
        ("Artikel 89 AVG", ground.avg_89),
        ("DPIA", f"versie {dpia.version} van {day(dpia.date)}, dekt {dpia.covers_sha256}"),
        *((f"BSN in {SOURCE_NAMES[source]}", one.bsn_ground) for source, one in sources.items()),
    ]
    using = [source for source in evidence.pulls if _uses_bsn(evidence, source)]
    shows = [("Bronnen waarvan het BSN is gebruikt", listed(using))]
    without = [source for source in using if source not in sources or sources[source].bsn_ground is None]
    problems = [f"zonder wet voor het BSN: {listed(without)}"] if without else []
    bsn = check("Elk gebruik van het BSN heeft een wet (artikel 46 UAVG)", f"{len(using)} bronnen", problems)
    return rule(3, "Rechtsgrond", says, shows, [_dpia_date(evidence), _dpia_scope(evidence.config), bsn])


def _uses_bsn(evidence: Evidence, source: str) -> bool:
    return not _BSN_COLUMNS.isdisjoint(evidence.pulls[source].columns.get("used", ()))


def _dpia_date(evidence: Evidence) -> Check:
    made, began = evidence.config.dpia.date, min(one.started for one in evidence.entries).date()
    problems = ["de DPIA is van na het begin van de verwerking"] if made > began else []
    aged = (began.year - made.year, began.month, began.day) > (_DPIA_YEARS, made.month, made.day)
    missing = [f"de DPIA is ouder dan {_DPIA_YEARS} jaar"] if aged else []
    return check("De DPIA is van voor de verwerking en niet verouderd", f"van {day(made)}", problems, missing)


def _dpia_scope(config: PurposeConfig) -> Check:
    covered = hashlib.sha256(rfc8785.dumps(config.model_dump(mode="json", include=_DPIA_COVERS))).hexdigest()
    problems = [] if covered == config.dpia.covers_sha256 else ["de DPIA beschrijft een andere verwerking"]
    claim = "De DPIA dekt precies deze bronnen, tabellen en beveiliging"
    return check(claim, "het controlegetal van de DPIA klopt met het doel", problems)
