"""Which rows are the same alloy, and what the nearest alloys of other groups have."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from moalloy.domain.values import FloatArray, IntArray

__all__ = ["SAME_AT_PCT", "near_pairs", "peer_levels"]

SAME_AT_PCT = 0.1
"""Alloys of which no more than this share of the atoms differs are one alloy: papers round to 0.1 at.%."""

# Half of the L1 distance of fractions in at.%.
_PER_FRACTION = 50.0
# Farther alloys than this say little about each other.
_REACH_AT_PCT = 10.0
# One paper's alloys are each other's nearest; behind that many, those of other papers are far.
_N_NEAREST = 60
_N_PEERS = 5
_FEWEST_PEERS = 2
# Rounding of sums of amounts.
_SAME_DISTANCE = 1e-6


def near_pairs(fractions: FloatArray, treatment: IntArray) -> IntArray:
    """Return the pairs of rows of the same alloy and treatment, shape ``(n_pairs, 2)``, ascending.

    The same alloy has the same elements: 0.1 at.% of another one may be what was studied.

    Args:
        fractions: Atomic fractions, shape ``(n_rows, n_elements)``; rows with NaN pair with none.
        treatment: Codes of treatments, shape ``(n_rows,)``.

    >>> near_pairs(np.array([[0.8, 0.2], [0.7, 0.3], [0.801, 0.199]]), np.zeros(3, dtype=np.int64))
    array([[0, 2]])
    """
    rows = np.flatnonzero(fractions.sum(axis=1) > 0)
    if len(rows) < 2:
        return np.empty((0, 2), dtype=np.int64)
    elements = np.unique(fractions[rows] > 0, axis=0, return_inverse=True)[1]
    codes = treatment[rows] * (elements.max() + 1) + elements
    # Another code is farther away than any alloy.
    points = np.column_stack([_PER_FRACTION * fractions[rows], 2.0 * _PER_FRACTION * codes])
    found = KDTree(points).query_pairs(SAME_AT_PCT + 1e-9, p=1, output_type="ndarray")
    pairs = rows[found.reshape(-1, 2)]
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], dtype=np.int64)


def peer_levels(levels: FloatArray, places: FloatArray, groups: IntArray) -> FloatArray:
    """Return for each row the median level of the nearest rows of other groups, shape ``(n_rows,)``.

    The rows of one group at one place count as one, with their median: popular alloys have hundreds.
    Up to five such count and all that are as near as the fifth, out of the 60 nearest and within
    10 at.%; with fewer than two the result is NaN.

    Args:
        levels: What is compared, shape ``(n_rows,)``; rows with NaN neither count nor are judged.
        places: Where the rows stand, shape ``(n_rows, n_axes)``, in at.%: sums of absolute
            differences are distances.
        groups: Codes of the groups, shape ``(n_rows,)``.

    >>> places, groups = np.array([[0.0], [1.0], [1.0], [2.0]]), np.array([0, 1, 1, 2])
    >>> peer_levels(np.array([1.0, 4.0, 6.0, 3.0]), places, groups)
    array([4., 2., 2., 3.])
    """
    result = np.full(len(levels), np.nan)
    rows = np.flatnonzero(np.isfinite(levels) & np.isfinite(places).all(axis=1))
    if len(np.unique(groups[rows])) < 2:
        return result
    points, point_of = np.unique(np.column_stack([places[rows], groups[rows]]), axis=0, return_inverse=True)
    there, group = points[:, :-1], points[:, -1]
    level = pd.Series(levels[rows]).groupby(point_of.ravel()).median().to_numpy()
    distance, index = KDTree(there).query(
        there, k=min(_N_NEAREST, len(there)), p=1, distance_upper_bound=_REACH_AT_PCT
    )
    neighbor = np.minimum(index, len(there) - 1)
    is_other = np.isfinite(distance) & (group[neighbor] != group[:, None])
    is_early = np.cumsum(is_other, axis=1) <= _N_PEERS
    reach = np.where(is_other & is_early, distance, -np.inf).max(axis=1)
    is_peer = is_other & (distance <= reach[:, None] + _SAME_DISTANCE)
    enough = is_peer.sum(axis=1) >= _FEWEST_PEERS
    of_points = np.full(len(there), np.nan)
    of_points[enough] = np.nanmedian(np.where(is_peer[enough], level[neighbor[enough]], np.nan), axis=1)
    result[rows] = of_points[point_of.ravel()]
    return result
