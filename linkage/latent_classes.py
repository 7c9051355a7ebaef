"""The kinds of candidate pairs, and the rough rules that sort patterns into them before anything is estimated."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from linkage.agreement_levels import BIRTH_DATE, COMPARISONS, GIVEN_NAME, Comparison

Attribute = Literal["given name", "surname", "birth date", "address"]

#: First level of each comparison that is no agreement any more; ``missing`` agrees with nothing.
_AGREES_BEFORE: Final[dict[Attribute, str]] = {
    "given name": "other initial",
    "surname": "different",
    "birth date": "same year",
    "address": "same postcode",
}


@dataclass(frozen=True)
class LatentClass:
    """A kind of pair.

    Attributes:
        name: what the pairs are.
        agrees: attributes that agree, at least.
    """

    name: str
    agrees: tuple[Attribute, ...] = ()


#: Matches first; a pattern starts in the first class whose rule it fits.
CLASSES: Final = (
    LatentClass(
        "match at one address",
        (
            "given name",
            "birth date",
            "address",
        ),
    ),
    LatentClass(
        "match elsewhere",
        (
            "given name",
            "birth date",
            "surname",
        ),
    ),
    LatentClass(
        "twins",
        (
            "birth date",
            "surname",
        ),
    ),
    LatentClass(
        "household, one surname",
        (
            "address",
            "surname",
        ),
    ),
    LatentClass("household, other surname", ("address",)),
    LatentClass("same birth date", ("birth date",)),
    LatentClass("same surname", ("surname",)),
    LatentClass("nothing in common"),
)

MATCH_CLASSES: Final = 2


def _places(*names: str) -> tuple[int, ...]:
    return tuple(place for place, kind in enumerate(CLASSES) if kind.name in names)


#: Classes in which the given name and the sex are distributed alike: twins are as often namesakes as other relatives,
#: strangers with one initial as often when they share a birth date as when they share a surname. Left free, a class of
#: non-matches gives up its namesakes to the matches.
ALIKE: Final = (_places("twins", "household, one surname"), _places("same birth date", "same surname"))
ALIKE_IN: Final = tuple(place for place, one in enumerate(COMPARISONS) if one.name in ("given name", "sex"))


#: Levels of agreement that a match has by nature and others have by chance.
_STRONG: Final[dict[Attribute, tuple[str, str]]] = {
    "given name": ("same, frequency 3", "second name"),
    "surname": ("same, frequency 3", "alike"),
    "birth date": ("same", "day and month swapped"),
    "address": ("same", "postcode alike"),
}


def strong_levels(comparison: int) -> list[int]:
    """Gives the places of the levels of strong agreement of a comparison; none where agreement says little."""
    names = [level.name for level in COMPARISONS[comparison].levels]
    for attribute, (first, last) in _STRONG.items():
        if COMPARISONS[comparison].name == attribute:
            return list(range(names.index(first), names.index(last) + 1))
    return []


@dataclass(frozen=True)
class Limit:
    """What matches can be at most, so that they take in no twins and no namesakes: knowledge that counts do not give.

    Attributes:
        comparison: place of the comparison.
        levels: places of its levels.
        share: share of matches on these levels together, at most.
    """

    comparison: int
    levels: tuple[int, ...]
    share: float

    def doubtful(self, levels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Gives which patterns are on these levels and agree strongly on all else: a match badly written, or a twin."""
        result: npt.NDArray[np.bool_] = np.isin(levels[:, self.comparison], self.levels)
        for place in range(len(COMPARISONS)):
            if place != self.comparison and strong_levels(place):
                result &= np.isin(levels[:, place], strong_levels(place))
        return result


def _limit(comparison: Comparison, names: tuple[str, ...], share: float) -> Limit:
    levels = tuple(place for place, level in enumerate(comparison.levels) if level.name in names)
    return Limit(COMPARISONS.index(comparison), levels, share)


#: Errors of typing and hearing have levels of their own; what is left are birth dates and given names that have nothing
#: to do with each other.
MATCH_LIMITS: Final = (
    _limit(BIRTH_DATE, ("same year", "different"), 0.002),
    _limit(GIVEN_NAME, ("other initial", "different"), 0.002),
)


@dataclass(frozen=True, eq=False)
class Bounds:
    """How many pairs that may be a match can be none after all, at most.

    Attributes:
        pairs: of each class of non-matches.
        doubtful: of those that ``Limit.doubtful`` holds for, per limit.
    """

    pairs: npt.NDArray[np.float64]
    doubtful: npt.NDArray[np.float64]


def starting_classes(levels: npt.NDArray[np.int64], *, matches: bool = True) -> npt.NDArray[np.float64]:
    """Gives each pattern (patterns x comparisons) the class whose rule it fits first (patterns x classes, 0 or 1).

    Args:
        levels: the patterns.
        matches: whether a pattern can be in a class of matches at all.
    """
    agrees = _agreements(levels)
    free = np.ones(len(levels), bool)
    columns: list[npt.NDArray[Any]] = []
    for place, kind in enumerate(CLASSES):
        fits = free & (matches or place >= MATCH_CLASSES)
        for attribute in kind.agrees:
            fits &= agrees[attribute]
        columns.append(fits)
        free &= ~fits
    return np.stack(columns, axis=1).astype(np.float64)


def _agreements(levels: npt.NDArray[np.int64]) -> dict[Attribute, npt.NDArray[np.bool_]]:
    result: dict[Attribute, npt.NDArray[np.bool_]] = {}
    for place, comparison in enumerate(COMPARISONS):
        for attribute, limit in _AGREES_BEFORE.items():
            if comparison.name == attribute:
                names = [level.name for level in comparison.levels]
                result[attribute] = (levels[:, place] > 0) & (levels[:, place] < names.index(limit))
    return result
