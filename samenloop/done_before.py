"""Whether what is asked was done before: the same delivery under the same purpose, keys and code is the same run."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from outputs.publication.release import CURRENT, MANIFEST, check_manifest
from samenloop.drafts import release_name
from samenloop.log_book import read_entries
from samenloop.release_ledger import ReleaseLedger
from samenloop.runs import Run, RunReference, RunRequest, opened
from samenloop.storage import RELEASE_RECORD
from schemas.errors import SamenloopError
from schemas.source_formats import SqlFormat


@dataclass(frozen=True)
class DoneBefore:
    """A run that ended well.

    Attributes:
        reference: the run.
        folder: of its release, or of its draft.
        manifest_sha256: of that.
        approved: whether it is a release.
    """

    reference: RunReference
    folder: Path
    manifest_sha256: str
    approved: bool


def done_before(request: RunRequest) -> DoneBefore | None:
    """Gives the run that already did what is asked; None when there is anything to do, be it to refuse.

    A draft that was audited before another release of the purpose came has to be made again, and so has what was read
    from a database: only whoever reads it again knows that nothing changed there.
    """
    try:
        run = opened(request)
    except SamenloopError:
        return None
    if not run.work.run_file(run.reference.run).is_file() or request.repair or _reads_tables(run):
        return None
    name, draft = release_name(run), _draft(run)
    release = name.folder(Path(request.out))
    current = release.parent / CURRENT
    if _is_whole(release) and current.is_symlink() and current.readlink().name == release.name:
        return _done(run, release, approved=True)
    if _is_whole(draft) and _still_stands(run, _sha256(draft)):
        return _done(run, draft, approved=False)
    # Neither current nor to be approved: a later release took its place.
    return _done(run, release, approved=True) if _is_whole(release) else None


def _done(run: Run, folder: Path, *, approved: bool) -> DoneBefore:
    return DoneBefore(run.reference, folder, _sha256(folder), approved)


def _is_whole(folder: Path) -> bool:
    if not (folder / MANIFEST).is_file():
        return False
    try:
        check_manifest(folder)
    except SamenloopError:
        return False
    return True


def _reads_tables(run: Run) -> bool:
    """The manifest says nothing of what a table of a database holds today."""
    return any(isinstance(ground.format, SqlFormat) for ground in run.purpose.config.sources.values())


def _sha256(folder: Path) -> str:
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def _draft(run: Run) -> Path:
    name = release_name(run)
    return run.work.draft(name.purpose, name.period, name.release)


def _still_stands(run: Run, sha256: str) -> bool:
    entries = list(read_entries(run.work, run.reference.run))
    drafted = [one for one in entries if one.step == "draft"]
    protected = [one for one in entries if one.step == "protect"]
    if not drafted or not protected or drafted[-1].outputs.get("manifest") != sha256:
        return False
    record = run.work.path / "artefacts" / f"{protected[-1].outputs.get(RELEASE_RECORD)}.parquet"
    if not record.is_file():
        return False
    ledger = ReleaseLedger(run.keyring, run.work.path, run.purpose.config.id)
    earlier = [one for one in ledger.releases() if one.release != run.reference.run]
    return protected[-1].counts["audit:releases"] == len(earlier)
