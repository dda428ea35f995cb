"""What an audit finds: one thing that looks wrong in a table, where, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from moalloy.errors import Severity

__all__ = ["KINDS", "Cell", "Finding", "Kind", "span"]

Kind = Literal[
    "unreadable",
    "sum",
    "unit-slip",
    "beyond-physics",
    "placeholder",
    "disagreement",
    "shared-groups",
    "duplicate",
    "no-unit",
]

KINDS: Mapping[Kind, str] = dict(
    zip(
        get_args(Kind),
        (
            "rows and cells that can't be read",
            "amounts that don't sum to 100",
            "values that look as if they were in another unit",
            "values that no alloy can have",
            "values that stand for a class or for nothing",
            "the same alloy with values that disagree",
            "groups that share measurements",
            "rows that say the same twice",
            "columns that don't say their unit",
        ),
        strict=True,
    )
)
"""Every kind of finding with its heading, in the order of a report."""


class Cell(NamedTuple):
    """A cell by the line of its row in the file and the name of its column."""

    line: int
    column: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that looks wrong.

    An ``error`` can't be right, or stops the table from being read; a ``warning`` is most likely
    wrong or flatters a score; a ``note`` is worth knowing.

    Attributes:
        kind: One of `KINDS`.
        severity: How sure it is.
        lines: Lines in the file, ascending.
        columns: The columns it is about; empty for whole rows.
        found: The values as the file has them, in short.
        reason: Why they were picked out, in whole sentences.
        advice: What to do.
        suspects: The cells that a cleaned table leaves blank.
        unusable: The lines that a cleaned table leaves out, because they can't be read or repeat another.
    """

    kind: Kind
    severity: Severity
    lines: tuple[int, ...]
    columns: tuple[str, ...]
    found: str
    reason: str
    advice: str
    suspects: tuple[Cell, ...] = ()
    unusable: tuple[int, ...] = ()


def span(cells: Sequence[str]) -> str:
    """Return cells of numbers in short: the one value, or the smallest and the largest as written.

    >>> span(["0.10", "0.05", "0.2"]), span(["5", "5"])
    ('0.05 to 0.2', '5')
    """
    ordered = sorted(set(cells), key=lambda cell: float(cell.replace("−", "-")))
    return ordered[0] if len(ordered) == 1 else f"{ordered[0]} to {ordered[-1]}"
