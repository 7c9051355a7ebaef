"""From purpose, delivery and log to the statement of accountability of one run."""

from collections.abc import Mapping, Sequence

from outputs.accountability.carefulness import minimisation, proportionality, special_categories
from outputs.accountability.evidence import Evidence
from outputs.accountability.lawfulness import lawful, legal_ground, purpose_limitation
from outputs.accountability.model import Verantwoording
from outputs.accountability.safeguards import confidentiality, rights
from schemas.delivery import DeliveryManifest
from schemas.log_entries import LogEntry
from schemas.purpose import PurposeConfig

_RULES = (
    lawful,
    purpose_limitation,
    legal_ground,
    minimisation,
    special_categories,
    proportionality,
    confidentiality,
    rights,
)


def statement(
    config: PurposeConfig,
    manifest: DeliveryManifest,
    entries: Sequence[LogEntry],
    protected_counts: Mapping[str, tuple[int, int]] | None = None,
) -> Verantwoording:
    """Gives the statement of a run; every number and word comes from the purpose, the delivery or the log.

    Args:
        config: the signed purpose.
        manifest: the delivery that was processed.
        entries: the log entries of the run so far; a statement made with a draft knows no approval yet.
        protected_counts: table -> (hidden, cells), when the caller counted the protected tables itself.

    Raises:
        ValueError: the entries are not of one run, or ``protected_counts`` contradicts them.
    """
    evidence = Evidence(config, manifest, entries)
    if protected_counts is not None and dict(protected_counts) != evidence.protected:
        raise ValueError("the protected tables hold other numbers of cells than the log")
    return Verantwoording(
        run=entries[0].run,
        purpose=config.id,
        purpose_version=config.version,
        purpose_sha256=entries[0].purpose_sha256,
        controller_name=config.controller.name,
        gemeentecode=config.controller.gemeentecode,
        fg_contact=config.controller.fg_contact,
        delivery_id=manifest.delivery_id,
        period=manifest.period,
        reference_date=manifest.reference_date,
        synthetic=manifest.synthetic,
        started=min(entry.started for entry in entries),
        ended=max(entry.ended for entry in entries),
        rules=tuple(rule(evidence) for rule in _RULES),
        sources=evidence.sources,
        frame=evidence.frame,
        tables=evidence.tables,
        keys_used=evidence.keys_used,
        keys_destroyed=evidence.keys_destroyed,
        steps=evidence.steps,
        other_counts=evidence.other_counts,
    )
