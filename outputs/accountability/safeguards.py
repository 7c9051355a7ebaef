"""Rules 7 and 8: confidentiality, and the rights of the person."""

from outputs.accountability.checks import check, listed, moment, rule
from outputs.accountability.evidence import Evidence, is_destruction
from outputs.accountability.model import Check, Rule
from outputs.publication.number_format import whole
from outputs.register.words import ARTEFACT_NAMES, duration_text
from schemas.domains import OBJECTIONS


def confidentiality(evidence: Evidence) -> Rule:
    """Rule 7: one key set, never used after its destruction; terms for what is kept; who approved what."""
    config = evidence.config
    approval = "mag met een opdracht" if config.approval.by_command else "alleen door de functionaris in persoon"
    says: list[tuple[str, str | None]] = [
        ("Beheer", config.administrator),
        ("Verstrekking aan derden", config.disclosure_to_third_parties),
        ("Goedkeuring van een uitgave", approval),
        ("Vingerafdruk van de sleutelbeheerder", config.key_fingerprint),
        *(
            (f"Bewaartermijn van {ARTEFACT_NAMES[name]}", duration_text(term))
            for name, term in config.retention.items()
        ),
    ]
    shows = [
        ("Sleutels gebruikt", listed(evidence.keys_used)),
        (
            "Sleutels vernietigd",
            listed(evidence.keys_destroyed) if evidence.keys_destroyed else "nog geen, volgens dit logboek",
        ),
        ("Goedkeuring", _approval(evidence)),
    ]
    return rule(
        7,
        "Geheimhouding en beveiliging",
        says,
        shows,
        [_one_key(evidence), _not_used_after(evidence), _terms(evidence), *_same_draft(evidence)],
    )


def _approval(evidence: Evidence) -> str:
    decided = [*evidence.of_step("approve"), *evidence.of_step("reject")]
    if not decided:
        return "nog niet beslist, volgens dit logboek"
    last = max(decided, key=lambda entry: entry.ended)
    return f"{'goedgekeurd' if last.step == 'approve' else 'afgekeurd'} op {moment(last.ended)}"


def _one_key(evidence: Evidence) -> Check:
    missing = [f"{source}: geen sleutel in het logboek" for source, entry in evidence.pulls.items() if not entry.keys]
    missing += [] if evidence.pulls else ["geen bron is gelezen"]
    problems = [f"verschillende sleutels: {listed(evidence.keys_used)}"] if len(evidence.keys_used) > 1 else []
    return check(
        "Alle bronnen zijn met dezelfde sleutels van dit doel gepseudonimiseerd",
        listed(evidence.keys_used),
        problems,
        missing,
    )


def _not_used_after(evidence: Evidence) -> Check:
    gone = {key: entry.ended for entry in evidence.entries if is_destruction(entry) for key in entry.keys}
    late = [
        key
        for entry in evidence.entries
        if not is_destruction(entry)
        for key in entry.keys
        if key in gone and entry.started >= gone[key]
    ]
    problems = [f"gebruikt na vernietiging: {listed(sorted(set(late)))}"] if late else []
    return check("Geen sleutel is gebruikt na zijn vernietiging", f"{len(gone)} vernietigd", problems)


def _terms(evidence: Evidence) -> Check:
    missing = [
        f"geen termijn voor {name}" for key, name in ARTEFACT_NAMES.items() if key not in evidence.config.retention
    ]
    return check(
        "Alles wat wordt bewaard heeft een bewaartermijn", f"{len(evidence.config.retention)} termijnen", (), missing
    )


def _same_draft(evidence: Evidence) -> list[Check]:
    approved = evidence.of_step("approve")
    if not approved:
        return []
    drafted = {one.outputs.get("manifest") for one in evidence.of_step("draft")}
    digest = approved[-1].inputs.get("manifest", "")
    problems = [] if digest in drafted else ["de goedkeuring betreft een ander concept"]
    return [check("Goedgekeurd is precies het concept van deze verwerking", f"controlegetal {digest}", problems)]


def rights(evidence: Evidence) -> Rule:
    """Rule 8: people can know of it, and who objected was left out of every source."""
    config = evidence.config
    says = [
        ("Over wie", config.target_group),
        ("Informatie", config.information_duty),
        ("Vragen, inzage en bezwaar", config.controller.fg_contact),
    ]
    objected, partners = (
        sum(getattr(one, name) for one in evidence.sources) for name in ("objected", "partner_objected")
    )
    shows = [
        ("Rijen weggelaten na bezwaar", whole(objected)),
        ("Partners weggelaten na bezwaar", whole(partners)),
    ]
    delivered = evidence.manifest.digest_of(OBJECTIONS) if OBJECTIONS in evidence.manifest.files else None
    digests = {source: entry.inputs.get(OBJECTIONS) for source, entry in evidence.pulls.items()}
    unread = [f"{source}: de bezwaren zijn niet gelezen" for source, digest in digests.items() if digest is None]
    other = [source for source, digest in digests.items() if delivered and digest and digest != delivered]
    problems = [*unread, *([f"andere bezwaren dan geleverd: {listed(other)}"] if other else [])]
    missing = () if digests else ("geen bron is gelezen",)
    claim = "Bij elke bron zijn eerst de bezwaren toegepast"
    return rule(
        8,
        "Rechten van betrokkenen",
        says,
        shows,
        [check(claim, f"{len(digests)} bronnen, dezelfde lijst van bezwaren", problems, missing)],
    )
