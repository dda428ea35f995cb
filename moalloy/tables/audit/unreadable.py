"""Rows and cells that can't be read: no alloy, a wrong number of cells, words among numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.errors import CompositionError, SumError
from moalloy.tables.audit.columns import Column, composition_headers
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.table import AuditTable
from moalloy.tables.wording import listing

__all__ = ["unreadable_cells", "unreadable_rows"]

_LISTED_CELLS = 3


def unreadable_rows(table: AuditTable) -> Iterator[Finding]:
    """Rows without a formula that can be read, or with more or fewer cells than the header."""
    headers = composition_headers(table.composition)
    for row, entry in enumerate(table.entries):
        line = table.raw.lines[row]
        if row in table.raw.misshapen:
            reason = f"{table.raw.misshapen[row]} Its values may stand in the wrong columns."
            advice = "Compare the row with the header line, and mend it."
            yield _row_fault(line, (), table.labels[row], reason, advice)
        elif isinstance(entry, CompositionError) and not isinstance(entry, SumError):
            advice = "Correct the composition; a table with it is refused."
            yield _row_fault(line, headers, table.labels[row], str(entry), advice)


def unreadable_cells(table: AuditTable) -> Iterator[Finding]:
    """Cells with words among numbers, such as ``<0.5`` or ``5 A/m``, by what to do about them."""
    for column in table.columns:
        by_advice: dict[str, list[int]] = {}
        for row, advice in column.odd.items():
            by_advice.setdefault(advice, []).append(row)
        for advice, rows in by_advice.items():
            yield _cell_fault(table, column, rows, advice)


def _row_fault(line: int, columns: tuple[str, ...], label: str, reason: str, advice: str) -> Finding:
    return Finding("unreadable", "error", (line,), columns, label, reason, advice, unusable=(line,))


def _cell_fault(table: AuditTable, column: Column, rows: list[int], advice: str) -> Finding:
    cells = tuple(dict.fromkeys(f"'{column.cells[row]}'" for row in rows))
    given = int(np.isfinite(column.values).sum()) + len(column.odd)
    is_learned = column.role != "words"
    return Finding(
        "unreadable",
        "error" if is_learned else "note",
        table.lines(rows),
        (column.name,),
        listing(cells, limit=_LISTED_CELLS),
        f"The column holds numbers, and {len(column.odd)} of its {given} cells something else.",
        f"{advice[0].upper()}{advice[1:]}.",
        suspects=table.cells(column, rows),
    )
