"""Intervals and the domain: how large errors are, where, and where too large.

Both are judged on groups that had no part in them: the members never saw a row's group, and neither did
the forest that says how large an error to expect of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray
from moalloy.surrogates.calibration import Calibration, calibrate
from moalloy.surrogates.difficulty import Difficulty, Surroundings, cross_fitted_errors, fit_difficulty
from moalloy.surrogates.ground import Ground
from moalloy.surrogates.out_of_fold import OutOfFold
from moalloy.surrogates.training import ProcessInput, TrainingRows

__all__ = ["DomainScores", "Expected", "domain_limit", "domain_scores", "expected_errors", "fit_intervals"]

# The error inside the domain is to be at most this share of the one outside ...
_WANTED_RATIO = 0.6
# ... with the domain as large as that allows; one that holds less, or nearly all, says nothing.
_SHARES = np.arange(0.95, 0.275, -0.05)
# Where no limit keeps that, ratios that differ by no more tell the two apart alike.
_ALIKE = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Out-of-fold errors beside the errors expected there, of the rows with a known treatment.

    Both on the fitted scale, of shape ``(n_rows,)``; rows with an unknown treatment are left out.
    ``is_reached`` says which rows the other groups reach: see `Ground`.
    """

    errors: FloatArray
    expected: FloatArray
    is_reached: BoolArray
    surroundings: FloatArray


@dataclass(frozen=True, slots=True)
class DomainScores:
    """Mean absolute errors on the fitted scale, inside and outside the domain."""

    n_inside: int
    n_outside: int
    mae_inside: float
    mae_outside: float

    @property
    def ratio(self) -> float:
        """Error inside over error outside; NaN if a side is empty."""
        return self.mae_inside / self.mae_outside if self.mae_outside > 0 else float("nan")

    def to_dict(self) -> dict[str, float | None]:
        numbers = {"mae_inside": self.mae_inside, "mae_outside": self.mae_outside, "ratio": self.ratio}
        known = {name: None if np.isnan(value) else value for name, value in numbers.items()}
        return {"rows_inside": self.n_inside, "rows_outside": self.n_outside, **known}


def fit_intervals(
    rows: TrainingRows,
    target: FloatArray,
    out_of_fold: OutOfFold,
    *,
    process: Sequence[ProcessInput],
    ground: Ground,
    seed: int,
) -> tuple[Difficulty, Calibration, Surroundings]:
    """Return what turns predictions into intervals and a domain.

    Args:
        rows: The training rows.
        process: What their process columns are.
        ground: Where they are.
        target: Their values on the fitted scale, shape ``(n_rows,)``.
        out_of_fold: Predictions of them by members that never saw their groups.
        seed: Of folds and forests.
    """
    surroundings = Surroundings.of(rows, target, process)
    found = expected_errors(rows, target, out_of_fold, around=surroundings, ground=ground, seed=seed)
    difficulty = fit_difficulty(found.surroundings, found.errors, seed=seed)
    limit = domain_limit(found.errors, found.expected, found.is_reached)
    return replace(difficulty, limit=limit), calibrate(found.errors, found.expected), surroundings


def expected_errors(
    rows: TrainingRows,
    target: FloatArray,
    out_of_fold: OutOfFold,
    *,
    around: Surroundings,
    ground: Ground,
    seed: int,
) -> Expected:
    """Return out-of-fold errors and what was to be expected of them without a row's own group."""
    known = rows.has_known_treatment
    groups = rows.group_codes
    predicted = out_of_fold.mean
    described = around.describe(rows.fractions, rows.elements, rows.process, predicted, groups=groups)[known]
    errors = (target - predicted)[known]
    expected = cross_fitted_errors(described, errors, groups[known], seed=seed)
    return Expected(errors, expected, ground.is_reached[known], described)


def domain_limit(errors: FloatArray, expected: FloatArray, is_reached: BoolArray) -> float:
    """Return the largest expected error that still counts as inside the domain.

    It is the largest of those that leave three in ten of the rows or more below it for which the errors
    inside are at most 0.6 of those outside; if there is none, the largest that tells the two apart as well
    as any, or by 0.03 less.

    Args:
        errors: Signed out-of-fold errors, shape ``(n_rows,)``.
        expected: Errors expected without a row's own group, same shape.
        is_reached: Rows that can be inside at all, same shape.
    """
    limits = [float(limit) for limit in np.quantile(expected, _SHARES)]
    ratios = [domain_scores(errors, is_reached & (expected <= limit)).ratio for limit in limits]
    known = [ratio for ratio in ratios if np.isfinite(ratio)]
    if not known:
        return np.inf
    most = _WANTED_RATIO if min(known) <= _WANTED_RATIO else min(known) + _ALIKE
    return next(limit for limit, ratio in zip(limits, ratios, strict=True) if ratio <= most)


def domain_scores(errors: FloatArray, is_inside: BoolArray) -> DomainScores:
    """Return how errors inside and outside compare; NaN for a side without rows."""
    size = np.abs(errors)
    inside, outside = size[is_inside], size[~is_inside]
    return DomainScores(
        n_inside=len(inside),
        n_outside=len(outside),
        mae_inside=float(inside.mean()) if len(inside) else float("nan"),
        mae_outside=float(outside.mean()) if len(outside) else float("nan"),
    )
