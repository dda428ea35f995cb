"""Where alloys come from in a search on arrays: the space's own moves, and never an alloy twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.optimize.evaluated import Evaluated
from moalloy.optimize.moves import cross, mutate

__all__ = ["MATED", "AlloyVariation", "first_population"]

# Pairs that are crossed before they are mutated; the others go on by a single move.
MATED = 0.4
# Attempts to find alloys that aren't drawn twice.
_N_TRIES = 8


def first_population(space: DesignSpace, known: FloatArray, n: int, rng: np.random.Generator) -> FloatArray:
    """Return known alloys of the space, at most half, and the rest uniform over the valid grid.

    No alloy comes twice, unless the space is too small for that.
    """
    n_known = min(len(known), n // 2)
    chosen = np.sort(rng.choice(len(known), n_known, replace=False))
    X = known[chosen]
    for _ in range(_N_TRIES):
        X = np.concatenate([X, space.sample(n, rng)])
        X = X[Evaluated(space).is_new(X)][:n]
        if len(X) == n:
            return X
    return np.concatenate([X, space.sample(n - len(X), rng)])


@dataclass(frozen=True, slots=True, eq=False)
class AlloyVariation:
    """Variation by moves that keep alloys on the grid and within every constraint.

    Attributes:
        space: The alloys.
        known: Alloys to start from, shape ``(n_known, n_columns)``.
        evaluated: What was evaluated before.
    """

    space: DesignSpace
    known: FloatArray
    evaluated: Evaluated

    def first(self, n: int, rng: np.random.Generator) -> FloatArray:
        return first_population(self.space, self.known, n, rng)

    def children(self, one: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
        is_mated = rng.random(len(one)) < MATED
        a, b = one.copy(), other.copy()
        if is_mated.any():
            a[is_mated] = cross(self.space, one[is_mated], other[is_mated], rng)
            b[is_mated] = cross(self.space, other[is_mated], one[is_mated], rng)
        return mutate(self.space, np.concatenate([a, b]), rng)

    def is_new(self, X: FloatArray) -> BoolArray:
        return self.evaluated.is_new(X)
