"""Where the entries of each run stand in ``log.jsonl``, so that an entry that repeats itself is found at once.

Nothing of this is kept on disk: an index that could be altered could make the log pass over an entry.
"""

from dataclasses import dataclass
from pathlib import Path

from outputs.log.entry_line import Key, content_of, key_of, run_of

_REMEMBERED_RUNS = 16


@dataclass(slots=True)
class _Stretch:
    """The part of the file from the first to the last entry of a run."""

    start: int
    first_index: int
    end: int


@dataclass(frozen=True, slots=True)
class _Last:
    index: int
    content: bytes


class RunIndex:
    """The last entry per run, step and subject.

    Args:
        path: the file ``log.jsonl``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = self._lines = 0
        self._stretches: dict[bytes, _Stretch] = {}
        self._last: dict[bytes, dict[Key, _Last]] = {}

    def catch_up(self, end: int) -> None:
        """Takes in the lines that were committed since, up to byte ``end`` of the file; not while others wait."""
        if len(self._last) > _REMEMBERED_RUNS:
            self._last.clear()
        if end == self._offset:
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            while self._offset < end and (line := file.readline()):
                self._last.pop(run_of(line), None)
                self.committed(line)

    def committed(self, line: bytes) -> None:
        """Takes in the next committed line, line break included."""
        run = run_of(line)
        end = self._offset + len(line)
        known = self._stretches.get(run)
        if known is None:
            self._stretches[run] = _Stretch(self._offset, self._lines, end)
        else:
            known.end = end
        self._offset = end
        self._lines += 1

    def repeated(self, line: bytes) -> int | None:
        """Gives the index of the entry that this line repeats, which is the last on its run, step and subject."""
        last = self._of_run(run_of(line)).get(key_of(line))
        return last.index if last and last.content == content_of(line) else None

    def waiting(self, line: bytes, index: int) -> None:
        """Takes in a line that is not committed yet."""
        self._of_run(run_of(line))[key_of(line)] = _Last(index, content_of(line))

    def forget_waiting(self) -> None:
        """Forgets the lines that will not be committed."""
        self._last.clear()

    def _of_run(self, run: bytes) -> dict[Key, _Last]:
        if run not in self._last:
            self._last[run] = self._read(run)
        return self._last[run]

    def _read(self, run: bytes) -> dict[Key, _Last]:
        found: dict[Key, _Last] = {}
        stretch = self._stretches.get(run)
        if stretch is None:
            return found
        with self._path.open("rb") as file:
            file.seek(stretch.start)
            lines = file.read(stretch.end - stretch.start).splitlines()
        for index, line in enumerate(lines, stretch.first_index):
            if run_of(line) == run:
                found[key_of(line)] = _Last(index, content_of(line))
        return found
