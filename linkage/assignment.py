"""Who is linked to whom, given the odds of each pair by itself: every person and record takes part in one link at most.

The probability of a link counts what else its person and record could be linked to, and what those could be linked to
instead: the marginal probabilities of the matching, by belief propagation. Two candidates that are equally good (twins
known by an initial) share one probability. In many-to-one linkage a person may have several records.
Source: Huang, Jebara (2009), Approximating the permanent with belief propagation; Sadinle (2017) for one-to-one priors.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_ROUNDS: Final = 30
_LARGEST_ODDS: Final = 1e12


@dataclass(frozen=True, eq=False)
class CandidateLinks:
    """Pairs worth deciding on.

    Attributes:
        persons, records: numbers of the two sides, one pair a row, each pair once.
        odds: odds of match against non-match of the pair by itself.
    """

    persons: Integers
    records: Integers
    odds: Floats


def link_probabilities(links: CandidateLinks, *, one_to_one: bool) -> Floats:
    """Gives the probability of each pair when a record has one link at most, and (one-to-one) a person too."""
    odds = np.minimum(links.odds, _LARGEST_ODDS)
    persons, records = _places(links.persons), _places(links.records)
    # What a side says to a pair: the chance that it is free for it, all its other pairs considered.
    free_record = free_person = np.ones(len(odds))
    for _ in range(_ROUNDS):
        free_record = _free(odds * free_person, records)
        heard = _free(odds * free_record, persons) if one_to_one else np.ones(len(odds))
        settled = np.abs(heard - free_person).max(initial=0) < 1e-6
        free_person = np.sqrt(heard * free_person)
        if settled:
            break
    weight = odds * free_record * free_person
    return weight / (1 + weight)


def runner_up(probabilities: Floats, ends: Integers) -> Floats:
    """Gives for each pair the highest probability among the other pairs with the same end; 0 without any."""
    places = _places(ends)
    order = np.lexsort((-probabilities, places))
    first = np.ones(len(order), bool)
    first[1:] = places[order][1:] != places[order][:-1]
    starts = np.flatnonzero(first)
    best = probabilities[order][starts]
    second = np.zeros(len(starts))
    has_second = np.diff(np.append(starts, len(order))) > 1
    second[has_second] = probabilities[order][starts[has_second] + 1]
    is_best = np.zeros(len(order), bool)
    is_best[order[starts]] = True
    return np.where(is_best, second[places], best[places])


def _free(weights: Floats, places: Integers) -> Floats:
    total = np.bincount(places, weights)[places] if len(places) else weights
    return 1 / (1 + np.maximum(total - weights, 0))


def _places(ends: Integers) -> Integers:
    places: Integers = np.unique(ends, return_inverse=True)[1]
    return places
