"""The folder of a log: what each file in it is called, and what a crash may leave in it.

``log.jsonl`` the entries, one a line; ``tile/`` the tree and the entries in bundles; ``checkpoint`` the newest signed
state; ``checkpoints.txt`` all of them; ``.pending`` a state that the log has signed and the witness perhaps not yet;
``.lock`` an empty file to lock.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from outputs.log import durable
from outputs.log.checkpoint import Checkpoint, history_block, parse_checkpoint
from outputs.log.note import NoteInvalid, NoteKey
from outputs.log.tiles import ENTRIES, WIDTH, TileName, last_tile
from schemas.errors import VerificationFailed

_TAIL: Final = 1 << 16


def altered(index: int, where: str) -> VerificationFailed:
    """Gives the error for a log that is not as it was written."""
    return VerificationFailed(
        "log_altered",
        f"first bad index {index} ({where})",
        "keep this log apart as it is and compare it with the FG's copy; if a run was broken off, start it again first",
    )


def unusable(where: str) -> VerificationFailed:
    """Gives the error for a log that cannot be added to, without a search for the first bad entry."""
    return VerificationFailed(
        "log_altered",
        f"the log cannot be added to: {where}",
        "verify the log to find the first bad entry, keep it apart as it is and restore the FG's copy",
    )


class LogFiles:
    """The files of one log.

    Args:
        folder: folder of the log.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines = folder / "log.jsonl"
        self.checkpoint = folder / "checkpoint"
        self.history = folder / "checkpoints.txt"
        self.pending = folder / ".pending"
        self.lock = folder / ".lock"

    def read_note(self, path: Path, *keys: NoteKey) -> Checkpoint | None:
        """Gives the checkpoint in a file, its signatures checked; None when there is no such file.

        Raises:
            VerificationFailed: ``log_altered``.
        """
        if not path.exists():
            return None
        try:
            checkpoint = parse_checkpoint(path.read_bytes())
            checkpoint.check(*keys)
        except NoteInvalid as error:
            raise unusable(f"{path.name}: {error}") from None
        return checkpoint

    def tiles(self) -> Iterator[TileName | None]:
        """Yields the files below ``tile/``; None for one that a log does not write."""
        root = self.folder / "tile"
        for path in sorted(root.rglob("*")):
            if not path.is_dir():
                yield TileName.parse(path.relative_to(root).as_posix())

    def length_of_lines(self, size: int) -> int:
        """Gives the bytes that ``size`` entries take in ``log.jsonl``, from the sizes of their bundles.

        Raises:
            VerificationFailed: ``log_altered``: a bundle is missing.
        """
        names = [TileName(ENTRIES, index) for index in range(size // WIDTH)]
        partial = last_tile(ENTRIES, size)
        try:
            sizes = [(self.folder / name.path).stat().st_size for name in [*names, *([partial] if partial else [])]]
        except FileNotFoundError:
            raise unusable("an entry bundle is missing") from None
        return sum(sizes) - size  # two bytes of length against one line break

    def cut_behind(self, size: int) -> None:
        """Removes the tiles that a log of this size does not have, and the partial ones that became whole."""
        for name in self.tiles():
            superseded = name and name.width < WIDTH and TileName(name.level, name.index).is_within(size)
            if name and (superseded or not name.is_within(size)):
                (self.folder / name.path).unlink()

    def cut_history_behind(self, newest: Checkpoint | None) -> None:
        """Removes what stands in the history behind a checkpoint.

        Raises:
            VerificationFailed: ``log_altered``: the checkpoint is not near its end.
        """
        block = history_block(newest) if newest else b""
        start, tail = self._tail_of_history() if newest else (0, b"")
        place = tail.rfind(block)
        if place < 0:
            raise unusable("checkpoints.txt does not end with the newest checkpoint")
        durable.cut(self.history, start + place + len(block))

    def _tail_of_history(self) -> tuple[int, bytes]:
        if not self.history.exists():
            return 0, b""
        with self.history.open("rb") as file:
            start = max(0, file.seek(0, os.SEEK_END) - _TAIL)
            file.seek(start)
            return start, file.read()

    def remove_pending(self) -> None:
        """Removes the pending checkpoint."""
        self.pending.unlink(missing_ok=True)
