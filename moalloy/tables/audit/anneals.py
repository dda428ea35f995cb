"""Anneals in Celsius where kelvin is said, told by what furnaces are set to and by the other anneals.

A furnace is set to multiples of 5 °C, and none of them is one in kelvin. Of the 63 papers with anneals
in the built-in table of soft magnets, 55 set it so in most rows, and 4 to multiples of 5 K.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.dimensions import Unit, units_like
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.glasses import is_glass_former
from moalloy.tables.audit.peers import peers_of, unit_levels
from moalloy.tables.audit.slips import slip
from moalloy.tables.audit.table import AuditTable

__all__ = ["anneals_apart", "columns_of_anneals", "groups_of_anneals", "is_set_in_celsius"]

_FURNACE_STEP = 5.0
_ROUNDING = 0.5
# The medians of those papers lie within, but for three, which are lower and not at multiples of 5 K.
_COOLEST_K, _HOTTEST_K = 625.0, 900.0
_FEWEST_SETTINGS, _FEWEST_ROWS = 3, 3
_ZERO_CELSIUS_K = 273.15
# A group's own anneals tell that others of it are in Celsius if they are this many ...
_FEWEST_OTHERS = 3
# ... and the gap between the two is this many times any other between anneals of the group.
_TIMES_ANY_GAP = 2.0
# Anneals this far apart count as alike: thermocouples differ by as much.
_ALIKE_K = 10.0
# Where a ribbon as cast has an anneal in a table, it is room temperature, 20 to 27 °C.
_ROOM_K = (293.0, 300.5)


def is_set_in_celsius(column: Column, rows: IntArray) -> bool:
    """Whether anneals may be in Celsius: most of them are multiples of 5, as furnaces are set to.

    They are to half a degree, as 0 °C is taken for 273 or 273.15 K. Other columns always may.
    """
    return not _is_anneal(column) or bool(_is_setting(column.values[rows]).mean() > 0.5)


def columns_of_anneals(table: AuditTable) -> Iterator[Finding]:
    """Columns of anneals cooler than those of any ribbon like these, and usual ones if in Celsius."""
    for column in filter(_is_anneal, table.columns):
        rows = np.flatnonzero(np.isfinite(column.values))
        if len(np.unique(column.values[rows])) >= _FEWEST_SETTINGS and _is_too_cool(table, column, rows):
            yield _too_cool(table, column, rows, "anneals")


def groups_of_anneals(table: AuditTable) -> Iterator[Finding]:
    """The same of the anneals of a group, where other groups are in kelvin and none like it is as cool."""
    codes = table.group_codes
    for column in filter(_is_anneal, table.columns):
        errors_K = unit_levels(column) - peers_of(table, column)
        for code in np.unique(codes):
            is_mate = (codes == code) & np.isfinite(column.values)
            rows, others = np.flatnonzero(is_mate), np.flatnonzero(~is_mate & np.isfinite(column.values))
            if len(rows) < _FEWEST_ROWS or not len(others) or is_set_in_celsius(column, others):
                continue
            if _is_too_cool(table, column, rows) and not _is_as_cool(errors_K[rows]):
                yield _too_cool(table, column, rows, f"anneals of '{table.groups[rows[0]]}'")


def _is_too_cool(table: AuditTable, column: Column, rows: IntArray) -> bool:
    """Whether most of some anneals are of glassy ribbons, at settings in °C, and usual only if in it."""
    median_K, meant_K = (float(np.median(values[rows])) for values in (column.values, _meant_K(column)))
    return (
        median_K < _COOLEST_K <= meant_K <= _HOTTEST_K
        and bool(is_glass_former(table)[rows].mean() > 0.5)
        and is_set_in_celsius(column, rows)
    )


def _is_as_cool(errors_K: FloatArray) -> bool:
    """Whether the nearest alloys of other groups, if there are any, are nearer than if it were in Celsius."""
    known_K = errors_K[np.isfinite(errors_K)]
    return len(known_K) > 0 and float(np.median(known_K)) > -_ZERO_CELSIUS_K / 2


def _too_cool(table: AuditTable, column: Column, rows: IntArray, what: str) -> Finding:
    why = (
        f"Half of the {what} are at {np.median(column.values[rows]):.0f} K or below, and most at multiples "
        f"of 5 K. Papers on ribbons of Fe, Co and Ni with metalloids anneal at {_COOLEST_K:.0f} to "
        f"{_HOTTEST_K:.0f} K in the median and at multiples of 5 °C; the few that are cooler aren't at "
        "multiples of 5 K."
    )
    return slip(table, column, rows, _celsius(column), why)


def anneals_apart(table: AuditTable) -> Iterator[Finding]:
    """Anneals far below all others of their group, that lie among them if in Celsius."""
    codes = table.group_codes
    for column in filter(_is_anneal, table.columns):
        for code in np.unique(codes):
            mates = np.flatnonzero((codes == code) & np.isfinite(column.values))
            rows, gap_K = _apart(column, mates)
            if len(rows):
                what = "The value is" if len(rows) == 1 else f"{len(rows)} values are"
                why = (
                    f"{what} {gap_K:.0f} K below the {len(mates) - len(rows)} other anneals of "
                    f"'{table.groups[rows[0]]}', and a setting of a furnace in °C, as they are not."
                )
                yield slip(table, column, rows, _celsius(column), why)


def _apart(column: Column, mates: IntArray) -> tuple[IntArray, float]:
    """Return which rows of a group are in Celsius and how far they lie below its others; none if none is."""
    none = np.empty(0, dtype=np.int64), 0.0
    if len(mates) <= _FEWEST_OTHERS:
        return none
    ordered = mates[np.argsort(column.values[mates], kind="stable")]
    values_K = column.values[ordered]
    gaps_K = np.diff(values_K)
    n_low = int(gaps_K.argmax()) + 1
    low, high = ordered[:n_low], ordered[n_low:]
    gap_K = float(gaps_K[n_low - 1])
    next_gap_K = max(_ALIKE_K, float(np.delete(gaps_K, n_low - 1).max()))
    meant_K = _meant_K(column)[low]
    is_among = (meant_K >= values_K[n_low] - _ALIKE_K) & (meant_K <= values_K[-1] + _ALIKE_K)
    is_told = (
        len(high) >= max(_FEWEST_OTHERS, len(low) + 1)
        and gap_K > _TIMES_ANY_GAP * next_gap_K
        and bool(is_among.all())
        and bool((_is_setting(values_K[:n_low]) & ~_is_room(values_K[:n_low])).all())
        and not is_set_in_celsius(column, high)
    )
    return (np.sort(low), gap_K) if is_told else none


def _is_anneal(column: Column) -> bool:
    return column.role == "treatment" and column.unit == "K" and column.quantity is not None


def _is_setting(values_K: FloatArray) -> BoolArray:
    off = np.abs(values_K - np.round(values_K / _FURNACE_STEP) * _FURNACE_STEP)
    return np.asarray(off <= _ROUNDING)


def _is_room(values_K: FloatArray) -> BoolArray:
    return np.asarray((values_K >= _ROOM_K[0]) & (values_K <= _ROOM_K[1]))


def _celsius(column: Column) -> Unit:
    return next(unit for unit in units_like(column.unit) if unit.name == "°C")


def _meant_K(column: Column) -> FloatArray:
    """Return the values of a column of kelvins if they were written in Celsius."""
    return _celsius(column).convert(column.values, to=units_like("K")[0])
