"""How far an alloy is from what was measured, and whether a model may be asked about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = [
    "Domain",
    "align",
    "distances_to_other_groups_at_pct",
    "gaps",
    "gaps_to_other_groups",
    "is_beyond",
    "nearest",
    "relative_excess",
]

# Alloys by measured alloys, 8 bytes each, in three arrays: 24 MB at a time.
_BLOCK = 1_000_000
# An amount this many times the most that was measured is far beyond it; printed amounts are rounded.
_BEYOND, _ROUNDING = 1.5, 1e-9


def align(fractions: FloatArray, elements: Sequence[str], target: Sequence[str]) -> FloatArray:
    """Return ``fractions`` with the columns ``target``; elements that ``fractions`` lacks are 0.

    Columns of ``fractions`` outside ``target`` must be handled by the caller: their share is lost here.
    """
    position = {symbol: i for i, symbol in enumerate(elements)}
    aligned = np.zeros((len(fractions), len(target)))
    for column, symbol in enumerate(target):
        if symbol in position:
            aligned[:, column] = fractions[:, position[symbol]]
    return aligned


def nearest(
    fractions: FloatArray, elements: Sequence[str], known: FloatArray, known_elements: Sequence[str]
) -> tuple[IntArray, FloatArray]:
    """Return the row of the nearest known alloy and its distance in at.%, each of shape ``(n_alloys,)``.

    The distance is half the sum of absolute differences: the share of atoms that must change. Ties go
    to the first row.
    """
    union = tuple(dict.fromkeys((*known_elements, *elements)))
    queries, measured = align(fractions, elements, union), align(known, known_elements, union)
    is_used = (queries != 0).any(axis=0) | (measured != 0).any(axis=0)
    queries, measured = queries[:, is_used], measured[:, is_used]
    row = np.empty(len(queries), dtype=np.int64)
    distance = np.empty(len(queries))
    for part, gap in gaps(queries, measured):
        row[part] = gap.argmin(axis=1)
        distance[part] = gap.min(axis=1)
    return row, 50.0 * distance


def distances_to_other_groups_at_pct(fractions: FloatArray, groups: IntArray) -> FloatArray:
    """Return each row's distance to the nearest row of another group, at.%; inf with one group."""
    distance = np.empty(len(fractions))
    for part, gap in gaps_to_other_groups(fractions, groups):
        distance[part] = gap.min(axis=1)
    return 50.0 * distance


def gaps_to_other_groups(fractions: FloatArray, groups: IntArray) -> Iterator[tuple[slice, FloatArray]]:
    """Yield blocks of rows with their sums of absolute differences to all rows; inf within a group.

    Args:
        fractions: Atomic fractions, shape ``(n_rows, n_elements)``.
        groups: Codes of the rows' groups, shape ``(n_rows,)``.

    Yields:
        The rows of the block and its differences, shape ``(n_block, n_rows)``.
    """
    for part, gap in gaps(fractions, fractions):
        gap[groups[part, None] == groups[None, :]] = np.inf
        yield part, gap


def gaps(queries: FloatArray, measured: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
    block = max(1, _BLOCK // max(1, len(measured)))
    for start in range(0, len(queries), block):
        part = slice(start, start + block)
        gap = np.zeros((len(queries[part]), len(measured)))
        for column in range(measured.shape[1]):  # element by element: the same bits in any batch
            gap += np.abs(queries[part, column, None] - measured[None, :, column])
        yield part, gap


def relative_excess(values: FloatArray, limit: float) -> FloatArray:
    """Return ``(values - limit) / limit``, at most 0 exactly where values are at most the limit; same shape.

    >>> relative_excess(np.array([5.0, 20.0]), 10.0), relative_excess(np.array([5.0]), np.inf)
    (array([-0.5,  1. ]), array([-1.]))
    """
    if np.isinf(limit):
        return np.full(len(values), -1.0)
    return (values - limit) / max(limit, float(np.finfo(np.float64).tiny))


def is_beyond(fractions: FloatArray, most: FloatArray, foreign_at_pct: float) -> BoolArray:
    """Return which amounts lie far beyond the most that was measured of each element; shapes as broadcast.

    >>> is_beyond(np.array([[0.0012, 0.004, 0.3]]), np.array([[0.0, 0.0015, 0.25]]), 0.1)
    array([[ True,  True, False]])
    """
    limit = np.maximum(_BEYOND * 100.0 * most, foreign_at_pct)
    return np.asarray(100.0 * fractions > limit + _ROUNDING, dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """Where a model has ground under its feet.

    An alloy is inside if its nearest training alloy is no further than ``reach_at_pct`` and it holds no
    element above ``foreign_at_pct`` of which no training row has two thirds as much: none of those that the
    rows lack, and of a trace that they have not several times as much, which may be near in at.%.
    """

    elements: tuple[str, ...]
    fractions: FloatArray
    reach_at_pct: float
    foreign_at_pct: float = 0.1

    def distance_at_pct(self, fractions: FloatArray, elements: Sequence[str]) -> FloatArray:
        """Return the distance to the nearest training row in at.%, shape ``(n_alloys,)``."""
        return nearest(fractions, elements, self.fractions, self.elements)[1]

    def contains(self, fractions: FloatArray, elements: Sequence[str]) -> BoolArray:
        """Return which alloys are inside, shape ``(n_alloys,)``."""
        return np.asarray(self.beyond(fractions, elements) <= 0.0, dtype=np.bool_)

    def beyond(self, fractions: FloatArray, elements: Sequence[str]) -> FloatArray:
        """Return how far alloys lie outside, in units of the reach, at most 0 inside, shape ``(n_alloys,)``.

        1 at least for an element of which no row has nearly as much.
        """
        most = align(self.fractions.max(axis=0, initial=0.0)[None, :], self.elements, elements)
        is_foreign = is_beyond(fractions, most, self.foreign_at_pct).any(axis=1)
        beyond = relative_excess(self.distance_at_pct(fractions, elements), self.reach_at_pct)
        return np.where(is_foreign, np.maximum(beyond, 1.0), beyond)
