"""Whether what is asked was done before: the same delivery under the same purpose, keys and code is the same run."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from outputs.publication.release import CURRENT, MANIFEST
from samenloop.drafts import release_name
from samenloop.log_book import read_entries
from samenloop.release_ledger import ReleaseLedger
from samenloop.runs import Run, RunReference, RunRequest, opened
from schemas.errors import SamenloopError


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

    A draft that was audited before another release of the purpose came has to be made again.
    """
    try:
        run = opened(request)
    except SamenloopError:
        return None
    if not run.work.run_file(run.reference.run).is_file():
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
    return (folder / MANIFEST).is_file()


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
    ledger = ReleaseLedger(run.keyring, run.work.path, run.purpose.config.id)
    earlier = [one for one in ledger.releases() if one.release != run.reference.run]
    return protected[-1].counts["audit:releases"] == len(earlier)
