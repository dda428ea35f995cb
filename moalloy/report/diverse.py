"""A few alloys that stand for many: spread over the front, not bunched."""

from __future__ import annotations

import numpy as np

from moalloy.domain.values import FloatArray, IntArray

__all__ = ["along", "spread_out", "unit_scaled"]


def unit_scaled(points: FloatArray) -> FloatArray:
    """Return points with each column brought to 0..1, shape kept; a constant or NaN entry becomes 0.

    >>> unit_scaled(np.array([[1.0, 5.0], [3.0, 5.0]]))
    array([[0., 0.],
           [1., 0.]])
    """
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    width = np.where(high > low, high - low, 1.0)
    return np.asarray(np.nan_to_num((points - low) / width), dtype=np.float64)


def spread_out(points: FloatArray, n: int) -> IntArray:
    """Return the indices of ``n`` rows that lie far apart, in rising order; all where there are no more.

    The best row of every column comes first, then each time the row farthest from those chosen
    (Gonzalez, Theor. Comput. Sci. 38 (1985) 293).

    Args:
        points: Shape ``(n_points, n_dimensions)``, larger being better.
        n: How many.

    >>> spread_out(np.array([[0.0], [0.1], [0.5], [1.0]]), 3)
    array([0, 2, 3])
    """
    if len(points) <= n:
        return np.arange(len(points))
    scaled = unit_scaled(points)
    chosen = list(dict.fromkeys(int(i) for i in scaled.argmax(axis=0)))[:n]
    gap = np.full(len(points), np.inf)
    for i in chosen:
        gap = np.minimum(gap, np.linalg.norm(scaled - scaled[i], axis=1))
    while len(chosen) < n:
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, np.linalg.norm(scaled - scaled[chosen[-1]], axis=1))
    return np.sort(np.array(chosen, dtype=np.int64))


def along(values: FloatArray, n: int) -> IntArray:
    """Return the indices of at most ``n`` alloys in rising order of ``values``, evenly picked by rank.

    >>> along(np.array([3.0, 1.0, 2.0, 4.0]), 2)
    array([1, 3])
    """
    order = np.argsort(values, kind="stable")
    if len(order) <= n:
        return order.astype(np.int64)
    return order[np.rint(np.linspace(0, len(order) - 1, n)).astype(np.int64)].astype(np.int64)
