"""Which features a model's predictions hang on, and how surely: TreeSHAP, member by member.

Every member was trained without some groups, so what all of them find important doesn't hang on one
paper. It is what the model uses, and no cause: of features that rise and fall together it may use either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.learner import Features
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.parts import Part

__all__ = ["Contributions", "Importance", "contributions", "directions", "importance"]


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """What each feature adds to the score of each alloy.

    Attributes:
        features: The features that it is added for, shape ``(n_alloys, n_features)``.
        by_member: One layer per member, shape ``(n_members, n_alloys, n_features)``.
        base: The score before any feature is known, shape ``(n_members,)``.
    """

    features: Features
    by_member: FloatArray
    base: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean over the members, which is what enters the prediction; ``(n_alloys, n_features)``."""
        return np.asarray(self.by_member.mean(axis=0), dtype=np.float64)

    @property
    def score(self) -> FloatArray:
        """The prediction that they sum up to, shape ``(n_alloys,)``."""
        return np.asarray(self.base.mean() + self.mean.sum(axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """How much of what a model says of some alloys comes from each feature, or each group of features.

    Attributes:
        names: Of the features or groups.
        shares: Of each member, shape ``(n_members, n_names)``; a row sums to 1, or is 0 for a constant.
    """

    names: tuple[str, ...]
    shares: FloatArray

    @property
    def n_members(self) -> int:
        return len(self.shares)

    @property
    def median(self) -> FloatArray:
        """Median over the members, shape ``(n_names,)``."""
        return np.asarray(np.median(self.shares, axis=0), dtype=np.float64)

    @property
    def lowest(self) -> FloatArray:
        return np.asarray(self.shares.min(axis=0), dtype=np.float64)

    @property
    def highest(self) -> FloatArray:
        return np.asarray(self.shares.max(axis=0), dtype=np.float64)

    @property
    def order(self) -> IntArray:
        """Indices of the names from the largest median down; of equal ones the first comes first."""
        return np.argsort(-self.median, kind="stable").astype(np.int64)

    def n_in_top(self, k: int) -> IntArray:
        """Return in how many members each name is among the ``k`` largest, shape ``(n_names,)``.

        What a member doesn't use at all is never among them.
        """
        rank = np.argsort(np.argsort(-self.shares, axis=1, kind="stable"), axis=1)
        is_in: BoolArray = (rank < k) & (self.shares > 0)
        return np.asarray(is_in.sum(axis=0), dtype=np.int64)


def contributions(part: Part, alloys: Alloys) -> Contributions:
    """Return what each feature adds to the score of each alloy, on the scale of ``part``.

    Memory: 8 bytes per member, alloy and feature.
    """
    features = part.features(alloys)
    shares = part.slope * np.stack([member.contributions(features) for member in part.members])
    return Contributions(part.seen(features), part.folded(shares[:, :, :-1]), shares[:, 0, -1] + part.offset)


def importance(found: Contributions, names: Sequence[str]) -> Importance:
    """Return the share of each feature in the mean absolute contribution.

    Args:
        found: Contributions for the alloys that the shares are to be of.
        names: Of the features. Features of one name count as one: their contributions are added up
            first, so what they take from each other cancels.

    >>> split = Contributions(np.zeros((1, 3), np.float32), np.array([[[3.0, -1.0, 2.0]]]), np.zeros(1))
    >>> importance(split, ["Fe", "Fe", "B"]).shares
    array([[0.5, 0.5]])
    """
    unique = tuple(dict.fromkeys(names))
    belongs = np.array([[name == group for group in unique] for name in names], dtype=np.float64)
    size = np.abs(found.by_member @ belongs).mean(axis=1)
    total = size.sum(axis=1, keepdims=True)
    return Importance(unique, np.divide(size, total, out=np.zeros_like(size), where=total > 0))


def directions(found: Contributions) -> FloatArray:
    """Return how contributions go with their features: from -1 (more lowers) to 1 (more raises).

    Spearman's rank correlation over the alloys that have the feature, shape ``(n_features,)``; NaN where
    either is constant.
    """
    return np.array(
        [
            _rank_correlation(column, added)
            for column, added in zip(found.features.T, found.mean.T, strict=True)
        ]
    )


def _rank_correlation(feature: Features, added: FloatArray) -> float:
    known = np.isfinite(feature)
    if not known.any() or np.ptp(feature[known]) == 0 or np.ptp(added[known]) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(feature[known]), rankdata(added[known]))[0, 1])
