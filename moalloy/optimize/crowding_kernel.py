"""How crowded solutions are among those of their rank, one rank after the other: what `nsga2` asks for."""

from __future__ import annotations

import numpy as np

from moalloy.compiled import compiled
from moalloy.domain.values import FloatArray, IntArray

__all__ = ["write_distances"]


@compiled
def write_distances(F: FloatArray, rank: IntArray, by_rank: IntArray, distance: FloatArray) -> None:
    """Write the mean side of the box between each solution's neighbors, shape ``(n,)``.

    Args:
        F: Objectives, shape ``(n, n_objectives)``.
        rank: Shape ``(n,)``.
        by_rank: Numbers of the solutions, sorted by rank and then by number, shape ``(n,)``.
        distance: Written here; 0 for a solution that equals one before it in its rank.
    """
    distance[:] = 0.0
    start = 0
    for end in range(1, len(rank) + 1):
        if end == len(rank) or rank[by_rank[end]] != rank[by_rank[start]]:
            members = _each_once(F, by_rank[start:end])
            for objective in range(F.shape[1]):
                _add_gaps(F[members, objective], members, distance)
            start = end
    for row in range(len(distance)):
        distance[row] /= F.shape[1]


@compiled
def _each_once(F: FloatArray, members: IntArray) -> IntArray:
    """Return the members without those whose objectives all equal those of one before."""
    by_first = members[np.argsort(F[members, 0], kind="mergesort")]
    is_kept = np.ones(len(by_first), np.bool_)
    start = 0
    for i in range(len(by_first)):
        if F[by_first[i], 0] != F[by_first[start], 0]:
            start = i
        for j in range(start, i):
            if is_kept[j] and _are_equal(F[by_first[i]], F[by_first[j]]):
                is_kept[i] = False
                break
    return by_first[is_kept]


@compiled
def _are_equal(one: FloatArray, other: FloatArray) -> bool:
    n_equal = 0
    for i in range(len(one)):
        n_equal += one[i] == other[i]
    return n_equal == len(one)


@compiled
def _add_gaps(values: FloatArray, members: IntArray, distance: FloatArray) -> None:
    """Add the distance between both neighbors over the range; the ends are infinitely far from others."""
    order = np.argsort(values, kind="mergesort")
    lowest, highest = values[order[0]], values[order[-1]]
    # Where all are equal in this objective, it says nothing about crowds.
    if not highest > lowest:
        return
    distance[members[order[0]]] = distance[members[order[-1]]] = np.inf
    for i in range(1, len(order) - 1):
        gap = values[order[i + 1]] - values[order[i - 1]]
        distance[members[order[i]]] += gap / (highest - lowest)
