"""Drafts: written by a run, kept in the work folder until approved or rejected."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outputs.log.journal import line_of, read
from outputs.publication.page import PublicationFacts, SourceFacts, render_index
from outputs.publication.release import ReleaseName, write_manifest
from outputs.publication.tables import write_tables
from samenloop.runs import Run
from samenloop.signatures import ROLES
from schemas.domains import DOMAIN_NAMES
from schemas.log_entries import LogEntry
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
    """Writes tables, protocol, page and manifest into a temporary folder."""
    folder = temporary / "release"
    folder.mkdir()
    write_tables(tables, folder / "tables")
    entries = list(latest_entries(run))
    _write_protocol(run, entries, folder / "protocol")
    page = render_index({name: table.frame for name, table in tables.items()}, _facts(run, tables, entries))
    (folder / "index.html").write_text(page, encoding="utf-8")
    name = release_name(run)
    return WrittenDraft(folder, run.work.draft(name.purpose, name.period, name.release), write_manifest(folder, name))


def latest_entries(run: Run) -> list[LogEntry]:
    """Gives the last entry of each step since this run was started: open, pulls in the order of the purpose, the rest.

    Tasks may run in any order and more than once; the page and the protocol do not depend on it.
    """
    latest: dict[tuple[str, str], LogEntry] = {}
    for entry in read(run.work.journal, run.reference.run):
        if entry.step == "open":
            latest.clear()
        latest[entry.step, entry.subject] = entry
    order = list(run.purpose.config.sources)
    pulled = sorted((one for one in latest.values() if one.step == "pull"), key=lambda one: order.index(one.subject))
    others = [one for one in latest.values() if one.step != "pull"]
    return [*others[:1], *pulled, *others[1:]]


def _write_protocol(run: Run, entries: list[LogEntry], folder: Path) -> None:
    folder.mkdir()
    (folder / "log.jsonl").write_bytes(b"".join(line_of(entry) + b"\n" for entry in entries))
    shutil.copyfile(run.purpose.path, folder / "purpose.yaml")
    for role in ROLES:
        shutil.copyfile(run.purpose.signature_file(role), folder / f"purpose.yaml.{role}.sig")
    policy = run.purpose.config.disclosure.model_dump(mode="json")
    hidden = {name: {"hidden": hidden, "cells": cells} for name, (hidden, cells) in _hidden(entries).items()}
    report = json.dumps({"policy": policy, "tables": hidden}, indent=2, sort_keys=True)
    (folder / "disclosure.json").write_text(report + "\n")


def _hidden(entries: list[LogEntry]) -> dict[str, tuple[int, int]]:
    counts = next(entry.counts for entry in entries if entry.step == "protect")
    tables = [name.removesuffix(":cells") for name in counts if name.endswith(":cells")]
    return {name: (counts[f"{name}:hidden"], counts[f"{name}:cells"]) for name in tables}


def _facts(run: Run, tables: Mapping[str, ProtectedTable], entries: list[LogEntry]) -> PublicationFacts:
    config = run.purpose.config
    hidden = _hidden(entries)
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
        sources=tuple(_source_facts(run, entry) for entry in entries if entry.step == "pull"),
        threshold=config.disclosure.threshold,
        hidden_cells={name: hidden[name] for name in tables if name in hidden},
        synthetic=run.manifest.synthetic,
    )


def _source_facts(run: Run, entry: LogEntry) -> SourceFacts:
    ground, counts = run.purpose.config.sources[entry.subject], entry.counts
    return SourceFacts(
        source=entry.subject,
        domain_name=DOMAIN_NAMES.get(entry.subject, "BRP"),
        law=ground.law,
        article=ground.article,
        rows_received=counts.get("received", 0),
        rows_used=counts.get("used", 0),
        rows_quarantined=_total(counts, "quarantined:"),
        rows_objected=counts.get("objected", 0),
        rows_excluded=_total(counts, "excluded:"),
    )


def _total(counts: Mapping[str, int], prefix: str) -> int:
    return sum(number for name, number in counts.items() if name.startswith(prefix))
