"""Erasing what is past its term, by the purpose under which it was made, with an entry that proves it.

What was stored, when and under which purpose is read from the processing log; the terms from the purpose of then.
An artefact that several runs made (same content, same name) stays as long as the last of them may keep it.
Source: AVG 5(1)(e), storage limitation.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from outputs.publication.release import CURRENT, ReleaseName
from samenloop.log_book import read_entries, write_entry
from samenloop.storage import DATA_SUBJECTS, MATCH_TOKENS, WorkFolder
from schemas.log_entries import LogEntry
from schemas.period import HalfYear
from schemas.purpose import Artefact, PurposeConfig
from schemas.strict import length_of

#: Which step makes which kind of artefact.
_KINDS: Final[dict[str, Artefact]] = {
    "pull": "pseudonymised_extract",
    "link": "linked_households",
    "protect": "draft",
    "draft": "draft",
    "approve": "publication",
}


@dataclass(frozen=True)
class Kept:
    """Something that a run left: its entry, its kind, where it lies and the last day on which it may be there."""

    entry: LogEntry
    kind: Artefact
    path: Path
    sha256: str
    until: date


def last_day(made: date, term: str) -> date:
    """Gives the last day of a term such as ``P7D`` or ``P1Y6M`` (ISO 8601 duration in whole days) from a day on."""
    last: date = made + length_of(term)
    return last


def erase_expired(work: WorkFolder, out: Path, today: date) -> list[LogEntry]:
    """Erases what is past its term on a day and gives the entries that were written of it, one per run and kind.

    A release goes with its folder; when it was current, there is no current release afterwards.
    """
    expired: dict[tuple[str, Artefact], list[Kept]] = defaultdict(list)
    for path, kept in _by_path(work, out).items():
        if path.exists() and max(one.until for one in kept) < today:
            expired[kept[-1].entry.run, kept[-1].kind].append(kept[-1])
    return [_erase(work, kind, kept) for (_, kind), kept in sorted(expired.items())]


def kept_by_runs(work: WorkFolder, out: Path) -> Iterator[Kept]:
    """Yields everything that the log says was stored, there or not, in the order of the log."""
    for entry in read_entries(work):
        config = work.purpose(entry.purpose_sha256) if entry.step in _KINDS else None
        if config is not None:
            for kind, path, sha256 in _places(work, out, entry, config):
                yield Kept(entry, kind, path, sha256, last_day(entry.ended.date(), config.retention[kind]))


def _by_path(work: WorkFolder, out: Path) -> dict[Path, list[Kept]]:
    by_path: dict[Path, list[Kept]] = defaultdict(list)
    for kept in kept_by_runs(work, out):
        by_path[kept.path].append(kept)
    return by_path


def _places(
    work: WorkFolder, out: Path, entry: LogEntry, config: PurposeConfig
) -> Iterator[tuple[Artefact, Path, str]]:
    kind = _KINDS[entry.step]
    if entry.step in ("draft", "approve"):
        name = ReleaseName(config.id, str(HalfYear.parse(entry.run.split("-")[0].upper())), entry.run)
        digest = (entry.outputs if entry.step == "draft" else entry.inputs)["manifest"]
        root = work.path / "drafts" if entry.step == "draft" else out
        folder = name.folder(root)
        yield kind, folder, digest
        beside = (f".rejected.{entry.run}.*", f".decision.{entry.run}.json") if entry.step == "draft" else ()
        for pattern in beside:
            for left in folder.parent.glob(pattern):
                yield kind, left, digest
        return
    for name_of, sha256 in entry.outputs.items():
        if name_of == DATA_SUBJECTS:
            yield "log", work.data_subjects_file(sha256), sha256
        elif name_of != MATCH_TOKENS:  # those go with their run
            yield kind, work.path / "artefacts" / f"{sha256}.parquet", sha256


def _erase(work: WorkFolder, kind: Artefact, kept: list[Kept]) -> LogEntry:
    started, last = datetime.now(UTC), kept[-1].entry
    for one in kept:
        _remove(one.path)
    entry = LogEntry(
        run=last.run,
        step="erase",
        subject=kind,
        started=started,
        ended=datetime.now(UTC),
        purpose=last.purpose,
        purpose_sha256=last.purpose_sha256,
        inputs={f"erased:{place}": one.sha256 for place, one in enumerate(kept)},
        counts={"erased": len(kept)},
    )
    write_entry(work, entry)
    return entry


def _remove(path: Path) -> None:
    if path.is_dir():
        current = path.with_name(CURRENT)
        if current.is_symlink() and current.readlink() == Path(path.name):
            current.unlink()
        shutil.rmtree(path)
    else:
        path.unlink()
