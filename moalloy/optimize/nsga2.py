"""NSGA-II on arrays: sorting, crowding and tournaments over a whole population at a time.

No object stands for a single alloy, so that next to all of a search's time goes into predictions.

Source: Deb, Pratap, Agarwal, Meyarivan, IEEE Trans. Evol. Comput. 6 (2002) 182, doi:10.1109/4235.996017.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import moocore
import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["N_MATINGS", "Variation", "crowding_distance", "nsga2", "rank_of"]

# Matings a generation to fill it up with what is new; where these find nothing, the search has run dry.
N_MATINGS = 40
# Children that a mating makes even where fewer are missing: in a small space most are known already.
_LEAST_CHILDREN = 10
# More children than the last generation's share of new ones calls for: the next one's may be lower.
_SURPLUS = 1.05


class Variation(Protocol):
    """Where solutions come from; rows of arrays with any number of columns."""

    def first(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Return the first population, ``n`` rows."""

    def children(self, one: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Return two children for each pair of parents, ``2 * len(one)`` rows."""

    def is_new(self, X: FloatArray) -> BoolArray:
        """Return which rows were neither evaluated before nor stand earlier in ``X``."""


@dataclass(frozen=True, slots=True, eq=False)
class _Population:
    """Solutions, best first: by rank, the less crowded first within one.

    Attributes:
        X: Shape ``(n, n_columns)``.
        F: Minimized objectives, shape ``(n, n_objectives)``.
        violation: By how much limits are missed, 0 where they are met, shape ``(n,)``.
        rank: From 0; those that miss a limit rank behind all others, shape ``(n,)``.
        crowding: Distance to the neighbors in the same rank, shape ``(n,)``.
    """

    X: FloatArray
    F: FloatArray
    violation: FloatArray
    rank: IntArray
    crowding: FloatArray


def nsga2(
    variation: Variation,
    evaluate: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    *,
    population: int,
    rng: np.random.Generator,
    is_over: Callable[[], bool],
) -> None:
    """Search until ``is_over`` says so after a generation, or nothing new is found.

    Args:
        variation: Makes the first population and children.
        evaluate: Returns minimized objectives, shape ``(n, n_objectives)``, and by how much limits are
            missed, shape ``(n,)``; whoever wants to keep what was found listens there.
        population: Solutions a generation.
        rng: Source of all chance.
        is_over: Asked once after each generation.
    """
    X = variation.first(population, rng)
    parents = _best(X, *evaluate(X), population)
    share_new = 1.0
    while not is_over():
        children, share_new = _offspring(variation, parents, population, rng, share_new=share_new)
        if len(children) == 0:
            return
        F, violation = evaluate(children)
        parents = _best(
            np.concatenate([parents.X, children]),
            np.concatenate([parents.F, F]),
            np.concatenate([parents.violation, violation]),
            population,
        )


def rank_of(F: FloatArray, violation: FloatArray) -> IntArray:
    """Return the rank of each solution, shape ``(n,)``: fronts first, then by how much limits are missed.

    >>> rank_of(np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0], [0.0, 0.0]]), np.array([0.0, 0.0, 0.0, 0.1]))
    array([0, 0, 1, 2])
    """
    is_met = violation <= 0
    if is_met.all() and len(F):
        return np.asarray(moocore.pareto_rank(F), dtype=np.int64)
    rank = np.zeros(len(F), dtype=np.int64)
    n_fronts = 0
    if is_met.any():
        rank[is_met] = moocore.pareto_rank(F[is_met])
        n_fronts = int(rank[is_met].max()) + 1
    rank[~is_met] = n_fronts + np.unique(violation[~is_met], return_inverse=True)[1]
    return rank


def crowding_distance(F: FloatArray, rank: IntArray) -> FloatArray:
    """Return the mean side of the box between each solution's neighbors in its rank, shape ``(n,)``.

    Sides are in units of the rank's range. The ends of a rank are infinitely far from others. Of solutions
    with equal objectives, which trees make plenty of, one has a distance and the others have 0.
    """
    from moalloy.optimize.crowding_kernel import write_distances

    distance = np.empty(len(F))
    write_distances(np.ascontiguousarray(F), rank, np.argsort(rank, kind="stable"), distance)
    return distance


def _best(X: FloatArray, F: FloatArray, violation: FloatArray, n: int) -> _Population:
    rank = rank_of(F, violation)
    # Only the ranks that come in, the last one perhaps in part, have to be sorted.
    last = min(n, len(rank)) - 1
    entering = np.flatnonzero(rank <= np.partition(rank, last)[last])
    crowding = crowding_distance(F[entering], rank[entering])
    order = np.lexsort((-crowding, rank[entering]))[:n]
    kept = entering[order]
    return _Population(X[kept], F[kept], violation[kept], rank[kept], crowding[order])


def _offspring(
    variation: Variation, parents: _Population, n: int, rng: np.random.Generator, *, share_new: float
) -> tuple[FloatArray, float]:
    """Return children that are new, and which share of those first made was.

    ``share_new`` is that of the generation before: as many more are made at once as are known already,
    because a second mating costs nearly as much as the first.
    """
    children = parents.X[:0]
    for number in range(N_MATINGS):
        n_made = _SURPLUS * n / max(share_new, 0.5) if number == 0 else 2.0 * (n - len(children))
        winners = _tournaments(parents, max(int(n_made), _LEAST_CHILDREN), rng)
        made = variation.children(parents.X[winners[0]], parents.X[winners[1]], rng)
        pool = np.concatenate([children, made])
        is_new = variation.is_new(pool)
        children = pool[is_new][:n]
        if number == 0:
            share_new = float(is_new.mean())
        if len(children) == n:
            break
    return children, share_new


def _tournaments(parents: _Population, n_children: int, rng: np.random.Generator) -> IntArray:
    """Return the parents of each pair, shape ``(2, n_pairs)``, winners of tournaments of two.

    Permutations, so that everyone enters equally often. Parents are sorted, hence the lower number wins.
    """
    n_pairs = -(-n_children // 2)
    n_rounds = -(-4 * n_pairs // len(parents.X))
    entered = np.concatenate([rng.permutation(len(parents.X)) for _ in range(n_rounds)])[: 4 * n_pairs]
    return np.asarray(entered.reshape(2, n_pairs, 2).min(axis=2), dtype=np.int64)
