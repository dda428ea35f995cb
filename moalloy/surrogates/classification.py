"""How well a classifier tells alloys apart, and how much of that the mere number of their elements tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.surrogates.out_of_fold import OutOfFold
from moalloy.surrogates.training import TrainingRows

__all__ = ["ClassifierScores", "classifier_scores", "n_elements"]

_TRACE_AT_PCT = 0.1


@dataclass(frozen=True, slots=True)
class ClassifierScores:
    """Areas under the ROC curve of out-of-fold log-odds: 0.5 is chance, 1 is perfect.

    Compilations hold glasses of many elements beside series of few, so counting elements goes far.

    Attributes:
        auc: Over all rows.
        auc_of_count: Of the number of elements in place of the log-odds, whichever way it counts.
        auc_at_equal_count: Over pairs of rows with as many elements; NaN where no such pair differs.
    """

    auc: float
    auc_of_count: float
    auc_at_equal_count: float

    def to_dict(self) -> dict[str, float | None]:
        equal = self.auc_at_equal_count
        return {
            "auc_by_group": self.auc,
            "auc_of_element_count": self.auc_of_count,
            "auc_at_equal_element_count": None if np.isnan(equal) else equal,
        }


def classifier_scores(rows: TrainingRows, out_of_fold: OutOfFold) -> ClassifierScores:
    """Return the scores of a classifier; ``rows.values`` are 1 for positive rows and 0 for the others."""
    from sklearn.metrics import roc_auc_score

    count, labels = n_elements(rows), rows.values
    of_count = float(roc_auc_score(labels, count))
    return ClassifierScores(
        auc=float(roc_auc_score(labels, out_of_fold.mean)),
        auc_of_count=max(of_count, 1.0 - of_count),
        auc_at_equal_count=_auc_within(count, labels, out_of_fold.mean),
    )


def n_elements(rows: TrainingRows) -> IntArray:
    """Return how many elements each alloy holds, shape ``(n_rows,)``; 0.1 at.% or less is a trace."""
    return np.asarray((100.0 * rows.fractions > _TRACE_AT_PCT).sum(axis=1), dtype=np.int64)


def _auc_within(strata: IntArray, labels: FloatArray, scores: FloatArray) -> float:
    """Return the share of pairs of one stratum and both kinds that are ordered rightly; NaN without any."""
    from sklearn.metrics import roc_auc_score

    ordered, n_pairs = 0.0, 0
    for stratum in np.unique(strata):
        chosen = strata == stratum
        n_positive = int(labels[chosen].sum())
        pairs = n_positive * (int(chosen.sum()) - n_positive)
        if pairs:
            ordered += pairs * float(roc_auc_score(labels[chosen], scores[chosen]))
            n_pairs += pairs
    return ordered / n_pairs if n_pairs else float("nan")
