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
    # Seen from the alloy, and a bound from above on -k bounds k from below: one kind of side is enough.
    sides = _Sides(alloy, within, good, bad)
    sides.cut()
    while sides.grow():
        pass
    return sides.box


class _Sides:
    """A box that shrinks and grows around an alloy.

    All is told by how far it lies beyond the alloy on each side: upwards for each element, then downwards.

    Attributes:
        reach: How far the box goes, shape ``(n_sides,)``; 0 or more.
        most: How far it may go.
        good: Alloys that comply, shape ``(n_good, n_sides)``; an alloy lies in a box if none is beyond it.
        bad: Alloys that don't.
    """

    def __init__(self, alloy: IntArray, within: Box, good: IntArray, bad: IntArray) -> None:
        self._alloy, self._total = alloy, within.total
        self.most = np.concatenate([within.upper - alloy, alloy - within.lower])
        self.reach = self.most.copy()
        self._opposite = np.roll(np.arange(len(self.most)), len(alloy))
        self.good, self.bad = _both_ways(good - alloy), _both_ways(bad - alloy)

    @property
    def box(self) -> Box:
        n = len(self._alloy)
        return Box(self._alloy - self.reach[n:], self._alloy + self.reach[:n], self._total)

    def cut(self) -> None:
        """Take sides in until every bad alloy is outside."""
        good, bad = _inside(self.good, self.reach), _inside(self.bad, self.reach)
        while len(bad):
            side, reach = self._best_cut(good, bad)
            self.reach[side] = reach
            good, bad = good[good[:, side] <= reach], bad[bad[:, side] <= reach]
        n = len(self._alloy)
        totals = np.repeat([self.reach[n:].sum(), self.reach[:n].sum()], n)
        # A range that no alloy makes use of would only stand in another side's way.
        self.reach = np.minimum(self.reach, totals - self.reach[self._opposite])

    def grow(self) -> bool:
        """Move sides out, one after the other, as far as no bad alloy comes in; return whether any moved."""
        n = len(self._alloy)
        before: list[int] = self.reach.tolist()
        reach = before.copy()
        totals = [sum(reach[:n]), sum(reach[n:])]
        n_beyond = (self.bad > self.reach).sum(axis=1)
        for side, most in enumerate(self.most.tolist()):
            distance, is_down = self.bad[:, side], side >= n
            is_beyond = distance > reach[side]
            # Held outside by this side alone.
            nearest = int(distance[is_beyond & (n_beyond == 1)].min(initial=most + 1))
            of_use = totals[not is_down] - reach[side - n]
            farther = min(most, nearest - 1, of_use)
            if farther > reach[side]:
                totals[is_down] += farther - reach[side]
                reach[side] = farther
                n_beyond -= is_beyond & (distance <= farther)
        self.reach = np.array(reach)
        return reach != before

    def _best_cut(self, good: IntArray, bad: IntArray) -> tuple[int, int]:
        """Return the side to take in and how far it goes then: most bad alloys left outside for what is paid.

        Args:
            good: Those in the box.
            bad: The same; one at least.
        """
        levels = np.arange(self.reach.max())
        reach, opposite = self.reach[:, None], self.reach[self._opposite][:, None]
        n_bad, n_good = _n_beyond(bad, len(levels)), _n_beyond(good, len(levels))
        lost = n_good + np.log((reach + opposite + 1) / (levels + opposite + 1))
        # Only where a level is below the reach is anything cut, and lost.
        value = np.where(levels < reach, n_bad, -1) / np.maximum(lost, 1e-9)
        side, level = divmod(int(value.argmax()), len(levels))
        return side, level


def _both_ways(amounts: IntArray) -> IntArray:
    return np.concatenate([amounts, -amounts], axis=-1)


def _inside(distances: IntArray, reach: IntArray) -> IntArray:
    is_inside: BoolArray = np.asarray((distances <= reach).all(axis=1), dtype=np.bool_)
    return distances[is_inside]


def _n_beyond(distances: IntArray, n_levels: int) -> IntArray:
    """Return how many alloys lie beyond each level from 0 on each side, shape ``(n_sides, n_levels)``.

    No alloy lies farther than ``n_levels`` on any side.
    """
    n_sides, size = distances.shape[1], n_levels + 1
    places = np.maximum(distances, 0) + size * np.arange(n_sides)
    counts = np.bincount(places.ravel(), minlength=n_sides * size).reshape(n_sides, size)
    return np.asarray(counts[:, :0:-1].cumsum(axis=1)[:, ::-1], dtype=np.int64)
