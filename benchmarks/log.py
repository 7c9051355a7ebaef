"""CPU seconds of the processing log against one Ed25519 signature per entry.

Per size, in one process: append (canonical JSON, search for repeats), commit (tree, files, fsync, signatures; every
``--commit`` entries), opening it anew in another object, the first append there (which reads through ``log.jsonl``
once), the next, and verification of every byte with the public keys alone.
The peer signs each canonical line and verifies each signature; it is measured at 20,000 entries and scaled, since it is
linear. Ratios are of CPU seconds: peer / log. Making the entries is outside the clock.

    python benchmarks/log.py [--sizes 10000,100000,1000000] [--commit 10000] [--folder DIR]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from outputs.log.entry_line import line_of
from outputs.log.note import Cosigner, LogSigner
from outputs.log.processing_log import ProcessingLog
from outputs.log.verify import verify_log
from outputs.log.witness import Witness
from schemas.log_entries import LogEntry

ORIGIN = "samenloop/GM0637"
PEER_ENTRIES = 20_000
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass
class Clock:
    """CPU and wall seconds per activity."""

    cpu: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, activity: str) -> Iterator[None]:
        """Adds what happens inside to an activity."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.cpu[activity] = self.cpu.get(activity, 0) + time.process_time() - cpu
        self.wall[activity] = self.wall.get(activity, 0) + time.perf_counter() - wall


def entry(number: int) -> LogEntry:
    """Gives an entry such as a step of the nightly run leaves; fifteen make a run."""
    when = NOON + timedelta(seconds=number)
    return LogEntry(
        run=f"20260102t120000-{number // 15:08x}",
        step="pull",
        subject="abcdefghijklmno"[number % 15],
        started=when,
        ended=when,
        purpose="stapeling:1",
        purpose_sha256="0" * 64,
        outputs={"pseudonymised": "1" * 64},
        counts={"received": number, "used": number},
    )


def measure(size: int, commit: int, folder: Path) -> Clock:
    """Fills a log, opens it anew and verifies it."""
    clock = Clock()
    signer = LogSigner(Ed25519PrivateKey.generate())
    cosigner = Cosigner(f"{ORIGIN}/fg", Ed25519PrivateKey.generate())
    witness = Witness(cosigner, signer.key(ORIGIN), folder / "witness")
    log = ProcessingLog(folder / "log", ORIGIN, signer, witness)
    for start in range(0, size, commit):
        entries = [entry(number) for number in range(start, min(start + commit, size))]
        with clock.on("append"):
            for one in entries:
                log.append(one)
        with clock.on("commit"):
            log.commit()
    with clock.on("open"):
        ProcessingLog(folder / "log", ORIGIN, signer, witness).commit()
    again = ProcessingLog(folder / "log", ORIGIN, signer, witness)
    with clock.on("first append"):
        again.append(entry(size))
        again.commit()
    with clock.on("next append"):
        again.append(entry(size + 1))
        again.commit()
    with clock.on("verify"):
        counted = verify_log(folder / "log", signer.key(ORIGIN), cosigner.key)
    if counted != size + 2:
        raise SystemExit("the log has lost entries")
    return clock


def peer() -> Clock:
    """Signs and verifies each entry on its own; gives the seconds for ``PEER_ENTRIES``."""
    clock = Clock()
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    entries = [entry(number) for number in range(PEER_ENTRIES)]
    with clock.on("append"):
        signed = [(line, private.sign(line)) for line in map(line_of, entries)]
    with clock.on("verify"):
        for line, signature in signed:
            public.verify(signature, line)
    return clock


def report(size: int, clock: Clock, other: Clock, out: Callable[[str], None] = print) -> None:
    """Prints one size."""
    scale = size / PEER_ENTRIES
    writing = clock.cpu["append"] + clock.cpu["commit"]
    out(f"{size:>9} entries        CPU s    wall s")
    for activity in ("append", "commit", "open", "first append", "next append", "verify"):
        out(f"  {activity:<16} {clock.cpu[activity]:>9.3f} {clock.wall[activity]:>9.3f}")
    for activity, own in (("append", writing), ("verify", clock.cpu["verify"])):
        theirs = other.cpu[activity] * scale
        out(f"  peer {activity:<11} {theirs:>9.3f}   (scaled from {PEER_ENTRIES}), peer / log = {theirs / own:.1f}")


def main() -> None:
    """Measures every size."""
    parser = argparse.ArgumentParser(description="processing log against one signature per entry")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--commit", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    other = peer()
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            report(size, measure(size, given.commit, Path(folder)), other)


if __name__ == "__main__":
    main()
