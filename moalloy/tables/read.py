"""Reading a table of measured alloys from a file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pandas as pd

from moalloy.domain.composition import Basis, Composition, fractions_matrix
from moalloy.domain.elements import atomic_number
from moalloy.tables.annotate import groups_of, missing_notes, references_of, rounding_notes, skip_notes
from moalloy.tables.compositions import CompositionColumns, read_compositions
from moalloy.tables.faults import refuse_misread_columns, row_faults, stop_error
from moalloy.tables.load import load_raw
from moalloy.tables.raw import RawTable
from moalloy.tables.table import AlloyTable

__all__ = ["BadRows", "read_table"]

BadRows = Literal["stop", "skip"]


def read_table(
    source: str | Path,
    *,
    name: str = "",
    composition: CompositionColumns = "formula",
    basis: Basis = "at%",
    group_by: str | None = None,
    reference: str | None = None,
    folder: Path | None = None,
    bad_rows: BadRows = "stop",
    sheet: str | None = None,
    numeric: Collection[str] = (),
) -> AlloyTable:
    """Return the measured alloys of a CSV or Excel file.

    Args:
        source: ``builtin:NAME``, or the path of a file.
        name: What messages call the table; the file's name by default.
        composition: The formula column, or for each element the column of its amounts.
        basis: What the amounts are.
        group_by: The column that says which rows belong together, such as one paper's; a blank
            cell is a group of its own formula. By default the chemical system.
        reference: The column that says where a row comes from; by default ``reference``, else
            ``doi``, else the row number.
        folder: What a relative path is relative to; by default the current folder.
        bad_rows: ``skip`` leaves out rows that can't be used, and a note names them.
        sheet: The sheet of an Excel file; by default the first.
        numeric: Columns that hold nothing but numbers and missing values; a row with anything
            else in one of them is a bad row.

    Raises:
        TableError: The file or a column can't be used; or there are bad rows, all named at once,
            and ``bad_rows`` is ``stop`` or no row is left.
    """
    raw = load_raw(source, name=name, folder=folder, sheet=sheet)
    entries = read_compositions(raw, composition, basis=basis)
    refuse_misread_columns(raw, composition, entries)
    faults = row_faults(raw, composition, entries, numeric=numeric)
    if faults and (bad_rows == "stop" or len(faults) == len(raw.rows)):
        raise stop_error(raw, faults)
    bad = {fault.index for fault in faults}
    good = [index for index in range(len(raw.rows)) if index not in bad]
    rows = replace(
        raw,
        rows=tuple(raw.rows[index] for index in good),
        lines=tuple(raw.lines[index] for index in good),
        notes=(*raw.notes, *skip_notes(faults)),
    )
    alloys = [entry for index in good if isinstance(entry := entries[index], Composition)]
    return _table(rows, alloys, composition=composition, group_by=group_by, reference=reference)


def _table(
    raw: RawTable,
    alloys: Sequence[Composition],
    *,
    composition: CompositionColumns,
    group_by: str | None,
    reference: str | None,
) -> AlloyTable:
    """Return the table of rows that are all in order."""
    elements = tuple(sorted({symbol for alloy in alloys for symbol in alloy.elements}, key=atomic_number))
    formulas = tuple(alloy.formula for alloy in alloys)
    groups, group_notes = groups_of(raw, alloys, formulas, group_by=group_by)
    references, reference_notes = references_of(raw, reference=reference)
    normalized = (*rounding_notes(raw, alloys), *missing_notes(raw, composition))
    return AlloyTable(
        name=raw.name,
        source=raw.source,
        sha256=raw.sha256,
        elements=elements,
        fractions=fractions_matrix(alloys, elements),
        formulas=formulas,
        lines=raw.lines,
        groups=groups,
        references=references,
        frame=pd.DataFrame(list(raw.rows), columns=list(raw.headers), dtype=object),
        notes=(*raw.notes, *normalized, *group_notes, *reference_notes),
    )
