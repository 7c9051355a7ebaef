"""The bytes of a JSON file on their way to a parser: UTF-8, and only what every parser reads in the same way.

Parsers of JSON differ on half surrogates, on numbers such as ``+1``, on digits and blanks that are not ASCII, and they
hold a text or a number whole, however long it is. What they differ on, and what is too long, is refused here.
"""

import codecs
import re
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from schemas.errors import RefusedDelivery

CHUNK_BYTES: Final = 64 << 10
#: Between two quotes; a text or a number cannot be longer.
LONGEST_RUN: Final = 1 << 20

_ESCAPED: Final = rb"\\(?:[^u]|u(?:[^dD]|[dD][^89a-fA-F])|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
_ESCAPE: Final = re.compile(_ESCAPED, re.DOTALL)
_SOUND: Final = re.compile(rb"(?:[^\\]++|" + _ESCAPED + rb")*+", re.DOTALL)
_LONGEST_ESCAPE: Final = 12
#: For an escape while a text is measured; outside a text it is no JSON, as the escape was none.
_STAND_IN: Final = b"~~"
_NO_JSON: Final = re.compile(rb"[^\t\n\r 0-9a-zE{}\[\]:,.\-]|[0-9]{41}")


@dataclass
class JsonBytes:
    """What a parser reads instead of the file itself; at what is refused the file ends for it.

    An exception that went through the parser could make it print, on its way out, what it had read.

    Attributes:
        file: the opened file, at its start.
        source: name of the source.
        refusal: why the file ended, if not by itself.
    """

    file: BinaryIO
    source: str
    refusal: RefusedDelivery | None = field(default=None, init=False)
    _ended: bool = field(default=False, init=False)
    _decoder: codecs.IncrementalDecoder = field(init=False)
    _line: int = field(default=1, init=False)
    _held: bytes = field(default=b"", init=False)
    _run: int = field(default=0, init=False)
    _in_text: bool = field(default=False, init=False)
    _started: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """Gives the next bytes, about ``CHUNK_BYTES`` at most; none at the end of the file."""
        if size == 0:
            return b""
        try:
            while not self._ended:
                chunk = self.file.read(CHUNK_BYTES)
                self._check_encoding(chunk)
                self._ended = not chunk
                if checked := self._checked(self._held + chunk):
                    return checked
        except RefusedDelivery as error:
            self.refusal = error
            self.end()
        return b""

    def end(self) -> None:
        """Ends the file here."""
        self._ended = True

    def _check_encoding(self, chunk: bytes) -> None:
        try:
            self._decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as error:
            line = self._line + error.object.count(b"\n", 0, error.start)
            raise self._refused("wrong_encoding", f"the file is not UTF-8, first at line {line}") from None
        if not self._started and chunk.startswith(codecs.BOM_UTF8):
            raise self._refused("wrong_encoding", "the file starts with a byte order mark")
        self._started = True
        self._line += chunk.count(b"\n")

    def _checked(self, content: bytes) -> bytes:
        """Gives the part of the content that can be judged, and holds an escape that goes on in the next chunk."""
        plain, self._held = content, b""
        if b"\\" in content:
            sound = _SOUND.match(content)
            content, self._held = (content[: sound.end()], content[sound.end() :]) if sound else (b"", content)
            plain = _ESCAPE.sub(_STAND_IN, content)
        if len(self._held) >= _LONGEST_ESCAPE or (self._held and self._ended):
            raise self._refused("unreadable", "a text has a broken escape")
        self._check_runs(plain)
        return content

    def _check_runs(self, plain: bytes) -> None:
        pieces = plain.split(b'"')
        outside = pieces[1::2] if self._in_text else pieces[::2]
        if any(_NO_JSON.search(piece) for piece in outside):
            raise self._refused("unreadable", f"the file is no JSON, at line {self._line} or before")
        self._run = self._run + len(pieces[0]) if len(pieces) == 1 else len(pieces[-1])
        if self._run > LONGEST_RUN:
            raise self._refused("unreadable", f"a text is longer than {LONGEST_RUN} bytes")
        self._in_text ^= len(pieces) % 2 == 0

    def _refused(self, code: str, what: str) -> RefusedDelivery:
        return RefusedDelivery(code, f"{self.source}: {what}", "deliver it as JSON in UTF-8, written by a program")
