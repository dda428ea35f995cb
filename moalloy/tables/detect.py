"""Reading a table without being told where its compositions stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from moalloy.domain.composition import Basis
from moalloy.tables.compositions import CompositionColumns, composition_and_basis, find_composition
from moalloy.tables.load import load_raw
from moalloy.tables.raw import RawTable
from moalloy.tables.read import BadRows, read_table
from moalloy.tables.table import AlloyTable

__all__ = ["Detected", "detect_table", "group_column"]

# The first that a table has. A source is more often a paper than whoever sold the metal.
_GROUP_COLUMNS = (
    "paper_group",
    "group",
    "paper",
    "doi",
    "reference",
    "publication",
    "citation",
    "study",
    "source",
)


_ASSUMED = "Amounts are read as at.%, as no header says what they are; --basis wt% if they are by weight."


class Detected(NamedTuple):
    """A table with what was found out about it.

    Attributes:
        table: What was read.
        composition: The formula column, or for each element the column of its amounts.
        basis: What the amounts are.
        group_by: The column that says which rows belong together, if there is one.
        sheet: The sheet of an Excel file that was asked for.
    """

    table: AlloyTable
    composition: CompositionColumns
    basis: Basis
    group_by: str | None
    sheet: str | None


def detect_table(
    source: str | Path,
    *,
    composition: str | None = None,
    basis: Basis | None = None,
    bad_rows: BadRows = "stop",
    sheet: str | None = None,
) -> Detected:
    """Return a table, read without being told how.

    Args:
        source: ``builtin:NAME``, or the path of a CSV or Excel file.
        composition: The column of formulas; by default found by its name, as element columns are.
        basis: What the amounts are where the headers don't say it; at.% by default.
        bad_rows: ``skip`` leaves out rows that can't be used, and a note names them.
        sheet: The sheet of an Excel file; by default the first.

    Raises:
        TableError: The table can't be read, or no column holds compositions.
    """
    raw = load_raw(source, sheet=sheet)
    columns, used_basis = composition_and_basis(raw, composition, basis)
    group = group_column(raw.headers)
    lower = {header.lower() for header in raw.headers}
    table = read_table(
        source,
        composition=columns,
        basis=used_basis,
        group_by=group,
        # What rows are grouped by says where they come from, where nothing else does.
        reference=None if lower & {"reference", "doi"} else group,
        bad_rows=bad_rows,
        sheet=sheet,
    )
    if basis is None and _says_nothing(raw, columns):
        table = replace(table, notes=(*table.notes, _ASSUMED))
    return Detected(table, columns, used_basis, group, sheet)


def _says_nothing(raw: RawTable, columns: CompositionColumns) -> bool:
    """Whether amounts stand in columns of elements, of which none says by atoms or by weight."""
    if isinstance(columns, str):
        return False
    found = find_composition(raw.headers, place=raw.place)
    return found is not None and found[1] is None


def group_column(headers: Sequence[str]) -> str | None:
    """Return the column that says which rows belong together, by its name; None if there is none.

    >>> group_column(["formula", "DOI", "Bs_T"])
    'DOI'
    >>> group_column(["formula", "Source", "Bs_T"])
    'Source'
    """
    lower = {header.lower(): header for header in headers}
    return next((lower[name] for name in _GROUP_COLUMNS if name in lower), None)
