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
        """Return the points with these numbers, shape ``(n, n_elements)``.

        Raises:
            IndexError: A number isn't between 0 and ``n_points - 1``.
        """
        from moalloy.domain.box_kernel import points_of

        rest = self.total - int(self.lower.sum())
        ranks = np.asarray(ranks, dtype=np.int64)
        if len(ranks) and not 0 <= ranks.min() <= ranks.max() < self.n_points:
            raise IndexError(f"numbers of points go from 0 to {self.n_points - 1}")
        return self.lower + points_of(ranks, self._ways_below, self.widths, rest)

    @cached_property
    def _ways_below(self) -> IntArray:
        from moalloy.domain.box_kernel import ways_below

        return ways_below(self.widths)
