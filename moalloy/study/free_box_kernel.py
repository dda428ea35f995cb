"""Shrinking and growing the sides of a box around an alloy, compiled: what `free_box` is made of.

All is told by how far it lies beyond the alloy on each side: upwards for each element, then downwards. An
alloy lies in a box if it is nowhere beyond the reach.
"""

from __future__ import annotations

import math

import numpy as np

from moalloy.compiled import compiled
from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["cut_sides", "grow_sides"]


@compiled
def cut_sides(good: IntArray, bad: IntArray, reach: IntArray) -> None:
    """Take sides in until every bad alloy is outside, and then all that no alloy makes use of.

    Each cut leaves most bad alloys outside for what it costs: good alloys, and width where no good one is
    known.

    Args:
        good: Alloys that comply, shape ``(n_good, n_sides)``.
        bad: Alloys that don't; none is the alloy itself.
        reach: How far the box goes, shape ``(n_sides,)``; changed here.
    """
    n = len(reach) // 2
    good_inside, bad_inside = _inside(good, reach), _inside(bad, reach)
    size = reach.max() + 1
    n_bad, n_good = np.empty(size), np.empty(size)
    while bad_inside.any():
        best, best_side, best_level = -1.0, 0, 0
        for side in range(len(reach)):
            opposite = reach[(side + n) % len(reach)]
            _count_beyond(bad, bad_inside, side, reach[side], n_bad)
            _count_beyond(good, good_inside, side, reach[side], n_good)
            for level in range(reach[side]):
                lost = n_good[level] + math.log((reach[side] + opposite + 1) / (level + opposite + 1))
                value = n_bad[level] / max(lost, 1e-9)
                if value > best:
                    best, best_side, best_level = value, side, level
        if best < 0.0:  # the alloy itself is among the bad ones: no box is free of it
            break
        reach[best_side] = best_level
        for i in range(len(bad)):
            bad_inside[i] &= bad[i, best_side] <= best_level
        for i in range(len(good)):
            good_inside[i] &= good[i, best_side] <= best_level
    upwards, downwards = reach[:n].sum(), reach[n:].sum()
    # A range that no alloy makes use of would only stand in another side's way.
    before = reach.copy()
    for side in range(len(reach)):
        total = downwards if side < n else upwards
        reach[side] = min(reach[side], total - before[(side + n) % len(reach)])


@compiled
def grow_sides(bad: IntArray, reach: IntArray, most: IntArray) -> bool:
    """Move sides out, one after the other, as far as no bad alloy comes in; return whether any moved.

    Args:
        bad: Alloys that don't comply, shape ``(n_bad, n_sides)``.
        reach: How far the box goes; changed here.
        most: How far it may go.
    """
    n, has_moved = len(reach) // 2, False
    n_beyond = np.zeros(len(bad), np.int64)
    for i in range(len(bad)):
        for side in range(len(reach)):
            n_beyond[i] += bad[i, side] > reach[side]
    for side in range(len(reach)):
        nearest = most[side] + 1
        for i in range(len(bad)):
            # Held outside by this side alone.
            if bad[i, side] > reach[side] and n_beyond[i] == 1:
                nearest = min(nearest, bad[i, side])
        others = reach[n:].sum() if side < n else reach[:n].sum()
        farther = min(most[side], nearest - 1, others - reach[(side + n) % len(reach)])
        if farther > reach[side]:
            for i in range(len(bad)):
                n_beyond[i] -= reach[side] < bad[i, side] <= farther
            reach[side], has_moved = farther, True
    return has_moved


@compiled
def _inside(distances: IntArray, reach: IntArray) -> BoolArray:
    is_inside = np.ones(len(distances), np.bool_)
    for i in range(len(distances)):
        for side in range(len(reach)):
            is_inside[i] &= distances[i, side] <= reach[side]
    return is_inside


@compiled
def _count_beyond(
    distances: IntArray, is_inside: BoolArray, side: int, reach: int, counts: FloatArray
) -> None:
    """Write how many alloys of the box lie beyond each level from 0 to the reach on one side."""
    counts[: reach + 1] = 0.0
    for i in range(len(distances)):
        if is_inside[i] and distances[i, side] > 0:
            counts[distances[i, side] - 1] += 1.0
    for level in range(reach - 2, -1, -1):
        counts[level] += counts[level + 1]
