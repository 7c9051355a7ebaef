"""The lines of messages about assignments (301), their start (305), their end (307) and rejected claims (325).

Only elements of columns that the purpose uses are read. Of a client's addresses only the one of the BRP (Soort 01) is,
and never one of a relation. What is kept is columnar: a table of text per kind of message.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

from pseudonymisation.sources.istandaard_messages import Message, Named, texts_of
from pseudonymisation.sources.source_reader import BATCH_ROWS
from schemas.errors import RefusedDelivery

Line: TypeAlias = "tuple[str | None, ...]"

_KEY: Final = ("municipality", "number")
_HISTORY: Final = ("assigned_on", "assigned_at", "dated", "change")

#: Used column -> the element it is in: of the client, of the BRP address, of the assigned product.
_OF_CLIENT: Final = {"bsn": "m:Bsn", "geboortedatum": "m:Geboortedatum"}
_OF_ADDRESS: Final = {
    "postcode": "s:Postcode",
    "huisnummer": "s:Huisnummer",
    "huisletter": "s:Huisletter",
    "huisnummertoevoeging": "s:HuisnummerToevoeging",
}
_OF_PRODUCT: Final = {"productcategorie": "s:Categorie", "begin": "m:Ingangsdatum", "einde": "m:Einddatum"}
_VERSION: Final = ("m:ToewijzingNummer", "m:Toewijzingsdatum", "m:Toewijzingstijd", "m:RedenWijziging")
_START: Final = ("m:ToewijzingNummer", "m:Begindatum", "m:StatusAanlevering")
_STOP: Final = ("m:ToewijzingNummer", "m:Begindatum", "m:Einddatum", "m:RedenBeeindiging", "m:StatusAanlevering")
_BRP_ADDRESS: Final = "01"

#: DatumGebruik (COD170) -> what is known of a birth date; the rest is zeros, as in the BRP.
_KNOWN: Final = {"1": "yyyy-mm", "2": "yyyy", "3": ""}
_UNKNOWN_DATE: Final = "0000-00-00"

STARTS: Final = (*_KEY, "begin", "status", "dated")
STOPS: Final = (*_KEY, "begin", "einde", "reason", "status", "dated")


class LineTable:
    """Lines of text, kept as Arrow columns.

    Args:
        columns: their names.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._schema = pa.schema([(name, pa.string()) for name in columns])
        self._lines: list[Line] = []
        self._batches: list[pa.RecordBatch] = []

    def add(self, line: Line) -> None:
        """Keeps one line."""
        self._lines.append(line)
        if len(self._lines) >= BATCH_ROWS:
            self._pack()

    def table(self) -> "pa.Table":
        """Gives all lines."""
        self._pack()
        return pa.Table.from_batches(self._batches, self._schema).combine_chunks()

    def _pack(self) -> None:
        columns = zip(*self._lines, strict=True) if self._lines else [[] for _ in self._schema]
        self._batches.append(pa.record_batch([text_column(column) for column in columns], schema=self._schema))
        self._lines = []


def text_column(cells: Any) -> "pa.Array[Any]":
    """Gives trimmed text, null where empty."""
    text = pc.utf8_trim_whitespace(pa.array(cells, pa.string()))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


class AssignmentLines:
    """Reads the assigned products of a client (301).

    Args:
        source: name of the source.
        used: canonical columns that the purpose uses.

    Attributes:
        columns: names of what ``read`` gives.
    """

    def __init__(self, source: str, used: tuple[str, ...]) -> None:
        self._source = source
        named = Named(source, "301")
        person, address, product = (
            {name: named(parts[name]) for name in used if name in parts}
            for parts in (_OF_CLIENT, _OF_ADDRESS, _OF_PRODUCT)
        )
        provider = ("aanbieder",) if "aanbieder" in used else ()
        self.columns = (*_KEY, *_HISTORY, *provider, *person, *address, *product)
        self._provider = bool(provider)
        self._person, self._address, self._product = tuple(person.values()), tuple(address.values()), product.values()
        self._version = tuple(map(named, _VERSION))
        self._assigned = named("m:ToegewezenProducten")
        self._contacts, self._kind, self._since = map(named, ("m:Contactgegevens", "m:Soort", "s:Begindatum"))
        self._date, self._use = map(named, ("s:Datum", "s:DatumGebruik"))

    def read(self, message: Message, client: etree._Element) -> Iterator[Line]:
        """Yields one line per assigned product.

        Raises:
            RefusedDelivery: ``missing_element``: an assigned product has no number; ``repeated_element``.
        """
        parts = {part.tag: part for part in client}
        person = [self._text(parts.get(name)) for name in self._person]
        person += self._brp_address(parts.get(self._contacts)) if self._address else []
        provider = (message.provider,) if self._provider else ()
        for product in parts.get(self._assigned, ()):
            said = once_each(self._source, product, "ToegewezenProduct")
            number, assigned_on, assigned_at, change = (said.get(name) for name in self._version)
            if not (number or "").strip():
                raise missing_element(self._source, "ToewijzingNummer", "ToegewezenProduct")
            history = (assigned_on, assigned_at, message.identification[1], change)
            product_cells = (said.get(name) for name in self._product)
            yield (message.municipality, number, *history, *provider, *person, *product_cells)

    def _text(self, part: etree._Element | None) -> str | None:
        """Gives the text of a part of the client; a birth date has it a level down, and may be known in part."""
        if part is None:
            return None
        if len(part) == 0:
            return (part.text or "").strip() or None
        said = texts_of(part)
        date, known = said.get(self._date), _KNOWN.get(said.get(self._use) or "")
        return date if date is None or known is None else f"{date[: len(known)]}{_UNKNOWN_DATE[len(known) :]}"

    def _brp_address(self, contacts: Iterable[etree._Element] | None) -> list[str | None]:
        """Gives the parts of the address of the BRP, of several the one that began last."""
        all_said = [texts_of(contact.iter()) for contact in (() if contacts is None else contacts)]
        of_brp = [said for said in all_said if said.get(self._kind) == _BRP_ADDRESS]
        latest = max(of_brp, key=lambda said: said.get(self._since) or "", default={})
        return [latest.get(name) for name in self._address]


class DeliveryLines:
    """Reads the products of a client that were started (305) or stopped (307).

    Args:
        source: name of the source.
        kind: 305 or 307.

    Attributes:
        columns: names of what ``read`` gives.
    """

    def __init__(self, source: str, kind: str) -> None:
        self._source = source
        self.columns = STARTS if kind == "305" else STOPS
        named = Named(source, kind)
        self._products = named("m:StartProducten" if kind == "305" else "m:StopProducten")
        self._parts = tuple(map(named, _START if kind == "305" else _STOP))

    def read(self, message: Message, client: etree._Element) -> Iterator[Line]:
        """Yields one line per product.

        Raises:
            RefusedDelivery: ``repeated_element``.
        """
        for product in next((part for part in client if part.tag == self._products), ()):
            said = once_each(self._source, product, "StartProduct or StopProduct")
            yield (message.municipality, *(said.get(name) for name in self._parts), message.identification[1])


def once_each(source: str, line: etree._Element, called: str) -> dict[Any, str | None]:
    """Gives the texts of all elements of a line by name, not trimmed: of a million lines every step counts.

    Raises:
        RefusedDelivery: ``repeated_element``: one occurs twice, so what it says is not known.
    """
    elements = list(line.iter())
    said = {element.tag: element.text for element in elements}
    if len(said) != len(elements):
        raise RefusedDelivery(
            "repeated_element", f"{source}: a {called} has an element twice", "have the message written again"
        )
    return said


def missing_element(source: str, element: str, of: str) -> RefusedDelivery:
    """Gives the refusal of an element that a line cannot do without."""
    return RefusedDelivery(
        "missing_element", f"{source}: {element} of a {of} is missing or empty", "have the message written again"
    )
