"""Reads a `Forest`: compiled by Numba when it is first called, and kept on disk for the next time.

Rows go through in groups. What all rows of a group answer alike, because of where they lie in the design
space, is settled before; branches that none of them reaches are cut away. Sums are made tree by tree in
float32 as XGBoost makes them, so that scores are XGBoost's to the last bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numba.cpython.unsafe.numbers import trailing_zeros
from numpy.typing import NDArray

from moalloy.surrogates.forest import Forest
from moalloy.surrogates.learner import Features

__all__ = ["read_forest"]

_Floats = NDArray[np.float32]
_Bits = NDArray[np.uint32]

# Rows that the forest is cut to, and rows that one pass over its comparisons serves.
_GROUP = 512
_BLOCK = 64
_ALL = np.uint32(0xFFFFFFFF)


class _Bounds(NamedTuple):
    """The least and the largest value of each feature, and whether one is missing."""

    lowest: _Floats
    highest: _Floats
    has_missing: _Bits


class _Cut(NamedTuple):
    """What a group of rows leaves of a forest.

    Attributes:
        column: Where the values begin that a comparison looks at.
        threshold: What they are compared to.
        mask: The leaves that are left to a row whose value isn't below.
        begin: Where the comparisons of each tree begin, and at last where they end.
        settled: The leaves of each tree that are left to all rows.
    """

    column: NDArray[np.uint64]
    threshold: _Floats
    mask: _Bits
    begin: NDArray[np.int64]
    settled: _Bits


def read_forest(forest: Forest, features: Features) -> _Floats:
    """Return the scores, shape ``(n_alloys,)``.

    Args:
        forest: What to read.
        features: Shape ``(n_alloys, n_features)``; NaN is a missing value.
    """
    scores = np.empty(len(features), dtype=np.float32)
    # Numba compiles anew for every layout of an array.
    _read(np.ascontiguousarray(features, dtype=np.float32), forest, scores)
    return scores


@njit(nogil=True, cache=True)
def _read(X: _Floats, forest: Forest, scores: _Floats) -> None:
    n_features, n_trees, n_comparisons = X.shape[1], len(forest.first_leaf), len(forest.feature)
    bounds = _Bounds(
        np.empty(n_features, np.float32), np.empty(n_features, np.float32), np.empty(n_features, np.uint32)
    )
    cut = _Cut(
        np.empty(n_comparisons, np.uint64),
        np.empty(n_comparisons, np.float32),
        np.empty(n_comparisons, np.uint32),
        np.empty(n_trees + 1, np.int64),
        np.empty(n_trees, np.uint32),
    )
    # Blocks are filled up with whatever is there: no row has a say in another's score.
    size = min(_GROUP, -(-len(X) // _BLOCK) * _BLOCK)
    columns = np.empty(2 * n_features * size, np.float32)
    bits, total = np.empty(_BLOCK, np.uint32), np.empty(_BLOCK, np.float32)
    for start in range(0, len(X), _GROUP):
        rows = X[start : start + _GROUP]
        _measure(rows, bounds)
        _turn(rows, bounds.has_missing, columns, size)
        _cut(forest, bounds, cut, size)
        for block in range(0, len(rows), _BLOCK):
            total[:] = forest.base
            for tree in range(n_trees):
                bits[:] = cut.settled[tree]
                _compare(columns[block:], cut, tree, bits)
                _add(forest.leaf, np.uint64(forest.first_leaf[tree]), bits, total)
            n_here = min(_BLOCK, len(rows) - block)
            scores[start + block : start + block + n_here] = total[:n_here]


@njit(nogil=True, cache=True)
def _measure(X: _Floats, bounds: _Bounds) -> None:
    """Write what the features reach over some rows."""
    lowest, highest, has_missing = bounds
    lowest[:], highest[:], has_missing[:] = np.inf, -np.inf, 0
    for row in range(len(X)):
        for f in range(X.shape[1]):
            value = X[row, f]
            lowest[f] = value if value < lowest[f] else lowest[f]
            highest[f] = value if value > highest[f] else highest[f]
            has_missing[f] |= np.uint32(np.isnan(value))


@njit(nogil=True, cache=True)
def _turn(X: _Floats, has_missing: _Bits, columns: _Floats, size: int) -> None:
    """Write each feature as a column, and where values are missing a second one with infinity for them."""
    for f in range(X.shape[1]):
        here = 2 * f * size
        for row in range(len(X)):
            columns[here + row] = X[row, f]
        if has_missing[f]:
            for row in range(len(X)):
                value = X[row, f]
                columns[here + size + row] = np.float32(np.inf) if np.isnan(value) else value


@njit(nogil=True, cache=True)
def _cut(forest: Forest, bounds: _Bounds, cut: _Cut, size: int) -> None:
    """Write the comparisons that rows within bounds may answer differently, and what the others leave."""
    n = 0
    for tree in range(len(cut.settled)):
        cut.begin[tree] = n
        alive = _ALL
        for i in range(forest.first[tree], forest.first[tree + 1]):
            left, right, threshold = forest.left[i], forest.right[i], forest.threshold[i]
            f = forest.feature[i]
            # Where one of its branches is never entered, a comparison decides nothing.
            if (left & alive) == 0 or (right & alive) == 0:
                continue
            if not bounds.has_missing[f] and bounds.highest[f] < threshold:
                alive &= ~right
            elif not bounds.has_missing[f] and bounds.lowest[f] >= threshold:
                alive &= ~left
            else:
                # A missing value isn't at or above anything, so it goes left; infinity goes right.
                goes_right = bounds.has_missing[f] and not forest.missing_left[i]
                cut.column[n] = (2 * f + goes_right) * size
                cut.threshold[n], cut.mask[n] = threshold, ~left
                n += 1
        cut.settled[tree] = alive
    cut.begin[len(cut.settled)] = n


@njit(nogil=True, cache=True)
def _compare(columns: _Floats, cut: _Cut, tree: int, bits: _Bits) -> None:
    """Rule out leaves for the rows of a block, by four comparisons at a time and then one by one."""
    column, at, mask = cut.column, cut.threshold, cut.mask
    i, end = cut.begin[tree], cut.begin[tree + 1]
    while i + 4 <= end:
        a, b, c, d = column[i], column[i + 1], column[i + 2], column[i + 3]
        at_a, at_b, at_c, at_d = at[i], at[i + 1], at[i + 2], at[i + 3]
        mask_a, mask_b, mask_c, mask_d = mask[i], mask[i + 1], mask[i + 2], mask[i + 3]
        for r in range(_BLOCK):
            row = np.uint64(r)  # signed numbers would be checked for counting from the end
            left_a = mask_a if columns[a + row] >= at_a else _ALL
            left_b = mask_b if columns[b + row] >= at_b else _ALL
            left_c = mask_c if columns[c + row] >= at_c else _ALL
            left_d = mask_d if columns[d + row] >= at_d else _ALL
            bits[r] &= (left_a & left_b) & (left_c & left_d)
        i += 4
    while i < end:
        a, at_a, mask_a = column[i], at[i], mask[i]
        for r in range(_BLOCK):
            bits[r] &= mask_a if columns[a + np.uint64(r)] >= at_a else _ALL
        i += 1


@njit(nogil=True, cache=True)
def _add(leaf: _Floats, first_leaf: np.uint64, bits: _Bits, total: _Floats) -> None:
    """Add what the first leaf that is left adds."""
    for r in range(_BLOCK):
        total[r] += leaf[first_leaf + np.uint64(trailing_zeros(bits[r]))]  # type: ignore[call-arg]
