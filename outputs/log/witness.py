"""The witness: the FG's own memory of the log, so that the log cannot be rewritten even with its own key.

Source: https://c2sp.org/tlog-witness (what a witness checks), here as an object instead of a service.
"""

import time
from collections.abc import Callable
from pathlib import Path

from outputs.log import durable
from outputs.log.checkpoint import Checkpoint, parse_checkpoint
from outputs.log.merkle import Proof, is_consistent
from outputs.log.note import Cosigner, NoteInvalid, NoteKey
from schemas.errors import VerificationFailed


class Witness:
    """Co-signs a checkpoint only when it continues the last one that it co-signed.

    The first checkpoint that it ever sees it takes as it is.

    Args:
        cosigner: its signing key.
        log_key: public key of the log.
        state: file in which it remembers the last checkpoint; keep it where the writer of the log cannot write.
        clock: gives seconds since 1970.
    """

    def __init__(
        self, cosigner: Cosigner, log_key: NoteKey, state: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self.log_key = log_key
        self._cosigner = cosigner
        self._state = state
        self._clock = clock

    @property
    def key(self) -> NoteKey:
        """Its public key."""
        return self._cosigner.key

    def seen(self) -> Checkpoint | None:
        """Gives the last checkpoint that it co-signed.

        Raises:
            VerificationFailed: ``witness_state_damaged``.
        """
        if not self._state.exists():
            return None
        try:
            checkpoint = parse_checkpoint(self._state.read_bytes())
            checkpoint.check(self.log_key, self.key)
        except NoteInvalid as error:
            raise VerificationFailed(
                "witness_state_damaged",
                f"what the witness remembers of the log: {error}",
                "restore its state file from the newest checkpoint that the FG holds",
            ) from None
        return checkpoint

    def cosign(self, offered: Checkpoint, proof: Proof) -> Checkpoint:
        """Gives the checkpoint with the co-signature added; one that it co-signed before, as it was then.

        Args:
            offered: checkpoint with the signature of the log only.
            proof: consistency of the last seen checkpoint with it.

        Raises:
            VerificationFailed: ``log_forked``, ``witness_state_damaged``, ``log_unsigned``.
        """
        try:
            offered.check(self.log_key)
        except NoteInvalid as error:
            raise VerificationFailed(
                "log_unsigned", str(error), "let the log itself ask for the co-signature"
            ) from None
        seen = self.seen()
        if seen is not None and seen.body == offered.body:
            return seen
        if seen is not None and not _continues(offered, seen, proof):
            raise VerificationFailed(
                "log_forked",
                f"the witness knows the log with {seen.size} entries, and the {offered.size} now offered"
                " are no continuation of these",
                "compare the log with the FG's copy; restore it if it was replaced by an older one",
            )
        cosigned = offered.signed(self._cosigner.line(offered.body, int(self._clock())))
        durable.make_folder(self._state.parent)
        durable.write_whole(self._state, cosigned.note)
        return cosigned


def _continues(offered: Checkpoint, seen: Checkpoint, proof: Proof) -> bool:
    return offered.follows(seen) and is_consistent(seen.size, offered.size, proof, seen.root, offered.root)
