"""Two fronts as printed, compared alloy by alloy."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = ["RowDifference", "compare_fronts"]


@dataclass(frozen=True, slots=True)
class RowDifference:
    """What isn't the same of one alloy, or of the table where ``alloy`` is empty."""

    alloy: str
    text: str


def compare_fronts(recorded: str, again: str, *, process: Sequence[str]) -> tuple[RowDifference, ...]:
    """Compare two texts of ``pareto.csv``; none differ only where they are equal to the byte.

    Args:
        recorded: The front of the run.
        again: The front when it was run again.
        process: Names of the process variables, which with the formula tell one alloy from another.

    >>> for row in compare_fronts("formula,Bs\\nFe,2.1\\nCo,1.8\\n", "formula,Bs\\nFe,2.2\\n", process=()):
    ...     print(f"{row.alloy}: {row.text}")
    Fe: Bs 2.1, run again 2.2
    Co: only in the run
    """
    if recorded == again:
        return ()
    before, after = _read(recorded), _read(again)
    found = [
        RowDifference("", f"the column {name} is only {where}")
        for one, other, where in ((before, after, "in the run"), (after, before, "in the front run again"))
        for name in one.columns
        if name not in other.columns
    ]
    shared = [name for name in before.columns if name in after.columns]
    old, new = (_by_alloy(table[shared], process) for table in (before, after))
    for alloy, row in old.items():
        text = _changes(row, new[alloy]) if alloy in new else "only in the run"
        if text:
            found.append(RowDifference(alloy, text))
    found += [RowDifference(alloy, "only when run again") for alloy in new if alloy not in old]
    return tuple(found) or (RowDifference("", "the same alloys and numbers, in another order or notation"),)


def _read(text: str) -> pd.DataFrame:
    """Read every cell as the text that it is: two ways to print a number are a difference."""
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def _by_alloy(table: pd.DataFrame, process: Sequence[str]) -> dict[str, Mapping[str, str]]:
    rows: dict[str, Mapping[str, str]] = {}
    for row in table.to_dict("records"):
        treatment = [f"{name} {row[name]}" for name in process if name in row]
        rows[", ".join([str(row["formula"]), *treatment])] = {str(key): str(row[key]) for key in row}
    return rows


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    return "; ".join(
        f"{name} {value or 'blank'}, run again {after[name] or 'blank'}"
        for name, value in before.items()
        if value != after[name]
    )
