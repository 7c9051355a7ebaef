"""Builds the tree of a log again from its entries and finds the first place where a file says something else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO

from outputs.log.checkpoint import Checkpoint
from outputs.log.log_files import LogFiles
from outputs.log.merkle import HASH_BYTES, leaf_hash
from outputs.log.tiles import (
    ENTRIES,
    LONGEST_ENTRY,
    WIDTH,
    Level,
    TiledTree,
    TileName,
    TileReader,
    bundle_ends,
    last_tile,
    packed,
    prefix,
)


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong with a log.

    Attributes:
        index: first entry that it touches.
        where: file or rule.
    """

    index: int
    where: str


class Audit:
    """One reading of a log against signed checkpoints.

    Args:
        folder: folder of the log.
        checkpoints: checkpoints to hold it against, by size; the last says how many entries to read.
    """

    def __init__(self, folder: Path, checkpoints: Sequence[Checkpoint]) -> None:
        self._files = LogFiles(folder)
        self._checkpoints = checkpoints
        self._coming = iter(checkpoints)
        self._due = next(self._coming, None)
        self._size = checkpoints[-1].size if checkpoints else 0
        self._reader = TileReader(folder, self._size)
        self._faults: list[Fault] = []
        self._tree = TiledTree(self._compare_whole)

    def first_fault(self, is_all: bool) -> Fault | None:
        """Gives the fault with the lowest index, None when there is none.

        Args:
            is_all: these checkpoints are all, so that nothing may lie behind the last one.
        """
        if self._files.lines.is_file():
            with self._files.lines.open("rb") as lines:
                self._read(lines)
                if is_all and not self._faults and lines.read(1):
                    self._faults.append(Fault(self._size, "log.jsonl goes on behind the newest checkpoint"))
        else:
            self._faults.append(Fault(0, "log.jsonl is missing"))
        for level, hashes in enumerate(self._tree.open[1:], 1):
            self._compare(level, self._tree.size // WIDTH ** (level + 1), b"".join(hashes))
        if is_all:
            self._faults += self._other_files()
        return min(self._faults, default=None)

    def _read(self, lines: BinaryIO) -> None:
        self._hold_against_checkpoints()
        for start in range(0, self._size, WIDTH):
            width = min(WIDTH, self._size - start)
            chunk = list(islice(lines, width))
            leaves = [leaf_hash(line[:-1]) for line in chunk]
            fault = self._difference(start, width, chunk, leaves)
            for leaf in leaves[: fault.index - start] if fault else leaves:
                self._tree.append(leaf)
                if self._due is not None and self._tree.size == self._due.size:
                    self._hold_against_checkpoints()
            if fault:
                self._faults.append(fault if self._is_confirmed() else self._unconfirmed())
            if self._faults:
                return

    def _hold_against_checkpoints(self) -> None:
        """Compares the root so far with the checkpoints of this size."""
        while self._due is not None and self._due.size == self._tree.size:
            if self._tree.root() != self._due.root:
                self._faults.append(self._unconfirmed())
            self._due = next(self._coming, None)

    def _unconfirmed(self) -> Fault:
        """Gives the fault that the next checkpoint does not fit: at the first entry behind the one before it."""
        end = self._due.size if self._due else self._size
        before = [one.size for one in self._checkpoints if one.size < end]
        return Fault(max(before, default=0), f"signed root over {end} entries")

    def _is_confirmed(self) -> bool:
        """Says whether tiles, bundles or lines alone lead to the next signed root.

        If so, all that was read before the first difference between them is what was signed. If not, entries may be
        gone from all three, and their end is not the place where they went.
        """
        if self._due is None or self._tree.size in {0, *(one.size for one in self._checkpoints)}:
            return True
        for leaves in (self._leaves_of_tiles(), self._leaves_of_bundles(), self._leaves_of_lines()):
            frontier = self._tree.frontier()
            for leaf in islice(leaves, self._due.size - frontier.size):
                frontier.append(leaf)
            if frontier.root() == self._due.root:
                return True
        return False

    def _leaves_of_tiles(self) -> Iterator[bytes]:
        for name in self._rest(0):
            tile = self._reader.read(name)
            first = max(0, self._tree.size - name.first_entry())
            yield from (tile[place : place + HASH_BYTES] for place in range(first * HASH_BYTES, len(tile), HASH_BYTES))

    def _leaves_of_bundles(self) -> Iterator[bytes]:
        for name in self._rest(ENTRIES):
            bundle = self._reader.read(name)
            ends = [0, *bundle_ends(bundle)]
            pieces = islice(pairwise(ends), max(0, self._tree.size - name.first_entry()), None)
            yield from (leaf_hash(bundle[start + 2 : end]) for start, end in pieces)

    def _leaves_of_lines(self) -> Iterator[bytes]:
        with self._files.lines.open("rb") as lines:
            yield from (leaf_hash(line[:-1]) for line in islice(lines, self._tree.size, None))

    def _rest(self, level: Level) -> Iterator[TileName]:
        """Yields the files of a level from the one that holds the next entry on."""
        for start in range(self._tree.size // WIDTH * WIDTH, self._size, WIDTH):
            yield TileName(level, start // WIDTH, min(WIDTH, self._size - start))

    def _difference(self, start: int, width: int, chunk: list[bytes], leaves: list[bytes]) -> Fault | None:
        """Compares lines, bundle and leaf tile of the same entries."""
        bundle = self._reader.read(TileName(ENTRIES, start // WIDTH, width))
        tile = self._reader.read(TileName(0, start // WIDTH, width))
        pieces = [_piece(line) for line in chunk]
        if len(chunk) == width and b"".join(pieces) == bundle and b"".join(leaves) == tile:
            return None
        place = 0
        for number, (piece, leaf) in enumerate(zip(pieces, leaves, strict=True)):
            same_leaf = tile[number * HASH_BYTES : (number + 1) * HASH_BYTES] == leaf
            same_piece = piece != b"" and bundle[place : place + len(piece)] == piece
            if not (same_leaf and same_piece):
                where = "leaf tile" if same_piece else "entry bundle" if same_leaf else "log.jsonl"
                return Fault(start + number, where)
            place += len(piece)
        return Fault(start + len(chunk), "log.jsonl" if len(chunk) < width else "behind the end of a bundle or tile")

    def _compare_whole(self, name: TileName, data: bytes) -> None:
        if name.level != 0:
            self._compare(int(name.level), name.index, data)

    def _compare(self, level: int, index: int, known: bytes) -> None:
        """Compares what is known of a tile above the leaves with its file."""
        count = self._size // WIDTH**level
        name = TileName(level, index, min(WIDTH, count - index * WIDTH))
        if name.width <= 0:
            return
        found = self._reader.read(name)
        is_whole = len(known) == name.width * HASH_BYTES
        if found != known if is_whole else found[: len(known)] != known:
            place = _first_difference(known, found) // HASH_BYTES
            self._faults.append(Fault(min(name.first_entry(place), self._size), name.path))

    def _other_files(self) -> Iterator[Fault]:
        """Yields a fault for each file below ``tile/`` that is too much or differs from the fuller one of its place."""
        for name in self._files.tiles():
            if name is None or not name.is_within(self._size):
                yield Fault(self._size, "a file below tile/ that this log does not have")
            elif name.width < WIDTH and name != last_tile(name.level, self._size):
                yield from self._older_partial(name)

    def _older_partial(self, name: TileName) -> Iterator[Fault]:
        newer = last_tile(name.level, self._size)
        fuller = newer if newer and newer.index == name.index else TileName(name.level, name.index)
        expected = prefix(name, self._reader.read(fuller))
        found = self._reader.read(name)
        if found != expected:
            place = _first_difference(expected, found)
            hashes = (
                sum(end <= place for end in bundle_ends(expected)) if name.level == ENTRIES else place // HASH_BYTES
            )
            yield Fault(name.first_entry(hashes), name.path)


def _piece(line: bytes) -> bytes:
    """Gives a line as its bundle holds it; nothing for one that no bundle can hold."""
    return packed(line[:-1]) if line.endswith(b"\n") and len(line) <= LONGEST_ENTRY + 1 else b""


def _first_difference(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))
