"""The text of a table as its file has it, before anything is read as an alloy or a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moalloy.errors import TableError
from moalloy.tables.wording import did_you_mean, listing, rows_text

__all__ = ["Grid", "RawTable", "place_of", "raw_table"]

_UNNAMED = re.compile(r"Unnamed: ?\d+(_level_\d+)?")


@dataclass(frozen=True, slots=True)
class Grid:
    """The stripped cells of a file, the header first, each row with its 1-based line number."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawTable:
    """The text of a table.

    ``rows`` all have as many cells as ``headers``; ``misshapen`` says, by row index, which ones
    had another number of cells in the file. ``lines`` are the rows' line numbers in the file.
    """

    name: str
    source: str
    sha256: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    misshapen: Mapping[int, str]
    notes: tuple[str, ...]

    @property
    def place(self) -> str:
        """How a message names this table."""
        return place_of(self.name, self.source)

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column.

        Raises:
            TableError: There is no such column; the message names the nearest and all others.
        """
        if name not in self.headers:
            raise TableError(
                f"{self.place} has no column '{name}'.{did_you_mean(name, self.headers)} "
                f"Its columns: {', '.join(self.headers)}."
            )
        index = self.headers.index(name)
        return tuple(row[index] for row in self.rows)


def place_of(name: str, source: str) -> str:
    """Return how a message names a table.

    >>> place_of("soft", "data/ribbons.csv"), place_of("ribbons", "data/ribbons.csv")
    ('soft (data/ribbons.csv)', 'data/ribbons.csv')
    """
    return source if name in source else f"{name} ({source})"


def raw_table(grid: Grid, *, name: str, source: str, sha256: str, keep_blank_rows: bool = False) -> RawTable:
    """Return the table in a grid of cells, its header checked and blank rows left out.

    Raises:
        TableError: No header, no rows, or columns that are unnamed or named twice.
    """
    place = place_of(name, source)
    if not grid.rows:
        raise TableError(f"{place} is empty; expected a line of column names, then a line per alloy.")
    columns = _used_columns(grid)
    headers = tuple(_cell(grid.rows[0], column) for column in columns)
    _check_headers(place, headers, columns)
    body = list(zip(grid.lines[1:], grid.rows[1:], strict=True))
    blank = [line for line, row in body if not any(row)] if not keep_blank_rows else []
    kept = [(line, row) for line, row in body if keep_blank_rows or any(row)]
    if not kept:
        raise TableError(f"{place} has column names but no rows; expected a line per alloy below them.")
    width = len(grid.rows[0])
    return RawTable(
        name,
        source,
        sha256,
        headers,
        rows=tuple(tuple(_cell(row, column) for column in columns) for _, row in kept),
        lines=tuple(line for line, _ in kept),
        misshapen={i: fault for i, (_, row) in enumerate(kept) if (fault := _misshape(row, width))},
        notes=(*grid.notes, *([f"Left out as blank: {rows_text(blank)}."] if blank else [])),
    )


def _used_columns(grid: Grid) -> list[int]:
    """Return the columns with a name or a value: spreadsheets export empty ones beside a table."""
    used = {column for row in grid.rows for column, cell in enumerate(row) if cell}
    return [column for column in range(len(grid.rows[0])) if column in used]


def _cell(row: tuple[str, ...], column: int) -> str:
    return row[column] if column < len(row) else ""


def _misshape(row: tuple[str, ...], width: int) -> str:
    if len(row) >= width and not any(row[width:]):
        return ""
    return (
        f"it has {len(row)} cells where the header has {width}; a comma or a quotation mark too many or few?"
    )


def _check_headers(place: str, headers: Sequence[str], columns: Sequence[int]) -> None:
    unnamed = [
        column + 1
        for column, header in zip(columns, headers, strict=True)
        if not header or _UNNAMED.fullmatch(header)
    ]
    if unnamed or not headers:
        raise TableError(
            f"{place}: no name in the header for column {listing(unnamed, limit=10)}, but values below it. "
            "Merged header cells? Give every column one name, in one header line."
        )
    twice = [header for header, count in Counter(headers).items() if count > 1]
    if twice:
        raise TableError(f"{place} has more than one column '{twice[0]}'; give each column its own name.")
