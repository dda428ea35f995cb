"""A table opened for an audit: read as far as it can be, with what can't be read kept beside it."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from moalloy.domain.composition import Basis, Composition, fractions_matrix
from moalloy.domain.elements import atomic_number
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.errors import CompositionError, SumError, TableError
from moalloy.tables.audit.columns import Column, columns_of, composition_headers
from moalloy.tables.audit.findings import Cell, span
from moalloy.tables.audit.neighbors import near_pairs
from moalloy.tables.cells import is_missing
from moalloy.tables.compositions import (
    CompositionColumns,
    composition_and_basis,
    composition_labels,
    read_compositions,
)
from moalloy.tables.detect import group_column
from moalloy.tables.load import load_raw
from moalloy.tables.raw import RawTable

__all__ = ["AuditTable", "open_table"]


@dataclass(frozen=True, slots=True, eq=False)
class AuditTable:
    """A table as an audit sees it; arrays and tuples have one entry per row of the file.

    Attributes:
        raw: The text of the table.
        composition: Where the compositions stand; ``basis`` is what they are given in.
        entries: The alloy of each row, or why there is none.
        labels: What names each row: its formula cell, or its amounts run together.
        elements: Those that occur, by atomic number.
        fractions: Atomic fractions, shape ``(n_rows, n_elements)``, NaN in rows without an alloy.
        group_by: The column of the groups, if there is one.
        groups: What each row's measurements come from, such as its paper; its formula
            where nothing says so.
        columns: The columns beside composition and group.
        treatment: Codes of how the alloys were made, shape ``(n_rows,)``: equal where every
            column of a treatment says the same.
        near: Pairs of rows of the same alloy and treatment, shape ``(n_pairs, 2)``.
    """

    raw: RawTable
    composition: CompositionColumns
    basis: Basis
    entries: tuple[Composition | CompositionError, ...]
    labels: tuple[str, ...]
    elements: tuple[str, ...]
    fractions: FloatArray
    group_by: str | None
    groups: tuple[str, ...]
    columns: tuple[Column, ...]
    treatment: IntArray
    near: IntArray

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def has_alloy(self) -> BoolArray:
        """Which rows could be read as an alloy, shape ``(n_rows,)``."""
        return np.asarray(self.fractions.sum(axis=1) > 0)

    @property
    def group_codes(self) -> IntArray:
        """Codes of the groups, shape ``(n_rows,)``."""
        return np.unique(self.groups, return_inverse=True)[1]

    @property
    def measured(self) -> tuple[Column, ...]:
        """The columns of measured numbers."""
        return tuple(column for column in self.columns if column.role == "measured")

    def without(self, cells: Collection[Cell]) -> AuditTable:
        """Return this table with no numbers in some cells, so that no later finder stumbles over them."""
        if not cells:
            return self
        rows: dict[str, list[int]] = {}
        row_of = {line: row for row, line in enumerate(self.raw.lines)}
        for cell in cells:
            rows.setdefault(cell.column, []).append(row_of[cell.line])
        columns = tuple(
            column.without(rows[column.name]) if column.name in rows else column for column in self.columns
        )
        return replace(self, columns=columns)

    def without_rows(self, lines: Collection[int]) -> AuditTable:
        """Return this table with no numbers in the rows on some lines."""
        return self.without({Cell(line, column.name) for line in lines for column in self.columns})

    def cells(self, column: Column, rows: IntArray | list[int]) -> tuple[Cell, ...]:
        """Return the cells of a column in some rows."""
        return tuple(Cell(self.raw.lines[row], column.name) for row in rows)

    def texts(self, column: Column, rows: IntArray | list[int]) -> str:
        """Return the numbers of a column in some rows in short."""
        return span([column.cells[row] for row in rows])

    def lines(self, rows: IntArray | list[int]) -> tuple[int, ...]:
        """Return the lines in the file of some rows, each once, ascending."""
        return tuple(sorted({self.raw.lines[row] for row in rows}))


def open_table(
    source: str | Path,
    *,
    composition: str | None = None,
    basis: Basis | None = None,
    group_by: str | None = None,
    sheet: str | None = None,
) -> AuditTable:
    """Return a table for an audit, its bad rows included.

    Args:
        source: ``builtin:NAME``, or the path of a CSV or Excel file.
        composition: The column of formulas; by default found by its name, as element columns are.
        basis: What the amounts are where the headers don't say it; at.% by default.
        group_by: The column that says which rows belong together, such as one paper's; by default
            that which `group_column` finds.
        sheet: The sheet of an Excel file; by default the first.

    Raises:
        TableError: The file or a column is missing, or no column holds compositions.
    """
    raw = load_raw(source, sheet=sheet)
    columns, used_basis = composition_and_basis(raw, composition, basis)
    entries = tuple(read_compositions(raw, columns, basis=used_basis))
    _refuse_no_alloys(raw, columns, entries)
    elements, fractions = _fractions(entries)
    group = group_by or group_column(raw.headers)
    beside = columns_of(raw, without=(*composition_headers(columns), *([group] if group else [])))
    treatment = _treatment_codes(beside, len(entries))
    return AuditTable(
        raw,
        columns,
        used_basis,
        entries,
        tuple(composition_labels(raw, columns)),
        elements,
        fractions,
        group,
        _groups(raw, entries, group),
        beside,
        treatment,
        near_pairs(fractions, treatment),
    )


def _refuse_no_alloys(
    raw: RawTable, columns: CompositionColumns, entries: tuple[Composition | CompositionError, ...]
) -> None:
    if all(isinstance(entry, CompositionError) and not isinstance(entry, SumError) for entry in entries):
        where = (
            f"column '{columns}'" if isinstance(columns, str) else f"columns {', '.join(columns.values())}"
        )
        raise TableError(
            f"{raw.place}: no row can be read as an alloy from {where}. Line {raw.lines[0]}: {entries[0]} "
            "Name the column of formulas, if it is another."
        )


def _fractions(entries: tuple[Composition | CompositionError, ...]) -> tuple[tuple[str, ...], FloatArray]:
    alloys = [entry for entry in entries if isinstance(entry, Composition)]
    elements = tuple(sorted({symbol for alloy in alloys for symbol in alloy.elements}, key=atomic_number))
    fractions = np.full((len(entries), len(elements)), np.nan)
    fractions[[isinstance(entry, Composition) for entry in entries]] = fractions_matrix(alloys, elements)
    return elements, fractions


def _groups(
    raw: RawTable, entries: tuple[Composition | CompositionError, ...], column: str | None
) -> tuple[str, ...]:
    """Return each row's cell; where it is blank or there is no column, its formula."""
    cells = raw.column(column) if column else ("",) * len(entries)
    return tuple(
        (entry.formula if isinstance(entry, Composition) else "") if is_missing(cell) else cell
        for cell, entry in zip(cells, entries, strict=True)
    )


def _treatment_codes(columns: tuple[Column, ...], n_rows: int) -> IntArray:
    """Return equal codes for rows whose treatments say the same; 813 and 813.0 are the same."""
    treatments = [column for column in columns if column.role == "treatment"]
    words = [_words(column) for column in treatments]
    codes: dict[tuple[str, ...], int] = {}
    return np.array(
        [codes.setdefault(tuple(word[row] for word in words), len(codes)) for row in range(n_rows)],
        dtype=np.int64,
    )


def _words(column: Column) -> list[str]:
    """Return what a column says in each row, numbers and words each in one spelling."""
    return [
        "" if is_missing(cell) else cell.lower() if math.isnan(value) else repr(value)
        for cell, value in zip(column.cells, column.values.tolist(), strict=True)
    ]
