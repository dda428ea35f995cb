"""Models whose boosted trees are read by our own kernel: the same bits, several times as fast.

Importing the kernel takes a second or two, so whoever predicts a few alloys only is better off without.
XGBoost stays the reference: what differs from it by a single bit isn't used.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.surrogates.forest import Forest
from moalloy.surrogates.learner import Average, Features, Scorer
from moalloy.surrogates.model import PropertyModel
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.transitions import Relative
from moalloy.surrogates.trees import TreeLearner, Trees

__all__ = ["PackedTrees", "n_trees", "packed"]

# Training rows on which both must agree to the last bit.
_N_COMPARED = 100


@dataclass(frozen=True, slots=True, eq=False)
class PackedTrees:
    """Boosted trees and the same as a `Forest`, which does the reading."""

    trees: Trees
    forest: Forest

    @property
    def learners(self) -> tuple[TreeLearner, ...]:
        return self.trees.learners

    def predict(self, features: Features) -> FloatArray:
        """Return the raw scores, shape ``(n_alloys,)``: those of `Trees.predict`."""
        from moalloy.surrogates.forest_kernel import read_forest

        return read_forest(self.forest, features).astype(np.float64)


def n_trees(model: PropertyModel) -> int:
    """Return how many boosted trees are read for a prediction."""
    members = (*model.members, *(model.hurdle.members if model.hurdle else ()))
    learners = [learner for member in members for learner in member.learners]
    return sum(
        learner.settings.n_trees * learner.settings.n_parallel
        for learner in learners
        if isinstance(learner, TreeLearner)
    )


def packed(model: PropertyModel) -> PropertyModel:
    """Return a model that predicts the same to the last bit; its trees are packed where that can be.

    Where Numba is missing or can't keep what it compiles, and where a score of a training row differs from
    XGBoost's, trees stay as they are.
    """
    if not _has_kernel():
        return model
    rows, hurdle = model.rows, model.hurdle
    if hurdle is not None:
        hurdle = replace(hurdle, members=_all_packed(hurdle.members, _some_features(hurdle.inputs, rows)))
    return replace(
        model, members=_all_packed(model.members, _some_features(model.inputs, rows)), hurdle=hurdle
    )


@functools.cache
def _has_kernel() -> bool:
    try:
        import moalloy.surrogates.forest_kernel  # noqa: F401
    except (ImportError, RuntimeError):  # no Numba for this Python; no folder that it may write to
        return False
    return True


def _some_features(inputs: Inputs, rows: TrainingRows) -> Features:
    process = rows.process[:_N_COMPARED, : len(inputs.process)]
    return inputs.features(rows.fractions[:_N_COMPARED], rows.elements, process)


def _all_packed(members: tuple[Scorer, ...], features: Features) -> tuple[Scorer, ...]:
    return tuple(_packed(member, features) for member in members)


def _packed(scorer: Scorer, features: Features) -> Scorer:
    if isinstance(scorer, Relative):
        return replace(scorer, scorer=_packed(scorer.scorer, scorer.extended(features)))
    if isinstance(scorer, Average):
        return replace(scorer, scorers=_all_packed(scorer.scorers, features))
    if not isinstance(scorer, Trees):
        return scorer
    try:
        candidate = PackedTrees(scorer, Forest.of(json.loads(scorer.booster.save_raw("json"))))
    except ValueError:
        return scorer
    is_same = np.array_equal(candidate.predict(features), scorer.predict(features))
    return candidate if is_same else scorer
