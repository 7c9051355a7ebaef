"""The tree and the entries of a log as files, in the layout of C2SP tlog-tiles.

``tile/<level>/<index>`` holds 256 hashes: of entries at level 0, of whole tiles of the level below above that.
``tile/entries/<index>`` holds 256 entries, each behind its length in two bytes. The last file of a level may be
partial: ``<index>.p/<width>``. Partial files stay until the whole one is there.

Source: https://c2sp.org/tlog-tiles
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from outputs.log.merkle import HASH_BYTES, Frontier

WIDTH: Final = 256

ENTRIES: Final = "entries"
LONGEST_ENTRY: Final = 0xFFFF

Level = int | Literal["entries"]
_NAME: Final = re.compile(r"(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


@dataclass(frozen=True, slots=True)
class TileName:
    """Which file of the tree.

    Attributes:
        level: ``entries``, or the level of its hashes.
        index: its place within the level.
        width: number of hashes or entries in it, 256 when it is whole.
    """

    level: Level
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Path below the folder of the log, such as ``tile/0/x001/x234/067.p/5``."""
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{self.level}/{'/'.join(groups)}{partial}"

    @classmethod
    def parse(cls, below: str) -> "TileName | None":
        """Reads a path below ``tile/``; gives None when it is not one that a log would write."""
        found = _NAME.fullmatch(below)
        if found is None:
            return None
        level: Level = "entries" if found[1] == "entries" else int(found[1])
        name = cls(level, int(found[2].replace("x", "").replace("/", "")), int(found[3] or WIDTH))
        return name if name.path == f"tile/{below}" else None

    @property
    def span(self) -> int:
        """Number of entries below each hash."""
        return 1 if self.level == ENTRIES else WIDTH ** int(self.level)

    def first_entry(self, place: int = 0) -> int:
        """Gives the index of the first entry below the hash at this place."""
        return (self.index * WIDTH + place) * self.span

    def is_within(self, size: int) -> bool:
        """Says whether a log of this size has such a file."""
        return self.index * WIDTH + self.width <= size // self.span


def last_tile(level: Level, size: int) -> TileName | None:
    """Gives the partial file of a level in a log of this size; None when the level ends with a whole one."""
    count = size // TileName(level, 0).span
    return TileName(level, count // WIDTH, count % WIDTH) if count % WIDTH else None


def levels_of(size: int) -> range:
    """Gives the levels that a tree of this size has hashes in."""
    return range(max(0, (size.bit_length() + 7) // 8))


def packed(entry: bytes) -> bytes:
    """Gives an entry as it stands in its bundle.

    Raises:
        ValueError: the entry is longer than a bundle can hold.
    """
    if len(entry) > LONGEST_ENTRY:
        raise ValueError("the entry is longer than a bundle can hold")
    return len(entry).to_bytes(2, "big") + entry


def bundle_ends(bundle: bytes) -> Iterator[int]:
    """Yields where each whole entry of a bundle ends."""
    place = 0
    while place + 2 <= len(bundle):
        place += 2 + int.from_bytes(bundle[place : place + 2], "big")
        if place <= len(bundle):
            yield place


class TiledTree:
    """A growing tree that hands over every whole tile of hashes as soon as it has one.

    Args:
        finished: called with the name and the bytes of each whole tile.

    Attributes:
        size: number of leaves.
        open: per level the hashes of its unfinished tile.
    """

    def __init__(self, finished: Callable[[TileName, bytes], None]) -> None:
        self.size = 0
        self.open: list[list[bytes]] = [[]]
        self._edges = [Frontier()]
        self._finished = finished

    def resume(self, size: int, read: Callable[[TileName], bytes]) -> None:
        """Takes up a tree of this size again from its partial tiles, without any of its leaves."""
        self.size = size
        self.open, self._edges = [[]], [Frontier()]
        for level in levels_of(size):
            self._reach(level)
            name = last_tile(level, size)
            data = read(name) if name else b""
            for place in range(0, len(data), HASH_BYTES):
                self._add(level, data[place : place + HASH_BYTES])

    def append(self, leaf: bytes) -> None:
        """Adds the hash of an entry."""
        self.size += 1
        level = 0
        while self._add(level, leaf):
            leaf = self._edges[level].root()
            self._finished(
                TileName(level, (self.size // WIDTH ** (level + 1)) - 1),
                b"".join(self.open[level]),
            )
            self.open[level], self._edges[level] = [], Frontier()
            level += 1
            self._reach(level)

    def root(self) -> bytes:
        """Gives the root hash."""
        return self.frontier().root()

    def frontier(self) -> Frontier:
        """Gives a copy of the right edge of the whole tree."""
        return Frontier(self.size, [peak for edge in reversed(self._edges) for peak in edge.peaks])

    def _reach(self, level: int) -> None:
        if level == len(self.open):
            self.open.append([])
            self._edges.append(Frontier())

    def _add(self, level: int, one: bytes) -> bool:
        """Adds a hash to a level and says whether its tile is whole now."""
        self.open[level].append(one)
        self._edges[level].append(one)
        return len(self.open[level]) == WIDTH


class TileReader:
    """Reads the files of a log of a given size; what it read once it keeps.

    Args:
        folder: folder of the log.
        size: number of entries to regard.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.size = size
        self._kept: dict[TileName, bytes] = {}

    def read(self, name: TileName) -> bytes:
        """Gives a file, or that part of the whole file that replaced it; empty when neither is there."""
        path = self.folder / name.path
        if path.is_file():
            return path.read_bytes()
        whole = self.folder / TileName(name.level, name.index).path
        return prefix(name, whole.read_bytes()) if name.width < WIDTH and whole.is_file() else b""

    def node(self, height: int, index: int) -> bytes:
        """Gives the hash of a complete subtree, for proofs.

        Raises:
            ValueError: the tile that it comes from is not there or too short.
        """
        level, rest = divmod(height, 8)
        place = (index << rest) % WIDTH
        number = (index << rest) // WIDTH
        count = self.size // WIDTH**level
        name = TileName(level, number, min(WIDTH, count - number * WIDTH))
        if name not in self._kept:
            self._kept[name] = self.read(name)
        data = self._kept[name][place * HASH_BYTES : (place + (1 << rest)) * HASH_BYTES]
        if len(data) != HASH_BYTES << rest:
            raise ValueError("a tile is not there or too short")
        edge = Frontier()
        for start in range(0, len(data), HASH_BYTES):
            edge.append(data[start : start + HASH_BYTES])
        return edge.root()


def prefix(name: TileName, whole: bytes) -> bytes:
    """Gives what a partial file must hold, from a fuller one of the same place."""
    if name.level != ENTRIES:
        return whole[: name.width * HASH_BYTES]
    ends = list(bundle_ends(whole))
    return whole[: ends[name.width - 1]] if len(ends) >= name.width else whole
