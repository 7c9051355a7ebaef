"""Reading an XML file element by element along a plan: what the plan does not name is passed over and never kept.

No document type, no entity and nothing outside the file is ever looked at.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, NoReturn, TypeAlias
from xml.parsers import expat

from schemas.errors import RefusedDelivery

CHUNK_BYTES: Final = 64 << 10
LONGEST_CELL: Final = 256
DEEPEST: Final = 32
#: Bytes of one tag, comment or other piece of markup.
LONGEST_TOKEN: Final = 1 << 20
#: Elements of one record that are kept.
MOST_ELEMENTS: Final = 50_000

#: Element -> plan of what is wanted in it; None for an element of which the text is wanted.
Plan: TypeAlias = "dict[str, Plan | None]"
#: Element -> what was found, in the order of the file: texts, or nodes in their turn.
Node: TypeAlias = "dict[str, list[Any]]"

_SEPARATOR: Final = " "


@dataclass
class XmlRecords:
    """The elements of one name right under the root, each as a node of what the plan wants of it.

    At a time one chunk of the file and the records that end in it are held.

    Attributes:
        file: the opened file, at its start.
        source: name of the source.
        root: namespace and name of the root element.
        plan: the records wanted, by name, and the plan of each.
    """

    file: BinaryIO
    source: str
    root: tuple[str, str]
    plan: Plan
    _path: list[tuple[Plan, Node]] = field(default_factory=list, init=False)
    _depth: int = field(default=0, init=False)
    _passing: int = field(default=0, init=False)
    _text: list[str] | None = field(default=None, init=False)
    _length: int = field(default=0, init=False)
    _elements: int = field(default=0, init=False)
    _done: list[tuple[str, Any]] = field(default_factory=list, init=False)
    _parser: Any = field(init=False)

    def __post_init__(self) -> None:
        self._parser = expat.ParserCreate("UTF-8", _SEPARATOR)
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yields name and content of each record.

        Raises:
            RefusedDelivery: ``forbidden_dtd``, ``wrong_encoding``, ``wrong_message``, ``wrong_structure`` or
                ``unreadable``.
        """
        decoder = codecs.getincrementaldecoder("utf-8")()
        fed = 0
        while True:
            chunk = self.file.read(CHUNK_BYTES)
            try:
                decoder.decode(chunk, not chunk)
                self._parser.Parse(chunk, not chunk)
            except UnicodeDecodeError:
                self._refuse("wrong_encoding", f"the file is not UTF-8, after line {self._line}", _IN_UTF8)
            except expat.ExpatError:
                self._refuse("unreadable", f"the XML breaks off or is broken at line {self._line}", "deliver it whole")
            fed += len(chunk)
            if chunk and fed - self._parser.CurrentByteIndex > LONGEST_TOKEN:
                self._refuse("unreadable", f"markup is longer than {LONGEST_TOKEN} bytes at line {self._line}", _MEND)
            yield from self._done
            self._done = []
            if not chunk:
                return

    @property
    def _line(self) -> int:
        return int(self._parser.CurrentLineNumber)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ("UTF-8", "UTF8"):
            self._refuse("wrong_encoding", "the file says that it is not UTF-8", _IN_UTF8)

    def _document_type(self, *_name: Any) -> None:
        self._refuse("forbidden_dtd", "the file has a document type definition", "deliver it without one")

    def _start(self, full_name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse("unreadable", f"it is nested deeper than {DEEPEST} at line {self._line}", _MEND)
        namespace, _, name = full_name.rpartition(_SEPARATOR)
        if self._depth == 1:
            if (namespace, name) != self.root:
                self._refuse("wrong_message", f"the root is not {self.root[1]} of {self.root[0]}", _MEND)
            self._path.append((self.plan, {}))
            return
        if self._passing:
            return
        if self._text is not None:
            self._refuse("wrong_structure", f"an element that is a text has parts, at line {self._line}", _MEND)
        plan, _ = self._path[-1]
        if name not in plan or namespace not in ("", self.root[0]):
            self._passing = self._depth
            return
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            self._refuse("wrong_structure", f"a record has more than {MOST_ELEMENTS} elements, at its end", _MEND)
        wanted = plan[name]
        if wanted is None:
            self._text, self._length = [], 0
        else:
            self._path.append((wanted, {}))

    def _characters(self, text: str) -> None:
        if self._text is None or self._passing:
            return
        self._length += len(text)
        if self._length > LONGEST_CELL:
            self._refuse(
                "wrong_structure", f"a text is longer than {LONGEST_CELL} characters at line {self._line}", _MEND
            )
        self._text.append(text)

    def _end(self, full_name: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if self._passing:
            self._passing = 0 if depth == self._passing else self._passing
            return
        if depth == 1:
            return
        content: Any
        if self._text is not None:
            content, self._text = "".join(self._text).strip() or None, None
        else:
            _, content = self._path.pop()
        name = full_name.rpartition(_SEPARATOR)[2]
        if depth == 2:
            self._done.append((name, content))
            self._elements = 0
        else:
            self._path[-1][1].setdefault(name, []).append(content)

    def _refuse(self, code: str, what: str, advice: str) -> NoReturn:
        raise RefusedDelivery(code, f"{self.source}: {what}", advice) from None


_IN_UTF8: Final = "deliver it as UTF-8"
_MEND: Final = "have it made again as the standard says"
