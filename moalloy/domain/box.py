"""Whole amounts within ranges that sum to a given total: counted, numbered, and so drawn uniformly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from moalloy.domain.values import BoolArray, IntArray

__all__ = ["MOST_POINTS", "Box"]

# What a box may hold for its points to be numbered by int64, counted by its ranges alone.
MOST_POINTS = 2**62


@dataclass(frozen=True, eq=False)
class Box:
    """All ``k`` with ``lower <= k <= upper`` and ``sum k = total``; the product of widths is below 2**62.

    Constraints between elements aren't part of it: it is the neighborhood of an alloy, not a space.

    >>> box = Box(np.array([1, 0, 2]), np.array([3, 1, 3]), total=5)
    >>> box.n_points
    4
    >>> box.unrank(np.arange(4)).tolist()
    [[1, 1, 3], [2, 0, 3], [2, 1, 2], [3, 0, 2]]
    """

    lower: IntArray
    upper: IntArray
    total: int

    @property
    def widths(self) -> IntArray:
        """Number of amounts of each element."""
        return self.upper - self.lower + 1

    @property
    def is_numbered(self) -> bool:
        """Whether there are few enough points to be numbered."""
        return math.prod(map(int, self.widths)) < MOST_POINTS

    def holds(self, amounts: IntArray) -> BoolArray:
        """Return which rows lie within the ranges, shape ``(n_alloys,)``."""
        return np.asarray(((amounts >= self.lower) & (amounts <= self.upper)).all(axis=1), dtype=np.bool_)

    def tightened(self) -> Box:
        """Return the same points with ranges that none of them leaves an end of unused."""
        spare_above = self.total - (self.upper.sum() - self.upper)
        spare_below = self.total - (self.lower.sum() - self.lower)
        return Box(np.maximum(self.lower, spare_above), np.minimum(self.upper, spare_below), self.total)

    @property
    def n_points(self) -> int:
        """How many points there are, an exact integer."""
        rest = self.total - int(self.lower.sum())
        ways = self._ways_below[0]
        return int(ways[rest + 1] - ways[rest]) if 0 <= rest < len(ways) - 1 else 0

    def unrank(self, ranks: IntArray) -> IntArray:
        """Return the points with these numbers below ``n_points``, shape ``(n, n_elements)``.

        Memory: ``n`` times the widest range, 8 bytes each.
        """
        points = np.empty((len(ranks), len(self.lower)), dtype=np.int64)
        rows = np.arange(len(ranks))
        left = np.full(len(ranks), self.total - int(self.lower.sum()))
        position = np.asarray(ranks, dtype=np.int64)
        for column, width in enumerate(self.widths.tolist()):
            below = self._ways_below[column + 1]
            # The points that 0, 0 or 1, 0 to 2, ... steps of this element have.
            opened = below[left + 1][:, None] - below[np.maximum(left[:, None] - np.arange(width), 0)]
            steps = (opened <= position[:, None]).sum(axis=1)
            position = position - np.where(steps > 0, opened[rows, steps - 1], 0)
            left = left - steps
            points[:, column] = self.lower[column] + steps
        return points

    @cached_property
    def _ways_below(self) -> list[IntArray]:
        """Per column and once more: for ``s`` steps, the ways to fill the columns from there with less."""
        length = int((self.widths - 1).sum()) + 1
        ways = np.zeros(length, dtype=np.int64)
        ways[0] = 1
        tables = [_running_total(ways)]
        for width in reversed(self.widths.tolist()):
            below = tables[-1]
            ways = below[1:] - below[np.maximum(np.arange(1, length + 1) - width, 0)]
            tables.append(_running_total(ways))
        return tables[::-1]


def _running_total(counts: IntArray) -> IntArray:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
