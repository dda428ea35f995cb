"""Whether intervals and the domain keep their word on groups that had no part in setting them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.calibration import calibrate
from moalloy.surrogates.folds import group_folds
from moalloy.surrogates.intervals import DomainScores, domain_limit, domain_scores

__all__ = ["LEVELS", "Coverage", "coverage_on_unseen", "domain_on_unseen", "interval_scores"]

LEVELS = (0.5, 0.8, 0.9)
_N_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Coverage:
    """How intervals of one nominal level did on unseen groups.

    Attributes:
        level: The share that they are meant to hold.
        coverage: The share that they hold.
        mean_width: Their mean width on the fitted scale.
        mean_plain_width: The width that the same quantile of the errors has without regard to the alloy.
        mean_score: Their mean interval score: see `interval_scores`.
        mean_plain_score: The same of intervals of the plain width.
    """

    level: float
    coverage: float
    mean_width: float
    mean_plain_width: float
    mean_score: float
    mean_plain_score: float

    def to_dict(self) -> dict[str, float]:
        return asdict(self)


def coverage_on_unseen(
    errors: FloatArray, expected: FloatArray, groups: IntArray, *, levels: Sequence[float], seed: int
) -> tuple[Coverage, ...]:
    """Return coverage per level, each group's intervals being calibrated on the other groups.

    Args:
        errors: Signed out-of-fold errors, shape ``(n_rows,)``.
        expected: Errors expected without a row's own group, same shape.
        groups: Codes of the rows' groups.
        levels: Nominal coverages.
        seed: Of the folds.
    """
    folds = list(_folds(groups, seed))
    found = []
    for level in levels:
        half, plain = np.empty(len(errors)), np.empty(len(errors))
        for others, own in folds:
            half[own] = expected[own] * calibrate(errors[others], expected[others]).half_width(level)
            plain[own] = calibrate(errors[others], np.ones(int(others.sum()))).half_width(level)
        is_inside = np.abs(errors) <= half
        widths = 2.0 * float(half.mean()), 2.0 * float(plain.mean())
        scores = [float(interval_scores(errors, each, level=level).mean()) for each in (half, plain)]
        found.append(Coverage(level, float(is_inside.mean()), *widths, *scores))
    return tuple(found)


def interval_scores(errors: FloatArray, half_widths: FloatArray, *, level: float) -> FloatArray:
    """Return what intervals about the predictions cost: their width, and more where they miss.

    ``width + 2 / (1 - level) * miss``, on the fitted scale, least in the mean for intervals that are right
    alloy by alloy (Gneiting & Raftery, J. Am. Stat. Assoc. 102 (2007) 359): unlike a mean width, it can't
    be lowered by intervals that are too narrow for some alloys and too wide for others.

    >>> interval_scores(np.array([0.5, -3.0]), np.array([1.0, 1.0]), level=0.5)
    array([ 2., 10.])

    Args:
        errors: Signed errors of the predictions, shape ``(n_rows,)``.
        half_widths: From a prediction to either end of its interval, same shape.
        level: The share of the errors that the intervals are meant to hold.
    """
    miss = np.maximum(np.abs(errors) - half_widths, 0.0)
    return np.asarray(2.0 * half_widths + 2.0 / (1.0 - level) * miss, dtype=np.float64)


def domain_on_unseen(
    errors: FloatArray, expected: FloatArray, groups: IntArray, *, is_reached: BoolArray, seed: int
) -> DomainScores:
    """Return errors inside and outside a domain whose limit the other groups set, for each group."""
    is_inside = np.zeros(len(errors), dtype=np.bool_)
    for others, own in _folds(groups, seed):
        limit = domain_limit(errors[others], expected[others], is_reached[others])
        is_inside[own] = is_reached[own] & (expected[own] <= limit)
    return domain_scores(errors, is_inside)


def _folds(groups: IntArray, seed: int) -> Iterator[tuple[BoolArray, BoolArray]]:
    """Yield which rows are of other groups and which of the fold's own."""
    n_folds = min(_N_FOLDS, len(np.unique(groups)))
    folds = group_folds(groups, n_folds, np.random.default_rng(np.random.SeedSequence([seed, 4])))
    for fold in range(n_folds):
        yield folds != fold, folds == fold
