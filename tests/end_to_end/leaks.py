"""The search for what must not survive: every identifier of a delivery, in every byte that a run leaves behind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from end_to_end.deliveries import cells
from end_to_end.readings import readings

_SHORTEST = 5
_DIGITS = re.compile(r"(?<!\d)(?:\d{7,9}|\d{16})(?!\d)", re.ASCII)
_LETTERS = re.compile(rf"[^\W\d_]{{{_SHORTEST},}}")
_ADDRESS = re.compile(
    r"(?<!\d)([1-9]\d{3})\s?([A-Z]{2})[\s;|,:_-]{0,3}0*(\d{1,5})(?!\d)"
    r"|(?<![0-9A-Za-z])([1-9]\d{3})\s?([a-z]{2})[\s;|,:_-]{0,3}0*(\d{1,5})(?!\d)",
    re.ASCII,
)


@dataclass(frozen=True)
class Found:
    """One thing that was found: what kind, what and where."""

    kind: str
    value: str
    where: str


@dataclass(frozen=True)
class Identifiers:
    """The identifiers of a delivery.

    Attributes:
        numbers: BSNs and education numbers as digits, with and without leading zeros, and dwelling ids.
        names: surnames and given names of five letters or more, in lower case.
        addresses: postcode and house number, such as ``2711AA12``.
    """

    numbers: frozenset[str]
    names: frozenset[str]
    addresses: frozenset[str]

    @classmethod
    def of(cls, delivery: Path) -> "Identifiers":
        rows = [row for path in sorted(delivery.glob("*.csv")) for row in cells(delivery, path.stem)]
        return cls(frozenset(_numbers(rows)), frozenset(_names(rows)), frozenset(_addresses(rows)))

    @cached_property
    def _name_starts(self) -> frozenset[str]:
        return frozenset(name[:_SHORTEST] for name in self.names)

    def found_in_text(self, text: str, where: str = "text") -> Iterator[Found]:
        for digits in set(_DIGITS.findall(text)) & self.numbers:
            yield Found("number", digits, where)
        for word in set(_LETTERS.findall(text)):
            yield from (Found("name", name, where) for name in self._names_in(word.lower()))
        for parts in set(_ADDRESS.findall(text)):
            if (address := "".join(parts).upper()) in self.addresses:
                yield Found("address", address, where)

    def found_in(self, roots: Iterable[Path]) -> list[Found]:
        """Searches every file under the folders, and the names of files and folders themselves."""
        found: set[Found] = set()
        for root in roots:
            for path in sorted(root.rglob("*")):
                where = str(path.relative_to(root))
                found.update(self.found_in_text(where, where))
                if path.is_file() and not path.is_symlink():
                    for text in readings(path):
                        found.update(self.found_in_text(text, where))
        return sorted(found, key=str)

    def _names_in(self, word: str) -> Iterator[str]:
        for start in range(len(word) - _SHORTEST + 1):
            if word[start : start + _SHORTEST] in self._name_starts:
                for end in range(start + _SHORTEST, len(word) + 1):
                    if word[start:end] in self.names:
                        yield word[start:end]


def _numbers(rows: list[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        for column in ("bsn", "bsn_partner", "nummer"):
            digits = re.sub(r"\D", "", row.get(column) or "")
            if 7 <= len(digits) <= 9 and digits.strip("0") and digits.strip("9"):
                whole = digits.zfill(9)
                yield from (whole, whole[1:] if whole.startswith("0") else whole)
                if whole.startswith("00"):
                    yield whole[2:]
        if re.fullmatch(r"\d{16}", row.get("nummeraanduiding_id") or ""):
            yield row["nummeraanduiding_id"]


def _names(rows: list[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        for column in ("geslachtsnaam", "voornamen"):
            yield from (name.lower() for name in _LETTERS.findall(row.get(column) or ""))


def _addresses(rows: list[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        postcode = re.sub(r"\s", "", row.get("postcode") or "").upper()
        number = re.match(r"\s*0*(\d{1,5})(?!\d)", row.get("huisnummer") or "")
        if number and re.fullmatch(r"[1-9]\d{3}[A-Z]{2}", postcode):
            yield f"{postcode}{number[1]}"
