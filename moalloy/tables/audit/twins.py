"""The same alloy twice, with values that differ by just the factor of another unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.dimensions import Unit, units_like
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.slips import slip
from moalloy.tables.audit.table import AuditTable

__all__ = ["units_of_twins"]

# Values of one sample in two units agree to the digits printed; 3 % covers two of them.
_AGREEMENT = 0.03
# Two alloys differ by a factor of ten now and then, hardly by just 79.6 or 1000.
_FEWEST_DECADES = 1.5
_SAME_K = 2.0


def units_of_twins(table: AuditTable) -> Iterator[Finding]:
    """Rows of one alloy and treatment of which one agrees with the other in another unit."""
    for column in table.measured:
        if column.own_unit is None:
            continue
        for unit in units_like(column.unit):
            if unit.name != column.unit and _is_telling(column, unit):
                yield from _agreeing(table, column, unit)


def _is_telling(column: Column, unit: Unit) -> bool:
    own = column.own_unit or unit
    return unit.offset != own.offset or abs(np.log10(unit.factor / own.factor)) > _FEWEST_DECADES


def _agreeing(table: AuditTable, column: Column, unit: Unit) -> Iterator[Finding]:
    own = column.own_unit or unit
    tolerance = _SAME_K if unit.offset != own.offset else 0.0
    values, meant = column.values, unit.convert(column.values, to=own)
    found: dict[int, int] = {}
    for one, other in np.vstack([table.near, table.near[:, ::-1]]).tolist():
        allowed = tolerance or _AGREEMENT * abs(values[other])
        if values[one] and abs(meant[one] - values[other]) <= allowed:
            found.setdefault(one, other)
    for one, other in found.items():
        line = table.raw.lines[other]
        why = f"Line {line} has the same alloy and treatment with {column.cells[other]} {column.unit}."
        yield slip(table, column, np.array([one]), unit, why)
