"""Reading a table without being told where its compositions stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from moalloy.domain.composition import Basis
from moalloy.errors import TableError
from moalloy.tables.compositions import CompositionColumns, find_composition
from moalloy.tables.load import load_raw
from moalloy.tables.read import BadRows, read_table
from moalloy.tables.table import AlloyTable

__all__ = ["detect_table", "group_column"]

_GROUP_COLUMNS = ("paper_group", "group", "paper", "doi", "reference")


def detect_table(
    source: str | Path, *, basis: Basis | None = None, bad_rows: BadRows = "stop"
) -> tuple[AlloyTable, CompositionColumns, Basis, str | None]:
    """Return a table with what was found out about it: composition columns, basis, grouping column.

    Args:
        source: ``builtin:NAME``, or the path of a CSV or Excel file.
        basis: What the amounts are where the headers don't say it; at.% by default.
        bad_rows: ``skip`` leaves out rows that can't be used, and a note names them.

    Raises:
        TableError: The table can't be read, or no column holds compositions.
    """
    raw = load_raw(source)
    found = find_composition(raw.headers, place=raw.place)
    if found is None:
        raise TableError(
            f"{raw.place} has no column of compositions among {', '.join(raw.headers[:12])};"
            " expected a column 'formula', or columns named as elements (Fe, B or Fe_wt, B_wt)"
        )
    columns, said_basis = found
    used_basis: Basis = said_basis or basis or "at%"
    group = group_column(raw.headers)
    table = read_table(source, composition=columns, basis=used_basis, group_by=group, bad_rows=bad_rows)
    return table, columns, used_basis, group


def group_column(headers: Sequence[str]) -> str | None:
    """Return the column that says which rows belong together, by its name; None if there is none.

    >>> group_column(["formula", "DOI", "Bs_T"])
    'DOI'
    """
    lower = {header.lower(): header for header in headers}
    return next((lower[name] for name in _GROUP_COLUMNS if name in lower), None)
