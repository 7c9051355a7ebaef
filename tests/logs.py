"""Small processing logs for tests: keys that never change, short entries, a clock that stands still."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from outputs.log.note import Cosigner, LogSigner
from outputs.log.processing_log import ProcessingLog
from outputs.log.witness import Witness
from schemas.log_entries import LogEntry

ORIGIN = "samenloop/GM0637"
SIGNER = LogSigner(Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
COSIGNER = Cosigner("samenloop/GM0637/fg", Ed25519PrivateKey.from_private_bytes(b"\2" * 32))
OTHER_SIGNER = LogSigner(Ed25519PrivateKey.from_private_bytes(b"\3" * 32))
OTHER_COSIGNER = Cosigner("samenloop/GM0637/fg", Ed25519PrivateKey.from_private_bytes(b"\4" * 32))
LOG_KEY, WITNESS_KEY = SIGNER.key(ORIGIN), COSIGNER.key
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def log_entry(number: int = 0, **fields) -> LogEntry:
    """Gives an entry that differs from those of other numbers; fifteen make a run."""
    when = NOON + timedelta(seconds=number)
    sound = {"run": f"run-{number // 15}", "step": "pull", "subject": "abcdefghijklmno"[number % 15]}
    times = {"started": when, "ended": when}
    return LogEntry(**{**sound, **times, "purpose": "stapeling:1", "purpose_sha256": "0" * 8, **fields})


@dataclass(frozen=True)
class LogPlace:
    """A folder with a log and the state of its witness."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "log"

    @property
    def seen(self) -> Path:
        return self.root / "witness" / "seen"

    def open(self, signer: LogSigner = SIGNER, cosigner: Cosigner = COSIGNER) -> ProcessingLog:
        witness = Witness(cosigner, signer.key(ORIGIN), self.seen, clock=lambda: 1_767_355_200)
        return ProcessingLog(self.folder, ORIGIN, signer, witness)

    def filled(self, commits: Iterable[int], **signers) -> ProcessingLog:
        """Gives the log with commits of these many entries added."""
        log = self.open(**signers)
        newest = log.checkpoint()
        size = newest.size if newest else 0
        for count in commits:
            with log.transaction():
                for number in range(size, size + count):
                    assert log.append(log_entry(number)) == number
            size += count
        return log
