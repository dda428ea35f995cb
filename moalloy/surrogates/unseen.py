"""What models say of alloys whose neighbors they never saw: how much of a prediction was luck.

A search keeps the alloys whose predictions erred upward, and the error of a prediction comes largely from
the measurements next to it. Models fitted without the groups near an alloy don't share that error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.background import Background
from moalloy.surrogates.estimators import steady
from moalloy.surrogates.learner import Features, Learner, Scorer
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.near_groups import NEAR_AT_PCT, all_groups, groups_near, merged
from moalloy.surrogates.scale import to_scale
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.trees import TreeLearner, Trees
from moalloy.workers import ALONE, Workers, in_order

__all__ = ["MOST_SETS", "N_REFITS", "Unseen", "predict_unseen"]

# Fits per set of groups, and sets per property: about 20 s on one core for three properties of 500 rows.
N_REFITS = 3
MOST_SETS = 8
# With less left to learn from, a model says more of its poverty than of the alloy.
_FEWEST_ROWS, _FEWEST_GROUPS = 10, 2
_VALUE_STREAM, _HURDLE_STREAM = 6, 7


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some of the alloys, and the model that never saw what is near them."""

    rows: IntArray
    alloys: Alloys
    model: PropertyModel


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Predictions of ``n_alloys`` alloys by models that never saw the groups near them.

    NaN where next to nothing is left to learn from without these groups. ``within_at_pct`` is how far near
    reaches.
    """

    n_alloys: int
    parts: tuple[_Part, ...]
    within_at_pct: float = NEAR_AT_PCT

    @property
    def mean(self) -> FloatArray:
        """Predicted values in the property's unit, shape ``(n_alloys,)``."""
        return self._gathered([part.model.predict_mean(part.alloys) for part in self.parts])

    def probability(self, *, at_least: float | None = None, at_most: float | None = None) -> FloatArray:
        """Return the probability that the true value lies within the limits, shape ``(n_alloys,)``."""
        return self._gathered(
            [part.model.probability(part.alloys, at_least=at_least, at_most=at_most) for part in self.parts]
        )

    def _gathered(self, values: Sequence[FloatArray]) -> FloatArray:
        gathered = np.full(self.n_alloys, np.nan)
        for part, value in zip(self.parts, values, strict=True):
            gathered[part.rows] = value
        return gathered


@dataclass(frozen=True, slots=True, eq=False)
class _Refits:
    """Members per set of left-out groups, None where they can't be fitted, and the set of each alloy."""

    members: tuple[tuple[Scorer, ...] | None, ...]
    of_alloy: IntArray


def predict_unseen(
    model: PropertyModel,
    alloys: Alloys,
    *,
    hurdle_rows: TrainingRows | None = None,
    seed: int = 0,
    within_at_pct: float = NEAR_AT_PCT,
    workers: Workers = ALONE,
) -> Unseen:
    """Refit a model without the groups near each alloy and return what that says.

    Near are the groups with a row within some at.% of the alloy, or else the nearest one. Alloys with
    similar groups share a refit without all of them. Settings, features and calibration stay the model's.

    Args:
        model: The model whose predictions are to be checked.
        alloys: The alloys.
        hurdle_rows: What the model's hurdle was trained on; where omitted, the hurdle stays as it is.
        seed: Of the refits.
        within_at_pct: How far near reaches: half the sum of absolute differences.
        workers: Who refits; the result doesn't depend on it.
    """
    target = to_scale(model.rows.values, model.scale)
    values = _refits(
        model.inputs,
        model.rows,
        target,
        alloys,
        learners=[member.learners for member in model.members],
        seed=[seed, _VALUE_STREAM],
        within_at_pct=within_at_pct,
        workers=workers,
    )
    hurdles = _refit_hurdle(
        model,
        alloys,
        hurdle_rows,
        seed=[seed, _HURDLE_STREAM],
        within_at_pct=within_at_pct,
        workers=workers,
    )
    parts = []
    for i, members in enumerate(values.members):
        for j, classifiers in enumerate(hurdles.members):
            rows = np.flatnonzero((values.of_alloy == i) & (hurdles.of_alloy == j))
            if len(rows) == 0 or members is None or classifiers is None:
                continue
            hurdle = None if model.hurdle is None else replace(model.hurdle, members=classifiers)
            parts.append(_Part(rows, _taken(alloys, rows), replace(model, members=members, hurdle=hurdle)))
    return Unseen(len(alloys), tuple(parts), within_at_pct)


def _refit_hurdle(
    model: PropertyModel,
    alloys: Alloys,
    rows: TrainingRows | None,
    *,
    seed: list[int],
    within_at_pct: float,
    workers: Workers,
) -> _Refits:
    """Return the hurdle's members without what is near the alloys; without rows, those that there are."""
    if model.hurdle is None or rows is None:
        members = () if model.hurdle is None else model.hurdle.members
        return _Refits((members,), np.zeros(len(alloys), dtype=np.int64))
    return _refits(
        model.hurdle.inputs,
        rows,
        rows.values,
        alloys,
        learners=[_classifiers(member) for member in model.hurdle.members],
        seed=seed,
        within_at_pct=within_at_pct,
        workers=workers,
        is_classifier=True,
    )


def _refits(
    inputs: Inputs,
    rows: TrainingRows,
    target: FloatArray,
    alloys: Alloys,
    *,
    learners: Sequence[tuple[Learner, ...]],
    seed: list[int],
    within_at_pct: float,
    workers: Workers,
    is_classifier: bool = False,
) -> _Refits:
    features = inputs.features(rows.fractions, rows.elements, rows.process)
    codes = rows.group_codes
    near = groups_near(alloys.fractions, alloys.elements, rows, within_at_pct=within_at_pct)
    groups = all_groups(rows)
    sets = merged(near, np.bincount(codes, minlength=len(groups)), most=MOST_SETS)
    kept = [~left_out[codes] for left_out in sets.groups]
    can_fit = [_is_enough(codes[is_in], target[is_in], is_classifier=is_classifier) for is_in in kept]
    learners = learners[:N_REFITS]
    seeds = np.random.SeedSequence(seed).generate_state(len(learners)) >> 1
    units = [(int(i), k) for i in np.flatnonzero(can_fit) for k in range(len(learners))]
    hidden = [frozenset(np.array(groups)[left_out].tolist()) for left_out in sets.groups]
    background = Background.of(rows, inputs)
    data = _Data(background, features, target, kept, hidden, learners, [int(seed) for seed in seeds])

    with steady():
        fitted = list(in_order(workers, _refit, data, units))
    by_set: dict[int, list[Scorer]] = {}
    for (i, _), scorer in zip(units, fitted, strict=True):
        by_set.setdefault(i, []).append(scorer)
    return _Refits(tuple(tuple(by_set[i]) if i in by_set else None for i in range(len(kept))), sets.of_alloy)


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """What all refits share: rows that are kept and the groups that are hidden for each set of groups, a
    learner and a seed for each fit.
    """

    background: Background
    features: Features
    target: FloatArray
    kept: Sequence[BoolArray]
    hidden: Sequence[frozenset[str]]
    learners: Sequence[tuple[Learner, ...]]
    seeds: Sequence[int]


def _refit(data: _Data, unit: tuple[int, int]) -> Scorer:
    """Fit to what one set of groups leaves, with one of the learners."""
    i, k = unit
    return data.background.fit(
        data.learners[k],
        data.features,
        data.target,
        ~data.kept[i],
        seed=data.seeds[k],
        hidden=data.hidden[i],
    )


def _classifiers(member: Scorer) -> tuple[TreeLearner, ...]:
    """Return what fits a hurdle's member again: a booster forgets that it predicts log-odds."""
    if not isinstance(member, Trees):
        raise TypeError(f"a hurdle's member is a {type(member).__name__}; expected trees")
    return (TreeLearner(member.settings, is_classifier=True),)


def _is_enough(codes: IntArray, target: FloatArray, *, is_classifier: bool) -> bool:
    """Return whether the rows that are left can teach anything; a classifier needs both answers."""
    is_one_sided = is_classifier and len(target) > 0 and np.ptp(target) == 0
    return len(codes) >= _FEWEST_ROWS and len(np.unique(codes)) >= _FEWEST_GROUPS and not is_one_sided


def _taken(alloys: Alloys, rows: IntArray) -> Alloys:
    return Alloys(alloys.fractions[rows], alloys.elements, alloys.process[rows])
