"""A table without what an audit called suspect, and the list of everything that was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from moalloy.errors import TableError
from moalloy.tables.audit.findings import Cell, Finding
from moalloy.tables.audit.table import AuditTable
from moalloy.tables.cells import is_missing
from moalloy.tables.wording import listing

__all__ = ["CleanedTable", "cleaned"]

FLAGS = "flags"
_LISTED_LINES = 10


@dataclass(frozen=True, slots=True, eq=False)
class CleanedTable:
    """The rows that can be read, as text; ``changes`` names every cell and row that isn't as it was."""

    frame: pd.DataFrame
    changes: tuple[str, ...]


def cleaned(table: AuditTable, findings: Sequence[Finding]) -> CleanedTable:
    """Return a table with suspect cells blank and rows that can't be used left out.

    Copies are kept once. A column ``flags`` says what was found in a row, beside what it said before;
    line numbers in it are those of the original file.

    Raises:
        TableError: No row is left.
    """
    blanked = {cell: each for each in reversed(findings) for cell in each.suspects}
    left_out = {line: each for each in reversed(findings) for line in each.unusable}
    flags = _flags(table, findings)
    headers = list(table.raw.headers)
    rows = [
        _row(headers, cells, line=line, blanked=blanked, flags=flags.get(line, ()))
        for line, cells in zip(table.raw.lines, table.raw.rows, strict=True)
        if line not in left_out
    ]
    if not rows:
        raise TableError(
            f"{table.raw.place}: no row would be left of {len(table)}. "
            f"{findings[0].reason} {findings[0].advice}"
        )
    columns = headers if FLAGS in headers else [*headers, FLAGS]
    return CleanedTable(pd.DataFrame(rows, columns=columns, dtype=object), _changes(table, blanked, left_out))


def _row(
    headers: Sequence[str],
    cells: Sequence[str],
    *,
    line: int,
    blanked: Mapping[Cell, Finding],
    flags: Sequence[str],
) -> dict[str, str]:
    row = {
        header: "" if Cell(line, header) in blanked else cell
        for header, cell in zip(headers, cells, strict=True)
    }
    before = row.get(FLAGS, "")
    row[FLAGS] = "; ".join([*([] if is_missing(before) else [before]), *flags])
    return row


def _flags(table: AuditTable, findings: Sequence[Finding]) -> Mapping[int, list[str]]:
    """Return, by line, what was found there; what holds for every row of its kind isn't repeated in each."""
    flags: dict[int, list[str]] = {}
    for each in findings:
        if each.kind == "no-unit" or (each.kind == "sum" and each.severity == "note"):
            continue
        for line in each.lines:
            cells = [cell for cell in each.suspects if cell.line == line]
            flags.setdefault(line, []).append(_flag(table, each, cells))
    return flags


def _flag(table: AuditTable, finding: Finding, cells: Sequence[Cell]) -> str:
    if cells:
        was = ", ".join(f"{cell.column} (was {_text(table, cell)})" for cell in cells)
        return f"blanked {was}: {finding.kind}: {finding.reason}"
    lines = listing(finding.lines, limit=_LISTED_LINES)
    return f"{finding.kind} (lines {lines}): {finding.reason}"


def _changes(
    table: AuditTable, blanked: Mapping[Cell, Finding], left_out: Mapping[int, Finding]
) -> tuple[str, ...]:
    order = {header: place for place, header in enumerate(table.raw.headers)}
    cells = [
        (
            cell.line,
            order[cell.column],
            f"line {cell.line}: blanked {cell.column} {_text(table, cell)} ({each.kind})",
        )
        for cell, each in blanked.items()
        if cell.line not in left_out
    ]
    rows = [
        (line, -1, f"line {line}: left out ({each.kind}): {each.reason}") for line, each in left_out.items()
    ]
    return tuple(text for _, _, text in sorted([*cells, *rows]))


def _text(table: AuditTable, cell: Cell) -> str:
    row = table.raw.lines.index(cell.line)
    return table.raw.rows[row][table.raw.headers.index(cell.column)]
