"""Drafts: written by a run, kept in the work folder until approved or rejected."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from outputs.accountability.model import Verantwoording
from outputs.accountability.render import render_html, render_json
from outputs.accountability.statement import statement
from outputs.comparison.household_checks import worked_rows
from outputs.disclosure.report import disclosure_report, hidden_cells, noisy_errors, stated_errors
from outputs.effects.effect_words import CAUTION, REFUSED
from outputs.past_tables import COMPARING
from outputs.publication.linkage_facts import linkage_facts
from outputs.publication.page_facts import PublicationFacts, SourceFacts
from outputs.publication.release import ReleaseName, write_manifest
from outputs.publication.site.pages import ProtocolRule, RuleCheck, SiteContent
from outputs.publication.tables import write_tables
from outputs.rates import to_tens
from outputs.register.processing_activity import register_entry
from outputs.register.words import SOURCE_NAMES
from outputs.returns.reference_check import reference_rows
from samenloop.keyring import open_keyring
from samenloop.log_book import export_slice, read_entries
from samenloop.log_exports import register_urn
from samenloop.runs import Run
from samenloop.settings import Settings
from samenloop.signatures import ROLES, raw_public_key
from samenloop.source_deliveries import manifest_as_logged
from samenloop.storage import DATA_SUBJECTS, MATCH_TOKENS, Artefact
from schemas.domains import FRAME, OBJECTIONS
from schemas.errors import RunError
from schemas.log_entries import LogEntry, Step
from schemas.tables import ProtectedTable


@dataclass(frozen=True)
class WrittenDraft:
    """A whole draft in a temporary folder; ``keep`` puts it in its place by one rename."""

    temporary: Path
    place: Path
    manifest_sha256: str

    def keep(self) -> Path:
        """Replaces an earlier draft of the same run and gives the folder."""
        self.place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.place.exists():
            shutil.rmtree(self.place)
        self.temporary.replace(self.place)
        return self.place


def release_name(run: Run) -> ReleaseName:
    """Gives the release that this run makes; it is named after the run."""
    return ReleaseName(run.purpose.config.id, str(run.period), run.reference.run)


def write_draft(run: Run, tables: Mapping[str, ProtectedTable], temporary: Path) -> WrittenDraft:
    """Writes tables in every form, protocol, site and manifest into a temporary folder."""
    # Spreadsheets and charts take seconds to import, which no step but this one should wait for.
    from outputs.publication.formats.write import write_formats
    from outputs.publication.site.site import write_site

    folder = temporary / "release"
    folder.mkdir()
    write_tables(tables, folder / "tables")
    entries = list(latest_entries(run))
    made = statement(run.purpose.config, manifest_as_logged(run), entries)
    _write_protocol(run, entries, made, folder / "protocol")
    facts = _facts(run, tables, entries)
    write_formats(tables, facts, folder)
    write_site(_site_content(tables, facts, entries, made), folder)
    name = release_name(run)
    return WrittenDraft(folder, run.work.draft(name.purpose, name.period, name.release), write_manifest(folder, name))


def latest_entries(run: Run) -> list[LogEntry]:
    """Gives the last entry of each step since this run was started: open, pulls in the order of the purpose, the rest.

    Tasks may run in any order and more than once; the page and the protocol do not depend on it.
    """
    latest: dict[tuple[str, str], LogEntry] = {}
    for entry in read_entries(run.work, run.reference.run):
        if entry.step == "open":
            latest.clear()
        latest[entry.step, entry.subject] = entry
    order = list(run.purpose.config.sources)
    pulled = sorted((one for one in latest.values() if one.step == "pull"), key=lambda one: order.index(one.subject))
    others = [one for one in latest.values() if one.step != "pull"]
    return [*others[:1], *pulled, *others[1:]]


def check_made_by(run: Run, step: Step, artefacts: Sequence[Artefact]) -> None:
    """Checks that references are all that a step of this run made, and nothing else.

    Raises:
        RunError: ``reference_unknown``: one is missing, or comes from elsewhere.
    """
    logged = {name: sha for entry in latest_entries(run) if entry.step == step for name, sha in entry.outputs.items()}
    for beside in (DATA_SUBJECTS, MATCH_TOKENS):
        logged.pop(beside, None)
    given = {artefact.name: artefact.sha256 for artefact in artefacts}
    whole = set(run.purpose.config.sources) - {OBJECTIONS} <= set(given) if step == "pull" else True
    if given != logged or len(given) != len(artefacts) or not whole:
        raise RunError("reference_unknown", f"the artefacts are not those that {step} made in this run", "run again")


def _site_content(
    tables: Mapping[str, ProtectedTable], facts: PublicationFacts, entries: list[LogEntry], made: Verantwoording
) -> SiteContent:
    key = raw_public_key(open_keyring(Settings().home).signing, "fg")
    return SiteContent(
        tables={name: table.frame for name, table in tables.items()},
        facts=facts,
        entries=entries,
        rules=tuple(
            ProtocolRule(
                rule.number,
                rule.verdict,
                tuple((fact.label, fact.text) for fact in rule.purpose_says),
                tuple((fact.label, fact.text) for fact in rule.run_shows),
                tuple(RuleCheck(check.claim, check.outcome, check.evidence) for check in rule.checks),
            )
            for rule in made.rules
        ),
        references=tuple(reference_rows(worked_rows())),
        key_sha256=hashlib.sha256(key).hexdigest(),
    )


def _write_protocol(run: Run, entries: list[LogEntry], made: Verantwoording, folder: Path) -> None:
    folder.mkdir()
    export_slice(run.work, run.reference.run, folder)
    # Comments are outside the signatures, so what is published is the purpose alone.
    purpose = yaml.safe_dump(run.purpose.config.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=120)
    (folder / "purpose.yaml").write_text(purpose, encoding="utf-8")
    for role in ROLES:
        shutil.copyfile(run.purpose.signature_file(role), folder / f"purpose.yaml.{role}.sig")
    (folder / "verantwoording.json").write_text(render_json(made), encoding="utf-8")
    (folder / "verantwoording.html").write_text(render_html(made), encoding="utf-8")
    config = run.purpose.config
    entry = register_entry(config, register_urn(config), entries[0].started.date())
    (folder / "register.json").write_text(entry.model_dump_json(indent=2) + "\n", encoding="utf-8")
    report = disclosure_report(run.purpose.config.disclosure, _counts_of(entries, "protect"))
    text = json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "disclosure.json").write_text(text, encoding="utf-8")


def _counts_of(entries: list[LogEntry], step: Step) -> Mapping[str, int]:
    return next(entry.counts for entry in entries if entry.step == step)


def _facts(run: Run, tables: Mapping[str, ProtectedTable], entries: list[LogEntry]) -> PublicationFacts:
    config = run.purpose.config
    protected, linked = _counts_of(entries, "protect"), _counts_of(entries, "link")
    hidden, errors = hidden_cells(protected), stated_errors(protected)
    return PublicationFacts(
        release=run.reference.run,
        purpose_id=config.id,
        purpose_version=config.version,
        purpose_text=config.purpose,
        controller_name=config.controller.name,
        gemeentecode=config.controller.gemeentecode,
        fg_contact=config.controller.fg_contact,
        period=str(run.period),
        reference_date=run.manifest.reference_date,
        sources=tuple(_source_facts(run, entry, linked) for entry in entries if entry.step == "pull"),
        policy=config.disclosure,
        hidden_cells={name: hidden[name] for name in tables if name in hidden},
        synthetic=run.manifest.synthetic,
        linkage=linkage_facts(linked, protected),
        families=config.household_method == "family",
        apart=tuple(config.households.apart),
        errors=errors,
        noisy=noisy_errors(protected),
        values_hidden=_by_suffix(protected, ":value_hidden_pct"),
        attacked=protected["audit:figures"],
        earlier=protected["audit:releases"],
        awaited=tuple(name for name in config.tables if name not in tables and name in COMPARING),
        effect_refusals=_codes(protected, REFUSED),
        effect_cautions=_codes(protected, CAUTION),
    )


def _by_suffix(counts: Mapping[str, int], suffix: str) -> dict[str, int]:
    return {name.removesuffix(suffix): number for name, number in counts.items() if name.endswith(suffix)}


def _codes(counts: Mapping[str, int], prefix: str) -> tuple[str, ...]:
    return tuple(name.removeprefix(prefix) for name, number in counts.items() if name.startswith(prefix) and number)


def _source_facts(run: Run, entry: LogEntry, linked: Mapping[str, int]) -> SourceFacts:
    """Where the rows of a source ended, in tens; duplicates were found in linking and moved from used to excluded."""
    ground, counts = run.purpose.config.sources[entry.subject], entry.counts
    duplicates = linked.get(f"{'frame' if entry.subject == FRAME else entry.subject}:duplicate", 0)
    places = {
        "rows_used": counts.get("used", 0) - duplicates,
        "rows_quarantined": _total(counts, "quarantined:"),
        "rows_objected": counts.get("objected", 0),
        "rows_excluded": _total(counts, "excluded:") + _total(counts, "merged:") + duplicates,
    }
    rounded = {name: to_tens(number) for name, number in places.items()}
    return SourceFacts(
        source=entry.subject,
        domain_name=SOURCE_NAMES[entry.subject],
        law=ground.law,
        article=ground.article,
        rows_received=sum(rounded.values()),
        **rounded,
    )


def _total(counts: Mapping[str, int], prefix: str) -> int:
    return sum(number for name, number in counts.items() if name.startswith(prefix))
