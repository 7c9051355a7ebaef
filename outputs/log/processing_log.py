"""The processing log: entries that cannot be altered, dropped or put in another order without being noticed.

Every commit adds entries to a Merkle tree and signs its root; the witness co-signs it when it continues what the
witness saw before. The files are those of :mod:`outputs.log.log_files`; :mod:`outputs.log.verify` checks them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from outputs.log import durable
from outputs.log.checkpoint import Checkpoint, history_block
from outputs.log.entry_line import entry_of, line_of, run_of
from outputs.log.growing_end import GrowingEnd
from outputs.log.log_files import LogFiles, unusable
from outputs.log.merkle import Proof, consistency_proof, inclusion_proof
from outputs.log.note import LogSigner
from outputs.log.run_index import RunIndex
from outputs.log.slices import write_slice
from outputs.log.tiles import LONGEST_ENTRY, TileReader
from outputs.log.witness import Witness
from schemas.errors import RunError, VerificationFailed
from schemas.log_entries import LogEntry


class ProcessingLog:
    """A log in a folder.

    Several processes may write to one log, each through an object of its own: from the first ``append`` to ``commit``
    one has it to itself and the others wait. An object is not to be shared by threads.

    Args:
        folder: folder of the log; made by the first commit.
        origin: name of the log, such as ``samenloop/GM0637``.
        signer: signs its checkpoints.
        witness: co-signs them.
    """

    def __init__(self, folder: Path, origin: str, signer: LogSigner, witness: Witness) -> None:
        self._files = LogFiles(folder)
        self._origin = origin
        self._signer = signer
        self._witness = witness
        self.key = signer.key(origin)
        self._runs = RunIndex(self._files.lines)
        self._end: GrowingEnd | None = None
        self._lock: int | None = None
        self._waiting: list[bytes] = []

    @contextmanager
    def transaction(self) -> Iterator["ProcessingLog"]:
        """Has the log to itself, and commits at the end; an error inside leaves the log as it was.

        Raises:
            VerificationFailed: ``log_altered``, ``log_forked`` or ``witness_state_damaged``.
        """
        self._begin()
        try:
            yield self
            self.commit()
        finally:
            self.rollback()

    def append(self, entry: LogEntry) -> int:
        """Adds an entry and gives its index.

        An entry that repeats the last one on its run, step and subject in all but its times is not written again:
        the index is that of the one before. The lock is held until ``commit`` or ``rollback``.

        Raises:
            RunError: ``entry_too_long``: more than 65,535 bytes.
            VerificationFailed: ``log_altered``, ``log_forked`` or ``witness_state_damaged``.
        """
        line = line_of(entry)
        if len(line) > LONGEST_ENTRY:
            raise RunError(
                "entry_too_long", f"an entry of {len(line)} bytes", "split the step: an entry has 65535 bytes"
            )
        end = self._begin()
        if not self._waiting:
            self._runs.catch_up(end.length)
        index = self._runs.repeated(line)
        if index is None:
            index = end.tree.size + len(self._waiting)
            self._waiting.append(line)
            self._runs.waiting(line, index)
        return index

    def commit(self) -> Checkpoint:
        """Makes the appended entries last and gives the checkpoint over them; the newest when there are none.

        When this fails after the log has signed, the next one to open the log completes it.

        Raises:
            VerificationFailed: ``log_altered``, ``log_forked`` or ``witness_state_damaged``.
        """
        end = self._begin()
        try:
            if end.checkpoint is not None and not self._waiting:
                return end.checkpoint
            self._end = None  # until all is written, what this object knows is not what is on disk
            end.add(self._waiting)
            checkpoint = self._complete(end, self._sign(end))
            end.clear_partial()
            for line in self._waiting:
                self._runs.committed(line + b"\n")
            self._waiting, self._end = [], end
            return checkpoint
        finally:
            self.rollback()

    def rollback(self) -> None:
        """Drops the entries that were not committed and lets others write."""
        if self._waiting:
            self._waiting = []
            self._runs.forget_waiting()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def checkpoint(self) -> Checkpoint | None:
        """Gives the newest checkpoint, its signatures checked; None for a log without any.

        Raises:
            VerificationFailed: ``log_altered``.
        """
        return self._files.read_note(self._files.checkpoint, self.key, self._witness.key)

    def entries(self, run: str | None = None) -> Iterator[LogEntry]:
        """Yields the committed entries in order, of one run when named."""
        newest = self.checkpoint()
        if newest is not None:
            with self._files.lines.open("rb") as lines:
                for line in islice(lines, newest.size):
                    if run is None or run_of(line) == run.encode():
                        yield entry_of(line)

    def inclusion_proof(self, index: int) -> Proof:
        """Gives the proof that an entry is in the log of the newest checkpoint.

        Raises:
            ValueError: there is no such entry, or a tile is missing.
        """
        newest = self.checkpoint()
        size = newest.size if newest else 0
        return inclusion_proof(index, size, TileReader(self._files.folder, size).node)

    def consistency_proof(self, old: int, new: int) -> Proof:
        """Gives the proof that the log of ``old`` entries is the beginning of that of ``new`` entries.

        Raises:
            ValueError: the log never was that large, or a tile is missing.
        """
        newest = self.checkpoint()
        size = newest.size if newest else 0
        if new > size:
            raise ValueError("the log is not that large")
        return consistency_proof(old, new, TileReader(self._files.folder, size).node)

    def export_slice(self, run: str, folder: Path) -> int:
        """Writes the entries of a run with their proofs, to be checked without the log; gives their number.

        Raises:
            RunError: ``run_unknown``: the log has no entry of that run.
            VerificationFailed: ``log_altered``.
        """
        newest = self.checkpoint()
        if newest is None:
            raise RunError("run_unknown", "the log is empty", "run the steps of that run first")
        return write_slice(self._files, newest, run, folder)

    def _begin(self) -> GrowingEnd:
        if self._lock is not None and self._end is not None:
            return self._end
        durable.make_folder(self._files.folder)
        self._lock = durable.take_lock(self._files.lock)
        try:
            if self._end is None or not self._is_untouched(self._end):
                self._end = self._recovered()
        except BaseException:
            self.rollback()
            raise
        return self._end

    def _is_untouched(self, end: GrowingEnd) -> bool:
        files, newest = self._files, end.checkpoint
        return (
            newest is not None
            and not files.pending.exists()
            and files.lines.exists()
            and files.lines.stat().st_size == end.length
            and files.checkpoint.exists()
            and files.checkpoint.read_bytes() == newest.note
        )

    def _recovered(self) -> GrowingEnd:
        """Takes up what is on disk: completes what the log has signed, removes what lies behind that."""
        newest, seen = self.checkpoint(), self._witness.seen()
        pending = self._files.read_note(self._files.pending, self.key)
        if pending is not None and (newest is None or pending.body != newest.body):
            if not pending.follows(newest):
                raise unusable(".pending does not follow the newest checkpoint")
            end = GrowingEnd(self._files, pending)
            end.checkpoint = newest
            newest = self._complete(end, pending)
        elif newest is None and (seen or (self._files.history.exists() and self._files.history.stat().st_size)):
            raise unusable("its checkpoint is missing")
        else:
            end = GrowingEnd(self._files, newest)
            self._files.cut_history_behind(newest)
        if newest and seen and seen.size > newest.size:
            raise VerificationFailed(
                "log_forked",
                f"the witness knows {seen.size} entries, the log has {newest.size}",
                "restore the newest copy of the log",
            )
        self._files.remove_pending()
        self._files.cut_behind(end.tree.size)
        durable.cut(self._files.lines, end.length)  # last, since its length is what shows that a commit was broken off
        return end

    def _sign(self, end: GrowingEnd) -> Checkpoint:
        before = end.checkpoint
        fresh = Checkpoint(self._origin, end.tree.size, end.tree.root(), before.digest if before else None)
        signed = fresh.signed(self._signer.line(self._origin, fresh.body))
        durable.write_whole(self._files.pending, signed.note)
        return signed

    def _complete(self, end: GrowingEnd, signed: Checkpoint) -> Checkpoint:
        """Has a signed checkpoint co-signed and makes it the newest; may be done again after a crash at any place."""
        seen = self._witness.seen()
        old = min(seen.size, signed.size) if seen else 0
        try:
            proof = consistency_proof(old, signed.size, TileReader(self._files.folder, signed.size).node)
        except ValueError as error:
            raise unusable(str(error)) from None
        cosigned = self._witness.cosign(signed, proof)
        self._files.cut_history_behind(end.checkpoint)
        durable.append(self._files.history, history_block(cosigned))
        durable.write_whole(self._files.checkpoint, cosigned.note)
        durable.sync_folder(self._files.folder)
        self._files.remove_pending()
        end.checkpoint = cosigned
        return cosigned
