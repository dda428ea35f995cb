"""Numbers as people read them: rounded first, so that what is said of them holds in print."""

from __future__ import annotations

import numpy as np

from moalloy.domain.problem import DesignProblem, Risk
from moalloy.domain.values import BoolArray, FloatArray, Prediction

__all__ = ["DIGITS", "compared", "judged", "meets_limits_as_printed", "round_significant"]

# Significant digits of every predicted number that is printed.
DIGITS = 5


# Whole numbers of so many digits, and powers of ten up to 10**22, are exact doubles.
_MOST_SURE_DIGITS = 6
_POWERS_OF_TEN = np.array([10.0**places for places in range(23)])
_NEAR_HALF = 1e-6


def round_significant(values: FloatArray, digits: int = DIGITS) -> FloatArray:
    """Return values rounded to significant digits, exactly the floats that their print-out reads as.

    >>> round_significant(np.array([1.2345678, 0.00012345678]))
    array([1.2346e+00, 1.2346e-04])
    """
    flat = np.asarray(values, dtype=np.float64).ravel()
    rounded, is_sure = _rounded_by_arithmetic(flat, digits)
    rounded[~is_sure] = [float(f"{value:.{digits}g}") for value in flat[~is_sure]]
    return rounded.reshape(values.shape)


def _rounded_by_arithmetic(values: FloatArray, digits: int) -> tuple[FloatArray, BoolArray]:
    """Return rounded values, and which of them are sure to be what their print-out reads as.

    A whole number over an exact power of ten is the double nearest to that decimal. Not sure is what lies
    next to half a unit, or is too large, too small or not finite.
    """
    size = np.abs(values)
    is_sure = (size > 1e-9) & (size < 1e9) & (digits <= _MOST_SURE_DIGITS)
    size = np.where(is_sure, size, 1.0)
    places = (digits - 1 - np.floor(np.log10(size))).astype(np.int64)
    power = _POWERS_OF_TEN[np.abs(places)]
    scaled = np.where(places >= 0, size * power, size / power)
    whole = np.rint(scaled)
    is_sure &= (np.abs(np.abs(scaled - whole) - 0.5) > _NEAR_HALF) & (whole >= 10.0 ** (digits - 1))
    return np.copysign(np.where(places >= 0, whole / power, whole * power), values), is_sure


def compared(design: DesignProblem, scores: FloatArray) -> FloatArray:
    """Return what alloys are compared in: the minimized objectives, or the one number they are weighed into.

    Args:
        design: Says which.
        scores: What each objective was judged by, shape ``(n_alloys, n_objectives)``.
    """
    F = design.minimized(scores)
    return design.scalarized(F) if design.weights else F


def meets_limits_as_printed(design: DesignProblem, X: FloatArray) -> BoolArray:
    """Return which alloys meet the limits with the rounded numbers too, shape ``(n_alloys,)``.

    And lie in the domain where they have to, which the CPU's models decide whatever searched.
    """
    keep = np.ones(len(X), dtype=np.bool_)
    for limit in design.limits:
        low, high = judged(design.surrogates[limit.name].predict(X), design.risk)
        if limit.minimum is not None:
            keep &= round_significant(low) >= limit.minimum
        if limit.maximum is not None:
            keep &= round_significant(high) <= limit.maximum
    for ground in design.grounds.values():
        keep &= ground.beyond_domain(X) <= 0
    return keep


def judged(prediction: Prediction, risk: Risk) -> tuple[FloatArray, FloatArray]:
    """Return the lower and upper number that a limit is judged by."""
    return (prediction.low, prediction.high) if risk == "lower" else (prediction.mean, prediction.mean)
