"""From the article that a purpose names (AVG 6(1)) to the closed lists of the two registers.

Only what the article says is mapped; where it names no ground of the list, nothing is chosen.
"""

import re
from typing import Final, Literal

LegalBasis = Literal[
    "Consent",
    "Contract",
    "LegalObligation",
    "VitalInterest",
    "PublicInterest",
    "OfficialAuthorityOfController",
    "LegitimateInterest",
]
Grondslag = Literal[
    "Toestemming betrokkene",
    "Uitvoering overeenkomst",
    "Wettelijke verplichting",
    "Publieke taak",
    "Gerechtvaardigd belang",
]

_LETTER: Final = re.compile(r"\bonder ([a-f])\b")
_OF_LETTER: Final[dict[str, LegalBasis]] = {
    "a": "Consent",
    "b": "Contract",
    "c": "LegalObligation",
    "d": "VitalInterest",
    "f": "LegitimateInterest",
}
_GRONDSLAG: Final[dict[str, Grondslag]] = {
    "a": "Toestemming betrokkene",
    "b": "Uitvoering overeenkomst",
    "c": "Wettelijke verplichting",
    "e": "Publieke taak",
    "f": "Gerechtvaardigd belang",
}


def legal_bases(avg_6: str) -> tuple[LegalBasis, ...]:
    """Gives the terms of the Data Privacy Vocabulary 2.1 that the article names; empty when it names none.

    Point (e) holds two grounds, general interest and official authority: the words of the purpose decide.
    """
    found: list[LegalBasis] = []
    for letter in dict.fromkeys(_LETTER.findall(avg_6)):
        if letter in _OF_LETTER:
            found.append(_OF_LETTER[letter])
            continue
        if "algemeen belang" in avg_6:
            found.append("PublicInterest")
        if "openbaar gezag" in avg_6:
            found.append("OfficialAuthorityOfController")
    return tuple(found)


def grondslag(avg_6: str) -> Grondslag | None:
    """Gives the one ground of the VNG register; None when the article names none of its list, or several."""
    letters = set(_LETTER.findall(avg_6))
    return _GRONDSLAG.get(letters.pop()) if len(letters) == 1 else None
