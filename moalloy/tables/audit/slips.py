"""What is said of values in the wrong unit, however that was noticed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moalloy.domain.values import IntArray
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.dimensions import Unit
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.table import AuditTable

__all__ = ["conversion", "slip"]


def slip(
    table: AuditTable,
    column: Column,
    rows: IntArray,
    unit: Unit,
    why: str,
    *,
    or_else: Sequence[Unit] = (),
) -> Finding:
    """Return the finding that some rows of a column are in ``unit``, or another, and not in its own."""
    own = column.own_unit or unit
    others = "".join(f", in {other.name} {_meant(column, rows, other)}" for other in or_else)
    advice = "".join(f"; if {other.name}, {conversion(other, own)}" for other in or_else)
    is_all = len(rows) == int(np.isfinite(column.values).sum()) and unit.name != "parts of one"
    rename = f" Or put {unit.name} into the header: it seems to hold for the whole column." if is_all else ""
    return Finding(
        "unit-slip",
        "warning",
        table.lines(rows),
        (column.name,),
        table.texts(column, rows),
        f"{why} In {unit.name} that would be {_meant(column, rows, unit)}{others}.",
        f"If the source says {unit.name}, {conversion(unit, own)}{advice}.{rename}",
        suspects=table.cells(column, rows),
    )


def _meant(column: Column, rows: IntArray, unit: Unit) -> str:
    """Return what the values of some rows are in the column's unit if they were written in ``unit``."""
    own = column.own_unit or unit
    converted = unit.convert(column.values[rows], to=own)
    low, high = f"{converted.min():.4g}", f"{converted.max():.4g}"
    return f"{low} {own.name}" if low == high else f"{low} to {high} {own.name}"


def conversion(unit: Unit, own: Unit) -> str:
    """Return how to get from one unit to another.

    >>> from moalloy.tables.audit.dimensions import units_like
    >>> ampere, _, oersted = units_like("A/m")
    >>> conversion(oersted, ampere)
    'multiply by 79.577'
    """
    offset = (unit.offset - own.offset) / own.factor
    if offset:
        return f"{'add' if offset > 0 else 'subtract'} {abs(offset):g}"
    factor = unit.factor / own.factor
    return f"multiply by {factor:.5g}" if factor >= 1 or factor < 1e-6 else f"divide by {1 / factor:.5g}"
