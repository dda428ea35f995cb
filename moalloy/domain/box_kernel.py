"""Counting and numbering of the points of a `Box`, compiled: windows ask for thousands of boxes."""

from __future__ import annotations

import numpy as np

from moalloy.compiled import compiled
from moalloy.domain.values import IntArray

__all__ = ["points_of", "ways_below"]


@compiled
def ways_below(widths: IntArray) -> IntArray:
    """Return in how many ways columns can be filled with fewer than so many steps.

    Args:
        widths: Number of amounts of each column, shape ``(n_columns,)``.

    Returns:
        Per column and once more, for ``s`` steps from 0 to one more than all columns can take: the ways to
        fill the columns from there on with less, shape ``(n_columns + 1, n_steps)``.
    """
    n_columns, length = len(widths), widths.sum() - len(widths) + 1
    table = np.zeros((n_columns + 1, length + 1), np.int64)
    table[n_columns, 1:] = 1
    for column in range(n_columns - 1, -1, -1):
        below, total = table[column + 1], 0
        for s in range(length):
            total += below[s + 1] - below[max(s + 1 - widths[column], 0)]
            table[column, s + 1] = total
    return table


@compiled
def points_of(ranks: IntArray, table: IntArray, widths: IntArray, rest: int) -> IntArray:
    """Return the points with these numbers, in steps above the least amounts, shape ``(n, n_columns)``.

    Args:
        ranks: Numbers of points, shape ``(n,)``.
        table: What `ways_below` returned.
        widths: Number of amounts of each column.
        rest: What the steps of a point sum to.
    """
    points = np.empty((len(ranks), len(widths)), np.int64)
    for row in range(len(ranks)):
        left, position = rest, ranks[row]
        for column in range(len(widths)):
            below = table[column + 1]
            # The points that this element's amounts open one after the other, 0 steps first.
            steps, passed = 0, 0
            while steps < widths[column]:
                opened = below[left + 1] - below[max(left - steps, 0)]
                if opened > position:
                    break
                steps, passed = steps + 1, opened
            position -= passed
            left -= steps
            points[row, column] = steps
    return points
