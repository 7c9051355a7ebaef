"""The messages of iWmo and iJw 3.2: what a file is, from whom and to whom, and the code lists that differ by law.

Sources: Zorginstituut Nederland, iWmo 3.2 and iJw 3.2 (COD002 message codes, WMO588 and JZ588 reasons of ending,
WMO002 and WJ001 return codes).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from lxml import etree

from schemas.errors import RefusedDelivery

_VERSION: Final = ("3", "2")
_STATED: Final = ("BerichtCode", "BerichtVersie", "BerichtSubversie")

#: RedenWijziging: the assignment was taken back.
DELETED: Final = "13"
#: RedenBeeindiging: care pauses; in both laws.
TEMPORARY: Final = "20"
#: StatusAanlevering: what was sent before is taken back.
WITHDRAWN: Final = "3"
#: Return codes that reject nothing: no remark, and wholly accepted.
ACCEPTING: Final = frozenset({"0200", "8001"})

#: What makes a message of one sender known: its Identificatie and Dagtekening.
Identification = tuple[str | None, str | None]


@dataclass(frozen=True)
class Standard:
    """One of the two standards.

    Attributes:
        name: in its namespaces.
        letters: with which its messages are called.
        codes: message -> BerichtCode.
        reasons: RedenBeeindiging -> meaning. One code can mean another thing in the other law.
    """

    name: str
    letters: str
    codes: dict[str, str]
    reasons: dict[str, str]

    @property
    def basic(self) -> str:
        """The namespace of what messages share."""
        return f"http://www.istandaarden.nl/{self.name}/3_2/basisschema/schema"

    def namespace(self, kind: str) -> str:
        """Gives the namespace of a message."""
        return f"http://www.istandaarden.nl/{self.name}/3_2/{self.letters}{kind}/schema"


_ENDED_ALIKE: Final = {
    "02": "overlijden",
    TEMPORARY: "tijdelijk",
    "36": "op initiatief van de gemeente",
    "37": "wijzigingsverzoek",
    "38": "overstap naar andere aanbieder",
    "39": "uitstroom naar ander domein",
}

#: Source -> the standard of its messages.
STANDARDS: Final = {
    "wmo": Standard(
        "iwmo",
        "wmo",
        {"301": "414", "305": "418", "307": "420", "323": "484", "325": "485"},
        {
            **_ENDED_ALIKE,
            "19": "volgens plan",
            "21": "eenzijdig door client",
            "22": "eenzijdig door aanbieder",
            "23": "voortijdig in overeenstemming",
            "31": "verhuizing naar een andere gemeente",
        },
    ),
    "jeugd": Standard(
        "ijw",
        "jw",
        {"301": "436", "305": "438", "307": "440", "323": "490", "325": "491"},
        {
            **_ENDED_ALIKE,
            "31": "volgens plan",
            "32": "voortijdig, eenzijdig door client",
            "33": "voortijdig, eenzijdig door aanbieder",
            "34": "voortijdig in overeenstemming",
            "35": "voortijdig door externe omstandigheden",
        },
    ),
}


class Named:
    """Gives names of elements as the parser gives them, from ``m:`` (of the message) and ``s:`` (shared) and a name."""

    def __init__(self, source: str, kind: str) -> None:
        self._spaces = {"m": STANDARDS[source].namespace(kind), "s": STANDARDS[source].basic}

    def __call__(self, name: str) -> str:
        """Gives one name."""
        space, _, local = name.partition(":")
        return f"{{{self._spaces[space]}}}{local}"


@dataclass(frozen=True)
class Message:
    """What the header of a message says.

    Attributes:
        kind: 301, 305, 307, 323 or 325.
        spaces: namespaces for paths to its elements: ``m`` of the message itself, ``s`` of types that messages share.
        municipality: sender of a 301 or 325, receiver of the others.
        provider: the other party.
        identification: its own Identificatie and Dagtekening.
        answered: those of the declaration that a 325 answers.
        codes: return codes in the header of a 325.
    """

    kind: str
    spaces: dict[str, str]
    municipality: str
    provider: str | None
    identification: Identification
    answered: Identification = (None, None)
    codes: frozenset[str] = field(default_factory=frozenset)


def message_of(source: str, header: etree._Element) -> Message:
    """Reads the header of a message.

    Raises:
        RefusedDelivery: ``wrong_message``: no message of this source's law, in version 3.2, that can be used.
    """
    standard = STANDARDS[source]
    namespace = name_of(header)[0]
    kind = _kinds(source).get(namespace)
    if kind is None:
        raise wrong_message(source, f"a message is not one of {standard.name} 3.2: {', '.join(standard.codes)}")
    own, parent = f"{{{namespace}}}", header.getparent()
    if parent is None or parent.tag != f"{own}Bericht":
        raise wrong_message(source, f"a header of {standard.letters}{kind} is in no message")
    parts = list(header)
    said = texts_of(parts)
    if tuple(said.get(f"{own}{name}") for name in _STATED) != (standard.codes[kind], *_VERSION):
        raise wrong_message(source, f"the code or version of a {standard.letters}{kind} is not of its namespace")
    parties = said.get(f"{own}Afzender"), said.get(f"{own}Ontvanger")
    municipality, provider = parties if kind in ("301", "325") else parties[::-1]
    spaces = {"m": namespace, "s": standard.basic}
    answers = kind == "325"
    return Message(
        kind,
        spaces,
        municipality or "",
        provider,
        _identification(parts, f"{own}BerichtIdentificatie", standard),
        _identification(parts, f"{own}DeclaratieIdentificatie", standard) if answers else (None, None),
        return_codes(header, spaces) if answers else frozenset(),
    )


def name_of(element: etree._Element) -> tuple[str, str]:
    """Gives namespace and name of an element; also of an odd one, for which ``QName`` has an error of its own."""
    namespace, _, name = str(element.tag).rpartition("}")
    return namespace.removeprefix("{"), name


@cache
def _kinds(source: str) -> dict[str, str]:
    return {STANDARDS[source].namespace(kind): kind for kind in STANDARDS[source].codes}


def _identification(parts: list[etree._Element], name: str, standard: Standard) -> Identification:
    said = next((texts_of(part) for part in parts if part.tag == name), {})
    return said.get(f"{{{standard.basic}}}Identificatie"), said.get(f"{{{standard.basic}}}Dagtekening")


def return_codes(element: etree._Element, spaces: dict[str, str]) -> frozenset[str]:
    """Gives the return codes that an element of a 325 itself carries."""
    return frozenset((code.text or "").strip() for code in element.findall("m:RetourCodes/m:RetourCode", spaces))


def texts_of(elements: Iterable[etree._Element]) -> dict[Any, str | None]:
    """Gives the trimmed text of elements by name, null where it is empty."""
    return {element.tag: (element.text or "").strip() or None for element in elements}


def text_of(element: etree._Element, path: str, spaces: dict[str, str]) -> str | None:
    """Gives the trimmed text at a path, null where it is empty or not there."""
    return (element.findtext(path, namespaces=spaces) or "").strip() or None


def wrong_message(source: str, what: str) -> RefusedDelivery:
    """Gives the refusal of a file that is not the message it should be."""
    return RefusedDelivery(
        "wrong_message", f"{source}: {what}", "deliver messages 301, 305, 307, 323 and 325 of this law alone"
    )
