"""The end of a log at which it grows: its open tiles and its open bundle."""

from itertools import pairwise
from pathlib import Path

from outputs.log import durable
from outputs.log.checkpoint import Checkpoint
from outputs.log.log_files import LogFiles, unusable
from outputs.log.merkle import leaf_hash
from outputs.log.tiles import ENTRIES, WIDTH, TiledTree, TileName, TileReader, bundle_ends, last_tile, packed


class GrowingEnd:
    """Takes entries and keeps the files under ``tile/`` and ``log.jsonl`` in step with them.

    Args:
        files: files of the log.
        checkpoint: newest checkpoint; None for a new log.

    Attributes:
        checkpoint: as given; the caller replaces it after a commit.
        tree: the tree.
        length: bytes of ``log.jsonl``.

    Raises:
        VerificationFailed: ``log_altered``: the tiles do not have the root of the checkpoint, or ``log.jsonl`` does not
            end with the entries of the last bundle.
    """

    def __init__(self, files: LogFiles, checkpoint: Checkpoint | None) -> None:
        self.checkpoint = checkpoint
        self._files = files
        self._written: set[Path] = set()
        self._whole: list[TileName] = []
        size = checkpoint.size if checkpoint else 0
        reader = TileReader(files.folder, size)
        self.tree = TiledTree(self._write)
        self.tree.resume(size, reader.read)
        if checkpoint and self.tree.root() != checkpoint.root:
            raise unusable("the tiles do not have the root of the checkpoint")
        self.length = files.length_of_lines(size)
        last = last_tile(ENTRIES, size)
        self._bundle = bytearray(reader.read(last) if last else b"")
        self._check_end_of_lines(reader, last or TileName(ENTRIES, size // WIDTH - 1))

    def add(self, lines: list[bytes]) -> None:
        """Adds entries and returns when they and the tiles over them are on disk.

        ``log.jsonl`` comes first: whoever finds it longer than its checkpoint says knows that a commit was broken off.
        """
        text = b"".join(line + b"\n" for line in lines)
        durable.append(self._files.lines, text)
        self.length += len(text)
        for line in lines:
            self._bundle += packed(line)
            self.tree.append(leaf_hash(line))
            if self.tree.size % WIDTH == 0:
                self._write(TileName(ENTRIES, self.tree.size // WIDTH - 1), bytes(self._bundle))
                self._bundle.clear()
        self._write_open()
        for folder in self._written:
            durable.sync_folder(folder)
        self._written.clear()

    def clear_partial(self) -> None:
        """Removes the partial files of the tiles that became whole since; to be called after the commit."""
        for name in self._whole:
            folder = self._files.folder / f"{name.path}.p"
            if folder.is_dir():
                for path in folder.iterdir():
                    path.unlink()
                folder.rmdir()
        self._whole.clear()

    def _write(self, name: TileName, data: bytes) -> None:
        path = self._files.folder / name.path
        durable.make_folder(path.parent)
        durable.write(path, data)
        self._written.add(path.parent)
        if name.width == WIDTH:
            self._whole.append(name)

    def _write_open(self) -> None:
        """Writes the partial files, but none that is committed already: a crash could break what it holds."""
        committed = self.checkpoint.size if self.checkpoint else 0
        parts = [(last_tile(level, self.tree.size), b"".join(hashes)) for level, hashes in enumerate(self.tree.open)]
        for name, data in [*parts, (last_tile(ENTRIES, self.tree.size), bytes(self._bundle))]:
            if name and not name.is_within(committed):
                self._write(name, data)

    def _check_end_of_lines(self, reader: TileReader, name: TileName) -> None:
        """Makes sure that cutting ``log.jsonl`` off at its length cuts no committed entry, were it altered before."""
        bundle = reader.read(name) if self.tree.size else b""
        starts = [0, *bundle_ends(bundle)]
        end = b"".join(bundle[start + 2 : stop] + b"\n" for start, stop in pairwise(starts))
        found = b""
        if self._files.lines.exists():
            with self._files.lines.open("rb") as file:
                file.seek(max(0, self.length - len(end)))
                found = file.read(len(end))
        if found != end:
            raise unusable("log.jsonl does not end with the entries of the last bundle")
