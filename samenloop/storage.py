"""The work folder of a municipality: artefacts named by their content, runs, drafts, the log. Owner only.

Everything is written to ``tmp/`` first, flushed, and then renamed, so that what has its name is whole.
"""

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import RunError
from schemas.purpose import PurposeConfig

#: Names of what a pull makes beside the extract, which is named after its source: the persons for the log, and the
#: tokens for linkage by name.
DATA_SUBJECTS: Final = "data_subjects"
MATCH_TOKENS: Final = "match_tokens"
#: The sealed record of a release, kept with its draft.
RELEASE_RECORD: Final = "release_record"

Place = Literal["artefacts", "data_subjects", "match_tokens"]


@dataclass(frozen=True)
class Artefact:
    """A Parquet file by reference: its name in the run, its sha256, its rows. This is all that XCom carries."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class PendingArtefact:
    """A Parquet file that is whole but has no name yet: it gets one once its log entry is written.

    Attributes:
        folder: ``artefacts``; ``data_subjects`` for what belongs to the log and to no later step; ``match_tokens``
            for what linkage reads once, and what is erased with the run.
        run: of match tokens: its id, part of their name.
    """

    artefact: Artefact
    path: Path
    folder: Place = "artefacts"
    run: str = ""


@dataclass(frozen=True)
class WorkFolder:
    """A work folder; made with mode 0700 when it is not there."""

    path: Path

    def __post_init__(self) -> None:
        for name in ("artefacts", "data_subjects", "match_tokens", "tmp", "runs", "purposes", "drafts", "log"):
            (self.path / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    @classmethod
    def existing(cls, path: Path) -> "WorkFolder":
        """Gives a work folder in which something was done before: a mistyped one would answer that nothing was.

        Raises:
            RunError: ``work_missing``.
        """
        if not (path / "log-id").is_file():
            raise RunError("work_missing", "this is no work folder with a log", "give the folder of an earlier run")
        return cls(path)

    @property
    def log(self) -> Path:
        """The folder of the processing log."""
        return self.path / "log"

    def run_file(self, run: str) -> Path:
        """Where a run keeps what it was asked to do."""
        return self.path / "runs" / f"{run}.json"

    def purpose_file(self, sha256: str) -> Path:
        """Where the canonical bytes of a purpose are kept, so that what was stored under it keeps its terms."""
        return self.path / "purposes" / f"{sha256}.json"

    def purpose(self, sha256: str) -> PurposeConfig | None:
        """Gives the purpose with these canonical bytes; None when no run was opened under it here."""
        path = self.purpose_file(sha256)
        return PurposeConfig.model_validate(json.loads(path.read_bytes())) if path.is_file() else None

    def draft(self, purpose: str, period: str, release: str) -> Path:
        """Where the draft of a release lies until it is approved or rejected."""
        return self.path / "drafts" / purpose / period / release

    def artefact_path(self, artefact: Artefact) -> Path:
        """Where an artefact lies, its bytes checked against its name.

        Raises:
            RunError: ``artefact_missing`` or ``artefact_differs``.
        """
        path = self.path / "artefacts" / f"{artefact.sha256}.parquet"
        if not path.is_file():
            raise RunError("artefact_missing", f"artefact {artefact.name} is not in the work folder", "run again")
        if _sha256(path) != artefact.sha256:
            raise RunError("artefact_differs", f"artefact {artefact.name} is not what its name says", "run again")
        return path

    def data_subjects_file(self, sha256: str) -> Path:
        """Where the ids of the persons of one source and run lie, until the term of the log is over."""
        return self.path / DATA_SUBJECTS / f"{sha256}.parquet"

    def match_tokens_file(self, run: str, sha256: str) -> Path:
        """Where the match tokens of one source lie between its pull and the linkage of its run.

        Raises:
            RunError: ``match_tokens_gone``: linkage was done, or they are not what the log tells of.
        """
        path = self.path / MATCH_TOKENS / f"{run}.{sha256}.parquet"
        if not path.is_file() or _sha256(path) != sha256:
            raise RunError("match_tokens_gone", "the match tokens of this run are erased", "run again from the start")
        return path

    def erase_match_tokens(self, run: str) -> None:
        """Erases the match tokens of a run: linkage has read them, or never will."""
        for path in (self.path / MATCH_TOKENS).glob(f"{run}.*"):
            path.unlink(missing_ok=True)

    @contextmanager
    def temporary(self, run: str) -> Iterator[Path]:
        """Gives a folder of its own that is gone afterwards, whatever happens inside."""
        folder = self.path / "tmp" / f"{run}.{uuid.uuid4().hex}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def write(
        self,
        folder: Path,
        name: str,
        schema: pa.Schema,
        batches: Iterable[pa.RecordBatch],
        place: Place = "artefacts",
        run: str = "",
    ) -> PendingArtefact:
        """Writes batches to a Parquet file in a temporary folder; only ``keep`` puts it in its place.

        Args:
            folder: temporary.
            name: of the artefact.
            schema: of the rows.
            batches: the rows.
            place: where it will be kept.
            run: of match tokens, which go with their run.
        """
        path, rows = folder / f"{name}.parquet", 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in batches:
                rows += batch.num_rows
                writer.write_batch(batch)
        return PendingArtefact(Artefact(name, _flushed_sha256(path), rows), path, place, run)

    def keep(self, pending: PendingArtefact) -> None:
        """Gives a pending artefact its name; the log entry that tells of it must be on disk by now."""
        owner = f"{pending.run}." if pending.run else ""
        pending.path.replace(self.path / pending.folder / f"{owner}{pending.artefact.sha256}.parquet")

    def clear_persons_unknown_to(self, logged: Collection[str]) -> None:
        """Removes the persons of pulls that were killed before the log could tell of them, a day later."""
        a_day_ago = time.time() - 24 * 3600
        for path in (self.path / DATA_SUBJECTS).iterdir():
            with suppress(FileNotFoundError):
                if path.stem not in logged and path.stat().st_mtime < a_day_ago:
                    path.unlink()

    def clear_leftovers(self, run: str = "-") -> None:
        """Removes what a killed start of a run left behind, and what is a day old; others may be at work."""
        a_day_ago = time.time() - 24 * 3600
        for folder in (self.path / "tmp").iterdir():
            with suppress(FileNotFoundError):
                if folder.name.startswith(f"{run}.") or folder.stat().st_mtime < a_day_ago:
                    shutil.rmtree(folder, ignore_errors=True)
        self.erase_match_tokens(run)
        for path in (self.path / MATCH_TOKENS).iterdir():
            with suppress(FileNotFoundError):  # its own run was first
                if path.stat().st_mtime < a_day_ago:
                    path.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Writes a small file so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flushed_sha256(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()
