"""The bytes of a text file as UTF-8, checked while they are read on."""

import codecs
import io
from typing import Any, BinaryIO, Final, Literal

_BOM: Final = codecs.BOM_UTF8
#: A byte of windows-1252 becomes at most three of UTF-8.
_GROWTH: Final = 3


class EncodedText(io.RawIOBase):
    """A file in a declared encoding, read as UTF-8; it ends at the first byte that is not of that encoding.

    A NUL byte is what UTF-16 looks like from here. A file that says to be windows-1252, has letters outside ASCII and
    is sound UTF-8 to its end, is UTF-8: its names would be read wrong.

    Args:
        file: the bytes.
        encoding: as declared.

    Attributes:
        fault_line: the first line that is not of the encoding, once it was met.
    """

    def __init__(self, file: BinaryIO, encoding: Literal["utf-8", "windows-1252"]) -> None:
        self.fault_line: int | None = None
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._as_utf8: Any = codecs.getincrementaldecoder("utf-8")() if encoding != "utf-8" else None
        self._line = 1
        self._first_letter: int | None = None
        self._pending = memoryview(b"")
        self._start = True

    def readable(self) -> bool:
        """Tells that it can be read."""
        return True

    def readinto(self, target: Any) -> int:
        """Fills a buffer with UTF-8 text; 0 at the end, and at a fault."""
        if not self._pending and self.fault_line is None:
            self._pending = memoryview(self._next(max(len(target) // _GROWTH, 1)))
        size = min(len(target), len(self._pending))
        target[:size] = self._pending[:size]
        self._pending = self._pending[size:]
        return size

    def _next(self, size: int) -> bytes:
        chunk = self._file.read(size)
        if self._start and self._as_utf8 and chunk.startswith(_BOM):
            self.fault_line = 1
        self._start = False
        text = self._decoded(chunk)
        self._watch_for_utf8(chunk)
        self._line += chunk.count(b"\n")
        if self.fault_line is not None:
            return b""
        return text.encode()

    def _decoded(self, chunk: bytes) -> str:
        try:
            text = self._decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as error:
            self._found(self._line + error.object.count(b"\n", 0, error.start))
            return ""
        if (nul := chunk.find(b"\0")) >= 0:
            self._found(self._line + chunk.count(b"\n", 0, nul))
        return text

    def _watch_for_utf8(self, chunk: bytes) -> None:
        if self._as_utf8 is None:
            return
        if self._first_letter is None and not chunk.isascii():
            place = next(place for place, byte in enumerate(chunk) if byte > 127)
            self._first_letter = self._line + chunk.count(b"\n", 0, place)
        try:
            self._as_utf8.decode(chunk, not chunk)
        except UnicodeDecodeError:
            self._as_utf8 = None
            return
        if not chunk and self._first_letter is not None:
            self._found(self._first_letter)

    def _found(self, line: int) -> None:
        if self.fault_line is None:
            self.fault_line = line
