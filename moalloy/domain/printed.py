"""Numbers as people read them: rounded first, so that what is said of them holds in print."""

from __future__ import annotations

import numpy as np

from moalloy.domain.problem import DesignProblem, Risk
from moalloy.domain.values import BoolArray, FloatArray, Prediction

__all__ = ["DIGITS", "compared", "judged", "meets_limits_as_printed", "round_significant"]

# Significant digits of every predicted number that is printed.
DIGITS = 5


def round_significant(values: FloatArray, digits: int = DIGITS) -> FloatArray:
    """Return values rounded to significant digits, exactly the floats that their print-out reads as.

    >>> round_significant(np.array([1.2345678, 0.00012345678]))
    array([1.2346e+00, 1.2346e-04])
    """
    return np.array([float(f"{value:.{digits}g}") for value in values.ravel()]).reshape(values.shape)


def compared(design: DesignProblem, scores: FloatArray) -> FloatArray:
    """Return what alloys are compared in: the minimized objectives, or the one number they are weighed into.

    Args:
        design: Says which.
        scores: What each objective was judged by, shape ``(n_alloys, n_objectives)``.
    """
    F = design.minimized(scores)
    return design.scalarized(F) if design.weights else F


def meets_limits_as_printed(design: DesignProblem, X: FloatArray) -> BoolArray:
    """Return which alloys meet the limits with the rounded numbers too, shape ``(n_alloys,)``."""
    keep = np.ones(len(X), dtype=np.bool_)
    for limit in design.limits:
        low, high = judged(design.surrogates[limit.name].predict(X), design.risk)
        if limit.minimum is not None:
            keep &= round_significant(low) >= limit.minimum
        if limit.maximum is not None:
            keep &= round_significant(high) <= limit.maximum
    return keep


def judged(prediction: Prediction, risk: Risk) -> tuple[FloatArray, FloatArray]:
    """Return the lower and upper number that a limit is judged by."""
    return (prediction.low, prediction.high) if risk == "lower" else (prediction.mean, prediction.mean)
