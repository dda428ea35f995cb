"""Grid points near a target, found by choosing first which elements are present.

For spaces whose diagram is too large to search edge by edge. Which elements to take is decided
greedily, the amounts are then the nearest ones that exist.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moalloy.domain.constraints import CountConstraint
from moalloy.domain.projection import nearest_in_box
from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["nearest_by_support"]


def nearest_by_support(
    targets: FloatArray,
    bounds: tuple[IntArray, IntArray],
    may_be_absent: BoolArray,
    counts: Sequence[CountConstraint],
    *,
    total: int,
) -> IntArray:
    """Return integer points near ``targets`` within ranges, counts and sum, shape ``(n_rows, n_columns)``.

    Args:
        targets: Real amounts, shape ``(n_rows, n_columns)``.
        bounds: The least amount above zero and the largest, each of shape ``(n_columns,)``.
        may_be_absent: Which elements may be 0, shape ``(n_columns,)``.
        counts: How many elements may be present; plain ones.
        total: The sum of each row.

    A row of zeros says that the elements chosen for it can't be made to sum to ``total``.
    """
    least, most = bounds
    # Half way between absent and the least amount, both are equally near.
    wish = np.where(may_be_absent, targets - least / 2, np.inf)
    wish = np.where(most >= least, wish, -np.inf)
    is_present = _until_the_sum_fits(wish > 0, wish, bounds, total)
    for count in counts:
        is_present = _within_count(is_present, wish, count)
    lower, upper = np.where(is_present, least, 0), np.where(is_present, most, 0)
    fits = (lower.sum(axis=1) <= total) & (upper.sum(axis=1) >= total)
    points = np.zeros(targets.shape, dtype=np.int64)
    points[fits] = nearest_in_box(targets[fits], lower[fits], upper[fits], total=total)
    return points


def _until_the_sum_fits(
    is_present: BoolArray, wish: FloatArray, bounds: tuple[IntArray, IntArray], total: int
) -> BoolArray:
    """Add the elements wished for most, or drop those wished for least, while the sum is out of reach."""
    least, most = bounds
    order = np.argsort(-wish, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    n_present = is_present.sum(axis=1)
    # Presence goes by rank, so running totals along the ranks tell how many elements are needed and bearable.
    reach = np.cumsum(most[order], axis=1)
    load = np.cumsum(least[order], axis=1)
    n_needed = (reach < total).sum(axis=1) + 1
    n_bearable = (load <= total).sum(axis=1)
    n_taken = np.minimum(np.maximum(n_present, n_needed), n_bearable)
    return np.asarray((rank < n_taken[:, None]) & (wish > -np.inf), dtype=np.bool_)


def _within_count(is_present: BoolArray, wish: FloatArray, count: CountConstraint) -> BoolArray:
    """Keep the members wished for most where there are too many, add them where there are too few."""
    members = np.array(count.weights, dtype=np.bool_)
    among_members = np.where(members, wish, -np.inf)
    rank = np.argsort(np.argsort(-among_members, axis=1, kind="stable"), axis=1, kind="stable")
    upper = len(members) if count.upper is None else count.upper
    lower = 0 if count.lower is None else count.lower
    kept = (is_present & (rank < upper)) | ((rank < lower) & (among_members > -np.inf))
    return np.where(members, kept, is_present)
