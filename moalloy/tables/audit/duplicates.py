"""Rows that say the same twice: copies, and one measurement under two spellings of its alloy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.domain.values import IntArray
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.neighbors import SAME_AT_PCT
from moalloy.tables.audit.repeats import agreement, clusters
from moalloy.tables.audit.shared_groups import is_shared_measurement
from moalloy.tables.audit.table import AuditTable
from moalloy.tables.wording import listing

__all__ = ["copies", "near_duplicates"]

_LISTED = 3


def copies(table: AuditTable) -> Iterator[Finding]:
    """Rows that are the same in every column; reading refuses them."""
    rows_of: dict[tuple[str, ...], list[int]] = {}
    for row, cells in enumerate(table.raw.rows):
        rows_of.setdefault(cells, []).append(row)
    for rows in rows_of.values():
        if len(rows) > 1:
            lines = table.lines(rows)
            yield Finding(
                "duplicate",
                "error",
                lines,
                (),
                table.labels[rows[0]],
                f"{len(rows)} rows are the same in every column; a table with them is refused.",
                "Keep one of them, unless a column that tells them apart was left out.",
                unusable=lines[1:],
            )


def near_duplicates(table: AuditTable) -> Iterator[Finding]:
    """Rows of the same alloy and treatment, to 0.1 at.%, whose measured values are all nearly the same.

    What two groups share in full digits is reported as such; exact copies are, too.
    """
    pairs = table.near
    alike = agreement(table, pairs)
    is_copy = np.array(
        [table.raw.rows[one] == table.raw.rows[other] for one, other in pairs.tolist()], dtype=bool
    )
    is_near = (alike.n_shared > 0) & (alike.n_nearly == alike.n_shared)
    is_near &= ~is_copy & ~is_shared_measurement(table, pairs, alike)
    for rows in clusters(pairs[is_near]):
        yield _finding(table, rows)


def _finding(table: AuditTable, rows: IntArray) -> Finding:
    codes = table.group_codes[rows]
    crosses = table.group_by is not None and len(set(codes.tolist())) > 1
    spellings = tuple(dict.fromkeys(table.labels[row] for row in rows))
    written = (
        f", written {listing(spellings, limit=_LISTED, separator=' and ')}" if len(spellings) > 1 else ""
    )
    leak = (
        " They lie in different groups, so that a fold may be tested on what it was trained on."
        if crosses
        else ""
    )
    return Finding(
        "duplicate",
        "warning" if crosses else "note",
        table.lines(rows),
        (),
        listing(spellings, limit=_LISTED),
        f"{len(rows)} rows are the same alloy to {SAME_AT_PCT:g} at.%{written}, with the same treatment, and "
        f"their values are equal to 0.5 %.{leak}",
        "If it is one measurement, keep one row." + (" If not, give them one group." if crosses else ""),
    )
