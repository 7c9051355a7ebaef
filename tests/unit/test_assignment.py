"""Who is linked to whom: the probabilities of pairs beside each other, and the threshold."""

from itertools import combinations

import numpy as np
import pytest

from linkage.assignment import CandidateLinks, link_probabilities, runner_up
from linkage.expected_quality import ExpectedErrors


def brute_force(links, one_to_one):
    """The true marginals: every allowed set of links, weighed by its odds."""
    rows = range(len(links.odds))
    total, of_pair = 0.0, np.zeros(len(links.odds))
    for size in range(len(links.odds) + 1):
        for chosen in combinations(rows, size):
            records = links.records[list(chosen)]
            persons = links.persons[list(chosen)]
            if len(set(records)) < size or (one_to_one and len(set(persons)) < size):
                continue
            weight = float(np.prod(links.odds[list(chosen)]))
            total += weight
            of_pair[list(chosen)] += weight
    return of_pair / total


@pytest.mark.parametrize("one_to_one", [True, False])
def test_probabilities_are_the_marginals_of_all_matchings(one_to_one):
    # A chain: person 0 - record 0 - person 1 - record 1 - person 2, so belief propagation is exact.
    persons, records = np.array([0, 1, 1, 2, 7]), np.array([0, 0, 1, 1, 7])
    links = CandidateLinks(persons, records, np.array([3.0, 0.7, 20.0, 5.0, 4.0]))
    found = link_probabilities(links, one_to_one=one_to_one)
    assert found == pytest.approx(brute_force(links, one_to_one), abs=1e-5)


def test_a_person_who_is_taken_leaves_the_other_free():
    links = CandidateLinks(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([1e9, 50.0, 100.0]))
    assert link_probabilities(links, one_to_one=True)[2] > 0.98


def test_runner_up():
    ends = np.array([4, 9, 4, 4, 2, 9])
    assert runner_up(np.array([0.2, 0.6, 0.5, 0.1, 0.3, 0.6]), ends).tolist() == [0.5, 0.6, 0.2, 0.5, 0, 0.6]
    assert runner_up(np.array([]), np.array([], int)).tolist() == []


def test_the_threshold_takes_equal_links_together():
    probabilities = np.array([0.999] * 1000 + [0.9] * 500)
    errors = ExpectedErrors(probabilities, np.tile(probabilities, (2, 1)).astype(np.float32))
    everything = np.ones(1500, bool)
    assert errors.threshold(0.95, everything) == 0.9
    assert errors.threshold(0.98, everything) == 0.999
    assert errors.threshold(0.9999, everything) == 1.0
    assert errors.precision(everything).value == pytest.approx(0.966)
