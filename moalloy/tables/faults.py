"""What can be wrong with a table that was found and split into cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np

from moalloy.domain.composition import Composition
from moalloy.domain.formula import is_name
from moalloy.errors import CompositionError, TableError
from moalloy.tables.cells import is_missing, is_number, parse_numbers
from moalloy.tables.compositions import CompositionColumns, composition_labels
from moalloy.tables.raw import RawTable
from moalloy.tables.wording import RowFault, listing

__all__ = ["refuse_misread_columns", "row_faults", "stop_error"]

_LISTED_ROWS = 10
_LISTED_NAMES = 3
_FRACTION_TOLERANCE = 0.005
# A unit or a name, and not '<0.5' or '~3'.
_HEADER_WORD = re.compile(r"[^\W\d_]|[(\[%°]")

Entries = Sequence[Composition | CompositionError]


def refuse_misread_columns(raw: RawTable, columns: CompositionColumns, entries: Entries) -> None:
    """Raise where the fault lies with the columns and not with single rows.

    Raises:
        TableError: A second header row, a formula column that holds names, or element columns
            that hold fractions.
    """
    _refuse_second_header(raw, entries)
    if isinstance(columns, str):
        _refuse_names(raw, columns, entries)
    else:
        _refuse_fractions(raw, list(columns.values()))


def row_faults(
    raw: RawTable, columns: CompositionColumns, entries: Entries, *, numeric: Collection[str] = ()
) -> list[RowFault]:
    """Return one fault for each row that can't be used, with everything that is wrong with it.

    Raises:
        TableError: A column of ``numeric`` isn't there.
    """
    found: dict[int, list[str]] = {index: [text] for index, text in raw.misshapen.items()}
    for index, entry in enumerate(entries):
        if isinstance(entry, CompositionError) and index not in raw.misshapen:
            found.setdefault(index, []).append(str(entry))
    for column in numeric:
        cells = raw.column(column)
        for index, advice in parse_numbers(cells).faults.items():
            found.setdefault(index, []).append(f"{column} is '{cells[index]}'; {advice}")
    for index, earlier in _repeats(raw).items():
        found.setdefault(index, []).append(f"it repeats line {raw.lines[earlier]} in every column")
    labels = composition_labels(raw, columns)
    return [RowFault(i, raw.lines[i], labels[i], ", and ".join(found[i])) for i in sorted(found)]


def stop_error(raw: RawTable, faults: Sequence[RowFault]) -> TableError:
    """Return the error that names the bad rows, the first ten of them in full."""
    rows = listing(faults, limit=_LISTED_ROWS, separator="\n  ")
    return TableError(
        f"{raw.place}: {len(faults)} of {len(raw.rows)} rows can't be used:\n  {rows}\n"
        "Correct them, or set 'bad_rows: skip' to go on without them."
    )


def _repeats(raw: RawTable) -> dict[int, int]:
    """Return the rows that are identical to an earlier one in every column, with that one."""
    first: dict[tuple[str, ...], int] = {}
    return {
        index: earlier
        for index, row in enumerate(raw.rows)
        if (earlier := first.setdefault(row, index)) != index
    }


def _refuse_second_header(raw: RawTable, entries: Entries) -> None:
    """Raise where the first row has words in columns that hold numbers below it, and no alloy."""
    below = raw.rows[1:]
    if not below or isinstance(entries[0], Composition):
        return
    words = [
        cell
        for column, cell in enumerate(raw.rows[0])
        if cell and not is_missing(cell) and _all_numbers([row[column] for row in below])
    ]
    if words and all(_HEADER_WORD.match(word) for word in words):
        raise TableError(
            f"{raw.place}, line {raw.lines[0]} looks like a second header line: {listing(words, limit=5)} "
            "above columns of numbers. Put names and units into one header line."
        )


def _all_numbers(cells: Sequence[str]) -> bool:
    given = [cell for cell in cells if not is_missing(cell)]
    return bool(given) and all(is_number(cell) for cell in given)


def _refuse_names(raw: RawTable, column: str, entries: Entries) -> None:
    names = [
        f"'{cell}'"
        for cell, entry in zip(raw.column(column), entries, strict=True)
        if isinstance(entry, CompositionError) and is_name(cell)
    ]
    if 2 * len(names) > len(entries):
        raise TableError(
            f"{raw.place}: column '{column}' holds names, not formulas: "
            f"{listing(names, limit=_LISTED_NAMES)}. "
            "Name the column of formulas in 'composition', or a column for each element."
        )


def _refuse_fractions(raw: RawTable, columns: Sequence[str]) -> None:
    amounts = np.stack([parse_numbers(raw.column(column)).values for column in columns])
    if np.all(np.abs(np.nansum(amounts, axis=0) - 1) <= _FRACTION_TOLERANCE):
        raise TableError(
            f"{raw.place}: the amounts of every row sum to 1, so they are fractions, not percent. "
            f"Multiply the columns {listing(columns, limit=_LISTED_ROWS)} by 100."
        )
