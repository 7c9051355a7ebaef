"""Latent classes of candidate pairs: a few kinds of match, and the kinds of non-match that a population makes.

Two classes are not enough: members of one household, twins and namesakes agree on much without being one person, and a
single class of non-matches takes the commonest of them for matches. The model is estimated from counts of agreement
patterns, so its cost does not grow with the files. Some pairs are known to be no match, because their record is surely
linked to somebody else: they are counted apart and teach the non-match classes only.
Source: Fellegi, Sunter (1969); Winkler (1988) for EM; Larsen, Rubin (2001) for several classes of non-match.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.agreement_levels import COMPARISONS, LEVEL_COUNTS
from linkage.latent_classes import ALIKE, ALIKE_IN, MATCH_CLASSES, MATCH_LIMITS, Bounds, starting_classes

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_ROUNDS: Final = 200
_TOLERANCE: Final = 1e-7
#: Pseudo-pairs per comparison and class, twice: a level never seen is rare, not impossible.
_PRIOR_PAIRS: Final = 1.0
#: Known non-matches by which a pattern must outnumber its expectation before it counts as more than chance.
_EXCESS_PRIOR: Final = 2.0
#: Pairs of each class that are there at least, when odds are asked.
_LEAST_PAIRS: Final = 0.2
#: A limit of matches is never wider, whatever the pairs seem to say.
_LARGEST_LIMIT: Final = 0.1


@dataclass(frozen=True, eq=False)
class PatternCounts:
    """Counts of agreement patterns.

    Attributes:
        patterns: pattern numbers, ascending, each once.
        undecided: pairs per pattern that may be a match.
        excluded: pairs per pattern that are known to be none.
        bounds: what non-matches can be at most, where it is known.
    """

    patterns: Integers
    undecided: Floats
    excluded: Floats
    bounds: Bounds | None = None

    @cached_property
    def levels(self) -> Integers:
        """The level of each comparison (patterns x comparisons)."""
        return levels_of(self.patterns)


@dataclass(frozen=True, eq=False)
class LatentClassModel:
    """An estimated model.

    Attributes:
        shares: share of each class among the undecided pairs; the first ``MATCH_CLASSES`` are matches.
        levels: per comparison the probability of each level in each class (classes x levels): m and u.
        excess: per pattern how much more often it is seen than independent levels make it: among matches, and among
            known non-matches (patterns x 2).
        least: share of part of a pair. No class is smaller when odds are asked: one that was not seen is rare, and were
            it impossible, a weak agreement would be as certain as a full one.
    """

    shares: Floats
    levels: tuple[Floats, ...]
    excess: Floats
    least: float

    def likelihoods(self, levels: Integers) -> Floats:
        """Gives the probability of each pattern of the counts in each class (patterns x classes)."""
        result = np.ones((len(levels), len(self.shares)))
        for place, of_class in enumerate(self.levels):
            result *= of_class[:, levels[:, place]].T
        result[:, :MATCH_CLASSES] *= self.excess[:, :1]
        result[:, MATCH_CLASSES:] *= self.excess[:, 1:]
        return result

    def odds(self, levels: Integers) -> Floats:
        """Gives the odds of match against non-match per pattern of the counts, whatever else its records could be."""
        joint = self.likelihoods(levels) * np.maximum(self.shares, self.least)
        match, other = _sum(joint[:, :MATCH_CLASSES]), _sum(joint[:, MATCH_CLASSES:])
        return match / np.maximum(other, 1e-300)


def levels_of(patterns: Integers) -> Integers:
    """Gives the level of each comparison of patterns (patterns x comparisons)."""
    rest, columns = patterns.astype(np.int64), []
    for count in LEVEL_COUNTS:
        rest, level = np.divmod(rest, count)
        columns.append(level)
    return np.stack(columns, axis=1)


def fit(counts: PatternCounts, start: LatentClassModel | None = None, rounds: int = _ROUNDS) -> LatentClassModel:
    """Estimates the model by EM, from a start by rules unless one is given; the same counts give the same bits."""
    pairs = counts.undecided + counts.excluded
    by_rule = starting_classes(counts.levels) * pairs[:, None]
    prior = _prior(counts, by_rule)
    excess, least = np.ones((len(counts.patterns), 2)), _LEAST_PAIRS / max(float(counts.undecided.sum()), 1.0)
    model = start or LatentClassModel(
        _bounded_shares(counts, by_rule), _level_shares(counts, by_rule, prior), excess, least
    )
    excluded_shares = _shares(by_rule[:, MATCH_CLASSES:])
    before = -np.inf
    for _ in range(rounds):
        likelihoods = model.likelihoods(counts.levels)
        undecided, likelihood = _responsibilities(likelihoods * model.shares, counts.undecided)
        joint = likelihoods[:, MATCH_CLASSES:] * excluded_shares
        excluded, _ = _responsibilities(joint, counts.excluded)
        excluded_shares = _shares(excluded)
        if counts.excluded.any():
            excess = _excess(counts, likelihoods * model.shares, _sum(joint), model.excess)
        weights = undecided.copy()
        weights[:, MATCH_CLASSES:] += excluded
        model = LatentClassModel(
            _bounded_shares(counts, undecided), _level_shares(counts, weights, prior), excess, least
        )
        if abs(likelihood - before) < _TOLERANCE * abs(likelihood):
            break
        before = likelihood
    return model


def _prior(counts: PatternCounts, by_rule: Floats) -> tuple[Floats, ...]:
    """Pseudo-pairs per class and level: as all matches, or all others, by the rules, and as much evenly spread."""
    alike = by_rule.copy()
    alike[:, :MATCH_CLASSES] = _sum(by_rule[:, :MATCH_CLASSES])[:, None]
    alike[:, MATCH_CLASSES:] = _sum(by_rule[:, MATCH_CLASSES:])[:, None]
    return tuple(_PRIOR_PAIRS * (table + 1 / table.shape[1]) for table in _level_shares(counts, alike, ()))


def _responsibilities(joint: Floats, pairs: Floats) -> tuple[Floats, float]:
    """Gives the pairs per pattern and class, and the log-likelihood."""
    total = np.maximum(_sum(joint), 1e-300)
    return joint * (pairs / total)[:, None], float((pairs * np.log(total)).sum())


def _excess(counts: PatternCounts, undecided: Floats, excluded: Floats, before: Floats) -> Floats:
    """Gives the excess of each pattern: of non-matches as counted where they are known, of matches in what is left."""
    expected = excluded / before[:, 1] * counts.excluded.sum()
    of_others = (counts.excluded + _EXCESS_PRIOR) / (expected + _EXCESS_PRIOR)
    others = _sum(undecided[:, MATCH_CLASSES:]) / before[:, 1] * of_others * counts.undecided.sum()
    matches = _sum(undecided[:, :MATCH_CLASSES]) / before[:, 0] * counts.undecided.sum()
    left = np.maximum(counts.undecided - others, 0)
    # Each estimate weighs by its variance: the model's is uncertain by as much, the rest by what was taken from it.
    of_model = matches**2
    of_rest = counts.undecided + others**2 / (counts.excluded + _EXCESS_PRIOR) + _EXCESS_PRIOR
    best = (matches * of_rest + left * of_model) / (of_rest + of_model)
    return np.stack([(best + 1e-9) / (matches + 1e-9), of_others], axis=1)


def _shares(weights: Floats) -> Floats:
    of_class: Floats = weights.sum(axis=0) + 1e-9
    shares: Floats = of_class / of_class.sum()
    return shares


def _bounded_shares(counts: PatternCounts, weights: Floats) -> Floats:
    """The shares of the classes, where non-matches are no more than they can be and matches are the rest."""
    if counts.bounds is None:
        return _shares(weights)
    shares = _shares(weights)
    most = counts.bounds.pairs / max(counts.undecided.sum(), 1.0)
    others = np.minimum(shares[MATCH_CLASSES:], most)
    others *= min(1.0, most.max() / max(others.sum(), 1e-9))
    matches = shares[:MATCH_CLASSES] / shares[:MATCH_CLASSES].sum() * max(1 - others.sum(), 1e-9)
    return np.append(matches, others)


def _level_shares(counts: PatternCounts, weights: Floats, prior: tuple[Floats, ...]) -> tuple[Floats, ...]:
    tables = []
    for place, count in enumerate(LEVEL_COUNTS):
        table = np.stack([np.bincount(counts.levels[:, place], column, count) for column in weights.T]).astype(
            np.float64
        )
        table += prior[place] if prior else np.float64(1e-6)
        for alike in ALIKE if place in ALIKE_IN else ():
            table[list(alike)] = table[list(alike)].sum(axis=0)
        silent = int(COMPARISONS[place].silent)
        table /= table[:, silent:].sum(axis=1, keepdims=True)
        table[:, :silent] = 1
        tables.append(table)
    for place, limit in enumerate(MATCH_LIMITS):
        _keep_within(tables[limit.comparison][:MATCH_CLASSES], limit.levels, _most_matches(counts, place))
    return tuple(tables)


def _most_matches(counts: PatternCounts, place: int) -> float:
    """The share of a limit; more where there are more doubtful pairs than there can be non-matches of that kind."""
    limit = MATCH_LIMITS[place]
    if counts.bounds is None:
        return limit.share
    surplus = counts.undecided[limit.doubtful(counts.levels)].sum() - counts.bounds.doubtful[place]
    matches = counts.undecided.sum() - counts.bounds.pairs.max()
    return float(np.clip(surplus / max(matches, 1.0), limit.share, _LARGEST_LIMIT))


def _keep_within(tables: Floats, levels: tuple[int, ...], most: float) -> None:
    at_levels = np.isin(np.arange(tables.shape[1]), levels)
    found = tables[:, at_levels].sum(axis=1, keepdims=True)
    share = np.minimum(found, most)
    tables[:, at_levels] *= share / np.maximum(found, 1e-300)
    tables[:, ~at_levels] *= (1 - share) / np.maximum(1 - found, 1e-300)


def _sum(table: Floats) -> Floats:
    result: Floats = table.sum(axis=1)
    return result
