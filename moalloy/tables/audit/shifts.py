"""Values that are possible, but off from their nearest alloys by just what another unit makes.

A row's error is its level, as in `moalloy.tables.audit.peers`, minus that of its nearest alloys of
other groups. Papers differ, so an error is believed to be a unit only if it stands out of how the
other groups of this table differ, and in the other unit is lost among how their rows do.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.tables.audit.anneals import is_set_in_celsius
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.dimensions import Unit, units_like
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.peers import is_thermal, peers_of, unit_levels
from moalloy.tables.audit.slips import slip
from moalloy.tables.audit.table import AuditTable

__all__ = ["shifted_groups", "shifted_rows"]

# A group's median error is a shift beyond this many robust standard deviations of the other groups' ...
_FAR = 3.5
# ... that another unit brings below this many of their rows', and below this share of its own shift.
_NEAR, _LEFT = 1.5, 0.25
# The same for single rows, of which there are many more to stand out by chance.
_FAR_ROW = 6.0
_NEAR_ROW, _LEFT_ROW = 1.5, 0.15
_FEWEST_ROWS = 3
_FEWEST_GROUPS = 5
_FEWEST_JUDGED = 12
# What stands in for the groups' deviation where there are few: that of the papers in the built-in
# table of soft magnets, 52 K for anneals and 45 K for crystallization, 0.45 decades for Hc and 0.02 for Bs.
_USUAL_K, _USUAL_LOG, _USUAL = 50.0, 0.45, 0.05
# The least deviation, so that a table of identical values isn't judged by its rounding.
_LEAST_DECADES = 0.05
_LEAST_K = 10.0


def shifted_groups(table: AuditTable) -> Iterator[Finding]:
    """Groups of three and more rows whose values are all off by one unit."""
    codes = table.group_codes
    for column in _judged_columns(table):
        errors = unit_levels(column) - peers_of(table, column)
        for code, median in _medians(errors, codes).items():
            rows = np.flatnonzero((codes == code) & np.isfinite(column.values))
            if _unit_for(column, median, far=0.0, near=np.inf, left=_LEFT) is None:
                continue
            far, near = _usual_errors(table, column.without(rows.tolist()))
            unit = _unit_for(column, median, far=_FAR * far, near=_NEAR * near, left=_LEFT)
            if unit is not None and is_set_in_celsius(column, rows):
                why = (
                    f"The {len(rows)} values of '{table.groups[rows[0]]}' are {_off(column, median)} those "
                    "of the nearest alloys in other groups."
                )
                yield slip(table, column, rows, unit, why)


def shifted_rows(table: AuditTable) -> Iterator[Finding]:
    """Single rows that are off by one unit, in columns that the nearest alloys predict well."""
    for column in _judged_columns(table):
        if column.role != "measured" or column.is_log:
            continue  # an anneal is chosen row by row, and one ribbon's grains coarsen tenfold
        errors = unit_levels(column) - peers_of(table, column)
        judged = np.flatnonzero(np.isfinite(errors))
        if len(judged) < _FEWEST_JUDGED:
            continue
        spread = max(_spread(errors[judged]), _least(column))
        far, near = _FAR_ROW * spread, _NEAR_ROW * spread
        for row in judged.tolist():
            unit = _unit_for(column, errors[row], far=far, near=near, left=_LEFT_ROW)
            if unit is not None:
                why = f"The value is {_off(column, errors[row])} the nearest alloys in other groups."
                yield slip(table, column, np.array([row]), unit, why)


def _medians(errors: FloatArray, codes: IntArray) -> dict[int, float]:
    """Return the median error of each group with enough rows, by its code."""
    judged = {code: errors[(codes == code) & np.isfinite(errors)] for code in np.unique(codes).tolist()}
    return {code: float(np.median(each)) for code, each in judged.items() if len(each) >= _FEWEST_ROWS}


def _usual_errors(table: AuditTable, column: Column) -> tuple[float, float]:
    """Return by how much groups, and their rows, are usually off.

    ``column`` is without the group that is judged: of few groups, one in another unit, beside which
    all others are off, too, would hide itself.
    """
    errors = unit_levels(column) - peers_of(table, column)
    medians = np.array([*_medians(errors, table.group_codes).values()])
    if len(medians) < _FEWEST_GROUPS:
        return _usual(column), _usual(column)
    of_groups = max(_spread(medians), _least(column))
    return of_groups, max(_spread(errors[np.isfinite(errors)]), of_groups)


def _judged_columns(table: AuditTable) -> list[Column]:
    """Return the columns with a unit that another could be taken for; times are anyone's choice."""
    return [
        column
        for column in table.columns
        if column.own_unit is not None
        and column.quantity is not None
        and (column.role == "measured" or column.unit in {"K", "°C"})
    ]


def _least(column: Column) -> float:
    return _LEAST_K if is_thermal(column) else _LEAST_DECADES


def _usual(column: Column) -> float:
    if is_thermal(column):
        return _USUAL_K
    return _USUAL_LOG if column.is_log else _USUAL


def _spread(values: FloatArray) -> float:
    """Return the robust standard deviation: 1.4826 times the median absolute deviation from the median."""
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


def _unit_for(column: Column, error: float, *, far: float, near: float, left: float) -> Unit | None:
    """Return the unit that explains an error beyond ``far``, if one does.

    It has to leave no more than ``near``, and than the share ``left`` of its shift.
    """
    if abs(error) <= far:
        return None
    shifts = {unit: _shift(column, unit) for unit in units_like(column.unit) if unit.name != column.unit}
    best = min(shifts, key=lambda unit: abs(error + shifts[unit]))
    allowed = min(near, left * abs(shifts[best]))
    return best if abs(error + shifts[best]) <= allowed else None


def _shift(column: Column, unit: Unit) -> float:
    """Return by how much a level rises when its value is taken to be in ``unit``."""
    own = column.own_unit or unit
    at_zero, at_one = unit.convert(np.array([0.0, 1.0]), to=own)
    return float(at_zero) if is_thermal(column) else float(np.log10(at_one))


def _off(column: Column, error: float) -> str:
    """Return how far values are off: ``a factor of 80 below``, ``270 K above``."""
    side = "below" if error < 0 else "above"
    return (
        f"{abs(error):.0f} K {side}" if is_thermal(column) else f"a factor of {10 ** abs(error):.2g} {side}"
    )
