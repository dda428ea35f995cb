"""What stands beside the composition of a row, its group and reference, and notes on what was assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from moalloy.domain.composition import Composition
from moalloy.errors import TableError
from moalloy.tables.cells import is_missing
from moalloy.tables.compositions import CompositionColumns
from moalloy.tables.raw import RawTable
from moalloy.tables.wording import RowFault, did_you_mean, listing, rows_text

__all__ = ["groups_of", "missing_notes", "references_of", "rounding_notes", "skip_notes"]

_REFERENCE_COLUMNS = ("reference", "doi")
_LISTED_ROWS = 10

Labels = tuple[str, ...]
Notes = tuple[str, ...]


def groups_of(
    raw: RawTable, alloys: Sequence[Composition], formulas: Sequence[str], *, group_by: str | None
) -> tuple[Labels, Notes]:
    """Return the group of each row: its cell, its formula where that is blank, or its chemical system.

    Raises:
        TableError: There is no column ``group_by``.
    """
    if group_by is None:
        systems = tuple(alloy.system for alloy in alloys)
        return systems, (f"No group_by: rows are grouped by chemical system, {len(set(systems))} of them.",)
    if group_by not in raw.headers:
        raise TableError(
            f"{raw.place} has no column '{group_by}' to group by.{did_you_mean(group_by, raw.headers)} Its"
            f" columns: {', '.join(raw.headers)}. Without group_by, rows are grouped by chemical system."
        )
    cells = raw.column(group_by)
    blank = [line for line, cell in zip(raw.lines, cells, strict=True) if is_missing(cell)]
    note = (
        f"Without a {group_by}, so each formula is a group of its own: {rows_text(blank)}." if blank else ""
    )
    groups = tuple(
        formula if is_missing(cell) else cell for formula, cell in zip(formulas, cells, strict=True)
    )
    return groups, (note,) if note else ()


def references_of(raw: RawTable, *, reference: str | None) -> tuple[Labels, Notes]:
    """Return where each row comes from: its cell, or ``row 17 of my_alloys`` where there is none.

    Raises:
        TableError: There is no column ``reference``.
    """
    spelled = {header.lower(): header for header in reversed(raw.headers)}
    column = reference or next((spelled[each] for each in _REFERENCE_COLUMNS if each in spelled), None)
    own = [f"row {line} of {raw.name}" for line in raw.lines]
    if column is None:
        return tuple(own), ("No column 'reference' or 'doi': references are row numbers.",)
    cells = raw.column(column)
    blank = [line for line, cell in zip(raw.lines, cells, strict=True) if is_missing(cell)]
    note = f"Without a {column}, so the reference is the row number: {rows_text(blank)}." if blank else ""
    references = tuple(row if is_missing(cell) else cell for row, cell in zip(own, cells, strict=True))
    return references, (note,) if note else ()


def skip_notes(faults: Sequence[RowFault]) -> Notes:
    """Return a note that names the rows that were left out."""
    if not faults:
        return ()
    rows = listing(faults, limit=_LISTED_ROWS, separator="; ")
    return (f"Left out as unusable: {rows_text([fault.line for fault in faults])}: {rows}.",)


def rounding_notes(raw: RawTable, alloys: Sequence[Composition]) -> Notes:
    """Return a note on the percentages that missed 100 by rounding."""
    off = [(line, alloy) for line, alloy in zip(raw.lines, alloys, strict=True) if alloy.written_total != 100]
    if not off:
        return ()
    totals = sorted({f"{float(alloy.written_total):.6g}" for _, alloy in off}, key=float)
    span = " to ".join(dict.fromkeys((totals[0], totals[-1])))
    lines = [line for line, _ in off]
    return (f"Amounts that sum to {span} were divided by their sum: {rows_text(lines)}.",)


def missing_notes(raw: RawTable, columns: CompositionColumns) -> Notes:
    """Return a note for each column with cells that say 'no value' in words."""
    notes = []
    for header in raw.headers:
        if header == columns:
            continue
        said = [
            (line, cell)
            for line, cell in zip(raw.lines, raw.column(header), strict=True)
            if cell and is_missing(cell)
        ]
        if said:
            words = " or ".join(f"'{word}'" for word in Counter(cell for _, cell in said))
            notes.append(
                f"Column '{header}': {words} read as missing in {rows_text([line for line, _ in said])}."
            )
    return tuple(notes)
