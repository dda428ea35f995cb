"""How the messages of this package list rows and offer a near match."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["RowFault", "did_you_mean", "listing", "rows_text"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one row; ``label`` is its formula or what stands in its place."""

    index: int
    line: int
    label: str
    message: str

    def __str__(self) -> str:
        # Errors about a formula quote it themselves.
        label = "" if not self.label or f"'{self.label}'" in self.message else f" ({self.label})"
        return f"line {self.line}{label}: {self.message}"


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Return `` Did you mean 'Bs_T'?``, with its space in front, or nothing.

    >>> did_you_mean("bs_t", ["Bs_T", "Hc_A_per_m"])
    " Did you mean 'Bs_T'?"
    """
    by_lower = {option.lower(): option for option in options}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f" Did you mean '{by_lower[near[0]]}'?" if near else ""


def listing(items: Sequence[object], *, limit: int, separator: str = ", ") -> str:
    """Return the first items and how many more there are.

    >>> listing([2, 5, 9], limit=2)
    '2, 5 and 1 more'
    """
    shown = separator.join(str(item) for item in items[:limit])
    rest = len(items) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown


def rows_text(lines: Sequence[int], *, limit: int = 10) -> str:
    """Return ``1 row (line 2)``, ``3 rows (lines 2, 5, 9)``.

    >>> rows_text([2, 5, 9], limit=2)
    '3 rows (lines 2, 5 and 1 more)'
    """
    many = len(lines) > 1
    return f"{len(lines)} row{'s' * many} (line{'s' * many} {listing(lines, limit=limit)})"
