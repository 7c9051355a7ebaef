"""Approving, rejecting, listing and verifying releases.

A release depends on the signature of the FG over the manifest of the draft, not on the state of any task.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from outputs.publication.release import CURRENT, MANIFEST, SIGNATURE, ReleaseName, check_manifest, publish
from samenloop.approvals import Answer, Decision, SignedDecision, check_decision, decision_file, sign_decision
from samenloop.keyring import open_keyring
from samenloop.log_book import verify_exported
from samenloop.open_drafts import (
    OpenDraft,
    audited,
    check_by_command,
    check_may_be_published,
    check_meant,
    find_draft,
    open_draft,
)
from samenloop.open_drafts import note as _note
from samenloop.purposes import check_signatures, read_purpose
from samenloop.release_ledger import ReleaseLedger
from samenloop.settings import Settings
from samenloop.signatures import is_signed, public_key_file
from schemas.errors import RunError, VerificationFailed


@dataclass(frozen=True)
class ListedRelease:
    """A release and its state: ``draft``, ``current`` or ``former``."""

    name: ReleaseName
    state: str


def decide(work: Path, release: str, answer: Answer, reason: str, made: datetime) -> Decision:
    """Signs a decision of the FG on a draft and stores it beside the draft; publishes and rejects nothing.

    It needs the FG's key and the public keys alone, not the keyring with which the run was done.

    Raises:
        RunError: ``draft_missing``.
        RefusedByPurpose: ``reason_invalid``, the purpose of the draft is not signed, or the FG's key is not here.
        VerificationFailed: ``file_differs``: the draft is not whole.
    """
    name, draft = find_draft(work, release)
    keyring = open_keyring(Settings().home)
    if answer == "approve":
        check_signatures(read_purpose(draft / "protocol" / "purpose.yaml"), keyring.signing)
    return sign_decision(draft, name, answer, reason, made, keyring).decision


def approve(work: Path, out: Path, release: str, reason: str = "") -> Path:
    """Publishes a draft that the FG approved, or else signs as FG and publishes; gives the folder of the release.

    Raises:
        RunError: ``draft_missing``, ``draft_differs`` (not the draft that the log tells of) or ``release_differs``
            (a release of this name holds other tables); ``record_missing``.
        RefusedByDisclosureControl: ``ledger_moved`` or ``correction_too_small``.
        RefusedByPurpose: ``approval_in_person``: the FG did not sign, and the purpose does not allow approval by
            command; or its signature, its term, or a newer version.
    """
    draft = open_draft(work, release)
    if draft.decided() != "approve":
        with draft.refusals_noted():
            check_by_command(check_may_be_published(draft))
            sign_decision(draft.folder, draft.name, "approve", reason, datetime.now(UTC), draft.keyring)
    return _published(draft, out, draft.decision())


def carry_out(work: Path, out: Path, release: str, manifest_sha256: str = "") -> Path | None:
    """Does what the FG signed: publishes the draft and gives its folder, or rejects it and gives None.

    Args:
        work: work folder.
        out: publication folder.
        release: which draft.
        manifest_sha256: of the draft that is meant; empty for the draft that is there.

    Raises:
        RefusedByPurpose: ``decision_missing``: the FG has not signed anything about this draft.
        VerificationFailed: ``decision_invalid``: another draft, another key, or changed afterwards.
        SamenloopError: as in ``approve``.
    """
    draft = open_draft(work, release)
    with draft.refusals_noted():
        check_meant(draft, manifest_sha256 or draft.manifest_sha256)
        signed = draft.decision()
    if signed.decision.decision == "approve":
        return _published(draft, out, signed)
    _put_aside(draft, signed)
    return None


def settle(work: Path, release: str, manifest_sha256: str, answer: Answer | None, reason: str) -> bool:
    """Tells whether the FG signed; where the signed purpose allows approval by command, signs an answer as FG first.

    Elsewhere an answer that somebody gave without a key changes nothing.

    Args:
        work: work folder.
        release: which draft.
        manifest_sha256: of the draft that was shown.
        answer: what was answered, by whomever; None for no answer.
        reason: why.

    Raises:
        RunError: ``draft_missing`` or ``draft_differs``.
        RefusedByPurpose: the purpose of the draft, or ``reason_invalid``.
    """
    draft = open_draft(work, release)
    with draft.refusals_noted():
        check_meant(draft, manifest_sha256)
        if draft.decided():
            return True
        if answer is None or not check_may_be_published(draft).approval.by_command:
            return False
        sign_decision(draft.folder, draft.name, answer, reason, datetime.now(UTC), draft.keyring)
    return True


def _published(draft: OpenDraft, out: Path, signed: SignedDecision) -> Path:
    ledger, today = ReleaseLedger(draft.keyring, draft.work.path, draft.name.purpose), datetime.now(UTC).date()
    with draft.refusals_noted():
        policy = check_may_be_published(draft).disclosure
        record, audited_with = audited(draft, ledger)
        ledger.check_calendar(record, audited_with, policy, today)
        _check_same_tables(draft.folder, draft.name.folder(out), public_key_file(draft.keyring.signing, "fg"))

    def signature(manifest: bytes) -> str:
        check_decision(signed, draft.name, manifest, draft.keyring.signing)
        return signed.manifest_signature

    def note() -> None:
        # The ledger comes first: a release that it does not know could be told apart from the next one.
        ledger.append(record, today)
        _note(draft, "approve", signed.decision)

    return publish(draft.folder, out, draft.name, sign=signature, note=note)


def reject(work: Path, release: str, reason: str = "") -> None:
    """Signs a rejection as FG and puts the draft aside; the former release stays.

    Raises:
        RunError: ``draft_missing``.
        RefusedByPurpose: ``reason_invalid``, or the FG's key is not in this keyring.
    """
    draft = open_draft(work, release)
    with draft.refusals_noted():
        signed = sign_decision(draft.folder, draft.name, "reject", reason, datetime.now(UTC), draft.keyring)
    _put_aside(draft, signed)


def _put_aside(draft: OpenDraft, signed: SignedDecision) -> None:
    _note(draft, "reject", signed.decision)
    aside = draft.folder.with_name(f".rejected.{draft.name.release}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    draft.folder.replace(aside)
    decision_file(draft.folder).replace(aside.with_name(f"{aside.name}.decision.json"))


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
