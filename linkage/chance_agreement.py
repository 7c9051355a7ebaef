"""How many different persons look alike, as seen in the register itself.

A register has each person once, so two of its persons in one blocking key are no match, whatever they agree on. That
bounds how many of the candidate pairs are none: where nearly all of them are matches, there are too few others to learn
from, and without a bound a class of non-matches takes the matches for people who look alike.
Source: Winkler (1988) and Larsen, Rubin (2001) for constraints on latent classes, so that EM keeps their meaning.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.latent_class_model import PatternCounts
from linkage.latent_classes import CLASSES, MATCH_CLASSES, MATCH_LIMITS, Bounds, starting_classes

Floats = npt.NDArray[np.float64]

_STANDARD_ERRORS: Final = 3.0
#: By how much the records may look alike more than the register does: a file of young men of one town.
_POPULATIONS: Final = 3.0

_OTHERS: Final = CLASSES[MATCH_CLASSES:]
#: Classes (columns) whose pairs come in another (rows) when a record is written worse: errors take agreements away.
_REACHES: Final = np.array([[set(one.agrees) <= set(other.agrees) for other in _OTHERS] for one in _OTHERS], float)


def chance_bounds(register: PatternCounts, persons: int, records: int) -> Bounds:
    """Gives how many non-matches there can be.

    Args:
        register: pairs of some persons of the register with all others, all of them excluded.
        persons: how many persons those are.
        records: how many records have no sure link yet.
    """
    of_class = starting_classes(register.levels, matches=False)[:, MATCH_CLASSES:]
    of_limit = np.stack([limit.doubtful(register.levels) for limit in MATCH_LIMITS], axis=1)
    classes, doubtful = (
        _most(register.excluded @ kinds, records / max(persons, 1)) for kinds in (of_class @ _REACHES.T, of_limit)
    )
    return Bounds(classes, doubtful)


def _most(seen: Floats, records_per_person: float) -> Floats:
    most: Floats = _POPULATIONS * records_per_person * (seen + _STANDARD_ERRORS * np.sqrt(seen + 1))
    return most
