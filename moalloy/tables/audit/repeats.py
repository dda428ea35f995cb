"""Pairs of rows, and how much of what they measured is the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from moalloy.domain.values import BoolArray, IntArray
from moalloy.tables.audit.table import AuditTable

__all__ = ["Agreement", "agreement", "clusters", "significant_digits"]

# Rounding to three digits.
_NEARLY = 0.005


class Agreement(NamedTuple):
    """For each pair of a list, of the columns that both rows have a number in.

    Attributes:
        n_shared: How many there are.
        n_equal: In how many both rows have the very same number.
        n_nearly: In how many they differ by no more than 0.5 %.
        digits: The significant digits of the equal numbers together: the more, the less by chance.
    """

    n_shared: IntArray
    n_equal: IntArray
    n_nearly: IntArray
    digits: IntArray


def agreement(table: AuditTable, pairs: IntArray) -> Agreement:
    """Return how much of what was measured is the same in pairs of rows, shape ``(n_pairs, 2)``."""
    counts = [np.zeros(len(pairs), dtype=np.int64) for _ in range(4)]
    for column in table.measured:
        one, other = column.values[pairs[:, 0]], column.values[pairs[:, 1]]
        is_shared: BoolArray = np.isfinite(one) & np.isfinite(other)
        is_equal = is_shared & (one == other)
        is_nearly = is_shared & (np.abs(one - other) <= _NEARLY * np.abs(one))
        digits = np.zeros(len(pairs), dtype=np.int64)
        digits[is_equal] = [significant_digits(column.cells[row]) for row in pairs[is_equal, 0]]
        for total, part in zip(counts, (is_shared, is_equal, is_nearly, digits), strict=True):
            np.add(total, part, out=total)
    return Agreement(*counts)


def significant_digits(cell: str) -> int:
    """Return how many digits of a number say something; zeros at its end don't.

    >>> [significant_digits(cell) for cell in ("1.240", "813.0", "0.05", "1e-3", "0")]
    [3, 3, 1, 1, 0]
    """
    mantissa = cell.lower().partition("e")[0]
    return len("".join(sign for sign in mantissa if sign.isdigit()).strip("0"))


def clusters(pairs: IntArray) -> Iterator[IntArray]:
    """Yield the rows that pairs connect, ascending, each connected set once.

    >>> [rows.tolist() for rows in clusters(np.array([[0, 2], [2, 5], [1, 3]]))]
    [[0, 2, 5], [1, 3]]
    """
    if not len(pairs):
        return
    rows, index = np.unique(pairs, return_inverse=True)
    index = index.reshape(-1, 2)
    links = coo_array((np.ones(len(index)), (index[:, 0], index[:, 1])), shape=(len(rows), len(rows)))
    _, labels = connected_components(links, directed=False)
    for label in range(labels.max() + 1):
        yield rows[labels == label]
