"""Decisions of the privacy officer (FG): signed with the FG's role key over the digest of one draft's manifest.

A release depends on such a decision and on nothing else: not on the state of a task, not on what a task passes on. The
file lies beside the draft and may be made elsewhere, so that the machine that publishes needs no private key of the FG.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import rfc8785
from pydantic import AwareDatetime, Field, StringConstraints, ValidationError

from outputs.publication.release import MANIFEST, ReleaseName, check_manifest
from samenloop.keyring import Keyring
from samenloop.signatures import is_signed, public_key_file, raw_public_key
from samenloop.storage import write_whole
from schemas.errors import RefusedByPurpose, RunError, VerificationFailed
from schemas.strict import Strict

Answer = Literal["approve", "reject"]
#: One line that a person typed: no control characters and no separators of lines or paragraphs.
Reason = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,80}$")]


class Decision(Strict):
    """What the FG decided about one draft.

    Attributes:
        format: says that these bytes are a decision, and of which kind.
        purpose, period, release: the draft by name.
        manifest_sha256: the draft by content: digest of its ``manifest.json``.
        decision: ``approve`` or ``reject``.
        reason: why, in the words of the FG; may be empty.
        role: in which role it was signed.
        key: fingerprint (sha256) of the role's public key; never a name.
        made: time with zone.
    """

    format: Literal["samenloop-decision-1"] = "samenloop-decision-1"
    purpose: _Name
    period: _Name
    release: _Name
    manifest_sha256: Sha256
    decision: Answer
    reason: Reason = ""
    role: Literal["fg"] = "fg"
    key: Sha256
    made: AwareDatetime

    @property
    def canonical(self) -> bytes:
        """The bytes that are signed (RFC 8785)."""
        return rfc8785.dumps(self.model_dump(mode="json"))

    @property
    def sha256(self) -> str:
        """Digest of the canonical bytes: by this the processing log names the decision, its reason included."""
        return hashlib.sha256(self.canonical).hexdigest()


class SignedDecision(Strict):
    """A decision with its signatures.

    Attributes:
        decision: what was decided.
        signature: base64, over the canonical bytes of the decision.
        manifest_signature: of an approval: base64, over the manifest itself; it becomes ``manifest.sig``.
    """

    decision: Decision
    signature: str = Field(max_length=200)
    manifest_signature: str = Field(default="", max_length=200)


def decision_file(draft: Path) -> Path:
    """Gives where the decision on a draft lies: beside it, so that it is no part of what the manifest names."""
    return draft.with_name(f".decision.{draft.name}.json")


def sign_decision(
    draft: Path, name: ReleaseName, answer: Answer, reason: str, made: datetime, keyring: Keyring
) -> SignedDecision:
    """Signs a decision with the FG's key of a keyring and stores it beside the draft, in the place of an earlier one.

    Raises:
        RefusedByPurpose: ``reason_invalid``; or the FG's key is not in this keyring, as in ``Keyring.sign``.
        VerificationFailed: ``manifest_missing`` or ``file_differs``: a draft that is not whole cannot be approved.
    """
    if answer == "approve":
        check_manifest(draft)
    manifest = manifest_of(draft)
    try:
        decision = Decision(
            purpose=name.purpose,
            period=name.period,
            release=name.release,
            manifest_sha256=hashlib.sha256(manifest).hexdigest(),
            decision=answer,
            reason=reason.strip(),
            key=role_fingerprint(keyring.signing),
            made=made,
        )
    except ValidationError:
        raise RefusedByPurpose(
            "reason_invalid", "the reason is no single line of at most 500 characters", "shorten it to one line"
        ) from None
    signed = SignedDecision(
        decision=decision,
        signature=keyring.sign("fg", decision.canonical),
        manifest_signature=keyring.sign("fg", manifest) if answer == "approve" else "",
    )
    write_whole(decision_file(draft), signed.model_dump_json(indent=1).encode() + b"\n")
    return signed


def read_decision(draft: Path) -> SignedDecision:
    """Gives the decision beside a draft; only ``check_decision`` says whether it counts.

    Raises:
        RefusedByPurpose: ``decision_missing``.
        VerificationFailed: ``decision_invalid``: the file is no decision.
    """
    path = decision_file(draft)
    if path.is_symlink() or not path.is_file():
        raise RefusedByPurpose(
            "decision_missing",
            "there is no signed decision of the FG on this draft",
            "have the FG sign: samenloop release decide",
        )
    try:
        return SignedDecision.model_validate_json(path.read_bytes())
    except ValidationError:
        raise _invalid("the file of the decision cannot be read") from None


def check_decision(signed: SignedDecision, name: ReleaseName, manifest: bytes, public_keys: Path) -> Decision:
    """Gives a decision that counts for this draft: signed by the registered FG, about exactly this manifest.

    Args:
        signed: as read.
        name: of the draft.
        manifest: its bytes.
        public_keys: folder with the public keys of the roles.

    Raises:
        VerificationFailed: ``decision_invalid``: another draft, another key, or changed afterwards.
    """
    decision, fg = signed.decision, public_key_file(public_keys, "fg")
    if (decision.purpose, decision.period, decision.release) != (name.purpose, name.period, name.release):
        raise _invalid("it is about another release")
    if decision.manifest_sha256 != hashlib.sha256(manifest).hexdigest():
        raise _invalid("it is about another draft of this release")
    if decision.key != role_fingerprint(public_keys) or not is_signed(fg, "fg", decision.canonical, signed.signature):
        raise _invalid("its signature is not that of the registered FG over these words")
    if decision.decision == "approve" and not is_signed(fg, "fg", manifest, signed.manifest_signature):
        raise _invalid("it holds no signature of the FG over the manifest")
    return decision


def role_fingerprint(public_keys: Path) -> str:
    """Gives the fingerprint of the FG's public key; errors of ``raw_public_key``."""
    return hashlib.sha256(raw_public_key(public_keys, "fg")).hexdigest()


def manifest_of(draft: Path) -> bytes:
    """Gives the bytes of a draft's manifest.

    Raises:
        RunError: ``draft_missing``.
    """
    try:
        return (draft / MANIFEST).read_bytes()
    except OSError:
        raise RunError("draft_missing", "the draft has no manifest", "run again") from None


def _invalid(what: str) -> VerificationFailed:
    return VerificationFailed("decision_invalid", what, "have the FG look at the draft and sign again")
