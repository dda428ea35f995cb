"""Fitting: members on group folds, their out-of-fold predictions, and honest scores beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import joblib
import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.calibration import calibrate
from moalloy.surrogates.estimators import steady
from moalloy.surrogates.folds import group_folds, random_folds
from moalloy.surrogates.learner import Features, Learner, Origin, Scorer, fit_average
from moalloy.surrogates.model import BulkClassifier, PropertyModel, Scale
from moalloy.surrogates.neighbors import Domain, distances_to_other_groups_at_pct
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.trees import Device, TreeLearner
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
    """How to fit: everything that decides the models beside the rows themselves.

    Of several ``learners`` each member is the average, all of them fitted to the same rows.
    """

    scale: Scale
    interval: float
    n_members: int
    seed: int
    learners: tuple[Learner, ...] = (TreeLearner(),)
    n_tune: int = 0
    jobs: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    """Predictions of rows by members that never saw their group, on the fitted scale.

    ``predicted`` has shape ``(n_repeats, n_rows)``; NaN where the last repeat was cut short. The first
    repeat is always whole. ``seeds`` and ``is_left_out``, shape ``(n_members, n_rows)``, are what each
    member was fitted with and without.
    """

    predicted: FloatArray
    members: tuple[Scorer, ...]
    seeds: tuple[int, ...]
    is_left_out: BoolArray

    @property
    def mean(self) -> FloatArray:
        """Mean over repeats, shape ``(n_rows,)``."""
        return np.asarray(np.nanmean(self.predicted, axis=0), dtype=np.float64)

    def origins(self, groups: tuple[str, ...]) -> tuple[Origin, ...]:
        """Return how to fit each member again, given the groups of the rows that the folds kept whole."""
        labels = np.array(groups)
        return tuple(
            Origin(seed, tuple(str(label) for label in np.unique(labels[is_out])))
            for seed, is_out in zip(self.seeds, self.is_left_out, strict=True)
        )


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
        origins=out_of_fold.origins(rows.groups),
        is_positive=bool((rows.values > 0).all()),
        hurdle=hurdle,
    )
    return model, out_of_fold


def fit_hurdle(
    rows: TrainingRows, inputs: Inputs, *, plan: FitPlan, device: Device = "cpu"
) -> tuple[BulkClassifier, OutOfFold]:
    """Fit the classifier of a hurdle; ``rows.values`` are 1 for positive rows and 0 for the others.

    It is XGBoost whatever the plan's learners are: they are regressors, and a hurdle needs log-odds.
    """
    features = inputs.features(rows.fractions, rows.elements, rows.process)
    groups = rows.group_codes
    plan = replace(plan, learners=(TreeLearner(device=device, is_classifier=True),))
    out_of_fold = cross_predict(features, rows.values, split_by_group(groups), groups=groups, plan=plan)
    slope, offset = _platt(out_of_fold.mean, rows.values)
    return BulkClassifier(inputs, out_of_fold.members, slope, offset), out_of_fold


def cross_predict(
    features: Features,
    target: FloatArray,
    split: Split,
    *,
    groups: IntArray,
    plan: FitPlan,
) -> OutOfFold:
    """Fit ``plan.n_members`` models, each without one fold, and predict what each left out.

    A tuned member has settings of its own, chosen on the rows that it is fitted to.

    Args:
        features: Shape ``(n_rows, n_features)``.
        target: On the fitted scale, shape ``(n_rows,)``.
        split: From a number of folds and a generator to the fold of each row.
        groups: Codes of the rows' groups, two at least, for the number of folds and for tuning; shape
            ``(n_rows,)``.
        plan: Learners, members, two at least, and seed.
    """
    n_folds = min(N_FOLDS, plan.n_members, len(np.unique(groups)))
    n_repeats = -(-plan.n_members // n_folds)
    children = np.random.SeedSequence(plan.seed).spawn(n_repeats)
    folds = [split(n_folds, np.random.default_rng(child)) for child in children]
    tasks = [divmod(member, n_folds) for member in range(plan.n_members)]
    is_left_out = np.array([folds[repeat] == fold for repeat, fold in tasks])
    seeds = [int(seed) for seed in np.random.SeedSequence([plan.seed, 1]).generate_state(plan.n_members) >> 1]

    def fit_one(is_out: BoolArray, seed: int) -> Scorer:
        rows = features[~is_out], target[~is_out]
        tuned = (
            tune(learner, *rows, groups[~is_out], n_tries=plan.n_tune, seed=seed) for learner in plan.learners
        )
        return fit_average(tuple(tuned), *rows, seed=seed)

    # Threads: the libraries let go of Python's lock while they train, and nothing has to be pickled.
    parallel = joblib.Parallel(n_jobs=plan.jobs, prefer="threads")
    predicted = np.full((n_repeats, len(target)), np.nan)
    with steady():
        members = tuple(parallel(map(joblib.delayed(fit_one), is_left_out, seeds)))
        for (repeat, _), is_out, member in zip(tasks, is_left_out, members, strict=True):
            predicted[repeat, is_out] = member.predict(features[is_out])
    return OutOfFold(predicted, members, tuple(seeds), is_left_out)


def _platt(log_odds: FloatArray, labels: FloatArray) -> tuple[float, float]:
    """Return slope and offset of a logistic fit of labels on out-of-fold log-odds."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=1e6).fit(log_odds[:, None], labels)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])
