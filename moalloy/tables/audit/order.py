"""Temperatures of one alloy in an order that they can't have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.table import AuditTable

__all__ = ["temperatures_out_of_order"]

# A glass softens, crystallizes, crystallizes again, and melts.
_STAGES = (r"t_?g(?![a-z])", r"t_?x_?1?(?![a-z\d])", r"t_?x_?2(?![a-z\d])", r"t_?(l|liq)(?![a-z])")
# Onsets are read off to a kelvin or two, and Tg and Tx may come from two runs.
_TOLERANCE_K = 5.0


def temperatures_out_of_order(table: AuditTable) -> Iterator[Finding]:
    """Rows in which a glass crystallizes before it softens, or melts before it crystallizes."""
    stages = [column for pattern in _STAGES for column in table.measured if _is(column, pattern)]
    for early, late in combinations(stages, 2):
        if early.unit != late.unit:
            continue
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero(early.values > late.values + _TOLERANCE_K)
        for row in rows.tolist():
            yield Finding(
                "beyond-physics",
                "warning",
                table.lines([row]),
                (early.name, late.name),
                f"{early.cells[row]} and {late.cells[row]}",
                f"{early.name} of {early.cells[row]} is above {late.name} of {late.cells[row]}: a glass "
                "softens (Tg), then crystallizes (Tx1, Tx2), then melts (Tl).",
                "Look both up in their source: were they swapped, or is one in another unit?",
                suspects=table.cells(early, [row]) + table.cells(late, [row]),
            )


def _is(column: Column, pattern: str) -> bool:
    return column.unit in {"K", "°C"} and re.match(pattern, column.name, re.IGNORECASE) is not None
