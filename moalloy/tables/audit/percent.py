"""Parts of one in a column of percent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.domain.values import IntArray
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.dimensions import units_like
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.slips import slip
from moalloy.tables.audit.table import AuditTable

__all__ = ["parts_of_one"]

_FEWEST_ROWS = 3
# Where the others have a median like this, a group that stays below 1 % is an odd one.
_USUAL_PERCENT = 5.0


def parts_of_one(table: AuditTable) -> Iterator[Finding]:
    """Columns of percent without a value above 1, and groups of them where all others have more."""
    codes = table.group_codes
    for column in table.measured:
        given = np.flatnonzero(np.isfinite(column.values))
        if column.unit != "%" or len(given) < _FEWEST_ROWS:
            continue
        if _are_parts(column, given):
            yield _finding(table, column, given, "No value of this column of percent is above 1.")
            continue
        for code in np.unique(codes[given]):
            rows, others = given[codes[given] == code], given[codes[given] != code]
            usual = float(np.median(column.values[others])) if len(others) else 0.0
            if len(rows) >= _FEWEST_ROWS and _are_parts(column, rows) and usual >= _USUAL_PERCENT:
                name = table.groups[rows[0]]
                why = f"No value of '{name}' is above 1, where other groups have {usual:.3g} %."
                yield _finding(table, column, rows, why)


def _are_parts(column: Column, rows: IntArray) -> bool:
    values = column.values[rows]
    return bool(((values >= 0) & (values <= 1)).all() and (values % 1 != 0).any())


def _finding(table: AuditTable, column: Column, rows: IntArray, why: str) -> Finding:
    _, parts = units_like("%")
    return slip(table, column, rows, parts, why)
