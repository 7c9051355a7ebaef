"""The release ledger: every release of a purpose, so that the next one can be audited together with them.

Records lie in the work folder beside the log, one encrypted file per release (AES-SIV, RFC 5297: the same record gives
the same bytes), under a key derived for the purpose. Two other secrets derived beside it draw the rounding and seal
the truth.
"""

from datetime import date
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outputs.disclosure.release_record import ReleaseRecord, Secrets
from samenloop.keyring import Keyring
from samenloop.storage import write_whole
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByDisclosureControl, RunError
from schemas.strict import length_of

_SUFFIX: Final = ".release"


class ReleaseLedger:
    """The releases of one purpose, in the work folder of its runs, under the keyring of its custodian."""

    def __init__(self, keyring: Keyring, work: Path, purpose: str) -> None:
        self.folder = work / "ledger" / purpose
        secret = keyring.ledger_key.expose_secret()
        derived = HKDF(SHA256(), 128, None, f"samenloop release ledger v1|{purpose}".encode()).derive(secret)
        self.secrets = Secrets(derived[:32], derived[32:64])
        self._cipher, self._purpose = AESSIV(derived[64:]), purpose.encode()

    def releases(self) -> list[ReleaseRecord]:
        """Gives every release, oldest first.

        Raises:
            RunError: ``ledger_damaged``.
        """
        return [self.opened(path.read_bytes()) for path in sorted(self.folder.glob(f"*{_SUFFIX}"))]

    def sealed(self, record: ReleaseRecord) -> bytes:
        """Gives a record as it may lie on a disk."""
        return self._cipher.encrypt(record.model_dump_json().encode(), [self._purpose])

    def opened(self, sealed: bytes) -> ReleaseRecord:
        """Gives a record back.

        Raises:
            RunError: ``ledger_damaged``: it was changed, or belongs to another purpose or keyring.
        """
        try:
            return ReleaseRecord.model_validate_json(self._cipher.decrypt(sealed, [self._purpose]))
        except (InvalidTag, ValueError):
            raise RunError(
                "ledger_damaged", "a release record cannot be opened", "restore keyring and work folder"
            ) from None

    def append(self, record: ReleaseRecord, today: date) -> None:
        """Adds a release; one that is there already stays as it is."""
        known = sorted(self.folder.glob(f"*{_SUFFIX}"))
        if any(path.name.endswith(f"-{record.release}{_SUFFIX}") for path in known):
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.folder / f"{len(known) + 1:06d}-{record.release}{_SUFFIX}"
        write_whole(file, self.sealed(record.model_copy(update={"made": today})))

    def check_calendar(self, record: ReleaseRecord, audited_with: int, policy: DisclosurePolicy, today: date) -> None:
        """Checks that a draft may be released today.

        Raises:
            RefusedByDisclosureControl: ``ledger_moved``: another release came after the draft was audited;
                ``correction_too_small``: within the cadence of the purpose, and so few counts of a wijk differ from the
                last release of the half-year that a move could be read off.
        """
        earlier = [one for one in self.releases() if one.release != record.release]
        if len(earlier) != audited_with:
            raise RefusedByDisclosureControl(
                "ledger_moved", "another release came after this draft was audited", "run again"
            )
        last = [one for one in earlier if one.period == record.period][-1:]
        soon = bool(last) and today < last[0].made + length_of(policy.cadence)
        if soon and 0 < (record.moved or 0) < policy.threshold:
            raise RefusedByDisclosureControl(
                "correction_too_small",
                f"within {policy.cadence} of the last release of the half-year fewer than {policy.threshold} counts of "
                "a wijk moved",
                "wait for the calendar of the purpose, or collect more corrections",
            )
