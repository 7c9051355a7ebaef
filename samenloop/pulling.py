"""What the step ``pull`` does: reads one source, and gives its artefacts, counts and digests to be saved together."""

from pathlib import Path

import pyarrow as pa

from pseudonymisation.data_subjects import DataSubjects
from pseudonymisation.objections import read_objections
from pseudonymisation.pseudonymise import Pull, PullOrder
from pseudonymisation.stored_rows import without_traces_of_order
from samenloop.delivery_discipline import check_volume
from samenloop.journalled import Bracket
from samenloop.progress import counted
from samenloop.repair_report import has_numbered_rows, write_repair_report
from samenloop.runs import Run
from samenloop.source_deliveries import input_digest, source_delivery
from samenloop.storage import DATA_SUBJECTS, MATCH_TOKENS, Artefact, PendingArtefact
from schemas.data_subjects import DATA_SUBJECT_SCHEMA
from schemas.domains import FRAME, OBJECTIONS
from schemas.record_kinds import PYRAMID


def pulled(run: Run, source: str, step: Bracket, temporary: Path) -> Artefact:
    """Reads, checks and pseudonymises one source and saves what came out with its log entry.

    Raises:
        RefusedDelivery: the source breaks its contract or its limits; nothing is saved.
    """
    order = _order(run, source)
    persons = DataSubjects(run.keyring.log_subject_key, run.reference.run, source)
    one = Pull(order, run.keys, read_objections(source_delivery(run, OBJECTIONS)), persons)
    try:
        told = counted(source, one.batches(), lambda: one.counts["received"], run.manifest.rows_of(source))
        rows = pa.Table.from_batches(told, order.schema)
    finally:
        if one.repairs:
            write_repair_report(Path(run.request.repair), source, run.manifest.delivery_id, one.repairs)
    check_volume(run, source, one.counts["received"])
    stored = without_traces_of_order(rows, keep_dates=bool(order.rules.split))
    pending = [
        run.work.write(temporary, source, order.schema, stored.to_batches()),
        run.work.write(temporary, DATA_SUBJECTS, DATA_SUBJECT_SCHEMA, persons.table().to_batches(), DATA_SUBJECTS),
        *_tokens(run, one, temporary),
    ]
    inputs = {name: input_digest(run, name) for name in (source, OBJECTIONS)}
    facts, reported = one.facts, sum(len(numbers) for numbers in one.repairs.values())
    if reported:
        facts = facts.model_copy(update={"counts": facts.counts | {"reported_to_owner": reported}})
    return step.finish(facts, inputs, pending)[0]


def _tokens(run: Run, one: Pull, temporary: Path) -> list[PendingArtefact]:
    if not one.order.by_name:
        return []
    tokens = one.match_tokens()
    batches = tokens.to_batches()
    return [run.work.write(temporary, MATCH_TOKENS, tokens.schema, batches, MATCH_TOKENS, run.reference.run)]


def _order(run: Run, source: str) -> PullOrder:
    config, by_name = run.purpose.config, run.purpose.config.linked_by_name
    return PullOrder(
        delivery=source_delivery(run, source),
        period=run.period,
        allow_test_numbers=run.allow_test_numbers,
        rules=config.households,
        gemeentecode=run.manifest.gemeentecode,
        reference_date=run.manifest.reference_date,
        by_name=bool(by_name) and source in (FRAME, *by_name),
        repairs=bool(run.request.repair) and has_numbered_rows(config.sources[source]),
        for_pyramid=PYRAMID in config.tables,
    )
