"""How large an error to expect of a prediction, from what was measured around the alloy.

Models err more where measurements are few, scatter, or contradict the prediction. A random forest
(Breiman, Machine Learning 45 (2001) 5) learns the size of out-of-fold errors from these; it scales the
intervals, as in normalized conformal prediction (Papadopoulos et al., J. Artif. Intell. Res. 40 (2011)
815), and where it expects too much, the alloy is outside the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.features.families import families
from moalloy.features.present import present_elements
from moalloy.surrogates.folds import group_folds
from moalloy.surrogates.neighbors import align, gaps
from moalloy.surrogates.training import ProcessInput, TrainingRows, needs_no_time
from moalloy.surrogates.trees import Trees, TreeSettings, fit_trees

__all__ = ["Difficulty", "Surroundings", "cross_fitted_errors", "fit_difficulty"]

# A difference in treatment by one standard deviation counts as so many at.% of another composition.
_AT_PCT_PER_STD = 5.0
_N_NEAREST = 8
_WITHIN_AT_PCT = (2.0, 5.0, 10.0)
_FARTHEST_AT_PCT = 40.0
# Distances lie on a grid and tie: those that differ by rounding alone must not, or an alloy written
# otherwise has other neighbors.
_DIGITS = 6
# Shrunk towards the mean error, and bounded by it: the forest has a few hundred errors to learn from.
_EXPONENT = 0.7
_LEAST, _MOST = 0.35, 3.0
_N_FOLDS, _N_REPEATS = 8, 3
_FOREST = TreeSettings(
    n_trees=1,
    n_parallel=150,
    depth=5,
    learning_rate=1.0,
    subsample=0.63,
    colsample_bynode=0.5,
    min_child_weight=8.0,
    reg_lambda=0.0,
    n_thresholds=0,
)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """The measurements around an alloy, as numbers.

    Attributes:
        rows: The measured alloys.
        values: Their values on the fitted scale, shape ``(n_rows,)``.
        process: What the process columns of ``rows`` are.
        is_log: Which process columns count by their logarithm, shape ``(n_process,)``.
        spreads: Standard deviations of the process columns, shape ``(n_process,)``.
    """

    rows: TrainingRows
    values: FloatArray
    process: tuple[ProcessInput, ...]
    is_log: BoolArray
    spreads: FloatArray

    @classmethod
    def of(cls, rows: TrainingRows, values: FloatArray, process: Sequence[ProcessInput]) -> Surroundings:
        """Return the surroundings that training rows make; ``values`` are on the fitted scale."""
        columns = [rows.process[:, i] for i in range(rows.process.shape[1])]
        is_log = np.array([_spans_decades(column) for column in columns], dtype=np.bool_)
        counted = [_counted(column, log) for column, log in zip(columns, is_log, strict=True)]
        spreads = np.array([_spread(column) for column in counted])
        return cls(rows, values, tuple(process), is_log, spreads)

    def describe(
        self,
        fractions: FloatArray,
        elements: Sequence[str],
        process: FloatArray,
        scores: FloatArray,
        *,
        groups: IntArray | None = None,
    ) -> FloatArray:
        """Return what is known around some alloys, shape ``(n_alloys, n_columns)``.

        Distance to the nearest alloy, and with its treatment; the prediction; groups within 2, 5 and
        10 at.%; how the nearest eight values scatter, and how they differ from the prediction. Behind
        them the treatment and the families of elements: some kinds of alloys are harder than others.

        Args:
            fractions: Atomic fractions, shape ``(n_alloys, n_elements)``.
            elements: The columns of ``fractions``.
            process: Shape ``(n_alloys, n_process)``; NaN where unknown.
            scores: Predictions on the fitted scale, shape ``(n_alloys,)``.
            groups: Codes of the alloys' own groups, whose rows don't count; shape ``(n_alloys,)``.
        """
        codes = self.rows.group_codes
        union = tuple(dict.fromkeys((*self.rows.elements, *elements)))
        queries = align(fractions, elements, union)
        measured = align(self.rows.fractions, self.rows.elements, union)
        n_nearest = self._n_nearest(codes, has_own=groups is not None)
        described = np.empty((len(queries), 5 + len(_WITHIN_AT_PCT)))
        for part, gap in gaps(queries, measured):
            at_pct = np.round(50.0 * gap, _DIGITS)
            if groups is not None:
                at_pct[groups[part, None] == codes[None, :]] = np.inf
            treated = at_pct + self._treatment_gaps(process[part])
            nearest = np.argsort(treated, axis=1, kind="stable")[:, :n_nearest]
            values = self.values[nearest]
            described[part] = np.column_stack(
                [
                    np.minimum(at_pct.min(axis=1), _FARTHEST_AT_PCT),
                    np.minimum(treated.min(axis=1), _FARTHEST_AT_PCT),
                    scores[part],
                    *(_n_groups(at_pct <= within, codes) for within in _WITHIN_AT_PCT),
                    values.std(axis=1),
                    np.abs(values - scores[part, None]).mean(axis=1),
                ]
            )
        treatment = [item.features(process[:, i]) for i, item in enumerate(self.process)]
        kind = families(present_elements(fractions, elements))
        return np.concatenate([described, *treatment, kind], axis=1)

    def _n_nearest(self, codes: IntArray, *, has_own: bool) -> int:
        """Return how many neighbors every alloy has, own groups left out."""
        largest = int(np.bincount(codes).max()) if has_own else 0
        return max(1, min(_N_NEAREST, len(codes) - largest))

    def _treatment_gaps(self, process: FloatArray) -> FloatArray:
        """Return differences in treatment as at.%, shape ``(n_alloys, n_rows)``.

        Unknown is one standard deviation, and so is another choice; times of what was never heated are alike.
        """
        total = np.zeros((len(process), len(self.rows)))
        names = tuple(item.name for item in self.process)
        of_one, of_other = needs_no_time(process, names), needs_no_time(self.rows.process, names)
        for i, (item, log, spread) in enumerate(zip(self.process, self.is_log, self.spreads, strict=True)):
            one, other = process[:, i, None], self.rows.process[None, :, i]
            if item.names is None:
                gap = np.abs(_counted(one, log) - _counted(other, log)) / spread
            else:
                gap = np.where(np.isnan(one) | np.isnan(other), np.nan, one != other)
            gap[of_one[:, None, i] & of_other[None, :, i]] = 0.0
            total += _AT_PCT_PER_STD * np.where(np.isnan(gap), 1.0, gap)
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Difficulty:
    """Expected absolute errors on the fitted scale.

    Attributes:
        forest: From surroundings to the size of an error.
        mean: Mean absolute out-of-fold error, which the forest's word is shrunk to.
        limit: The largest expected error inside the domain.
    """

    forest: Trees
    mean: float
    limit: float = np.inf

    def expected_error(self, surroundings: FloatArray) -> FloatArray:
        """Return the expected absolute error, shape ``(n_alloys,)``.

        Args:
            surroundings: What `Surroundings.describe` returned.
        """
        return _shrunk(self.forest.predict(surroundings.astype(np.float32)), self.mean)


def fit_difficulty(surroundings: FloatArray, errors: FloatArray, *, seed: int) -> Difficulty:
    """Fit the expected size of out-of-fold errors, shape ``(n_rows,)``, to their surroundings."""
    size = np.abs(errors)
    mean = max(float(size.mean()), float(np.finfo(np.float32).tiny))
    forest = fit_trees(surroundings.astype(np.float32), size, settings=_FOREST, seed=seed)
    return Difficulty(forest, mean)


def cross_fitted_errors(
    surroundings: FloatArray, errors: FloatArray, groups: IntArray, *, seed: int
) -> FloatArray:
    """Return the errors that are expected of groups that had no say, shape ``(n_rows,)``.

    The mean over a few ways to fold the groups.

    Args:
        surroundings: What `Surroundings.describe` returned without the rows' own groups.
        errors: Signed out-of-fold errors, shape ``(n_rows,)``.
        groups: Codes of the rows' groups, two at least.
        seed: Of folds and forests.
    """
    n_folds = min(_N_FOLDS, len(np.unique(groups)))
    expected = np.zeros(len(errors))
    children = np.random.SeedSequence([seed, 8]).spawn(_N_REPEATS)
    for child in children:
        folds = group_folds(groups, n_folds, np.random.default_rng(child))
        for fold in range(n_folds):
            is_out = folds == fold
            fitted = fit_difficulty(surroundings[~is_out], errors[~is_out], seed=seed)
            expected[is_out] += fitted.expected_error(surroundings[is_out]) / _N_REPEATS
    return expected


def _shrunk(raw: FloatArray, mean: float) -> FloatArray:
    relative = np.maximum(raw, 0.0) / mean
    return np.asarray(mean * np.clip(relative**_EXPONENT, _LEAST, _MOST), dtype=np.float64)


def _spans_decades(column: FloatArray) -> bool:
    known = column[np.isfinite(column)]
    return len(known) > 0 and bool(known.min() > 0) and bool(known.max() / known.min() > 10.0)


def _counted(column: FloatArray, is_log: bool) -> FloatArray:
    return np.log10(np.maximum(column, 1e-12)) if is_log else column


def _spread(column: FloatArray) -> float:
    known = column[np.isfinite(column)]
    deviation = float(known.std()) if len(known) else 0.0
    return deviation if deviation > 0 else 1.0


def _n_groups(is_near: BoolArray, codes: IntArray) -> FloatArray:
    """Return how many groups have a near row, shape ``(n_alloys,)``."""
    member = np.zeros((len(codes), int(codes.max()) + 1))
    member[np.arange(len(codes)), codes] = 1.0
    return np.asarray((is_near @ member > 0).sum(axis=1), dtype=np.float64)
