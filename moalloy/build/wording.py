"""Words that several faults of a table share."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["listed"]

_LISTED = 5


def listed(items: Sequence[object]) -> str:
    """Return the first items of a list in words."""
    more = ", ..." if len(items) > _LISTED else ""
    return f"{', '.join(map(str, items[:_LISTED]))}{more}"
