"""How large an error to expect of a prediction, from what was measured around the alloy.

Models err more where measurements are few, scatter, or contradict the prediction. A random forest
(Breiman, Machine Learning 45 (2001) 5) learns the size of out-of-fold errors from these; it scales the
intervals, as in normalized conformal prediction (Papadopoulos et al., J. Artif. Intell. Res. 40 (2011)
815), and where it expects too much, the alloy is outside the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.features.families import families
from moalloy.features.present import PresentElements, present_elements
from moalloy.surrogates.folds import group_folds
from moalloy.surrogates.neighbors import PER_AT_PCT, Around, Asked, Known, Scales, align
from moalloy.surrogates.training import ProcessInput, TrainingRows, needs_no_time
from moalloy.surrogates.trees import Trees, TreeSettings, fit_trees

__all__ = ["Difficulty", "Surroundings", "cross_fitted_errors", "fit_difficulty"]

# A difference in treatment by one standard deviation counts as so many at.% of another composition.
_AT_PCT_PER_STD = 5.0
_N_NEAREST = 8
_WITHIN_AT_PCT = (2.0, 5.0, 10.0)
_FARTHEST_AT_PCT = 40.0
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


@dataclass(frozen=True, eq=False)
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
        around = self.look(fractions, elements, process, groups=groups)
        return self.described(around, present_elements(fractions, elements), process, scores)

    def look(
        self,
        fractions: FloatArray,
        elements: Sequence[str],
        process: FloatArray,
        *,
        groups: IntArray | None = None,
    ) -> Around:
        """Return which measurements are around some alloys; arguments as of `describe`."""
        from moalloy.surrogates.neighbors_kernel import look_around

        own = np.full(len(fractions), -1) if groups is None else groups
        asked = Asked(align(fractions, elements, self.rows.elements), *self._counted(process), own)
        n_nearest = self._n_nearest(self._known.groups, has_own=groups is not None)
        return look_around(asked, self._known, self._scales, n_nearest)

    def described(
        self, around: Around, present: PresentElements, process: FloatArray, scores: FloatArray
    ) -> FloatArray:
        """Return what `describe` does of alloys that were looked around."""
        values = self.values[around.nearest]
        described = np.column_stack(
            [
                np.minimum(around.at_pct, _FARTHEST_AT_PCT),
                np.minimum(around.treated, _FARTHEST_AT_PCT),
                scores,
                around.n_groups,
                values.std(axis=1),
                np.abs(values - scores[:, None]).mean(axis=1),
            ]
        )
        treatment = [item.features(process[:, i]) for i, item in enumerate(self.process)]
        return np.concatenate([described, *treatment, families(present)], axis=1)

    @cached_property
    def _known(self) -> Known:
        is_held = self.rows.fractions > 0
        first = np.concatenate([[0], np.cumsum(is_held.sum(axis=1))]).astype(np.int64)
        columns = np.nonzero(is_held)[1].astype(np.int64)
        treatments = self._counted(self.rows.process)
        return Known(first, columns, self.rows.fractions[is_held], *treatments, self.rows.group_codes)

    @cached_property
    def _scales(self) -> Scales:
        is_choice = np.array([item.names is not None for item in self.process], dtype=np.bool_)
        return Scales(self.spreads, is_choice, _AT_PCT_PER_STD, np.array(_WITHIN_AT_PCT), PER_AT_PCT)

    def _n_nearest(self, codes: IntArray, *, has_own: bool) -> int:
        """Return how many neighbors every alloy has, own groups left out."""
        largest = int(np.bincount(codes).max()) if has_own else 0
        return max(1, min(_N_NEAREST, len(codes) - largest))

    def _counted(self, process: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return treatments as they are held against each other, and which may be blank; shapes kept.

        Unknown is one standard deviation, and so is another choice; times of what was never heated are alike.
        """
        columns = [_counted(process[:, i], log) for i, log in enumerate(self.is_log)]
        values = np.column_stack(columns) if columns else np.empty(process.shape)
        return values, needs_no_time(process, tuple(item.name for item in self.process))


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
