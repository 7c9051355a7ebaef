"""What the model expects of its own links: precision and recall with intervals, and the threshold that follows.

The intervals come from resampling the pattern counts (a parametric bootstrap: every count is Poisson) and fitting
again, plus the chance in the links themselves. What no blocking rule found is estimated as a population caught twice:
once by address and birth year, once by name and birth date. Whom a wrong birth year hides from both is not counted.
Source: Belin, Rubin (1995) for calibrated error rates; Efron (1979); Chapman (1951) for what no rule found.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.latent_class_model import LatentClassModel, PatternCounts, fit
from schemas.match_tokens import RULES

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_SAMPLES: Final = 20
_ROUNDS_A_SAMPLE: Final = 10
_SEED: Final = 20180101
_NORMAL_95: Final = 1.96
_BY_ADDRESS: Final = 1 << RULES.index("address_and_birth_year")


@dataclass(frozen=True)
class Expectation:
    """A share that the model expects, and its interval of 95%."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class ExpectedErrors:
    """What resampled models say of pairs, to be asked of any set of links.

    Attributes:
        probabilities: of the pairs, by the model itself.
        resampled: of the same pairs by each resampled model (models x pairs).
    """

    probabilities: Floats
    resampled: npt.NDArray[np.float32]

    def precision(self, chosen: npt.NDArray[np.bool_]) -> Expectation:
        """Gives the expected share of right links among the chosen ones."""
        links = max(int(chosen.sum()), 1)
        value = float(self.probabilities[chosen].sum()) / links
        of_models = self.resampled[:, chosen].sum(axis=1, dtype=np.float64) / links
        return _interval(value, of_models, value * (1 - value) / links)

    def threshold(self, stated: float, eligible: npt.NDArray[np.bool_]) -> float:
        """Gives the lowest threshold from one half at which the lower end of the expected precision is as stated."""
        chosen = np.flatnonzero(eligible & (self.probabilities >= 0.5))
        order = chosen[np.argsort(-self.probabilities[chosen], kind="stable")]
        links = np.arange(1, len(order) + 1)
        value = np.cumsum(self.probabilities[order]) / links
        first, second = np.zeros(len(order)), np.zeros(len(order))
        for model in self.resampled:
            mean = np.cumsum(model[order], dtype=np.float64) / links
            first += mean
            second += mean**2
        spread = np.maximum(second / len(self.resampled) - (first / len(self.resampled)) ** 2, 0)
        low = value - _NORMAL_95 * np.sqrt(spread + value * (1 - value) / links)
        # Links of one pattern are equally probable: they are taken together or not at all.
        sorted_probabilities = self.probabilities[order]
        last = np.append(sorted_probabilities[1:] < sorted_probabilities[:-1], True)[: len(order)]
        enough = np.flatnonzero((low >= stated) & last)
        return float(self.probabilities[order[enough[-1]]]) if len(enough) else 1.0


def expected_errors(
    model: LatentClassModel, counts: PatternCounts, patterns: Integers, probabilities: Floats
) -> ExpectedErrors:
    """Resamples the counts and fits again; the odds of a pair change as those of its pattern (place in the counts)."""
    random = np.random.default_rng(_SEED)
    before = model.odds(counts.levels)
    known = np.clip(probabilities, 1e-12, 1 - 1e-12)
    resampled = np.empty((_SAMPLES, len(patterns)), np.float32)
    for place in range(_SAMPLES):
        again = replace(
            counts,
            undecided=random.poisson(counts.undecided).astype(float),
            excluded=random.poisson(counts.excluded).astype(float),
        )
        ratio = fit(again, model, _ROUNDS_A_SAMPLE).odds(counts.levels) / np.maximum(before, 1e-300)
        odds = known / (1 - known) * ratio[patterns]
        resampled[place] = odds / (1 + odds)
    return ExpectedErrors(probabilities, resampled)


def expected_recall(errors: ExpectedErrors, chosen: npt.NDArray[np.bool_], rules: Integers) -> Expectation:
    """Gives the expected share of all matches that the chosen links hold; ``rules``: bits of who found it."""
    value = _recall(errors.probabilities, chosen, rules)
    of_models = np.array([_recall(model.astype(np.float64), chosen, rules) for model in errors.resampled])
    matches = max(float(errors.probabilities.sum()), 1.0)
    return _interval(value, of_models, value * (1 - value) / matches)


def _recall(probabilities: Floats, chosen: npt.NDArray[np.bool_], rules: Integers) -> float:
    at_address, by_name = rules & _BY_ADDRESS > 0, rules & ~_BY_ADDRESS > 0
    only_address, only_name, both = (
        float(probabilities[caught].sum())
        for caught in (at_address & ~by_name, ~at_address & by_name, at_address & by_name)
    )
    missed = only_address * only_name / (both + 1)
    return float(probabilities[chosen].sum()) / max(float(probabilities.sum()) + missed, 1e-9)


def _interval(value: float, of_models: Floats, chance: float) -> Expectation:
    half = _NORMAL_95 * float(np.sqrt(of_models.var() + chance))
    return Expectation(value, max(value - half, 0.0), min(value + half, 1.0))
