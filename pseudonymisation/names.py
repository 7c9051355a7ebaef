"""Dutch names, birth dates and sex in one normal form, so that spellings of one person can be compared.

Everything works on Arrow columns; names are standardised once per distinct value. A surname loses its voorvoegsels
(they are dropped, abbreviated, glued and moved behind a comma all the time) and splits at the hyphen of a partner name.
Source: Logisch Ontwerp BRP (naam, voorvoegsel, geboortedatum with unknown parts as zeros).
"""

from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.name_tables import FORMAL_NAMES, LETTERS_WITHOUT_DECOMPOSITION, PARTICLES, SEXES

_PARTICLES: Final = rf"^(?:(?:{'|'.join(PARTICLES)}) +)+"
_GLUED: Final = r"^(?:vander|vanden|vande|vant|van)([a-z]{4,})$"
_APOSTROPHES: Final = "'`\u00b4\u2018\u2019"
_MARRIED_TO: Final = r"(?i) +(?:e[./]?v\.?|gehuwd met|geh\.|weduwe van|wed\.) +"
_DATE: Final = (
    r"^(?:(?P<y1>[0-9]{4})-?(?P<m1>[0-9]{2})-?(?P<d1>[0-9]{2})|(?P<d2>[0-9]{2})-(?P<m2>[0-9]{2})-(?P<y2>[0-9]{4}))$"
)
#: Letters that are read as initials: single letters, or one word of consonants such as ``JP``.
_INITIALS: Final = r"^(?:[a-z](?: +[a-z])*|[b-df-hj-np-tv-xz]{2,4})$"

#: Sound rules in order: (pattern, replacement). Own, short: spellings that Dutch ears and keyboards confuse.
_SOUNDS: Final = (
    *(("uij|uy", "ui"), ("aaij|aij|aai|aay|ay", "ai"), ("ooij|oij|ooi|ooy|oy", "oi"), ("eij|ij|ei|ey|y", "y")),
    *(("sch$", "s"), ("sch", "sg"), ("ch", "g"), ("ck", "k"), ("c([eiy])", r"s\1"), ("c|q", "k"), ("x", "ks")),
    *(("ph", "f"), ("v", "f"), ("z", "s"), ("th", "t"), ("gh", "g"), ("dt$|d$", "t"), ("b$", "p"), ("kw", "k")),
    *(("auw|ouw|au|ou", "o"), ("ae", "a"), ("oe", "u"), ("ie", "i"), ("ue", "u"), ("j", "y"), ("([a-z])h", r"\1")),
)


@dataclass(frozen=True, eq=False, repr=False)
class Surnames:
    """Surnames as read; null where there is none.

    Attributes:
        own: the last part of a hyphenated name, which is the own name where a partner's comes first; else the name.
        other: the first part of a hyphenated name; null without hyphen.
    """

    own: "pa.Array[Any]"
    other: "pa.Array[Any]"


@dataclass(frozen=True, eq=False, repr=False)
class GivenNames:
    """Given names as read; null where there is none, or only initials.

    Attributes:
        first: the first given name.
        formal: the formal name that the first one is a short form of (``kees``: ``cornelis``), else its sound.
        second: the formal name of the second given name.
        initial: the first letter, in its sound (``c`` and ``k`` are one).
        initials: all first letters where there are two or more, else null.
    """

    first: "pa.Array[Any]"
    formal: "pa.Array[Any]"
    second: "pa.Array[Any]"
    initial: "pa.Array[Any]"
    initials: "pa.Array[Any]"


@dataclass(frozen=True, eq=False, repr=False)
class DateParts:
    """Year, month and day as text of four and two digits; null where unknown (zeros) or unreadable."""

    year: "pa.Array[Any]"
    month: "pa.Array[Any]"
    day: "pa.Array[Any]"


def folded(text: "pa.Array[Any]") -> "pa.Array[Any]":
    """Gives text in lower case without diacritics; whatever is no letter, comma, hyphen or slash becomes a space."""
    lower = pc.utf8_lower(text)
    for letter, plain in LETTERS_WITHOUT_DECOMPOSITION.items():
        lower = pc.replace_substring(lower, letter, plain)
    plain = pc.replace_substring_regex(pc.utf8_normalize(lower, form="NFKD"), rf"[\p{{M}}{_APOSTROPHES}.]", "")
    return pc.replace_substring_regex(plain, r"[^a-z,/-]+", " ")


def read_surnames(names: "pa.Array[Any]") -> Surnames:
    """Reads a column of surnames, with or without voorvoegsels and partner names in them."""
    encoded = pc.dictionary_encode(names)
    spelled = pc.replace_substring_regex(encoded.dictionary, _MARRIED_TO, "-")
    spelled = pc.replace_substring_regex(spelled, r"(?i)^(.* )?v/d ", r"\1vd ")
    text = folded(pc.replace_substring_regex(spelled, rf"^[{_APOSTROPHES}]s-|[.{_APOSTROPHES}]", " "))
    text = pc.replace_substring_regex(text, r"^([^,]+),(.*)$", r"\2 \1")
    parts = pc.extract_regex(text, r"^(?:(?P<other>[^-/]*[a-z][^-/]*)[-/]+)?(?P<own>.*)$")
    own, other = (_without_particles(pc.struct_field(parts, name)) for name in ("own", "other"))
    swapped = pc.is_null(own)
    own, other = pc.coalesce(own, other), pc.if_else(swapped, pa.scalar(None, pa.string()), other)
    return Surnames(own.take(encoded.indices), other.take(encoded.indices))


def read_given_names(names: "pa.Array[Any]") -> GivenNames:
    """Reads a column of given names, call names or initials."""
    encoded = pc.dictionary_encode(names)
    spaced = pc.replace_substring_regex(encoded.dictionary, r"[.,/-]", " ")
    text = pc.utf8_trim_whitespace(pc.replace_substring_regex(folded(spaced), r"[ ,/-]+", " "))
    bare = pc.match_substring_regex(text, _INITIALS)
    letters = pc.replace_substring_regex(text, r"([a-z])[a-z]* ?", r"\1")
    letters = pc.if_else(bare, pc.replace_substring(text, " ", ""), letters)
    words = pc.extract_regex(text, r"^(?P<first>[a-z]+)(?: (?P<second>[a-z]+))?")
    first, second = (_unless(bare, _present(pc.struct_field(words, name))) for name in ("first", "second"))
    columns = (
        *(first, formal_name(first), formal_name(second), _present(_letter_sound(letters))),
        pc.if_else(pc.greater(pc.utf8_length(letters), 1), letters, pa.scalar(None, pa.string())),
    )
    return GivenNames(*(column.take(encoded.indices) for column in columns))


def formal_name(names: "pa.Array[Any]") -> "pa.Array[Any]":
    """Gives the sound of the formal form of given names: short forms of one name become one."""
    short = pa.array(FORMAL_NAMES.keys(), pa.string())
    formal = pa.array(FORMAL_NAMES.values(), pa.string())
    known = formal.take(pc.index_in(names, value_set=short, skip_nulls=True))
    return sound(pc.coalesce(known, names))


def sound(names: "pa.Array[Any]") -> "pa.Array[Any]":
    """Gives the Dutch phonetic code of folded names: equal where two spellings sound alike."""
    encoded = pc.dictionary_encode(names)
    code = encoded.dictionary
    for pattern, replacement in _SOUNDS:
        code = pc.replace_substring_regex(code, pattern, replacement)
    for letter in "abdefgiklmnoprstuwy":
        code = pc.replace_substring_regex(code, letter + "{2,}", letter)
    return code.take(encoded.indices)


def read_dates(dates: "pa.Array[Any]") -> DateParts:
    """Reads birth dates: ISO, eight digits, or day first; parts of zeros are unknown."""
    encoded = pc.dictionary_encode(dates)
    found = pc.extract_regex(encoded.dictionary, _DATE)
    parts = (
        pc.coalesce(*(_present(pc.struct_field(found, part + form)) for form in ("1", "2"))) for part in ("y", "m", "d")
    )
    known = (_unless(pc.match_substring_regex(part, "^0+$"), part) for part in parts)
    return DateParts(*(part.take(encoded.indices) for part in known))


def read_sex(codes: "pa.Array[Any]") -> "pa.Array[Any]":
    """Gives ``m`` or ``v``, null for everything else, of the code sets in use (M/V, 1/2, man/vrouw, M/F)."""
    place = pc.index_in(pc.utf8_lower(codes), value_set=pa.array(SEXES.keys(), pa.string()), skip_nulls=True)
    return pa.array(SEXES.values(), pa.string()).take(place)


def _letter_sound(letters: "pa.Array[Any]") -> "pa.Array[Any]":
    first = pc.replace_substring_regex(pc.utf8_slice_codeunits(letters, 0, 1), "[cq]", "k")
    return pc.replace_substring_regex(first, "z", "s")


def _without_particles(part: "pa.Array[Any]") -> "pa.Array[Any]":
    spaced = pc.utf8_trim_whitespace(pc.replace_substring_regex(part, r"[^a-z]+", " "))
    bare = pc.replace_substring_regex(pc.replace_substring_regex(spaced, _PARTICLES, ""), " ", "")
    return _present(pc.replace_substring_regex(bare, _GLUED, r"\1"))


def _present(text: "pa.Array[Any]") -> "pa.Array[Any]":
    return _unless(pc.equal(text, ""), text)


def _unless(condition: "pa.Array[Any]", text: "pa.Array[Any]") -> "pa.Array[Any]":
    return pc.if_else(condition, pa.scalar(None, pa.string()), text)
