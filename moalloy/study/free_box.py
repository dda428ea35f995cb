"""A large box around an alloy without any of the alloys that don't comply."""

from __future__ import annotations

import numpy as np

from moalloy.domain.box import Box
from moalloy.domain.values import BoolArray, IntArray

__all__ = ["free_box"]


def free_box(alloy: IntArray, within: Box, good: IntArray, bad: IntArray) -> Box:
    """Return a box within ``within`` that holds ``alloy`` and none of the ``bad`` ones.

    Each cut takes one side in so far that it leaves most bad alloys outside for what it costs: good
    alloys, and width where no good one is known. That is the greedy rule for weighted set cover, within a
    factor of ``ln n_bad`` of the least cost (Chvátal, Math. Oper. Res. 4 (1979) 233). Then every side goes
    back out as far as it can: no box that holds this one, and no bad alloy, is larger.

    Args:
        alloy: Its amounts, shape ``(n_elements,)``.
        within: A box that holds it.
        good: Amounts of alloys that are known to comply, shape ``(n_good, n_elements)``.
        bad: Amounts of alloys that don't; none of them is ``alloy``.

    >>> fe_b = Box(np.array([70, 10]), np.array([90, 30]), total=100)
    >>> box = free_box(np.array([80, 20]), fe_b, np.array([[81, 19]]), np.array([[78, 22]]))
    >>> box.lower.tolist(), box.upper.tolist()
    ([79, 10], [90, 21])
    """
    # A bound from above on -k bounds k from below: one kind of side is enough.
    sides = _Sides(_both_ways(alloy), _both_ways(good), _both_ways(bad))
    box = _box(sides.cut(_bounds(within)), within.total)
    while True:
        grown = sides.grown(box, within)
        if grown.n_points == box.n_points:
            return grown
        box = grown


class _Sides:
    """The known alloys as amounts and negative amounts, columns that are bounded from above alone."""

    def __init__(self, alloy: IntArray, good: IntArray, bad: IntArray) -> None:
        self.alloy, self.good, self.bad = alloy, good, bad

    def cut(self, bounds: IntArray) -> IntArray:
        """Return bounds that leave every bad alloy outside."""
        bounds = bounds.copy()
        good, bad = _inside(self.good, bounds), _inside(self.bad, bounds)
        while len(bad):
            side, bound = self._best_cut(bounds, good, bad)
            bounds[side] = bound
            good, bad = _inside(good, bounds), _inside(bad, bounds)
        return bounds

    def grown(self, box: Box, most: Box) -> Box:
        """Return a box with its sides moved out, one after the other, as far as no bad alloy comes in."""
        farthest = _bounds(most)
        for side in range(len(farthest)):
            bounds = _bounds(box)
            is_beyond = self.bad > bounds
            # Held outside by this side alone.
            is_blocking = is_beyond[:, side] & (is_beyond.sum(axis=1) == 1)
            nearest = self.bad[is_blocking, side].min(initial=farthest[side] + 1)
            bounds[side] = min(farthest[side], nearest - 1)
            # Tight at once: a range that no alloy makes use of would only stand in another side's way.
            box = _box(bounds, box.total)
        return box

    def _best_cut(self, bounds: IntArray, good: IntArray, bad: IntArray) -> tuple[int, int]:
        """Return the side to take in and its new bound: most bad alloys left outside for what is paid.

        Memory: alloys times sides times the widest range, a byte each.
        """
        levels = self.alloy[:, None] + np.arange((bounds - self.alloy).max())
        half = len(bounds) // 2
        opposite = -np.concatenate([bounds[half:], bounds[:half]])[:, None]
        is_cut = levels < bounds[:, None]
        n_bad, n_good = ((rows[:, :, None] > levels).sum(axis=0) for rows in (bad, good))
        widths = np.where(is_cut, levels - opposite + 1, 1)
        lost = n_good + np.log((bounds[:, None] - opposite + 1) / widths)
        value = np.where(is_cut, n_bad / np.where(is_cut, lost, 1.0), -1.0)
        side, at = divmod(int(value.argmax()), value.shape[1])
        return side, int(levels[side, at])


def _bounds(box: Box) -> IntArray:
    return np.concatenate([box.upper, -box.lower])


def _box(bounds: IntArray, total: int) -> Box:
    n = len(bounds) // 2
    return Box(-bounds[n:], bounds[:n], total).tightened()


def _both_ways(amounts: IntArray) -> IntArray:
    return np.concatenate([amounts, -amounts], axis=-1)


def _inside(amounts: IntArray, bounds: IntArray) -> IntArray:
    is_inside: BoolArray = np.asarray((amounts <= bounds).all(axis=1), dtype=np.bool_)
    return amounts[is_inside]
