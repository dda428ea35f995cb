"""Models whose boosted trees are read by our own kernel: the same bits, several times as fast.

Importing the kernel takes a second or two, so whoever predicts a few alloys only is better off without.
XGBoost stays the reference: what differs from it by a single bit isn't used.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import orjson

from moalloy.domain.values import FloatArray
from moalloy.surrogates.forest import Forest
from moalloy.surrogates.learner import Features, Scorer
from moalloy.surrogates.model import PropertyModel
from moalloy.surrogates.reading import read_by
from moalloy.surrogates.trees import TreeLearner, Trees

__all__ = ["PackedTrees", "n_trees", "packed"]


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
    return read_by(_packed, model) if _has_kernel() else model


@functools.cache
def _has_kernel() -> bool:
    try:
        import moalloy.surrogates.forest_kernel  # noqa: F401
    except (ImportError, RuntimeError):  # no Numba for this Python; no folder that it may write to
        return False
    return True


def _packed(trees: Trees, features: Features) -> Scorer:
    try:
        candidate = PackedTrees(trees, Forest.of(orjson.loads(trees.booster.save_raw("json"))))
    except ValueError:
        return trees
    is_same = np.array_equal(candidate.predict(features), trees.predict(features))
    return candidate if is_same else trees
