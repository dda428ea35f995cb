"""Fitting: members on group folds, their out-of-fold predictions, and honest scores beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.background import Background
from moalloy.surrogates.ceiling import Ceiling
from moalloy.surrogates.estimators import steady
from moalloy.surrogates.folds import group_folds, random_folds
from moalloy.surrogates.ground import Ground
from moalloy.surrogates.intervals import fit_intervals
from moalloy.surrogates.learner import Features, Learner, Scorer
from moalloy.surrogates.model import BulkClassifier, PropertyModel
from moalloy.surrogates.out_of_fold import OutOfFold
from moalloy.surrogates.scale import Scale, to_scale
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.transitions import extended
from moalloy.surrogates.trees import CLASSIFIER, TreeLearner
from moalloy.surrogates.tuning import tune
from moalloy.workers import ALONE, Workers, in_order

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
    workers: Workers = ALONE


def split_by_group(groups: IntArray) -> Split:
    """Return the honest split: a group is either trained on or predicted."""
    return lambda n_folds, rng: group_folds(groups, n_folds, rng)


def split_at_random(n_rows: int) -> Split:
    """Return the flattering split, for the score that stands beside the honest one."""
    return lambda n_folds, rng: random_folds(n_rows, n_folds, rng)


def fit_property(
    name: str,
    unit: str,
    rows: TrainingRows,
    inputs: Inputs,
    *,
    plan: FitPlan,
    hurdle: BulkClassifier | None = None,
    ceiling: Ceiling | None = None,
) -> tuple[PropertyModel, OutOfFold]:
    """Fit the surrogate of one property and return it with its out-of-fold predictions.

    ``n_members`` models share the grouped folds of as many repeats as it takes; each leaves out one
    fold, so the same models that predict new alloys also give the errors that calibrate the intervals.
    """
    features = inputs.features(rows.fractions, rows.elements, rows.process)
    target = to_scale(rows.values, plan.scale)
    groups = rows.group_codes
    out_of_fold = cross_predict(
        features,
        target,
        split_by_group(groups),
        groups=groups,
        plan=plan,
        background=Background.of(rows, inputs),
    )
    ground = Ground.of(rows, inputs.process)
    difficulty, calibration, surroundings = fit_intervals(
        rows, target, out_of_fold, process=inputs.process, ground=ground, seed=plan.seed
    )
    model = PropertyModel(
        name=name,
        unit=unit,
        scale=plan.scale,
        interval=plan.interval,
        inputs=inputs,
        members=out_of_fold.members,
        calibration=calibration,
        difficulty=difficulty,
        surroundings=surroundings,
        domain=ground.domain,
        rows=rows,
        origins=out_of_fold.origins(rows.groups),
        is_positive=bool((rows.values > 0).all()),
        hurdle=hurdle,
        ceiling=ceiling,
    )
    return model, out_of_fold


def fit_hurdle(
    rows: TrainingRows, inputs: Inputs, *, plan: FitPlan, learner: TreeLearner = CLASSIFIER
) -> tuple[BulkClassifier, OutOfFold]:
    """Fit the classifier of a hurdle; ``rows.values`` are 1 for positive rows and 0 for the others.

    The plan's learners don't matter: they are regressors, and a hurdle needs log-odds.
    """
    features = inputs.features(rows.fractions, rows.elements, rows.process)
    groups = rows.group_codes
    plan = replace(plan, learners=(learner,))
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
    background: Background | None = None,
) -> OutOfFold:
    """Fit ``plan.n_members`` models, each without one fold, and predict what each left out.

    A tuned member has settings of its own, chosen on the rows that it is fitted to, without stand-ins.

    Args:
        features: Shape ``(n_rows, n_features)``.
        target: On the fitted scale, shape ``(n_rows,)``.
        split: From a number of folds and a generator to the fold of each row.
        groups: Codes of the rows' groups, two at least, for the number of folds and for tuning; shape
            ``(n_rows,)``.
        plan: Learners, members, two at least, and seed.
        background: What members may know beside the rows; nothing where omitted.
    """
    n_folds = min(N_FOLDS, plan.n_members, len(np.unique(groups)))
    n_repeats = -(-plan.n_members // n_folds)
    children = np.random.SeedSequence(plan.seed).spawn(n_repeats)
    folds = [split(n_folds, np.random.default_rng(child)) for child in children]
    tasks = [divmod(member, n_folds) for member in range(plan.n_members)]
    is_left_out = np.array([folds[repeat] == fold for repeat, fold in tasks])
    seeds = [int(seed) for seed in np.random.SeedSequence([plan.seed, 1]).generate_state(plan.n_members) >> 1]

    data = _Data(features, target, groups, plan.learners, plan.n_tune, background or Background())
    units = list(zip(is_left_out, seeds, strict=True))
    predicted = np.full((n_repeats, len(target)), np.nan)
    with steady():
        members = tuple(in_order(plan.workers, _fit_member, data, units))
        for (repeat, _), is_out, member in zip(tasks, is_left_out, members, strict=True):
            predicted[repeat, is_out] = member.predict(features[is_out])
    return OutOfFold(predicted, members, tuple(seeds), is_left_out)


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """What all members are fitted to, and how."""

    features: Features
    target: FloatArray
    groups: IntArray
    learners: tuple[Learner, ...]
    n_tune: int
    background: Background


def _fit_member(data: _Data, unit: tuple[BoolArray, int]) -> Scorer:
    """Fit one member to the rows that aren't left out, with a seed of its own."""
    is_out, seed = unit
    learners = data.learners
    if data.n_tune:
        transitions = data.background.transitions_without(is_out, seed=seed)
        seen = extended(data.features[~is_out], transitions, data.background.names)
        rows = seen, data.target[~is_out], data.groups[~is_out]
        learners = tuple(tune(learner, *rows, n_tries=data.n_tune, seed=seed) for learner in learners)
    return data.background.fit(learners, data.features, data.target, is_out, seed=seed)


def _platt(log_odds: FloatArray, labels: FloatArray) -> tuple[float, float]:
    """Return slope and offset of a logistic fit of labels on out-of-fold log-odds."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=1e6).fit(log_odds[:, None], labels)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])
