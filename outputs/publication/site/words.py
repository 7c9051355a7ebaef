"""The words of the pages: one catalogue per language with the same keys; no page has a sentence of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import yaml

from outputs.publication import number_format
from outputs.publication.number_format import MINUS, NO_BREAK_SPACE
from schemas.period import HalfYear

Language = Literal["nl", "en"]
#: The first is that of the pages at the root of a release.
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")

_LABELS: Final = "labels"
_SWAPPED: Final = str.maketrans(",.", ".,")
_ENGLISH_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@cache
def catalogue(language: Language) -> Mapping[str, Any]:
    """Gives the catalogue of a language as it is nested in its file."""
    content = files("outputs.publication.site").joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(content)
    return loaded


@dataclass(frozen=True)
class Words:
    """Sentences, labels and notation of one language; called with the key of a sentence it gives that sentence."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Gives a sentence with its values filled in.

        Raises:
            KeyError: there is no such sentence, or it asks for a value that is not given.
        """
        found: Any = catalogue(self.language)
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values)

    def has(self, key: str) -> bool:
        """Tells whether there is a sentence with this key."""
        group, _, rest = key.rpartition(".")
        found: Any = catalogue(self.language)
        for part in group.split("."):
            found = found.get(part, {})
        return rest in found

    def labels(self, *kinds: str) -> dict[str, str]:
        """Gives code -> label of these kinds, in the order of the page; of a code in several the first counts."""
        found: dict[str, str] = {}
        for kind in kinds:
            for code, text in catalogue(self.language)[_LABELS][kind].items():
                found.setdefault(code, text)
        return found

    def label(self, kind: str, code: str) -> str:
        """Gives the label of a code; a code without one is shown as it is."""
        return str(catalogue(self.language)[_LABELS][kind].get(code, code))

    def listed(self, kind: str, codes: Sequence[str]) -> str:
        """Gives labels with commas between them."""
        return ", ".join(self.label(kind, code) for code in codes)

    def whole(self, value: float) -> str:
        """Gives a whole number: ``1.234``, in English ``1,234``.

        Raises:
            ValueError: the value has a fraction.
        """
        return self._notation(number_format.whole(value))

    def decimal(self, value: float, places: int = 1) -> str:
        """Gives a number with decimals: ``1.234,5``, in English ``1,234.5``."""
        text = f"{round(value, places) + 0.0:,.{places}f}".replace("-", MINUS)
        return text if self.language == "en" else swapped(text)

    def hundredths(self, value: float) -> str:
        """Gives a number with two decimals."""
        return self.decimal(value, 2)

    def percent(self, value: float) -> str:
        """Gives a whole percentage."""
        return f"{self.whole(value)}%"

    def percent_one_decimal(self, value: float) -> str:
        """Gives a percentage with one decimal."""
        return f"{self.decimal(value)}%"

    def euro(self, value: float) -> str:
        """Gives whole euros: ``€ 1.234``, in English ``€1,234``."""
        space = NO_BREAK_SPACE if self.language == "nl" else ""
        return f"€{space}{self.whole(value)}"

    def day(self, day: date) -> str:
        """Gives a date in words."""
        if self.language == "nl":
            return number_format.long_date(day)
        return f"{day.day}{NO_BREAK_SPACE}{_ENGLISH_MONTHS[day.month - 1]} {day.year}"

    def moment(self, when: datetime) -> str:
        """Gives a time in words, in UTC to the second."""
        utc = when.astimezone(UTC)
        return f"{self.day(utc.date())}, {utc:%H:%M:%S} UTC"

    def half_year(self, period: str) -> str:
        """Gives a period such as ``2018H1`` in words.

        Raises:
            ValueError: the text is no half-year.
        """
        if self.language == "nl":
            return number_format.half_year(period)
        parsed = HalfYear.parse(period)
        return f"{'first' if parsed.half == 1 else 'second'} half of {parsed.year}"

    def _notation(self, dutch: str) -> str:
        return swapped(dutch) if self.language == "en" else dutch


def region_name(words: Words, code: str) -> str:
    """Gives a CBS region code, and says so when the district or neighbourhood is unknown (ends in 99 or 9999)."""
    if code.startswith("WK") and code.endswith("99"):
        return words("region.unknown_district", code=code)
    if code.startswith("BU") and code.endswith("9999"):
        return words("region.unknown_neighbourhood", code=code)
    return code


def sentence(text: str) -> str:
    """Gives a text with a capital first; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def swapped(number: str) -> str:
    """Gives a number in the other notation, Dutch or English."""
    return number.translate(_SWAPPED)
