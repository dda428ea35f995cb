"""Nearest grid points: exact on a box with a fixed sum, by bisection where validity is only a yes or no."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["nearest_in_box", "nearest_valid"]

# Any shift gives the exact answer; this near, unit steps finish the sum soon.
_SHIFT_TOLERANCE = 1 / 16
_SUM_TOLERANCE = 1 / 2
_MAX_STEPS = 60
_BISECTIONS_OF_A_WAY = 6
# Rows times points times columns held at once by `nearest_valid`, 8 bytes each.
_DISTANCE_BLOCK = 4_000_000


def nearest_in_box(targets: FloatArray, lower: IntArray, upper: IntArray, *, total: int) -> IntArray:
    """Return the integer points nearest to ``targets`` with ``lower <= k <= upper`` and ``sum k = total``.

    Args:
        targets: Real amounts, shape ``(n_rows, n_columns)``.
        lower: Shape ``(n_columns,)`` or one row per target; rows sum to at most ``total``.
        upper: Shape as ``lower``; rows sum to at least ``total``.
        total: The sum of each row.

    Exact in Euclidean distance: a separable convex resource allocation, solved by its Lagrangian and
    then by greedy unit steps (Ibaraki, Katoh, *Resource Allocation Problems*, MIT Press 1988, chapter 4).
    A row's answer, ties included, depends on that row alone.

    >>> nearest_in_box(np.array([[3.4, 3.3, 3.3]]), np.zeros(3, int), np.full(3, 9), total=10)
    array([[4, 3, 3]])
    """
    lower, upper = np.broadcast_to(lower, targets.shape), np.broadcast_to(upper, targets.shape)
    shift = _shift_to_sum(targets, lower, upper, total)
    points = np.clip(np.rint(targets - shift[:, None]), lower, upper).astype(np.int64)
    while True:
        missing = total - points.sum(axis=1)
        rows = np.flatnonzero(missing)
        if len(rows) == 0:
            return points
        # The rounded Lagrangian point is optimal for its own sum, and the cheapest unit step keeps it so.
        sign = np.sign(missing[rows])
        up = sign[:, None] > 0
        room = np.where(up, points[rows] < upper[rows], points[rows] > lower[rows])
        cost = np.where(room, sign[:, None] * (points[rows] - targets[rows]), np.inf)
        points[rows, cost.argmin(axis=1)] += sign


def _shift_to_sum(targets: FloatArray, lower: IntArray, upper: IntArray, total: int) -> FloatArray:
    """Return per row a shift near that with ``sum clip(targets - shift, lower, upper) = total``.

    Newton's steps on a falling line in pieces; half-way between what is known where they leave that.
    """
    least = (targets - upper).min(axis=1)
    most = (targets - lower).max(axis=1)
    shift = np.clip((targets.sum(axis=1) - total) / targets.shape[1], least, most)
    for _ in range(_MAX_STEPS):
        shifted = targets - shift[:, None]
        clipped = np.minimum(np.maximum(shifted, lower), upper)
        excess = clipped.sum(axis=1) - total
        least, most = np.where(excess > 0, shift, least), np.where(excess < 0, shift, most)
        is_open = (np.abs(excess) > _SUM_TOLERANCE) & (most - least > _SHIFT_TOLERANCE)
        if not is_open.any():
            break
        newton = shift + excess / np.maximum((clipped == shifted).sum(axis=1), 1)
        is_inside = (newton > least) & (newton < most)
        shift = np.where(is_open, np.where(is_inside, newton, (least + most) / 2), shift)
    return np.asarray(shift, dtype=np.float64)


def nearest_valid(
    targets: FloatArray,
    valid_points: IntArray,
    is_valid: Callable[[IntArray], BoolArray],
    snap: Callable[[FloatArray], IntArray],
) -> IntArray:
    """Return a valid point near each target: the last valid one found by bisecting the way to it.

    Args:
        targets: Real amounts, shape ``(n_rows, n_columns)``.
        valid_points: Points known to be valid, shape ``(n_points, n_columns)``. Ways start at the nearest.
        is_valid: Tells which rows are valid.
        snap: Rounds real rows to the grid and to the constraints that it can see.
    """
    best = valid_points[_nearest_index(targets, valid_points)]
    home = best.copy()
    reached, failed = np.zeros(len(targets)), np.ones(len(targets))
    for _ in range(_BISECTIONS_OF_A_WAY):
        share = (reached + failed) / 2
        station = snap(home + share[:, None] * (targets - home))
        good = is_valid(station)
        best[good] = station[good]
        reached, failed = np.where(good, share, reached), np.where(good, failed, share)
    return best


def _nearest_index(targets: FloatArray, points: IntArray) -> IntArray:
    block = max(1, _DISTANCE_BLOCK // points.size)
    nearest = [
        ((targets[first : first + block, None, :] - points[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
        for first in range(0, len(targets), block)
    ]
    return np.concatenate(nearest).astype(np.int64)
