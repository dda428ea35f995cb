"""From the bytes of a text file to cells: its encoding and its delimiter are found out."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from moalloy.errors import TableError
from moalloy.tables.decimals import with_decimal_points
from moalloy.tables.raw import Grid

__all__ = ["decode", "grid_from_text"]

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}
_SAMPLE_LINES = 50
_EXCEL_SEPARATOR = re.compile(r"sep=([,;|\t])\r?\n")


def decode(data: bytes, *, place: str) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8, UTF-16 or, where neither fits, cp1252.

    Raises:
        TableError: The bytes are no text.
    """
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = data.decode(encoding, errors="replace")
    if _CONTROL.search(text) or "\ufffd" in text:
        raise TableError(f"{place} isn't a text file; expected CSV (or Excel, as .xlsx).")
    return text, encoding


def grid_from_text(text: str, *, place: str) -> Grid:
    """Return the cells of delimited text, with notes on a delimiter or decimals that aren't plain CSV.

    Raises:
        TableError: A quotation mark that is never closed.
    """
    stated = _EXCEL_SEPARATOR.match(text)
    body = text[stated.end() :] if stated else text
    line = first = 2 if stated else 1
    lines, rows = [], []
    try:
        delimiter = stated.group(1) if stated else _delimiter(body)
        reader = csv.reader(
            io.StringIO(body, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
        )
        for cells in reader:
            if cells:
                rows.append(tuple(cell.strip() for cell in cells))
                lines.append(line)
            line = first + reader.line_num
    except csv.Error as error:
        raise TableError(f"{place}, line {line}: {error}; is a quotation mark left open?") from None
    grid = Grid(tuple(rows), tuple(lines))
    if delimiter == "," or not rows:
        return grid
    note = f"Cells are separated by {_DELIMITERS[delimiter]}."
    return with_decimal_points(replace(grid, notes=(note,)))


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most lines into as many cells as the header, then into most cells.

    A comma comes after those that do as well: it stands in numbers and names, too.
    """
    sample = list(islice(io.StringIO(text, newline=""), _SAMPLE_LINES))
    widths = {mark: [len(row) for row in csv.reader(sample, delimiter=mark) if row] for mark in _DELIMITERS}
    splitting = [mark for mark in _DELIMITERS if widths[mark] and widths[mark][0] > 1]
    return max(splitting, key=lambda mark: _regularity(mark, widths[mark]), default=",")


def _regularity(mark: str, widths: Sequence[int]) -> tuple[float, bool, int]:
    return widths.count(widths[0]) / len(widths), mark != ",", widths[0]
