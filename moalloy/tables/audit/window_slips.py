"""Values that no alloy can have in the column's unit, and that make sense in another one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.dimensions import Unit, units_like
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.peers import is_thermal, peers_of
from moalloy.tables.audit.slips import slip
from moalloy.tables.audit.table import AuditTable
from moalloy.tables.audit.windows import window_of

__all__ = ["units_outside_windows"]

# A converted value is believed if it comes within this factor of the nearest alloys, or of the
# column's median: coercivities differ by decades, flux densities of magnets hardly by two.
_NEAR_LOG, _NEAR = 100.0, 4.0


def units_outside_windows(table: AuditTable) -> Iterator[Finding]:
    """Values outside the window of their quantity that lie inside it in another unit.

    The other values of their group, or of the whole column where most are outside, go with them if
    they fit the rest of the table better in that unit.
    """
    for column in table.columns:
        low, high = window_of(column)
        is_out = (column.values < low) | (column.values > high)
        if column.own_unit is None or not is_out.any():
            continue
        given = np.flatnonzero(np.isfinite(column.values))
        if 2 * is_out.sum() >= len(given):
            usual = np.full(len(table), _usual_level(column))
            yield from _finding(table, column, given, np.flatnonzero(is_out), usual, together="of the column")
            continue
        usual = _usual(table, column, given[~is_out[given]])
        codes = table.group_codes
        for code in np.unique(codes[is_out]):
            mates, out = given[codes[given] == code], np.flatnonzero(is_out & (codes == code))
            together = f"of the same {'source' if table.group_by else 'formula'}"
            yield from _finding(table, column, mates, out, usual, together=together)


def _usual(table: AuditTable, column: Column, inside: IntArray) -> FloatArray:
    """Return what each row's nearest alloys have, or the median of the values inside where there are none."""
    levels = peers_of(table, column)
    values = levels if is_thermal(column) else 10.0**levels
    low, high = window_of(column)
    is_known = (values >= low) & (values <= high)
    return np.where(is_known, values, np.median(column.values[inside]))


def _usual_level(column: Column) -> float:
    """Return what is usual for the quantity of a column, in its own unit; NaN where that isn't known."""
    quantity, own = column.quantity, column.own_unit
    units = {unit.name: unit for unit in units_like(column.unit)}
    if quantity is None or own is None or quantity.unit not in units:
        return float("nan")
    return float(units[quantity.unit].convert(np.array([quantity.usual]), to=own)[0])


def _finding(
    table: AuditTable, column: Column, mates: IntArray, out: IntArray, usual: FloatArray, *, together: str
) -> Iterator[Finding]:
    """Yield the finding for the rows ``out`` among ``mates``, if another unit explains them.

    ``together`` says what rows and mates share.
    """
    units = [unit for unit in units_like(column.unit) if unit.name != column.unit]
    misses = {unit: _miss(column, out, unit, usual) for unit in units}
    possible = sorted((unit for unit in units if np.isfinite(misses[unit])), key=lambda unit: misses[unit])
    if not possible:
        return
    best = possible[0]
    is_whole = len(mates) > len(out) and _fit_better(column, mates, best, usual)
    why = _why(column, out)
    if is_whole:
        others = len(mates) - len(out)
        why += f" The {others} other{'s' * (others > 1)} {together} fit better so, too."
    yield slip(table, column, mates if is_whole else out, best, why, or_else=possible[1:])


def _miss(column: Column, rows: IntArray, unit: Unit, usual: FloatArray) -> float:
    """Return by how many decades rows in ``unit`` miss what is usual; inf if they can't be in it."""
    low, high = window_of(column)
    values = _converted(column, unit)[rows]
    if (column.values[rows] <= 0).any() or (values < max(low, 0.0)).any() or (values > high).any():
        return np.inf
    misses = np.abs(np.log10(values / usual[rows]))
    miss = float(np.median(misses[np.isfinite(misses)])) if np.isfinite(misses).any() else 0.0
    return miss if miss <= np.log10(_NEAR_LOG if column.is_log else _NEAR) else np.inf


def _fit_better(column: Column, rows: IntArray, unit: Unit, usual: FloatArray) -> bool:
    """Whether rows are all possible in ``unit``, and nearer to what is usual than as they stand."""
    low, high = window_of(column)
    values = _converted(column, unit)[rows]
    if (values < low).any() or (values > high).any() or (column.values[rows] <= 0).any():
        return False
    nearer = np.abs(np.log10(values / usual[rows])) <= np.abs(np.log10(column.values[rows] / usual[rows]))
    return bool(nearer.mean() > 0.5) or bool(np.isnan(usual[rows]).all())


def _converted(column: Column, unit: Unit) -> FloatArray:
    own = column.own_unit
    return column.values if own is None else unit.convert(column.values, to=own)


def _why(column: Column, rows: IntArray) -> str:
    quantity = column.quantity
    if quantity is None:
        return ""
    is_low = column.values[rows] < window_of(column)[0]
    sides = [quantity.below] * bool(is_low.any()) + [quantity.above] * bool((~is_low).any())
    what = "A value here is" if len(rows) == 1 else f"{len(rows)} values here are"
    return f"{what} {', or '.join(sides)}."
