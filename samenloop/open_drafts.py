"""A draft that waits for a decision: what the log, its purpose and the FG say about it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from outputs.disclosure.release_record import ReleaseRecord
from outputs.publication.release import MANIFEST, ReleaseName
from samenloop.approvals import Answer, Decision, SignedDecision, check_decision, manifest_of, read_decision
from samenloop.keyring import Keyring, open_keyring
from samenloop.log_book import read_entries, write_entry
from samenloop.policy_floor import check_floor
from samenloop.purpose_register import check_not_superseded
from samenloop.purposes import check_in_force, check_signatures, read_purpose
from samenloop.release_ledger import ReleaseLedger
from samenloop.settings import Settings
from samenloop.storage import RELEASE_RECORD, WorkFolder
from schemas.errors import RefusedByPurpose, RunError, SamenloopError
from schemas.log_entries import LogEntry, Step
from schemas.purpose import PurposeConfig


@dataclass(frozen=True, eq=False)
class OpenDraft:
    """A draft in its work folder, the keyring in use, and the entry of the log that tells of it."""

    work: WorkFolder
    keyring: Keyring
    name: ReleaseName
    folder: Path
    last: LogEntry

    @property
    def manifest_sha256(self) -> str:
        """The draft by content."""
        return hashlib.sha256(manifest_of(self.folder)).hexdigest()

    def decision(self) -> SignedDecision:
        """Gives the decision that counts for this draft; errors of ``read_decision`` and ``check_decision``."""
        signed = read_decision(self.folder)
        check_decision(signed, self.name, manifest_of(self.folder), self.keyring.signing)
        return signed

    def decided(self) -> Answer | None:
        """What the FG signed about exactly this draft; None when nothing that counts."""
        try:
            return self.decision().decision.decision
        except SamenloopError:
            return None

    @contextmanager
    def refusals_noted(self) -> Iterator[None]:
        """Notes a refusal in the log and lets it go on."""
        try:
            yield
        except SamenloopError as error:
            note(self, "refused", code=error.code)
            raise


def open_draft(work: Path, release: str) -> OpenDraft:
    """Opens a draft with the keyring in use.

    Raises:
        RunError: ``draft_missing``, ``log_missing`` or ``work_missing``.
        RefusedByPurpose: the keyring is not in order.
    """
    folder, keyring = WorkFolder.existing(work), open_keyring(Settings().home)
    name, draft = find_draft(work, release)
    return OpenDraft(folder, keyring, name, draft, _drafted(folder, release))


def newest_undecided(work: WorkFolder) -> str | None:
    """Gives the release of the draft that was made last of those about which nothing was decided; None without any."""
    waiting: dict[str, None] = {}
    for entry in read_entries(work):
        if entry.step in ("draft", "approve", "reject"):
            waiting.pop(entry.run, None)
        if entry.step == "draft":
            waiting[entry.run] = None
    return next(reversed(waiting), None)


def find_draft(work: Path, release: str) -> tuple[ReleaseName, Path]:
    """Gives name and folder of a draft.

    Raises:
        RunError: ``draft_missing``.
    """
    for manifest in sorted((work / "drafts").glob(f"*/*/*/{MANIFEST}")):
        place = manifest.parent
        if place.name == release and not release.startswith(".") and not place.is_symlink():
            return ReleaseName(place.parent.parent.name, place.parent.name, release), place
    raise RunError(
        "draft_missing", "there is no draft of this release in the work folder", "see samenloop release list"
    )


def _drafted(work: WorkFolder, release: str) -> LogEntry:
    drafted = [entry for entry in read_entries(work, release) if entry.step == "draft"]
    if not drafted:
        raise RunError("log_missing", "the log holds no entry of this draft", "run again: no entry, no release")
    return drafted[-1]


def note(draft: OpenDraft, step: Step, decision: Decision | None = None, code: str = "") -> None:
    """Writes the entry of what was done with a draft, and by which decision."""
    now, last = datetime.now(UTC), draft.last
    # Who decided goes by the fingerprint of a role's key, never by a name.
    decided = {"decision": decision.sha256, "decision:key": decision.key} if decision else {}
    write_entry(
        draft.work,
        LogEntry(
            run=last.run,
            step=step,
            started=now,
            ended=now,
            purpose=last.purpose,
            purpose_sha256=last.purpose_sha256,
            inputs={**last.outputs, **decided},
            code=code,
            reason=decision.reason if decision else "",
        ),
    )


def check_may_be_published(draft: OpenDraft) -> PurposeConfig:
    """Checks a draft against the log and its purpose against signatures, register, term and floor; gives the purpose.

    Raises:
        RunError: ``draft_differs``: it is not the draft that the log tells of.
        RefusedByPurpose: the purpose.
    """
    if draft.manifest_sha256 != draft.last.outputs["manifest"]:
        raise RunError("draft_differs", "this is not the draft that the log tells of", "run again")
    purpose = read_purpose(draft.folder / "protocol" / "purpose.yaml")
    check_not_superseded(draft.keyring.home, purpose)
    check_signatures(purpose, draft.keyring.signing)
    check_in_force(purpose, datetime.now(UTC).date())
    check_floor(draft.keyring, purpose)
    return purpose.config


def check_meant(draft: OpenDraft, manifest_sha256: str) -> None:
    """Checks that a draft is still the one that somebody saw.

    Raises:
        RunError: ``draft_differs``.
    """
    if draft.manifest_sha256 != manifest_sha256:
        raise RunError("draft_differs", "the draft was made again since it was shown", "show it to the FG again")


def check_by_command(config: PurposeConfig) -> None:
    """Checks that whoever runs the product may sign on behalf of the FG.

    Raises:
        RefusedByPurpose: ``approval_in_person``.
    """
    if not config.approval.by_command:
        raise RefusedByPurpose(
            "approval_in_person",
            "the purpose does not allow approval by command",
            "have the FG sign: samenloop release decide",
        )


def audited(draft: OpenDraft, ledger: ReleaseLedger) -> tuple[ReleaseRecord, int]:
    """Gives the record of a draft, and with how many earlier releases it was audited.

    Raises:
        RunError: ``record_missing``.
    """
    protected = [entry for entry in read_entries(draft.work, draft.name.release) if entry.step == "protect"][-1]
    file = draft.work.path / "artefacts" / f"{protected.outputs[RELEASE_RECORD]}.parquet"
    if not file.is_file():
        raise RunError("record_missing", "the record of this draft is gone", "run again")
    return ledger.opened(pq.read_table(file)["record"][0].as_py()), protected.counts["audit:releases"]
