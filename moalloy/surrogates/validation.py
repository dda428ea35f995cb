"""Honest scores: by group, with their spread, beside the random split and two trivial models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.surrogates.background import Background
from moalloy.surrogates.coverage import LEVELS, Coverage, coverage_on_unseen, domain_on_unseen
from moalloy.surrogates.difficulty import Surroundings
from moalloy.surrogates.fitting import N_FOLDS, FitPlan, Split, cross_predict, split_at_random, split_by_group
from moalloy.surrogates.folds import group_folds
from moalloy.surrogates.ground import Ground
from moalloy.surrogates.intervals import DomainScores, domain_limit, domain_scores, expected_errors
from moalloy.surrogates.neighbors import gaps_to_other_groups
from moalloy.surrogates.out_of_fold import OutOfFold
from moalloy.surrogates.replicates import Reproducibility, WorstGroup, reproducibility, worst_group
from moalloy.surrogates.scale import to_scale
from moalloy.surrogates.scores import Scores, Spread, score, spread
from moalloy.surrogates.training import Inputs, TrainingRows

__all__ = ["SplitScores", "Validation", "validate"]


@dataclass(frozen=True, slots=True)
class SplitScores:
    """Scores of one way to split; ``mae`` is on the fitted scale.

    In each repeat one member predicts a row, so the spread over repeats is that of single members. What is
    printed elsewhere is the mean of all members: ``together`` scores the mean of ``n_together`` fitted like
    them that never saw the row's group, one of each repeat and no more than the surrogate has.
    """

    r2: Spread
    mae: Spread
    spearman: Spread
    together: Scores
    n_together: int

    @classmethod
    def of(cls, target: FloatArray, repeats: Sequence[FloatArray], *, n_members: int) -> SplitScores:
        """Return the scores of some repeats, each of shape ``(n_rows,)`` like the target."""
        scores = [score(target, predicted) for predicted in repeats]
        joined = repeats[:n_members]
        return cls(
            spread([item.r2 for item in scores]),
            spread([item.mae for item in scores]),
            spread([item.spearman for item in scores]),
            score(target, np.mean(joined, axis=0)),
            len(joined),
        )

    def to_dict(self) -> dict[str, dict[str, float | None]]:
        return {
            "r2": self.r2.to_dict(),
            "mae": self.mae.to_dict(),
            "spearman": self.spearman.to_dict(),
            "together": {**self.together.to_dict(), "members": self.n_together},
        }


@dataclass(frozen=True, slots=True)
class Validation:
    """How far a surrogate can be trusted.

    Attributes:
        n_rows: Rows with a value, all of which train.
        n_scored: Rows with a value and a known treatment, which the scores are of; all if those are few.
        n_groups: Groups they come from.
        by_group: Scores on groups that the model never saw: the number to quote.
        at_random: The same under random folds: flatters, because papers report near-duplicates.
        mean: Score of predicting the mean of the training folds, by group.
        nearest: Score of repeating the value of the nearest alloy of another group.
        worst: The group that is predicted worst.
        reproducibility: How far groups agree on one alloy.
        interval: How the printed intervals do on unseen groups.
        levels: The same at 50, 80 and 90 %.
        domain: Errors inside and outside the domain.
        domain_unseen: The same with a limit that a group had no part in.
    """

    n_rows: int
    n_scored: int
    n_groups: int
    by_group: SplitScores
    at_random: SplitScores
    mean: Scores
    nearest: Scores
    worst: WorstGroup
    reproducibility: Reproducibility
    interval: Coverage
    levels: tuple[Coverage, ...]
    domain: DomainScores
    domain_unseen: DomainScores

    def to_dict(self) -> dict[str, object]:
        return {
            "rows": self.n_rows,
            "rows_scored": self.n_scored,
            "groups": self.n_groups,
            "by_group": self.by_group.to_dict(),
            "random": self.at_random.to_dict(),
            "baseline_mean": self.mean.to_dict(),
            "baseline_nearest": self.nearest.to_dict(),
            "worst_group": self.worst.to_dict(),
            "reproducibility": self.reproducibility.to_dict(),
            "interval": self.interval.level,
            "coverage_on_unseen_groups": self.interval.coverage,
            "mean_interval_width": self.interval.mean_width,
            "coverage_levels": [item.to_dict() for item in self.levels],
        }

    def domain_to_dict(self) -> dict[str, object]:
        """Return how the domain tells small errors from large ones."""
        return {**self.domain.to_dict(), "ratio_on_unseen_groups": self.domain_unseen.to_dict()["ratio"]}


def validate(
    rows: TrainingRows, inputs: Inputs, out_of_fold: OutOfFold, *, plan: FitPlan, n_repeats: int
) -> Validation:
    """Score a surrogate by repeated grouped and random cross-validation.

    Args:
        rows: The training rows.
        inputs: From alloys to features.
        out_of_fold: What `fit_property` returned; its repeats of five folds count towards ``n_repeats``.
        plan: The plan that the surrogate was fitted with.
        n_repeats: Repeats of each split, five folds each or one per group; R2 is pooled over the folds
            of a repeat.
    """
    target = to_scale(rows.values, plan.scale)
    groups = rows.group_codes
    # An ensemble of two to four members has as many folds, which leave out more than a fifth.
    is_alike = plan.n_members >= min(N_FOLDS, rows.n_groups)
    complete = [row for row in out_of_fold.predicted if is_alike and np.isfinite(row).all()]
    grouped = complete[:n_repeats]
    missing = n_repeats - len(grouped)
    by_group, at_random = split_by_group(groups), split_at_random(len(rows))
    grouped += _repeats(rows, inputs, by_group, groups=groups, plan=plan, n_repeats=missing, stream=2)
    alone = np.arange(len(rows))
    flattering = _repeats(rows, inputs, at_random, groups=alone, plan=plan, n_repeats=n_repeats, stream=3)
    known = rows.has_known_treatment
    around = Surroundings.of(rows, target, inputs.process)
    ground = Ground.of(rows, inputs.process)
    found = expected_errors(rows, target, out_of_fold, around=around, ground=ground, seed=plan.seed)
    errors = found.errors, found.expected, groups[known]
    interval, *levels = coverage_on_unseen(*errors, levels=(plan.interval, *LEVELS), seed=plan.seed)
    is_inside = found.is_reached & (
        found.expected <= domain_limit(found.errors, found.expected, found.is_reached)
    )
    scores_of = partial(SplitScores.of, target[known], n_members=plan.n_members)
    return Validation(
        n_rows=len(rows),
        n_scored=int(known.sum()),
        n_groups=rows.n_groups,
        by_group=scores_of([predicted[known] for predicted in grouped]),
        at_random=scores_of([predicted[known] for predicted in flattering]),
        mean=score(target[known], _mean_of_others(target, groups, plan.seed)[known]),
        nearest=score(target[known], _nearest_of_others(rows, target, groups)[known]),
        worst=worst_group(rows, target - out_of_fold.mean),
        reproducibility=reproducibility(rows, target),
        interval=interval,
        levels=tuple(levels),
        domain=domain_scores(found.errors, is_inside),
        domain_unseen=domain_on_unseen(*errors, is_reached=found.is_reached, seed=plan.seed),
    )


def _repeats(
    rows: TrainingRows,
    inputs: Inputs,
    split: Split,
    *,
    groups: IntArray,
    plan: FitPlan,
    n_repeats: int,
    stream: int,
) -> list[FloatArray]:
    """Return out-of-fold predictions of further repeats, each of shape ``(n_rows,)``."""
    if n_repeats <= 0:
        return []
    n_folds = min(N_FOLDS, len(np.unique(groups)))
    seed = int(np.random.SeedSequence([plan.seed, stream]).generate_state(1)[0] >> 1)
    repeated = replace(plan, seed=seed, n_members=n_folds * n_repeats)
    out_of_fold = cross_predict(
        inputs.features(rows.fractions, rows.elements, rows.process),
        to_scale(rows.values, plan.scale),
        split,
        groups=groups,
        plan=repeated,
        background=Background.of(rows, inputs),
    )
    return list(out_of_fold.predicted)


def _mean_of_others(target: FloatArray, groups: IntArray, seed: int) -> FloatArray:
    """Return the mean of the training folds for each row."""
    folds = group_folds(groups, min(N_FOLDS, len(np.unique(groups))), np.random.default_rng(seed))
    predicted = np.empty(len(target))
    for fold in np.unique(folds):
        predicted[folds == fold] = target[folds != fold].mean()
    return predicted


def _nearest_of_others(rows: TrainingRows, target: FloatArray, groups: IntArray) -> FloatArray:
    """Return the mean value of the nearest alloys (ties averaged) that other groups report."""
    predicted = np.empty(len(rows))
    for part, gap in gaps_to_other_groups(rows.fractions, groups):
        is_nearest = gap <= gap.min(axis=1, keepdims=True) + 1e-9
        predicted[part] = is_nearest @ target / is_nearest.sum(axis=1)
    return predicted
