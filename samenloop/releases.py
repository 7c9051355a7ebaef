"""Approving, rejecting, listing and verifying releases.

A release depends on the signature of the FG over the manifest of the draft, not on the state of any task.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from outputs.log.journal import append, read
from outputs.publication.release import CURRENT, MANIFEST, SIGNATURE, ReleaseName, check_manifest, publish
from samenloop.keyring import Keyring, open_keyring
from samenloop.purposes import check_signatures, read_purpose
from samenloop.settings import Settings
from samenloop.signatures import is_signed, public_key_file, sign
from samenloop.storage import WorkFolder
from schemas.errors import RefusedByPurpose, RunError, VerificationFailed
from schemas.log_entries import LogEntry, Step


@dataclass(frozen=True)
class ListedRelease:
    """A release and its state: ``draft``, ``current`` or ``former``."""

    name: ReleaseName
    state: str


def approve(work: Path, out: Path, release: str) -> Path:
    """Signs a draft as FG and publishes it; gives the folder of the release.

    Raises:
        RunError: ``draft_missing``.
        RefusedByPurpose: ``approval_in_person``: the purpose does not allow approval by command; or its signature.
    """
    folder, keyring = WorkFolder(work), open_keyring(Settings().home)
    name, draft = _draft(folder, release)
    purpose = read_purpose(draft / "protocol" / "purpose.yaml")
    check_signatures(purpose, keyring.signing)
    if not purpose.config.approval.by_command:
        raise RefusedByPurpose(
            "approval_in_person", "the purpose does not allow approval by command", "have the FG approve the draft"
        )
    return publish(
        draft,
        out,
        name,
        sign=lambda manifest: sign(keyring.signing, "fg", manifest),
        note=lambda: _note(folder, release, "approve"),
    )


def reject(work: Path, release: str) -> None:
    """Notes that a draft is rejected; the former release stays.

    Raises:
        RunError: ``draft_missing``.
    """
    folder = WorkFolder(work)
    _, draft = _draft(folder, release)
    _note(folder, release, "reject")
    draft.replace(draft.with_name(f".rejected.{release}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}"))


def listed(work: Path, out: Path) -> Iterator[ListedRelease]:
    """Yields drafts, then published releases."""
    for root, fixed in ((work / "drafts", "draft"), (out, "")):
        for manifest in sorted(root.glob(f"*/*/*/{MANIFEST}")):
            place = manifest.parent
            if place.name.startswith(".") or place.is_symlink():
                continue
            current = place.with_name(CURRENT)
            state = fixed or (
                "current" if current.is_symlink() and current.readlink() == Path(place.name) else "former"
            )
            yield ListedRelease(ReleaseName(place.parent.parent.name, place.parent.name, place.name), state)


def verify(folder: Path, public_key: Path) -> int:
    """Checks a release against its manifest and the FG's signature; gives the number of files.

    Raises:
        VerificationFailed: ``manifest_missing``, ``file_differs`` or ``signature_invalid``.
    """
    manifest = check_manifest(folder)
    signature = folder / SIGNATURE
    text = signature.read_text() if signature.is_file() else ""
    if not is_signed(public_key, "fg", (folder / MANIFEST).read_bytes(), text):
        raise VerificationFailed(
            "signature_invalid", "manifest.sig is not the FG's signature", "do not use this release"
        )
    return len(manifest["files"])


def fg_public_key() -> Path:
    """Gives the FG's public key of the keyring in use."""
    keyring: Keyring = open_keyring(Settings().home)
    return public_key_file(keyring.signing, "fg")


def _draft(work: WorkFolder, release: str) -> tuple[ReleaseName, Path]:
    for item in listed(work.path, work.path / "nowhere"):
        if item.name.release == release:
            return item.name, item.name.folder(work.path / "drafts")
    raise RunError(
        "draft_missing", "there is no draft of this release in the work folder", "see samenloop release list"
    )


def _note(work: WorkFolder, release: str, step: Step) -> None:
    drafted = [entry for entry in read(work.journal, release) if entry.step == "draft"]
    if not drafted:
        raise RunError("log_missing", "the log holds no entry of this draft", "run again: no entry, no release")
    last, now = drafted[-1], datetime.now(UTC)
    append(
        work.journal,
        LogEntry(
            run=release,
            step=step,
            started=now,
            ended=now,
            purpose=last.purpose,
            purpose_sha256=last.purpose_sha256,
            inputs=last.outputs,
        ),
    )
