"""Words that several faults of a table share."""

from __future__ import annotations

from collections.abc import Sequence

from moalloy.domain.values import FloatArray

__all__ = ["lines_at_most_zero", "listed"]

_LISTED = 5


def listed(items: Sequence[object]) -> str:
    """Return the first items of a list in words."""
    more = ", ..." if len(items) > _LISTED else ""
    return f"{', '.join(map(str, items[:_LISTED]))}{more}"


def lines_at_most_zero(lines: Sequence[int], values: FloatArray) -> tuple[int, str]:
    """Return how many values are 0 or below, and where: ``line 4``, ``lines 4, 7``.

    Args:
        lines: Of the table, one for each value.
        values: NaN where there is none, shape ``(n_rows,)``.
    """
    found = [line for line, value in zip(lines, values, strict=True) if value <= 0]
    return len(found), f"line{'s' * (len(found) > 1)} {listed(found)}"
