"""Links records to persons without BSN, by the probability that they are one person.

Nobody is trained and nothing is tuned to a truth: the model is estimated from the two files at hand. It is fitted
twice: the sure links of the first time say which other pairs of their records are no match, and the second model learns
from those what chance agreement looks like in this population. How many pairs can be no match at all follows from the
register, which has each person once.
Source: Fellegi, Sunter (1969); the latent classes and the assignment in their own modules.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import duckdb
import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.assignment import CandidateLinks, link_probabilities, runner_up
from linkage.chance_agreement import chance_bounds
from linkage.expected_quality import Expectation, expected_errors, expected_recall
from linkage.fuller_agreement import bounded_by_fuller
from linkage.latent_class_model import LatentClassModel, PatternCounts, fit
from linkage.patterns import REGISTER_SAMPLE, PairTable, candidate_pairs
from schemas.errors import RunError

Tokens = nw.LazyFrame[Any] | duckdb.DuckDBPyRelation
Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_SURE: Final = 0.95
#: Pairs of lower odds by themselves take no part in the assignment.
_LEAST_ODDS: Final = 1e-4
#: From here a record without link counts as one for clerical review, which nobody does: it stays unmatched.
_CLERICAL: Final = 0.1

#: ``record``, ``person``: ids of the tokens; ``probability``: that they are one person.
LINK_SCHEMA: Final = pa.schema({"record": pa.binary(16), "person": pa.binary(16), "probability": pa.float64()})


@dataclass(frozen=True)
class ProbabilityPolicy:
    """What is asked of the links.

    Attributes:
        stated_precision: share of right links, which the lower end of the expected precision must reach.
        ambiguity_margin: by how much the probability of a link must exceed the next best of its record and person.
        one_to_one: a person has one record at most; else several (incidents).

    Raises:
        RunError: ``policy``: a share outside 0.5 to 1, or a margin outside 0 to 1.
    """

    stated_precision: float = 0.99
    ambiguity_margin: float = 0.2
    one_to_one: bool = True

    def __post_init__(self) -> None:
        if not (0.5 <= self.stated_precision < 1 and 0 <= self.ambiguity_margin < 1):
            raise RunError("policy", "the policy of linkage by probability is out of range", "correct the policy")


@dataclass(frozen=True, eq=False)
class ProbabilityLinks:
    """Links and what the model expects of them.

    Attributes:
        links: ``LINK_SCHEMA``, in the order of ``record``.
        counts: records by outcome, together all records: ``linked``; ``ambiguous`` (likely by itself, yet another is
            as good); ``clerical`` (in the band below the threshold); ``unlikely``; ``no_candidate``.
        expected_precision, expected_recall: by the model itself; none when there is no link.
        threshold: lowest probability of a link.
        left_out: records, whatever their outcome, with a blocking key that was not used since it made too many pairs.
    """

    links: pa.Table
    counts: dict[str, int]
    expected_precision: Expectation | None
    expected_recall: Expectation | None
    threshold: float
    left_out: int


def link_by_probability(
    register: Tokens,
    records: Tokens,
    policy: ProbabilityPolicy,
    connection: "duckdb.DuckDBPyConnection | None" = None,
) -> ProbabilityLinks:
    """Links records to the persons of a register.

    Args:
        register: rows of ``MATCH_TOKEN_SCHEMA`` of the persons, made in one go.
        records: the same of the records, under the same key.
        policy: what is asked of the links.
        connection: the connection that both come from; without it DuckDB's default one.

    Raises:
        RunError: ``match_tokens``: a side is not one whole table of tokens.
    """
    engine = connection or duckdb.connect(":default:")
    with candidate_pairs(_relation(register), _relation(records), engine) as pairs:
        return _decided(pairs, policy)


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Pairs worth deciding on, with their own odds and their probability beside all others."""

    links: CandidateLinks
    patterns: npt.NDArray[np.int64]
    rules: npt.NDArray[np.int64]
    probabilities: Floats


def _decided(pairs: PairTable, policy: ProbabilityPolicy) -> ProbabilityLinks:
    of_register = pairs.counts_of_register()
    counts = _bounded(pairs.counts(), pairs, of_register, pairs.records)
    first = _candidates(pairs, fit(counts), counts, policy)
    sure = first.probabilities > _SURE
    linked = first.links.records[sure]
    counts = pairs.counts_beside(first.links.persons[sure], linked, one_to_one=policy.one_to_one)
    # The other pairs of a record with a sure link are not undecided any more.
    counts = _bounded(counts, pairs, of_register, pairs.records - len(np.unique(linked)))
    model = fit(counts)
    found = _candidates(pairs, model, counts, policy)
    errors = expected_errors(model, counts, found.patterns, found.probabilities)
    clear = _clear(found, policy)
    threshold = errors.threshold(policy.stated_precision, clear)
    chosen = clear & (found.probabilities >= threshold)
    return ProbabilityLinks(
        links=pairs.linked_ids(_numbered(found, chosen)).cast(LINK_SCHEMA),
        counts=_outcomes(pairs, found, chosen, threshold),
        expected_precision=errors.precision(chosen) if chosen.any() else None,
        expected_recall=expected_recall(errors, chosen, found.rules) if chosen.any() else None,
        threshold=threshold,
        left_out=pairs.records_left_out(),
    )


def _bounded(counts: PatternCounts, pairs: PairTable, of_register: PatternCounts | None, records: int) -> PatternCounts:
    """The counts with the number of non-matches that so many records can have."""
    if of_register is None:
        return counts
    return replace(counts, bounds=chance_bounds(of_register, min(pairs.persons, REGISTER_SAMPLE), records))


def _candidates(
    pairs: PairTable, model: LatentClassModel, counts: PatternCounts, policy: ProbabilityPolicy
) -> _Candidates:
    odds = bounded_by_fuller(counts.levels, model.odds(counts.levels))
    found = pairs.of_patterns(counts.patterns[odds > _LEAST_ODDS])
    patterns = np.searchsorted(counts.patterns, found["pattern"])
    links = CandidateLinks(found["person"], found["record"], odds[patterns])
    return _Candidates(links, patterns, found["rules"], link_probabilities(links, one_to_one=policy.one_to_one))


def _clear(found: _Candidates, policy: ProbabilityPolicy) -> Booleans:
    """Where no other pair of the record (or person) comes near."""
    beside = runner_up(found.probabilities, found.links.records)
    if policy.one_to_one:
        beside = np.maximum(beside, runner_up(found.probabilities, found.links.persons))
    clear: Booleans = found.probabilities - beside >= max(policy.ambiguity_margin, 1e-9)
    return clear


def _outcomes(pairs: PairTable, found: _Candidates, chosen: Booleans, threshold: float) -> dict[str, int]:
    records, odds = found.links.records, found.links.odds
    linked = np.unique(records[chosen])
    ambiguous = np.setdiff1d(records[odds / (1 + odds) >= threshold], linked)
    clerical = np.setdiff1d(records[found.probabilities >= _CLERICAL], np.union1d(linked, ambiguous))
    with_candidates = pairs.records_with_candidates()
    return {
        "linked": len(linked),
        "ambiguous": len(ambiguous),
        "clerical": len(clerical),
        "unlikely": with_candidates - len(linked) - len(ambiguous) - len(clerical),
        "no_candidate": pairs.records - with_candidates,
    }


def _numbered(found: _Candidates, chosen: Booleans) -> pa.Table:
    numbers = {"person": found.links.persons[chosen], "record": found.links.records[chosen]}
    return pa.table({**numbers, "probability": found.probabilities[chosen]})


def _relation(tokens: Tokens) -> duckdb.DuckDBPyRelation:
    return tokens.to_native() if isinstance(tokens, nw.LazyFrame) else tokens
