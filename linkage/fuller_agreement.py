"""No weak agreement outweighs a full one: a bound on the odds of patterns, beside what was estimated.

In a small file hardly any non-match is seen, so that chance agreement is estimated from next to nothing and a rare
pattern of half agreements may seem more certain than the common one of full agreement. Two namesakes with two records
would then be crossed.
Source: Fellegi, Sunter (1969), whose odds should order patterns by agreement; Barlow and others (1972) for such orders.
"""

from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.agreement_levels import COMPARISONS, LEVEL_COUNTS
from linkage.latent_classes import strong_levels

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: By how much two half agreements are weaker than two full ones, and again for each comparison more.
_STEP: Final = 10.0

_COMPARED: Final = tuple(place for place in range(len(COMPARISONS)) if strong_levels(place))
_BY_NAME: Final = {comparison.name: place for place, comparison in enumerate(COMPARISONS)}


def bounded_by_fuller(levels: Integers, odds: Floats) -> Floats:
    """Gives the odds of patterns, below those of every pattern that differs in full agreement only.

    Args:
        levels: patterns x comparisons.
        odds: of each pattern.
    """
    full = np.stack([_is_full(place, levels[:, place]) for place in range(len(COMPARISONS))], axis=1)
    result = odds.copy()
    for size in range(2, len(_COMPARED) + 1):
        for places in map(list, combinations(_COMPARED, size)):
            stronger = full[:, places].all(axis=1)
            weaker = (~full[:, places] & (levels[:, places] > 0)).all(axis=1)
            keys, groups = np.unique(_without(levels, places), return_inverse=True)
            least = np.full(len(keys), np.inf)
            np.minimum.at(least, groups[stronger], odds[stronger])
            bound = least[groups] / _STEP ** (size - 1)
            result[weaker] = np.minimum(result[weaker], bound[weaker])
    return result


def _is_full(place: int, levels: Integers) -> npt.NDArray[np.bool_]:
    full = [number for number, level in enumerate(COMPARISONS[place].levels) if level.name.startswith("same, ")]
    return np.isin(levels, full or [level.name for level in COMPARISONS[place].levels].index("same"))


def _without(levels: Integers, places: list[int]) -> Integers:
    """Numbers patterns by what they are elsewhere; where the given name is left out the sex is, which it implies."""
    kept = levels.copy()
    kept[:, places] = 0
    if _BY_NAME["given name"] in places:
        kept[:, _BY_NAME["sex"]] = 0
    return kept @ np.cumprod((1, *LEVEL_COUNTS[:-1]))
