"""One alloy, one treatment, and values that differ by more than this quantity usually does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.repeats import clusters
from moalloy.tables.audit.table import AuditTable

__all__ = ["sources_disagree"]

# Beyond this many robust standard deviations of repeats a pair disagrees ...
_FAR = 4.0
# ... or, where a column has fewer repeats than this, beyond one standard deviation of the column: two
# measurements of one alloy should be more alike than two alloys.
_FEWEST_REPEATS = 8
# Repeats are at least this far apart: 5 %, or a factor of 2 where values differ by factors.
_LEAST, _LEAST_DECADES = 0.05, 0.302


def sources_disagree(table: AuditTable) -> Iterator[Finding]:
    """Rows of the same alloy and treatment in different groups whose values disagree.

    How far apart is too far is the column's own reproducibility: the spread of all such pairs in it.
    Without a column of groups every two rows are compared.
    """
    codes, near = table.group_codes, table.near
    pairs = near if table.group_by is None else near[codes[near[:, 0]] != codes[near[:, 1]]]
    for column in table.measured:
        differences = np.abs(column.levels[pairs[:, 0]] - column.levels[pairs[:, 1]])
        given = np.isfinite(differences)
        if not given.any():
            continue
        limit = _limit(column, differences[given])
        far = pairs[given][differences[given] > limit]
        for rows in clusters(far):
            yield _finding(table, column, rows, limit, n_pairs=int(given.sum()))


def _limit(column: Column, differences: FloatArray) -> float:
    levels = column.levels[np.isfinite(column.levels)]
    least = _LEAST_DECADES if column.is_log else _LEAST * float(np.median(np.abs(levels)))
    if len(differences) >= _FEWEST_REPEATS:
        # The median size of a normal difference is 0.6745, or 1 / 1.4826, of its standard deviation.
        return max(_FAR * 1.4826 * float(np.median(differences)), least)
    spread = 1.4826 * float(np.median(np.abs(levels - np.median(levels))))
    return max(spread, least)


def _finding(table: AuditTable, column: Column, rows: IntArray, limit: float, *, n_pairs: int) -> Finding:
    texts = table.texts(column, rows)
    low, high = column.values[rows].min(), column.values[rows].max()
    apart = f"a factor of {high / low:.2g}" if column.is_log else f"{high - low:.3g} {column.unit}".rstrip()
    allowed = f"a factor of {10**limit:.2g}" if column.is_log else f"{limit:.2g} {column.unit}".rstrip()
    usual = (
        f"repeats in this column ({n_pairs} pairs) usually stay within {allowed}"
        if n_pairs >= _FEWEST_REPEATS
        else f"even different alloys of this table usually differ by {allowed}"
    )
    alloy = table.labels[rows[0]]
    return Finding(
        "disagreement",
        "warning",
        table.lines(rows),
        (column.name,),
        texts,
        f"{len(rows)} rows of {alloy} with the same treatment are {apart} apart, where {usual}.",
        "Look for what differs: another treatment, unit or method, or a slip in one of them.",
    )
