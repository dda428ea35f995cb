"""How far an alloy is from what was measured, and whether a model may be asked about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = [
    "PER_AT_PCT",
    "Around",
    "Asked",
    "Domain",
    "Known",
    "Scales",
    "align",
    "distances_to_other_groups_at_pct",
    "gaps",
    "gaps_to_other_groups",
    "is_beyond",
    "nearest",
    "relative_excess",
    "rounded_at_pct",
]

# Alloys by measured alloys, 8 bytes each, in three arrays: 24 MB at a time.
_BLOCK = 1_000_000
# An amount this many times the most that was measured is far beyond it; printed amounts are rounded.
_BEYOND, _ROUNDING = 1.5, 1e-9
PER_AT_PCT = 1e6


class Asked(NamedTuple):
    """Alloys to look around.

    Attributes:
        fractions: Atomic fractions of the elements that any row holds, shape ``(n, n_elements)``.
        treatments: Numbers, or decimal logarithms, or the index of a choice; NaN where unknown; shape
            ``(n, n_process)``.
        need_none: Which of them may be blank: times of what was never heated, same shape.
        groups: Codes of the alloys' own groups, whose rows don't count, -1 for none; shape ``(n,)``.
    """

    fractions: FloatArray
    treatments: FloatArray
    need_none: BoolArray
    groups: IntArray


class Known(NamedTuple):
    """Measured rows, by the elements that they hold.

    Attributes:
        first: Where the elements of each row begin, and at last where they end, shape ``(n_rows + 1,)``.
        columns: The columns of these elements.
        fractions: Their atomic fractions.
        treatments: As of `Asked`, shape ``(n_rows, n_process)``.
        need_none: Same shape.
        groups: Shape ``(n_rows,)``.
    """

    first: IntArray
    columns: IntArray
    fractions: FloatArray
    treatments: FloatArray
    need_none: BoolArray
    groups: IntArray


class Scales(NamedTuple):
    """How treatments and distances count.

    Attributes:
        spreads: Standard deviation of each process column, shape ``(n_process,)``.
        is_choice: Which of them are choices, shape ``(n_process,)``.
        at_pct_per_spread: What a difference of one of them counts as, and another choice, and an unknown one.
        within: Distances to count groups in, at.%, shape ``(n_within,)``.
        grid: What distances are rounded to, per at.%.
    """

    spreads: FloatArray
    is_choice: BoolArray
    at_pct_per_spread: float
    within: FloatArray
    grid: float


class Around(NamedTuple):
    """What was found around each alloy.

    Attributes:
        nearest: The nearest measured rows with their treatment, nearest first, shape ``(n, n_nearest)``.
        at_pct: Distance to the nearest composition, shape ``(n,)``.
        treated: Distance to the nearest row, differences in treatment counted, shape ``(n,)``.
        n_groups: How many groups have a row within each of some distances, shape ``(n, n_within)``.
    """

    nearest: IntArray
    at_pct: FloatArray
    treated: FloatArray
    n_groups: IntArray


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
    from moalloy.surrogates.neighbors_kernel import nearest_rows

    union = tuple(dict.fromkeys((*known_elements, *elements)))
    queries, measured = align(fractions, elements, union), align(known, known_elements, union)
    is_used = (queries != 0).any(axis=0) | (measured != 0).any(axis=0)
    queries, measured = queries[:, is_used], measured[:, is_used]
    row, gap = nearest_rows(np.ascontiguousarray(queries), np.ascontiguousarray(measured))
    return row, 50.0 * gap


def distances_to_other_groups_at_pct(fractions: FloatArray, groups: IntArray) -> FloatArray:
    """Return each row's distance to the nearest row of another group, at.%; inf with one group."""
    distance = np.empty(len(fractions))
    for part, gap in gaps_to_other_groups(fractions, groups):
        distance[part] = gap.min(axis=1)
    return rounded_at_pct(50.0 * distance)


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


def rounded_at_pct(distances: FloatArray) -> FloatArray:
    """Return distances on a grid of a millionth of an at.%, same shape.

    They lie on the steps of papers and problems and tie: those that differ by the rounding of sums must not.
    """
    return np.rint(distances * PER_AT_PCT) / PER_AT_PCT


def relative_excess(values: FloatArray, limit: float, *, least: float) -> FloatArray:
    """Return ``(values - limit) / limit``, at most 0 exactly where values are at most the limit; same shape.

    A limit below ``least`` counts as that where it divides.

    >>> relative_excess(np.array([5.0, 20.0]), 10.0, least=0.1)
    array([-0.5,  1. ])
    >>> relative_excess(np.array([5.0]), np.inf, least=0.1)
    array([-1.])
    """
    if np.isinf(limit):
        return np.full(len(values), -1.0)
    return (values - limit) / max(limit, least)


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
        return rounded_at_pct(nearest(fractions, elements, self.fractions, self.elements)[1])

    def beyond(
        self, fractions: FloatArray, elements: Sequence[str], *, at_pct: FloatArray | None = None
    ) -> FloatArray:
        """Return how far alloys lie outside, in units of the reach, at most 0 inside, shape ``(n_alloys,)``.

        1 at least for an element of which no row has nearly as much. ``at_pct`` is the distance to the
        nearest row, where it is known already.
        """
        most = align(self.fractions.max(axis=0, initial=0.0)[None, :], self.elements, elements)
        is_foreign = is_beyond(fractions, most, self.foreign_at_pct).any(axis=1)
        at_pct = self.distance_at_pct(fractions, elements) if at_pct is None else at_pct
        beyond = relative_excess(at_pct, self.reach_at_pct, least=self.foreign_at_pct)
        return np.where(is_foreign, np.maximum(beyond, 1.0), beyond)
