"""The steps of a run, the same for Airflow and the command line: open, pull, link, protect, draft.

Each opens the run afresh, calls one stage and saves its artefacts together with the log entry. What goes from step to
step are references (name, sha256, rows), never data.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from outputs.disclosure.protect import Asked, Protected
from outputs.disclosure.protect import protect as protect_tables
from outputs.past_tables import COMPARING
from outputs.profiles import collected
from outputs.tabulate import Linked, Tabulated, largest_difference, link_quality, tabulate
from pseudonymisation.keyed_hash import keyed_digest
from samenloop import progress
from samenloop.delivery_discipline import check_delivery, check_match_rate, jumps_accepted, note_delivery
from samenloop.drafts import check_made_by, write_draft
from samenloop.engine import Engine, engine
from samenloop.following import FOLLOWED, OBSERVED, PAST, TRAITS
from samenloop.journalled import bracket, log_refused_start
from samenloop.linking import USE_STRICTER, linked
from samenloop.pulling import pulled
from samenloop.release_ledger import ReleaseLedger
from samenloop.repair_report import check_owners
from samenloop.runs import Run, RunReference, RunRequest, reopen, start
from samenloop.storage import RELEASE_RECORD, Artefact, PendingArtefact, WorkFolder
from schemas.domains import DOMAIN_NAMES
from schemas.errors import SamenloopError
from schemas.log_entries import StepFacts
from schemas.tables import ProtectedTable, typed


@dataclass(frozen=True)
class DraftReference:
    """A draft release by reference: its id, its folder and the sha256 of its manifest."""

    release: str
    folder: str
    manifest_sha256: str


def open_run(request: RunRequest) -> RunReference:
    """Checks purpose, signatures, term, keys and the manifest of the delivery; notes the run."""
    try:
        run = start(request)
        check_delivery(run)
        check_owners(request, run.purpose.config)
        note_delivery(run)
    except SamenloopError as error:
        log_refused_start(request, error)
        raise
    with bracket(run, "open") as step:
        named = {source: len(run.manifest.of(source)) for source in run.manifest.files}
        unused = [number for source, number in named.items() if source not in run.purpose.config.sources]
        facts = StepFacts(
            counts={
                "files:named": sum(named.values()),
                "files:never_opened": sum(unused),
                **({"jumps_accepted": 1} if jumps_accepted(run) else {}),
            },
            keys=(run.keys.fingerprint,),
        )
        step.finish(facts, inputs={"levering.json": keyed_digest(run.manifest_sha256, run.keys["record"])})
    return run.reference


def sources(reference: RunReference) -> list[str]:
    """Gives the sources to pull: the frame, the domains of the purpose and its list of institutions."""
    return list(reopen(reference).purpose.config.pulled)


def pull(reference: RunReference, source: str) -> Artefact:
    """Reads, checks and pseudonymises one source; raw identifiers live inside this call only."""
    run = reopen(reference)
    with (
        _tokens_erased(run, when_done=False),
        bracket(run, "pull", source) as step,
        run.work.temporary(run.reference.run) as temporary,
    ):
        return pulled(run, source, step, temporary)


def link(reference: RunReference, artefacts: Sequence[Artefact]) -> list[Artefact]:
    """Forms households from the frame and links every record; the match tokens of the run are erased afterwards."""
    run = reopen(reference)
    with _tokens_erased(run, when_done=True):
        return _linked(run, artefacts)


@contextmanager
def _tokens_erased(run: Run, *, when_done: bool) -> Iterator[None]:
    """Erases the match tokens of a run that is refused: it would end so every time. Other failures may be retried."""
    try:
        yield
    except SamenloopError as error:
        if error.verb == "refused":
            run.work.erase_match_tokens(run.reference.run)
        raise
    if when_done:
        run.work.erase_match_tokens(run.reference.run)


def _linked(run: Run, artefacts: Sequence[Artefact]) -> list[Artefact]:
    with bracket(run, "link") as step, run.work.temporary(run.reference.run) as temporary, engine(temporary) as opened:
        check_made_by(run, "pull", artefacts)
        found = linked(run, opened, artefacts)
        check_match_rate(run, found.counts)
        pending = [
            run.work.write(temporary, name, table.schema, table.to_batches()) for name, table in found.tables.items()
        ]
        inputs = {artefact.name: artefact.sha256 for artefact in artefacts}
        return step.finish(StepFacts(counts=found.counts), inputs, pending)


def protect(reference: RunReference, linked: Sequence[Artefact]) -> list[Artefact]:
    """Makes the true tables and protects them in one go: true figures never leave this call.

    Beside the tables goes the sealed record of the release, for the ledger when it is approved.
    """
    run = reopen(reference)
    with bracket(run, "protect") as step, run.work.temporary(reference.run) as temporary, engine(temporary) as opened:
        check_made_by(run, "link", linked)
        ledger = ReleaseLedger(run.keyring, run.work.path, run.purpose.config.id)
        protected = _protected(run, opened, linked, ledger)
        pending = [_stored(run, temporary, table) for table in protected.tables.values()]
        sealed = pa.table({"record": [ledger.sealed(protected.record)]})
        pending.append(run.work.write(temporary, RELEASE_RECORD, sealed.schema, sealed.to_batches()))
        inputs = {artefact.name: artefact.sha256 for artefact in linked}
        return step.finish(protected.facts, inputs, pending)


def _protected(run: Run, opened: Engine, linked: Sequence[Artefact], ledger: ReleaseLedger) -> Protected:
    frames = {artefact.name: opened.scan([run.work.artefact_path(artefact)]) for artefact in linked}
    config = run.purpose.config
    domains = [DOMAIN_NAMES[source] for source in config.domains]
    # The first run of a series has no half-year before: what compares with it cannot be made yet.
    tables = [table for table in config.tables if FOLLOWED in frames or table not in COMPARING]

    def tabulated(use: str) -> Tabulated:
        at_hand = Linked(
            households=frames["households"],
            use=frames[use],
            providers=frames["providers"],
            provider_costs=frames["provider_costs"],
            past=frames.get(PAST),
            traits=frames.get(TRAITS),
        )
        return tabulate(at_hand, run.manifest.gemeentecode, domains, tables)

    true_figures = tabulated("use")
    quality = link_quality(frames["link_counts"]) if "quality" in config.tables else None
    asked = Asked(
        release=run.reference.run,
        period=run.period,
        made=run.manifest.reference_date,
        policy=config.disclosure,
        secrets=ledger.secrets,
        earlier=[one for one in ledger.releases() if one.release != run.reference.run],
        own=next((one for one in ledger.releases() if one.release == run.reference.run), None),
    )
    observed = collected(frames[OBSERVED]) if OBSERVED in frames and "effects" in tables else None
    protected = protect_tables(true_figures, quality, asked, observed)
    if USE_STRICTER not in frames:
        return protected
    apart = {"sensitivity:households": largest_difference(true_figures, tabulated(USE_STRICTER))}
    facts = protected.facts.model_copy(update={"counts": protected.facts.counts | apart})
    return replace(protected, facts=facts)


def _stored(run: Run, temporary: Path, table: ProtectedTable) -> PendingArtefact:
    arrow = pa.Table.from_pandas(table.frame, preserve_index=False)
    return run.work.write(temporary, f"table_{table.name}", arrow.schema, arrow.to_batches())


def draft(reference: RunReference, tables: Sequence[Artefact]) -> DraftReference:
    """Writes the draft release: tables, page, log and manifest, whole or not at all."""
    run = reopen(reference)
    with bracket(run, "draft") as step, run.work.temporary(reference.run) as temporary:
        check_made_by(run, "protect", tables)
        protected = [_loaded(run, artefact) for artefact in tables if artefact.name != RELEASE_RECORD]
        written = write_draft(run, {table.name: table for table in protected}, temporary)
        inputs = {artefact.name: artefact.sha256 for artefact in tables}
        step.finish(StepFacts(counts={"tables": len(protected)}), inputs, outputs={"manifest": written.manifest_sha256})
        folder = written.keep()
    return DraftReference(reference.run, str(folder), written.manifest_sha256)


def _loaded(run: Run, artefact: Artefact) -> ProtectedTable:
    name = artefact.name.removeprefix("table_")
    frame: pd.DataFrame = pq.read_table(run.work.artefact_path(artefact)).to_pandas()
    return ProtectedTable(name, typed(name, frame))


def run_all(request: RunRequest) -> tuple[RunReference, Path]:
    """Runs every step in this process, and gives the run and the folder of its draft."""
    with progress.step("open"):
        reference = open_run(request)
    try:
        extracts = [pull(reference, source) for source in sources(reference)]
        with progress.step("link"):
            records = link(reference, extracts)
        with progress.step("protect"):
            tables = protect(reference, records)
    finally:
        WorkFolder(Path(request.work)).erase_match_tokens(reference.run)
    with progress.step("draft"):
        return reference, Path(draft(reference, tables).folder)
