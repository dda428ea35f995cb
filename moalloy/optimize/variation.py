"""Where alloys come from in a search on arrays: the space's own moves, and never an alloy twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.optimize.evaluated import Evaluated
from moalloy.optimize.moves import offspring

__all__ = ["FROM_FRONT", "MATED", "AlloyVariation", "first_population"]

# Pairs that are crossed before they are mutated; the others go on by a single move.
MATED = 0.4
# Parents that are drawn from all of the front, once that is larger than what is mated.
FROM_FRONT = 0.6
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
        front: Gives the alloys that none dominates of all that were evaluated; none where omitted.
    """

    space: DesignSpace
    known: FloatArray
    evaluated: Evaluated
    n_named: int = 0
    front: Callable[[], FloatArray] | None = None

    def first(self, n: int, rng: np.random.Generator) -> FloatArray:
        return first_population(self.space, self.known, n, rng, n_named=self.n_named)

    def children(self, one: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
        parents = self._from_the_front(np.concatenate([one, other]), rng)
        partners = np.concatenate([parents[len(one) :], parents[: len(one)]])
        is_mated = np.tile(rng.random(len(one)) < MATED, 2)
        return offspring(self.space, parents, partners, is_mated, rng)

    def is_new(self, X: FloatArray) -> BoolArray:
        return self.evaluated.is_new(X)

    def _from_the_front(self, parents: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Return parents of which most are drawn anew from all of the front, where that is larger.

        A population forgets most of a front that outgrows it, and grid neighbors of what it forgot are found
        late or never.
        """
        front = self.front() if self.front is not None else parents[:0]
        if len(front) <= len(parents) // 2:
            return parents
        is_drawn = rng.random(len(parents)) < FROM_FRONT
        chosen = parents.copy()
        chosen[is_drawn] = front[rng.integers(len(front), size=int(is_drawn.sum()))]
        return chosen
