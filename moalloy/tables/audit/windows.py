"""Values outside of what any alloy can have, whatever their unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.dimensions import units_like
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.table import AuditTable

__all__ = ["outside_windows", "window_of"]


def outside_windows(table: AuditTable) -> Iterator[Finding]:
    """Values that no alloy can have: a Bs above that of Fe-Co, a diameter that isn't positive."""
    for column in table.columns:
        if column.quantity is None:
            continue
        low, high = window_of(column)
        is_negative = (column.values <= 0) & (low > 0)
        sides = (
            (is_negative, f"no {column.quantity.name}, which is positive"),
            ((column.values < low) & ~is_negative, column.quantity.below),
            (column.values > high, column.quantity.above),
        )
        for is_out, why in sides:
            rows = np.flatnonzero(is_out)
            if not len(rows):
                continue
            texts = table.texts(column, rows)
            is_assumed = bool(column.quantity.unit) and not column.says_unit and is_out is not is_negative
            assumed = f" The header says no unit; {column.unit} is assumed." if is_assumed else ""
            yield Finding(
                "beyond-physics",
                "warning" if is_assumed else "error",
                table.lines(rows),
                (column.name,),
                texts,
                f"{f'{texts} {column.unit}'.rstrip()} is {why}.{assumed}",
                "Look it up in its source; leave the cell blank if that can't be done.",
                suspects=table.cells(column, rows),
            )


def window_of(column: Column) -> tuple[float, float]:
    """Return the smallest and the largest value that a column can have, in its own unit."""
    quantity, own = column.quantity, column.own_unit
    if quantity is None:
        return -np.inf, np.inf
    units = {unit.name: unit for unit in units_like(column.unit)}
    if own is None or quantity.unit not in units:
        return quantity.low, quantity.high
    low, high = units[quantity.unit].convert(np.array([quantity.low, quantity.high]), to=own)
    return float(low), float(high)
