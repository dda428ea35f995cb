"""What an exhaustive search keeps of the alloys it has seen: one for each outcome that none dominates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from moalloy.domain.printed import compared, meets_limits_as_printed, round_significant
from moalloy.domain.problem import DesignProblem, Evaluation
from moalloy.domain.values import FloatArray, IntArray
from moalloy.pareto import non_dominated

__all__ = ["Closeness", "Shortlist", "shortlist"]

# Distance of alloys to what was measured, shape (n_alloys,).
Closeness = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """Alloys whose printed outcomes no other dominates, one for each outcome.

    Trees are flat in places, so thousands of alloys may share an outcome. The one nearest to a measured
    alloy stands for them, the first by rank among equally near ones: what is kept grows with the front
    alone, and lists of parts of a space merge into the list of the whole, however it was cut.

    Attributes:
        X: Shape ``(n_outcomes, n_columns)``.
        scores: As evaluated, not rounded, shape ``(n_outcomes, n_objectives)``.
        G: Limits, shape ``(n_outcomes, n_limits)``.
        distance: To the nearest measured alloy, shape ``(n_outcomes,)``.
        n_equal: Alloys with the same printed scores that meet the limits, shape ``(n_outcomes,)``.
    """

    X: FloatArray
    scores: FloatArray
    G: FloatArray
    distance: FloatArray
    n_equal: IntArray

    def __len__(self) -> int:
        return len(self.X)

    @classmethod
    def empty(cls, design: DesignProblem) -> Shortlist:
        """Return the list of no alloys."""
        n_columns, n_scores = len(design.space.columns), len(design.objectives)
        return cls(
            np.zeros((0, n_columns)),
            np.zeros((0, n_scores)),
            np.zeros((0, design.n_limits)),
            np.zeros(0),
            np.zeros(0, dtype=np.int64),
        )

    def merged(self, later: Shortlist, design: DesignProblem) -> Shortlist:
        """Return the list of this part of the space and a ``later`` one together."""
        if len(later) == 0:
            return self
        both = Shortlist(
            np.concatenate([self.X, later.X]),
            np.concatenate([self.scores, later.scores]),
            np.concatenate([self.G, later.G]),
            np.concatenate([self.distance, later.distance]),
            np.concatenate([self.n_equal, later.n_equal]),
        )
        printed = round_significant(both.scores)
        front = np.flatnonzero(non_dominated(compared(design, printed)))
        return both._rows(front)._distinct(printed[front])

    def _rows(self, rows: IntArray) -> Shortlist:
        return Shortlist(
            self.X[rows], self.scores[rows], self.G[rows], self.distance[rows], self.n_equal[rows]
        )

    def _distinct(self, printed: FloatArray) -> Shortlist:
        """Return the nearest alloy of each outcome; rows come in rising rank, and stay so among equals."""
        order = np.argsort(self.distance, kind="stable")
        _, first, inverse = np.unique(printed[order] + 0.0, axis=0, return_index=True, return_inverse=True)
        n_equal = np.zeros(len(first), dtype=np.int64)
        np.add.at(n_equal, inverse.reshape(-1), self.n_equal[order])
        nearest = self._rows(order[first])
        return Shortlist(nearest.X, nearest.scores, nearest.G, nearest.distance, n_equal)


def shortlist(
    design: DesignProblem, X: FloatArray, evaluation: Evaluation, *, closeness: Closeness
) -> Shortlist:
    """Return the list of some alloys.

    Args:
        design: What they are judged by.
        X: Alloys in rising rank, shape ``(n_alloys, n_columns)``.
        evaluation: Of the same.
        closeness: Tells how far alloys are from measured ones; asked of the front alone.
    """
    candidates = np.flatnonzero((evaluation.G <= 0).all(axis=1))
    printed = round_significant(evaluation.scores)
    F = compared(design, printed)
    while len(candidates):
        front = candidates[non_dominated(F[candidates])]
        is_met = meets_limits_as_printed(design, X[front])
        if is_met.all():
            n_equal = np.ones(len(front), dtype=np.int64)
            distance = np.round(closeness(X[front]), 3)
            listed = Shortlist(X[front], evaluation.scores[front], evaluation.G[front], distance, n_equal)
            return listed._distinct(printed[front])
        # One that rounding takes out may have hidden others: without it, look again.
        candidates = np.setdiff1d(candidates, front[~is_met])
    return Shortlist.empty(design)
