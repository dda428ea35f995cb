"""Random walks on grid points with a fixed sum, where drawing and rejecting would take too long.

Moves shift a random amount between two elements or swap their amounts. How likely a move is doesn't
depend on where it starts, so a walk that refuses every step out of a set has the uniform distribution on
what it can reach as its limit (Metropolis et al., J. Chem. Phys. 21 (1953) 1087, doi:10.1063/1.1699114).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["climb", "spread"]

_SWAP_SHARE = 0.25
_MAX_ROUNDS = 2_000
# Rounds after the first find, so that other walkers arrive too and the finds differ.
_EXTRA_ROUNDS = 50


def climb(
    starts: IntArray,
    is_allowed: Callable[[IntArray], BoolArray],
    excess: Callable[[IntArray], FloatArray],
    rng: np.random.Generator,
    *,
    max_rounds: int = _MAX_ROUNDS,
) -> IntArray:
    """Return points with ``excess == 0`` that walkers reach from ``starts`` by steps that never raise it.

    Args:
        starts: Allowed points, one per walker, shape ``(n_walkers, n_columns)``.
        is_allowed: Tells which rows a walker may step on.
        excess: How far each row is from what is looked for; 0 is there.
        rng: Source of the moves.
        max_rounds: Moves of each walker at most.

    Returns:
        The points found, perhaps none: that is no proof that there are none.
    """
    points, height = starts.copy(), excess(starts)
    first_find: int | None = None
    for number in range(max_rounds):
        if first_find is None and (height == 0).any():
            first_find = number
        if first_find is not None and number >= 2 * first_find + _EXTRA_ROUNDS:
            break
        moved = _moved(points, rng)
        rows = np.flatnonzero(is_allowed(moved) & (height > 0))
        new_height = excess(moved[rows])
        is_better = new_height <= height[rows]
        points[rows[is_better]], height[rows[is_better]] = moved[rows[is_better]], new_height[is_better]
    found: IntArray = points[height == 0]
    return found


def spread(
    starts: IntArray, is_allowed: Callable[[IntArray], BoolArray], rng: np.random.Generator, *, n_rounds: int
) -> IntArray:
    """Return where walkers stand after ``n_rounds`` moves among allowed points, shape as ``starts``.

    Uniform over what the moves can reach as ``n_rounds`` grows; approximately so before.
    """
    points = starts.copy()
    for _ in range(n_rounds):
        moved = _moved(points, rng)
        rows = np.flatnonzero(is_allowed(moved))
        points[rows] = moved[rows]
    return points


def _moved(points: IntArray, rng: np.random.Generator) -> IntArray:
    """Return each row after one random move; amounts may turn negative."""
    n_rows, n_columns = points.shape
    if n_columns < 2:
        return points.copy()
    rows = np.arange(n_rows)
    giver = rng.integers(n_columns, size=n_rows)
    taker = (giver + rng.integers(1, n_columns, n_rows)) % n_columns
    # From one step to the whole alloy, small shifts more often.
    whole = int(points[0].sum()) if n_rows else 1
    size = np.rint(whole ** rng.random(n_rows)).astype(np.int64)
    swaps = rng.random(n_rows) < _SWAP_SHARE
    size = np.where(swaps, points[rows, giver] - points[rows, taker], size)
    moved = points.copy()
    moved[rows, giver] -= size
    moved[rows, taker] += size
    return moved
