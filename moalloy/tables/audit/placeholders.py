"""Numbers that aren't measurements: labels of a class, and codes for 'no value'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from moalloy.domain.values import IntArray
from moalloy.errors import Severity
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.table import AuditTable

__all__ = ["class_labels", "crowded_ends", "missing_codes"]

_MISSING_CODES = frozenset({-1.0, -9.0, -99.0, -999.0, -9999.0, 99.0, 999.0, 9999.0, 99999.0})
# A code stands this many times the spread of the other values away from them.
_FAR = 5.0
# Castable diameters in public tables: 0 for 'no glass', 0.1 and 0.15 mm for 'only as ribbon'. A rod that
# thin isn't cast: the molds of casting begin at 0.5 mm or so, and ribbons end at 0.1 mm.
_DIAMETER_LABELS_MM = (0.0, 0.1, 0.15)
_FEWEST = 3
# An end of a column is crowded with this many alloys, this share of its values, and this many times as
# many as its neighbors have.
_FEWEST_AT_AN_END = 6
_LARGEST_SHARE = 0.1
_TIMES_ITS_NEIGHBORS = 4
_N_NEIGHBORS = 5
_FEWEST_DISTINCT = 8


def missing_codes(table: AuditTable) -> Iterator[Finding]:
    """Numbers such as -999 far outside of all others, or negative where nothing else is."""
    for column in table.columns:
        if column.role == "words":
            continue
        for value, rows in _rows_by_value(column).items():
            if value in _MISSING_CODES and _is_apart(column, value):
                reason = "is far from all other values of the column: it reads as a code for 'no value'."
                yield _finding(table, column, rows, reason, "error")


def class_labels(table: AuditTable) -> Iterator[Finding]:
    """Castable diameters of exactly 0, 0.1 or 0.15 mm, several times: labels of a class of alloys."""
    for column in table.measured:
        if column.quantity is None or column.quantity.name != "castable diameter" or column.unit != "mm":
            continue
        for value, rows in _rows_by_value(column).items():
            if value in _DIAMETER_LABELS_MM and (value == 0 or len(rows) >= _FEWEST):
                word = "no glass" if value == 0 else "a glass only as ribbon"
                reason = f"is how public tables write '{word}': a class, and no diameter that was cast."
                yield _finding(table, column, rows, reason, "error" if value == 0 else "warning")


def crowded_ends(table: AuditTable) -> Iterator[Finding]:
    """The smallest or largest value of a column, if many different alloys share exactly that one."""
    for column in table.measured:
        by_value = _rows_by_value(column)
        if len(by_value) < _FEWEST_DISTINCT:
            continue
        ordered = sorted(by_value)
        for end, next_ones, word in (
            (ordered[0], ordered[1 : 1 + _N_NEIGHBORS], "smallest"),
            (ordered[-1], ordered[-1 - _N_NEIGHBORS : -1], "largest"),
        ):
            rows = by_value[end]
            n_alloys = len({table.entries[row] for row in rows if table.has_alloy[row]})
            usual = max(len(by_value[value]) for value in next_ones)
            is_crowd = n_alloys >= max(_FEWEST_AT_AN_END, _TIMES_ITS_NEIGHBORS * usual)
            if is_crowd and len(rows) >= _LARGEST_SHARE * np.isfinite(column.values).sum():
                reason = (
                    f"is the {word} value of the column, of {n_alloys} alloys; the values next to it "
                    f"have at most {usual}. A label, or the end of an instrument's range, perhaps."
                )
                yield _finding(table, column, rows, reason, "warning")


def _rows_by_value(column: Column) -> Mapping[float, IntArray]:
    rows = np.flatnonzero(np.isfinite(column.values))
    counts = Counter(column.values[rows].tolist())
    return {value: rows[column.values[rows] == value] for value in counts}


def _is_apart(column: Column, value: float) -> bool:
    """Whether a value is far from all others, or the only negative one."""
    rest = column.values[np.isfinite(column.values) & (column.values != value)]
    rest = rest[~np.isin(rest, [*_MISSING_CODES])]
    if not len(rest):
        return False
    if value < 0 <= rest.min() and (column.quantity is None or column.quantity.low >= 0):
        return True
    low, high = rest.min(), rest.max()
    margin = _FAR * 1.4826 * float(np.median(np.abs(rest - np.median(rest))))
    return bool(value < low - margin or value > high + margin)


def _finding(table: AuditTable, column: Column, rows: IntArray, reason: str, severity: Severity) -> Finding:
    times = "once" if len(rows) == 1 else f"{len(rows)} times"
    text = column.cells[rows[0]]
    return Finding(
        "placeholder",
        severity,
        table.lines(rows),
        (column.name,),
        f"{text}, {times}",
        f"{text} {column.unit}".rstrip() + f" {reason}",
        "Leave the cell blank, and put the class into a column of its own.",
        suspects=table.cells(column, rows),
    )
