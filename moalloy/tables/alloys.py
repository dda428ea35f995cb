"""Reading alloys to predict: any table with compositions, each row for itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from moalloy.domain.composition import Basis, Composition
from moalloy.errors import CompositionError
from moalloy.tables.compositions import composition_labels, read_compositions, require_composition
from moalloy.tables.load import load_raw, load_stream
from moalloy.tables.raw import RawTable
from moalloy.tables.wording import RowFault

__all__ = ["read_alloys"]


def read_alloys(
    source: str | Path | BinaryIO,
    *,
    name: str = "",
    basis: Basis | None = None,
    usual_basis: Basis = "at%",
    folder: Path | None = None,
    say: Callable[[str], None] | None = None,
) -> tuple[pd.DataFrame, list[Composition | CompositionError]]:
    """Return a table's columns as text and, for each row in order, its alloy or why there is none.

    A column ``formula`` or ``composition`` is read, else columns named as elements (``Fe``,
    ``Fe_at%``, ``Fe_wt``). Rows may repeat; one that can't be read doesn't stop the others. The
    rows of the frame are those of the list.

    Args:
        source: A path, ``builtin:NAME`` or an open stream of bytes such as standard input.
        name: What messages call the table.
        basis: What the amounts are, where the headers don't say it.
        usual_basis: What amounts in element columns are where nothing says it; formulas are in at.% then.
        folder: What a relative path is relative to; by default the current folder.
        say: Told what the amounts were taken for, where that could be the other one.

    Raises:
        TableError: The table is missing or empty, or no column holds compositions.
    """
    if isinstance(source, str | Path):
        raw = load_raw(source, name=name, folder=folder, keep_blank_rows=True)
    else:
        raw = load_stream(source, name=name or "standard input", keep_blank_rows=True)
    columns, said_basis = require_composition(raw)
    used = said_basis or basis
    if used is None:
        used = "at%" if isinstance(columns, str) else usual_basis
        if say is not None and usual_basis == "wt%":
            what = "formulas are" if isinstance(columns, str) else "amounts are"
            say(f"{raw.place}: {what} read as {used}, as no header says what they are")
    entries = read_compositions(raw, columns, basis=used)
    labels = composition_labels(raw, columns)
    frame = pd.DataFrame(list(raw.rows), columns=list(raw.headers), dtype=object)
    return frame, [_placed(raw, i, entry, label=labels[i]) for i, entry in enumerate(entries)]


def _placed(
    raw: RawTable, index: int, entry: Composition | CompositionError, *, label: str
) -> Composition | CompositionError:
    """Return the entry, an error with its place in the table."""
    message = raw.misshapen.get(index) or (str(entry) if isinstance(entry, CompositionError) else "")
    if not message:
        return entry
    return CompositionError(f"{raw.place}, {RowFault(index, raw.lines[index], label, message)}")
