"""What was measured around alloys, one alloy after the other: what `neighbors` and `difficulty` ask for.

Distances are summed element by element in one order, so an alloy's numbers don't depend on the others of its
batch.
"""

from __future__ import annotations

import numpy as np

from moalloy.compiled import compiled
from moalloy.domain.values import FloatArray, IntArray
from moalloy.surrogates.neighbors import Around, Asked, Known, Scales

__all__ = ["look_around", "nearest_rows"]


@compiled
def nearest_rows(queries: FloatArray, measured: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the nearest row, the first of those equally near, and the sum of absolute differences to it.

    A sum that has grown too far to matter isn't finished.

    Args:
        queries: Shape ``(n, n_columns)``.
        measured: Shape ``(n_rows, n_columns)``, one row at least.
    """
    rows, gaps = np.zeros(len(queries), np.int64), np.full(len(queries), np.inf)
    for i in range(len(queries)):
        for row in range(len(measured)):
            gap = 0.0
            for column in range(queries.shape[1]):
                gap += abs(queries[i, column] - measured[row, column])
                if gap >= gaps[i]:
                    break
            if gap < gaps[i]:
                rows[i], gaps[i] = row, gap
    return rows, gaps


@compiled
def look_around(asked: Asked, known: Known, scales: Scales, n_nearest: int) -> Around:
    """Return what was measured around each alloy; at least ``n_nearest`` rows must be of other groups."""
    n, n_within, widest = len(asked.fractions), len(scales.within), scales.within.max()
    found = Around(
        np.zeros((n, n_nearest), np.int64),
        np.full(n, np.inf),
        np.full(n, np.inf),
        np.zeros((n, n_within), np.int64),
    )
    seen = np.full((known.groups.max() + 1, n_within), -1, np.int64)
    distances = np.empty(n_nearest)
    for i in range(n):
        distances[:] = np.inf
        for row in range(len(known.groups)):
            group = known.groups[row]
            if asked.groups[i] == group:
                continue
            at_pct = np.rint(_distance_at_pct(asked.fractions[i], known, row) * scales.grid) / scales.grid
            if at_pct > widest and at_pct >= distances[-1]:
                continue
            found.at_pct[i] = min(found.at_pct[i], at_pct)
            for j in range(n_within):
                if at_pct <= scales.within[j] and seen[group, j] != i:
                    seen[group, j] = i
                    found.n_groups[i, j] += 1
            _insert(at_pct + _treatment_gap(asked, i, known, row, scales), row, distances, found.nearest[i])
        found.treated[i] = distances[0]
    return found


@compiled
def _distance_at_pct(fractions: FloatArray, known: Known, row: int) -> float:
    """Return the share of atoms that an alloy and a row don't have in common: half their L1 distance."""
    common = 0.0
    for place in range(known.first[row], known.first[row + 1]):
        common += min(fractions[known.columns[place]], known.fractions[place])
    return 100.0 * max(1.0 - common, 0.0)


@compiled
def _treatment_gap(asked: Asked, i: int, known: Known, row: int, scales: Scales) -> float:
    """Return the difference in treatment between an alloy and a row as at.%."""
    total = 0.0
    for column in range(len(scales.spreads)):
        one, other = asked.treatments[i, column], known.treatments[row, column]
        gap = 1.0
        if asked.need_none[i, column] and known.need_none[row, column]:
            gap = 0.0
        elif not (np.isnan(one) or np.isnan(other)):
            if not scales.is_choice[column]:
                gap = abs(one - other) / scales.spreads[column]
            elif one == other:
                gap = 0.0
        total += scales.at_pct_per_spread * gap
    return total


@compiled
def _insert(distance: float, row: int, distances: FloatArray, rows: IntArray) -> None:
    """Put a row among the nearest, behind those that are as near, if it is one of them."""
    place = len(distances)
    while place > 0 and distance < distances[place - 1]:
        place -= 1
    if place == len(distances):
        return
    for later in range(len(distances) - 1, place, -1):
        distances[later], rows[later] = distances[later - 1], rows[later - 1]
    distances[place], rows[place] = distance, row
