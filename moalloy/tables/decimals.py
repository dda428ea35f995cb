"""Decimal commas, as German, French and many other exports have them."""

from __future__ import annotations

import re
from dataclasses import replace

from moalloy.tables.raw import Grid

__all__ = ["with_decimal_points"]

_COMMA_NUMBER = re.compile(r"[+\-−]?\d+,\d+(?:[eE][+-]?\d+)?")
_POINT_NUMBER = re.compile(r"[+\-−]?\d*\.\d+(?:[eE][+-]?\d+)?")
# 1,234 may be a thousand and more; 0,234 and 1,2 may not.
_PERHAPS_THOUSANDS = re.compile(r"[+\-−]?[1-9]\d{0,2},\d{3}")
_COMMA_FORMULA = re.compile(r"(?=.*[A-Z][a-z]?\d+,\d)[A-Za-z\d,()\[\]{}\s]+")
_COMMA_IN_NUMBER = re.compile(r"(?<=\d),(?=\d)")


def with_decimal_points(grid: Grid) -> Grid:
    """Return the grid with decimal points where all its decimals have commas, and a note that says so.

    Only for cells that aren't separated by commas. A table that has points as well is left as it
    is, and so is one where every comma could mark thousands, as in ``1,234``: its commas are reported
    where numbers are read.
    """
    cells = [cell for row in grid.rows[1:] for cell in row]
    commas = [cell for cell in cells if _COMMA_NUMBER.fullmatch(cell) or _COMMA_FORMULA.fullmatch(cell)]
    if all(_PERHAPS_THOUSANDS.fullmatch(cell) for cell in commas) or any(
        _POINT_NUMBER.fullmatch(cell) for cell in cells
    ):
        return grid
    rows = (grid.rows[0], *(tuple(_with_point(cell) for cell in row) for row in grid.rows[1:]))
    example = f"'{commas[0]}' as '{_with_point(commas[0])}'"
    note = f"Decimal commas were read as points in {len(commas)} cells: {example}."
    return replace(grid, rows=rows, notes=(*grid.notes, note))


def _with_point(cell: str) -> str:
    if _COMMA_NUMBER.fullmatch(cell) or _COMMA_FORMULA.fullmatch(cell):
        return _COMMA_IN_NUMBER.sub(".", cell)
    return cell
