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


def first_population(
    space: DesignSpace, known: FloatArray, n: int, rng: np.random.Generator, *, n_named: int = 0
) -> FloatArray:
    """Return alloys to begin with: known ones of the space, at most half, the rest uniform over the grid.

    The first ``n_named`` of the known ones are all among them, even if they are more than half; where they
    don't fit, as many as do, evenly spread over their list. No alloy comes twice, unless the space is too
    small for that.
    """
    named, others = known[:n_named], known[n_named:]
    n_others = min(len(others), max(0, n // 2 - len(named)))
    chosen = np.sort(rng.choice(len(others), n_others, replace=False))
    fitting = np.linspace(0, len(named) - 1, min(len(named), n)).round().astype(int)
    X = np.concatenate([named[fitting], others[chosen]])
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
        n_named: How many of the known alloys, from the first, must be among those started from.
    """

    space: DesignSpace
    known: FloatArray
    evaluated: Evaluated
    n_named: int = 0

    def first(self, n: int, rng: np.random.Generator) -> FloatArray:
        return first_population(self.space, self.known, n, rng, n_named=self.n_named)

    def children(self, one: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
        is_mated = rng.random(len(one)) < MATED
        children, partners = np.concatenate([one, other]), np.concatenate([other, one])
        rows = np.flatnonzero(np.tile(is_mated, 2))
        children[rows] = cross(self.space, children[rows], partners[rows], rng)
        return mutate(self.space, children, rng)

    def is_new(self, X: FloatArray) -> BoolArray:
        return self.evaluated.is_new(X)
