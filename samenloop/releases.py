"""Approving, rejecting, listing and verifying releases.

A release depends on the signature of the FG over the manifest of the draft, not on the state of any task.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from outputs.disclosure.release_record import ReleaseRecord
from outputs.publication.release import CURRENT, MANIFEST, SIGNATURE, ReleaseName, check_manifest, publish
from samenloop.keyring import Keyring, open_keyring
from samenloop.log_book import read_entries, verify_exported, write_entry
from samenloop.policy_floor import check_floor
from samenloop.purpose_register import check_not_superseded
from samenloop.purposes import check_in_force, check_signatures, read_purpose
from samenloop.release_ledger import ReleaseLedger
from samenloop.settings import Settings
from samenloop.signatures import is_signed, public_key_file
from samenloop.storage import RELEASE_RECORD, WorkFolder
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByPurpose, RunError, SamenloopError, VerificationFailed
from schemas.log_entries import LogEntry, Step


@dataclass(frozen=True)
class ListedRelease:
    """A release and its state: ``draft``, ``current`` or ``former``."""

    name: ReleaseName
    state: str


def approve(work: Path, out: Path, release: str) -> Path:
    """Signs a draft as FG and publishes it; gives the folder of the release.

    Raises:
        RunError: ``draft_missing``, ``draft_differs`` (not the draft that the log tells of) or ``release_differs``
            (a release of this name holds other tables); ``record_missing``.
        RefusedByDisclosureControl: ``ledger_moved`` or ``correction_too_small``.
        RefusedByPurpose: ``approval_in_person``: the purpose does not allow approval by command; or its signature, its
            term, or a newer version.
    """
    folder, keyring = WorkFolder.existing(work), open_keyring(Settings().home)
    name, draft = _draft(folder, release)
    last = _drafted(folder, release)
    ledger, today = ReleaseLedger(keyring, work, name.purpose), datetime.now(UTC).date()
    try:
        policy = _check_may_be_published(draft, keyring, last)
        record, audited_with = _audited(folder, ledger, release)
        ledger.check_calendar(record, audited_with, policy, today)
        _check_same_tables(draft, name.folder(out), public_key_file(keyring.signing, "fg"))
    except SamenloopError as error:
        _note(folder, last, "refused", error.code)
        raise

    def note() -> None:
        # The ledger comes first: a release that it does not know could be told apart from the next one.
        ledger.append(record, today)
        _note(folder, last, "approve")

    return publish(draft, out, name, sign=lambda manifest: keyring.sign("fg", manifest), note=note)


def _audited(work: WorkFolder, ledger: ReleaseLedger, release: str) -> tuple[ReleaseRecord, int]:
    """The record of a draft, and with how many earlier releases it was audited."""
    protected = [entry for entry in read_entries(work, release) if entry.step == "protect"][-1]
    file = work.path / "artefacts" / f"{protected.outputs[RELEASE_RECORD]}.parquet"
    if not file.is_file():
        raise RunError("record_missing", "the record of this draft is gone", "run again")
    return ledger.opened(pq.read_table(file)["record"][0].as_py()), protected.counts["audit:releases"]


def _check_may_be_published(draft: Path, keyring: Keyring, last: LogEntry) -> DisclosurePolicy:
    if hashlib.sha256((draft / MANIFEST).read_bytes()).hexdigest() != last.outputs["manifest"]:
        raise RunError("draft_differs", "this is not the draft that the log tells of", "run again")
    purpose = read_purpose(draft / "protocol" / "purpose.yaml")
    check_not_superseded(keyring.home, purpose)
    check_signatures(purpose, keyring.signing)
    check_in_force(purpose, datetime.now(UTC).date())
    check_floor(keyring, purpose)
    if not purpose.config.approval.by_command:
        raise RefusedByPurpose(
            "approval_in_person", "the purpose does not allow approval by command", "have the FG approve the draft"
        )
    return purpose.config.disclosure


def _check_same_tables(draft: Path, place: Path, public_key: Path) -> None:
    """A run that is done again makes the same tables; its release is there already and stays as it was signed."""
    if not place.exists():
        return
    verify(place, public_key)
    drafted, published = (
        {file: digest for file, digest in check_manifest(folder)["files"].items() if file.startswith("tables/")}
        for folder in (draft, place)
    )
    if drafted != published:
        raise RunError(
            "release_differs", "a release of this name holds other tables", "ask the makers: this is a defect"
        )


def reject(work: Path, release: str) -> None:
    """Notes that a draft is rejected; the former release stays.

    Raises:
        RunError: ``draft_missing``.
    """
    folder = WorkFolder.existing(work)
    _, draft = _draft(folder, release)
    _note(folder, _drafted(folder, release), "reject")
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
        VerificationFailed: ``manifest_missing``, ``file_differs``, ``signature_invalid`` or ``log_altered``.
    """
    manifest = check_manifest(folder)
    signature = folder / SIGNATURE
    text = signature.read_text() if signature.is_file() else ""
    if not is_signed(public_key, "fg", (folder / MANIFEST).read_bytes(), text):
        raise VerificationFailed(
            "signature_invalid", "manifest.sig is not the FG's signature", "do not use this release"
        )
    verify_exported(folder / "protocol")
    return len(manifest["files"])


def public_keys() -> Path:
    """Gives the folder of public keys of the keyring in use."""
    return open_keyring(Settings().home).signing


def _draft(work: WorkFolder, release: str) -> tuple[ReleaseName, Path]:
    for item in listed(work.path, work.path / "nowhere"):
        if item.name.release == release:
            return item.name, item.name.folder(work.path / "drafts")
    raise RunError(
        "draft_missing", "there is no draft of this release in the work folder", "see samenloop release list"
    )


def _drafted(work: WorkFolder, release: str) -> LogEntry:
    drafted = [entry for entry in read_entries(work, release) if entry.step == "draft"]
    if not drafted:
        raise RunError("log_missing", "the log holds no entry of this draft", "run again: no entry, no release")
    return drafted[-1]


def _note(work: WorkFolder, last: LogEntry, step: Step, code: str = "") -> None:
    now = datetime.now(UTC)
    write_entry(
        work,
        LogEntry(
            run=last.run,
            step=step,
            started=now,
            ended=now,
            purpose=last.purpose,
            purpose_sha256=last.purpose_sha256,
            inputs=last.outputs,
            code=code,
        ),
    )
