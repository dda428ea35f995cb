"""Thresholds at random, as extremely randomized trees have them, for trees that XGBoost boosts.

A few hundred alloys put a feature's best threshold down by chance, and every tree puts it at the same place.
Drawn anew every few trees, thresholds differ from tree to tree, and what an ensemble says changes by small
steps (Geurts, Ernst, Wehenkel, Machine Learning 63 (2006) 3, doi:10.1007/s10994-006-6226-1). XGBoost isn't
asked to know: it is given, in place of a value, how many thresholds lie at or below it, and a comparison of
such places is a comparison of values with one of the thresholds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moalloy.domain.values import IntArray
from moalloy.surrogates.learner import Features

__all__ = ["Gaps", "places", "restore_values"]

_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Between two neighbors of a feature's values lies a gap, where thresholds may be.

    Attributes:
        values: The distinct values of each feature, rising, one feature after the other.
        first: Where those of each feature begin, shape ``(n_features,)``.
        n_gaps: Of each feature, shape ``(n_features,)``; 0 where it is constant.
    """

    values: NDArray[np.float32]
    first: IntArray
    n_gaps: IntArray

    @classmethod
    def of(cls, features: Features) -> Gaps:
        """Return the gaps of features, shape ``(n_rows, n_features)``; NaN is no value."""
        distinct = [np.unique(column[~np.isnan(column)]) for column in features.T]
        sizes = np.array([len(values) for values in distinct], dtype=np.int64)
        # One more, for a constant feature that comes last to have a neighbor.
        values = np.concatenate([*distinct, np.zeros(2, dtype=np.float32)])
        return cls(values, np.cumsum(sizes) - sizes, np.maximum(sizes - 1, 0))

    def draw(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return ``n`` thresholds of each feature, rising, shape ``(n_features, n)``; infinite without gaps.

        Every gap is as likely as another, and every place within it.
        """
        u = rng.random((2, len(self.n_gaps), n))
        gap = self.first[:, None] + (u[0] * self.n_gaps[:, None]).astype(np.int64)
        below, above = self.values[gap], self.values[gap + 1]
        drawn = (below + (above - below) * u[1]).astype(np.float32)
        # The value below has to be below in float32, too, and the one above at or above.
        drawn = np.minimum(np.maximum(drawn, np.nextafter(below, np.float32(np.inf))), above)
        drawn[self.n_gaps == 0] = np.inf
        return np.sort(drawn, axis=1)


def places(features: Features, thresholds: NDArray[np.float32]) -> Features:
    """Return how many of its feature's thresholds are at or below each value, same shape; NaN stays NaN.

    Args:
        features: Shape ``(n_rows, n_features)``.
        thresholds: Shape ``(n_features, n)``.
    """
    placed = np.zeros_like(features)
    for own in thresholds.T:
        placed += features >= own
    placed[np.isnan(features)] = np.nan
    return placed


def restore_values(trees: Sequence[Mapping[str, Any]], thresholds: NDArray[np.float32]) -> None:
    """Let trees that compare places compare values instead; they answer as before.

    Args:
        trees: In XGBoost's JSON form; their conditions are changed.
        thresholds: What `places` was given.
    """
    n = thresholds.shape[1]
    # What no value is below, the thresholds, what every value is below; infinity is no number in JSON.
    values = np.full((len(thresholds), n + 2), -_LARGEST)
    values[:, 1:] = np.inf
    values[:, 1 : n + 1] = thresholds
    rows = np.minimum(values, _LARGEST).tolist()
    for tree in trees:
        conditions, features = tree["split_conditions"], tree["split_indices"]
        for node, child in enumerate(tree["left_children"]):
            if child >= 0:
                number = min(max(math.ceil(conditions[node]), 0), n + 1)
                conditions[node] = rows[features[node]][number]
