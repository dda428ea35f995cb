"""Reading the cells of an Excel workbook."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

from moalloy.errors import TableError
from moalloy.tables.raw import Grid
from moalloy.tables.wording import did_you_mean

__all__ = ["grid_from_excel"]


def grid_from_excel(data: bytes, *, place: str, sheet: str | None = None) -> Grid:
    """Return the cells of a sheet as text: the named one, or the first.

    Raises:
        TableError: openpyxl isn't installed, the file is damaged, or there is no such sheet.
    """
    try:
        import openpyxl
    except ImportError:
        raise TableError(
            f"{place} is an Excel file, which needs openpyxl: pip install 'moalloy[excel]'. "
            "Or save it as CSV."
        ) from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise TableError(f"{place} can't be opened as an Excel workbook ({error}); save it anew.") from None
    names = book.sheetnames
    if sheet is not None and sheet not in names:
        raise TableError(
            f"{place} has no sheet '{sheet}'.{did_you_mean(sheet, names)} Its sheets: {', '.join(names)}."
        )
    chosen = sheet or names[0]
    rows = [tuple(_text(value) for value in row) for row in book[chosen].iter_rows(values_only=True)]
    lines = range(1, len(rows) + 1)
    used = [(line, row) for line, row in zip(lines, rows, strict=True) if any(row)]
    is_one_of_many = len(names) > 1 and not sheet
    notes = [f"Sheet '{chosen}' was read, the first of {', '.join(names)}."] if is_one_of_many else []
    return Grid(tuple(row for _, row in used), tuple(line for line, _ in used), tuple(notes))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # Excel shows 15 digits: 13.5, where the sum that it stored is 13.499999999999998.
        return format(value, ".15g")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
