"""The files of a source of messages: which message each is, then its elements, and its lines counted.

A file holds one message, or a bundle: an element ``Berichten`` of no namespace around messages of one kind, each as
the standard has it. A 301, 305 or 307 is of one client, so only in bundles are a year of them a handful of files.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from pseudonymisation.sources.istandaard_messages import STANDARDS, Message, message_of, name_of, wrong_message
from pseudonymisation.sources.istandaard_xml import XmlElements
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.errors import RefusedDelivery

BUNDLE: Final = "Berichten"

#: The elements that end something, by kind of message; all other elements are read inside one of these, or not at all.
_ENDING: Final = {
    "301": ("Client",),
    "305": ("Client",),
    "307": ("Client",),
    "323": ("DeclaratieNummer", "TotaalIngediendBedrag", "Bsn", "Prestatie", "Client"),
    "325": ("Prestatie", "Client", "DeclaratieAntwoord"),
}
_WANTED: Final = ("Header", "Bericht", *sorted({name for names in _ENDING.values() for name in names}))


class MessageFile:
    """One opened file, read up to its first header on construction and held there.

    Args:
        source: name of the source.
        opened: the file and the lines that the manifest promises.

    Attributes:
        message: the message that is being read.
        kind: of all messages in the file.
        municipalities: codes of four digits in the headers so far.

    Raises:
        RefusedDelivery: it is no message of this source, or no safe or well-formed XML.
    """

    def __init__(self, source: str, opened: OpenedFile) -> None:
        self._source = source
        self._promised = opened.rows
        self._lines = 0
        self._xml = XmlElements(source, opened.file, _WANTED)
        self._elements = iter(self._xml)
        first = next(self._elements, None)
        if first is None or name_of(first)[1] != "Header":
            raise wrong_message(source, "a file does not begin with the header of a message")
        self.message: Message = message_of(source, first)
        self.municipalities = {self.message.municipality}
        self.kind: str = self.message.kind
        self._in_message = True

    def lines(self, number: int = 1) -> None:
        """Counts lines that were read."""
        self._lines += number

    def forget(self, element: etree._Element) -> None:
        """Gives back the memory of an element that has been taken in."""
        self._xml.forget(element)

    def elements(self) -> Iterator[tuple[str, etree._Element]]:
        """Yields name and element, in the order in which they end; ``Bericht`` ends a message.

        Raises:
            RefusedDelivery: ``wrong_message``, ``wrong_row_count``, or the file is no safe or well-formed XML.
        """
        space = f"{{{self.message.spaces['m']}}}"
        known = {f"{space}{name}": name for name in (*_ENDING[self.kind], "Bericht")}
        for element in self._elements:
            name = known.get(element.tag)
            if name is None:
                self._next_message(element)
                continue
            if not self._in_message:
                raise wrong_message(self._source, "an element stands before the header of its message")
            yield name, element
            if name == "Bericht":
                self._end_message(element)
        if self._lines != self._promised:
            raise RefusedDelivery(
                "wrong_row_count",
                f"{self._source}: {self._lines} lines were read of a {self._called}, the manifest has {self._promised}",
                "deliver again, whole",
            )

    @property
    def _called(self) -> str:
        return f"{STANDARDS[self._source].letters}{self.kind}"

    def _next_message(self, element: etree._Element) -> None:
        if name_of(element)[1] != "Header":
            return
        message = message_of(self._source, element)
        if self._in_message or message.kind != self.kind:
            raise wrong_message(
                self._source, f"a bundle of {self._called} holds another message, or one has two headers"
            )
        self.message, self._in_message = message, True
        self.municipalities.add(message.municipality)

    def _end_message(self, element: etree._Element) -> None:
        parent = element.getparent()
        if parent is not None and (parent.tag != BUNDLE or parent.getparent() is not None):
            raise wrong_message(self._source, f"a {self._called} is inside something that is no bundle")
        self._in_message = False
        self.forget(element)
