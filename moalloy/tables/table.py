"""A table of measured alloys that has been read: compositions, and its other columns as text."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from moalloy.domain.values import FloatArray
from moalloy.errors import TableError
from moalloy.tables.cells import is_missing, parse_numbers
from moalloy.tables.raw import place_of
from moalloy.tables.wording import RowFault, did_you_mean, listing

__all__ = ["AlloyTable"]

_LISTED_CELLS = 5


@dataclass(frozen=True, slots=True, eq=False)
class AlloyTable:
    """Measured alloys, one row each.

    ``source`` is ``builtin:NAME`` or the path as given, ``sha256`` that of the file's bytes.
    ``elements`` are those that occur, by atomic number; ``fractions`` has their atomic
    fractions, shape ``(n_rows, n_elements)``, rows summing to 1. ``formulas``, ``lines`` (in the
    file), ``groups`` and ``references`` have one entry a row. ``frame`` has the columns as text,
    as the file has them; ``notes`` say everything that was normalized, skipped or assumed.
    """

    name: str
    source: str
    sha256: str
    elements: tuple[str, ...]
    fractions: FloatArray
    formulas: tuple[str, ...]
    lines: tuple[int, ...]
    groups: tuple[str, ...]
    references: tuple[str, ...]
    frame: pd.DataFrame
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def place(self) -> str:
        """How a message names this table."""
        return place_of(self.name, self.source)

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names, in the order of the file."""
        return tuple(self.frame.columns)

    def cells(self, column: str) -> list[str]:
        """Return the text of a column.

        Raises:
            TableError: There is no such column; the message names the nearest and all others.
        """
        if column not in self.frame.columns:
            raise TableError(
                f"{self.place} has no column '{column}'.{did_you_mean(column, self.columns)} "
                f"Its columns: {', '.join(self.columns)}."
            )
        return [str(cell) for cell in self.frame[column]]

    def numbers(self, column: str) -> FloatArray:
        """Return a column as numbers, shape ``(n_rows,)``, NaN where there is no value.

        Raises:
            TableError: There is no such column, or a cell is neither a plain finite number
                nor missing.
        """
        cells = self.cells(column)
        values, advice = parse_numbers(cells)
        if not advice:
            return values
        faults = [RowFault(i, self.lines[i], self.formulas[i], f"'{cells[i]}'") for i in advice]
        raise TableError(
            f"{self.place}, column '{column}': {len(faults)} of {len(cells)} cells aren't numbers: "
            f"{listing(faults, limit=_LISTED_CELLS, separator='; ')}. "
            f"What to do: {'; '.join(dict.fromkeys(advice.values()))}."
        )

    def labels(self, column: str) -> tuple[str, ...]:
        """Return a column as words, empty where there is no value.

        Raises:
            TableError: There is no such column.
        """
        return tuple("" if is_missing(cell) else cell for cell in self.cells(column))
