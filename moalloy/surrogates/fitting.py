"""Fitting: members on group folds, their out-of-fold predictions, and honest scores beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import joblib
import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.calibration import calibrate
from moalloy.surrogates.folds import group_folds, random_folds
from moalloy.surrogates.model import BulkClassifier, PropertyModel, Scale
from moalloy.surrogates.neighbors import Domain, distances_to_other_groups_at_pct
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.trees import DEFAULT_SETTINGS, Device, Features, Trees, TreeSettings, fit_trees
from moalloy.surrogates.tuning import tune

__all__ = [
    "N_FOLDS",
    "FitPlan",
    "OutOfFold",
    "Split",
    "cross_predict",
    "fit_hurdle",
    "fit_property",
    "split_at_random",
    "split_by_group",
    "to_scale",
]

Split = Callable[[int, np.random.Generator], IntArray]

N_FOLDS = 5


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How to fit: everything that decides the models beside the rows themselves."""

    scale: Scale
    interval: float
    n_members: int
    seed: int
    settings: TreeSettings = DEFAULT_SETTINGS
    n_tune: int = 0
    device: Device = "cpu"
    jobs: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    """Predictions of rows by members that never saw their group, on the fitted scale.

    ``predicted`` has shape ``(n_repeats, n_rows)``; NaN where the last repeat was cut short. The first
    repeat is always whole.
    """

    predicted: FloatArray
    members: tuple[Trees, ...]

    @property
    def mean(self) -> FloatArray:
        """Mean over repeats, shape ``(n_rows,)``."""
        return np.asarray(np.nanmean(self.predicted, axis=0), dtype=np.float64)


def split_by_group(groups: IntArray) -> Split:
    """Return the honest split: a group is either trained on or predicted."""
    return lambda n_folds, rng: group_folds(groups, n_folds, rng)


def split_at_random(n_rows: int) -> Split:
    """Return the flattering split, for the score that stands beside the honest one."""
    return lambda n_folds, rng: random_folds(n_rows, n_folds, rng)


def to_scale(values: FloatArray, scale: Scale) -> FloatArray:
    """Return values on the scale that is fitted: as they are, or their decimal logarithm."""
    return np.log10(values) if scale == "log" else values


def fit_property(
    name: str,
    unit: str,
    rows: TrainingRows,
    inputs: Inputs,
    *,
    plan: FitPlan,
    hurdle: BulkClassifier | None = None,
) -> tuple[PropertyModel, OutOfFold]:
    """Fit the surrogate of one property and return it with its out-of-fold predictions.

    ``n_members`` models share the grouped folds of as many repeats as it takes; each leaves out one
    fold, so the same models that predict new alloys also give the errors that calibrate the intervals.
    """
    features = inputs.features(rows.fractions, rows.elements, rows.process)
    target = to_scale(rows.values, plan.scale)
    groups = rows.group_codes
    out_of_fold = cross_predict(features, target, split_by_group(groups), groups=groups, plan=plan)
    errors = target - out_of_fold.mean
    distances = distances_to_other_groups_at_pct(rows.fractions, groups)
    is_known = rows.has_known_treatment
    model = PropertyModel(
        name=name,
        unit=unit,
        scale=plan.scale,
        interval=plan.interval,
        inputs=inputs,
        members=out_of_fold.members,
        calibration=calibrate(errors[is_known], distances[is_known]),
        domain=Domain.of(rows.elements, rows.fractions, groups),
        rows=rows,
        is_positive=bool((rows.values > 0).all()),
        hurdle=hurdle,
    )
    return model, out_of_fold


def fit_hurdle(rows: TrainingRows, inputs: Inputs, *, plan: FitPlan) -> tuple[BulkClassifier, OutOfFold]:
    """Fit the classifier of a hurdle; ``rows.values`` are 1 for positive rows and 0 for the others."""
    features = inputs.features(rows.fractions, rows.elements, rows.process)
    groups = rows.group_codes
    out_of_fold = cross_predict(
        features,
        rows.values,
        split_by_group(groups),
        groups=groups,
        plan=plan,
        is_classifier=True,
    )
    slope, offset = _platt(out_of_fold.mean, rows.values)
    return BulkClassifier(inputs, out_of_fold.members, slope, offset), out_of_fold


def cross_predict(
    features: Features,
    target: FloatArray,
    split: Split,
    *,
    groups: IntArray,
    plan: FitPlan,
    is_classifier: bool = False,
) -> OutOfFold:
    """Fit ``plan.n_members`` models, each without one fold, and predict what each left out.

    Args:
        features: Shape ``(n_rows, n_features)``.
        target: On the fitted scale, shape ``(n_rows,)``.
        split: From a number of folds and a generator to the fold of each row.
        groups: Codes of the rows' groups, two at least, for the number of folds and for tuning; shape
            ``(n_rows,)``.
        plan: Members, two at least, seed and settings.
        is_classifier: Fit log-odds.
    """
    n_folds = min(N_FOLDS, plan.n_members, len(np.unique(groups)))
    n_repeats = -(-plan.n_members // n_folds)
    children = np.random.SeedSequence(plan.seed).spawn(n_repeats)
    folds = [split(n_folds, np.random.default_rng(child)) for child in children]
    tasks = [divmod(member, n_folds) for member in range(plan.n_members)]
    seeds = np.random.SeedSequence([plan.seed, 1]).generate_state(plan.n_members) >> 1

    def settings_for(member: int, is_in: BoolArray) -> TreeSettings:
        if plan.n_tune == 0:
            return plan.settings
        return tune(
            features[is_in],
            target[is_in],
            groups[is_in],
            n_tries=plan.n_tune,
            seed=int(seeds[member]),
            is_classifier=is_classifier,
            device=plan.device,
        )

    def fit_one(member: int) -> Trees:
        repeat, fold = tasks[member]
        is_in = folds[repeat] != fold
        return fit_trees(
            features[is_in],
            target[is_in],
            settings=settings_for(member, is_in),
            seed=int(seeds[member]),
            is_classifier=is_classifier,
            device=plan.device,
        )

    # Threads: XGBoost lets go of Python's lock while it trains, and nothing has to be pickled.
    parallel = joblib.Parallel(n_jobs=plan.jobs, prefer="threads")
    members = tuple(parallel(joblib.delayed(fit_one)(member) for member in range(plan.n_members)))
    predicted = np.full((n_repeats, len(target)), np.nan)
    for (repeat, fold), member in zip(tasks, members, strict=True):
        is_out = folds[repeat] == fold
        predicted[repeat, is_out] = member.predict(features[is_out])
    return OutOfFold(predicted, members)


def _platt(log_odds: FloatArray, labels: FloatArray) -> tuple[float, float]:
    """Return slope and offset of a logistic fit of labels on out-of-fold log-odds."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=1e6).fit(log_odds[:, None], labels)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])
