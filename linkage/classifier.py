"""The latent-class model as a classifier of recordlinkage, for the vectors of ``linkage.comparison.FEATURES``."""

from typing import Any

import numpy as np
import numpy.typing as npt
from recordlinkage.base import BaseClassifier  # type: ignore[import-untyped]

from linkage.agreement_levels import LEVEL_COUNTS
from linkage.latent_class_model import LatentClassModel, PatternCounts, fit, levels_of


class LatentClassClassifier(BaseClassifier):  # type: ignore[misc]
    """Classifies candidate pairs without training data: a match where its probability is above one half.

    Pairs are judged one by one; ``linkage.assignment`` weighs them against each other.
    """

    def __init__(self) -> None:
        super().__init__()
        self._patterns: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._model: LatentClassModel | None = None

    def _fit(self, vectors: npt.NDArray[Any], y: npt.NDArray[Any] | None = None) -> None:
        patterns, counts = np.unique(patterns_of(vectors), return_counts=True)
        self._patterns = patterns
        self._model = fit(PatternCounts(patterns, counts.astype(float), np.zeros(len(patterns))))

    def _predict(self, vectors: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        return (self._prob_match(vectors) > 0.5).astype(np.int64)

    def _prob_match(self, vectors: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        if self._model is None:
            raise ValueError("the classifier is not fitted")
        patterns, places = np.unique(patterns_of(vectors), return_inverse=True)
        odds = self._model.odds(levels_of(patterns))[places]
        return np.asarray(odds / (1 + odds))


def patterns_of(vectors: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Gives the pattern number of comparison vectors (pairs x comparisons)."""
    radices = np.cumprod((1, *LEVEL_COUNTS[:-1]))
    return np.asarray((vectors.astype(np.int64) * radices).sum(axis=1), np.int64)
