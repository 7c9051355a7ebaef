"""XML that is read once, element by element, in bounded memory, and that cannot be made a weapon.

A document type declaration is refused before the parser sees it, so there are no entities to expand and nothing to
fetch; depth and text length are bounded by the parser (256 levels, 10 MB), what lies between two elements that are
wanted is bounded here. The text of a parser's error quotes the file, so a refusal gives the line and nothing else.
Source: OWASP, XML External Entity Prevention; XML 1.0, 2.8 (a declaration stands before the first element only).
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final, NoReturn, cast

from lxml import etree

from schemas.errors import RefusedDelivery

CHUNK_BYTES: Final = 256 << 10

#: What a file may hold, at most, between two elements that are wanted.
UNWANTED_BYTES: Final = 16 << 20

_PROLOG: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml(?P<declaration>[^>]*)\?>)?(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL
)
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([^"']*)""")
_WRONG_BYTES: Final = (etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_INVALID_ENCODING)


class XmlElements:
    """The wanted elements of one file, each given when it ends.

    Args:
        source: name of the source.
        file: the opened file, at its start.
        wanted: names of the elements, of any namespace.
    """

    def __init__(self, source: str, file: BinaryIO, wanted: tuple[str, ...]) -> None:
        self._source = source
        self._file = file
        self._unwanted = 0
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=[f"{{*}}{name}" for name in wanted],
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )

    def __iter__(self) -> Iterator[etree._Element]:
        """Yields the wanted elements; who has taken what it needs from one calls ``forget``.

        Raises:
            RefusedDelivery: ``forbidden_dtd``, ``wrong_encoding`` or ``unreadable``.
        """
        chunk = self._file.read(CHUNK_BYTES)
        self._check_prolog(chunk)
        while chunk:
            self._unwanted += len(chunk)
            yield from self._parsed(chunk)
            if self._unwanted > UNWANTED_BYTES:
                self._refuse("unreadable", "it holds far more than messages", "deliver the messages alone")
            chunk = self._file.read(CHUNK_BYTES)
        self._end()

    def forget(self, element: etree._Element) -> None:
        """Gives back the memory of an element and of all before it in the same parent."""
        self._unwanted = 0
        element.clear()
        if element.getprevious() is not None and (parent := element.getparent()) is not None:
            while parent[0] is not element:
                del parent[0]

    def _check_prolog(self, start: bytes) -> None:
        found = _PROLOG.match(start)
        rest = start[found.end() :] if found else start
        declared = _ENCODING.search(found["declaration"] or b"") if found else None
        if b"\0" in start[:4] or start[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and not _is_utf8(declared[1])):
            self._refuse("wrong_encoding", "the file is not UTF-8 or says that it is not", "deliver it as UTF-8")
        if rest[:9].upper() == b"<!DOCTYPE":
            self._refuse("forbidden_dtd", "the file has a document type declaration", "deliver it without DOCTYPE")
        if not re.match(rb"<[^!?/\s<>]", rest):
            self._refuse("unreadable", "no element stands at its start", "deliver messages in XML")

    def _parsed(self, chunk: bytes) -> Iterator[etree._Element]:
        try:
            self._parser.feed(chunk)
            # Events that came before an error are given first: the refusal then has its line all the same.
            for _, found in self._parser.read_events():
                element = cast(etree._Element, found)
                # A prefix that nobody declared is part of the name to this parser; no name of ours has one.
                if ":" in str(element.tag).rpartition("}")[2]:
                    self._refuse("unreadable", "an element has a prefix of no namespace", "have it written again")
                yield element
        except etree.XMLSyntaxError as error:
            self._refuse_unreadable(error)

    def _end(self) -> None:
        try:
            self._parser.close()
        except etree.XMLSyntaxError as error:
            self._refuse_unreadable(error)

    def _refuse_unreadable(self, error: etree.XMLSyntaxError) -> NoReturn:
        where = f", at line {error.lineno}" if error.lineno else ""
        if getattr(error, "code", None) in _WRONG_BYTES:
            self._refuse("wrong_encoding", f"the file is not UTF-8{where}", "deliver it as UTF-8")
        self._refuse("unreadable", f"the file is no well-formed XML{where}", "have it written again, whole")

    def _refuse(self, code: str, what: str, advice: str) -> NoReturn:
        raise RefusedDelivery(code, f"{self._source}: {what}", advice) from None


def _is_utf8(encoding: bytes) -> bool:
    return encoding.strip().lower() == b"utf-8"
