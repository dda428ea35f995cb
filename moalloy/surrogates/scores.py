"""How well predictions of unseen alloys agree with measurements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from moalloy.domain.values import FloatArray

__all__ = ["Scores", "Spread", "score", "spread"]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one set of predictions; ``mae`` is on the scale that was fitted.

    NaN where a score has no meaning: R2 of equal measurements, the rank correlation of constants.
    """

    r2: float
    mae: float
    spearman: float

    def to_dict(self) -> dict[str, float | None]:
        return {"r2": _or_none(self.r2), "mae": _or_none(self.mae), "spearman": _or_none(self.spearman)}


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and range of a score over the repeats in which it has a meaning; NaN if there are none."""

    median: float
    lowest: float
    highest: float
    n_repeats: int

    def to_dict(self) -> dict[str, float | None]:
        return {
            "median": _or_none(self.median),
            "min": _or_none(self.lowest),
            "max": _or_none(self.highest),
            "repeats": self.n_repeats,
        }


def score(measured: FloatArray, predicted: FloatArray) -> Scores:
    """Return R2, mean absolute error and Spearman's rank correlation, pooled over all rows.

    >>> score(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0]))
    Scores(r2=1.0, mae=0.0, spearman=1.0)
    """
    residual = measured - predicted
    total = float(((measured - measured.mean()) ** 2).sum())
    r2 = 1.0 - float((residual**2).sum()) / total if total > 0 else float("nan")
    return Scores(r2, float(np.abs(residual).mean()), _spearman(measured, predicted))


def _spearman(measured: FloatArray, predicted: FloatArray) -> float:
    if np.ptp(measured) == 0 or np.ptp(predicted) == 0:
        return float("nan")  # a constant has no order to agree with
    return float(np.corrcoef(rankdata(measured), rankdata(predicted))[0, 1])


def spread(values: Sequence[float]) -> Spread:
    """Return median, minimum and maximum of one score over repeats.

    >>> spread([0.6, 0.8, float("nan")])
    Spread(median=0.7, lowest=0.6, highest=0.8, n_repeats=2)
    """
    known = [value for value in values if not math.isnan(value)] or [math.nan]
    n_known = sum(not math.isnan(value) for value in values)
    return Spread(float(np.median(known)), min(known), max(known), n_known)


def _or_none(value: float) -> float | None:
    """Return the score for JSON, which knows no NaN."""
    return None if math.isnan(value) else value
