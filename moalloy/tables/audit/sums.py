"""Amounts that sum to something other than 100."""

from __future__ import annotations

from collections.abc import Iterator

from moalloy.domain.composition import Composition
from moalloy.errors import SumError
from moalloy.tables.audit.columns import composition_headers
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.table import AuditTable

__all__ = ["fractions_for_percent", "rounded_sums", "sums_off_100"]

# As wide as what is taken for parts of one in a formula.
_FRACTION_TOLERANCE = 0.005


def sums_off_100(table: AuditTable) -> Iterator[Finding]:
    """Rows whose amounts miss 100 by more than rounding; each is an alloy with something missing."""
    for row, entry in enumerate(table.entries):
        if not isinstance(entry, SumError) or _is_one(entry.total) or row in table.raw.misshapen:
            continue
        line, total = table.raw.lines[row], entry.total
        missing = (
            f"{100 - total:.4g} {table.basis} too few"
            if total < 100
            else f"{total - 100:.4g} {table.basis} too many"
        )
        yield Finding(
            "sum",
            "error",
            (line,),
            composition_headers(table.composition),
            table.labels[row],
            f"The amounts sum to {total:.6g}: {missing}.",
            "Is an element left out, or an amount mistyped? Look the alloy up in its source.",
            unusable=(line,),
        )


def fractions_for_percent(table: AuditTable) -> Iterator[Finding]:
    """Rows whose amounts sum to 1 in columns of percent."""
    rows = [
        i for i, entry in enumerate(table.entries) if isinstance(entry, SumError) and _is_one(entry.total)
    ]
    if not rows:
        return
    lines = table.lines(rows)
    whole = "every row" if len(rows) == len(table) else f"{len(rows)} of {len(table)} rows"
    yield Finding(
        "unit-slip",
        "error",
        lines,
        composition_headers(table.composition),
        "a sum of 1",
        f"The amounts of {whole} sum to 1, so they are fractions, where columns of elements hold percent.",
        "Multiply them by 100.",
        unusable=lines,
    )


def rounded_sums(table: AuditTable) -> Iterator[Finding]:
    """Rows whose amounts miss 100 by no more than rounding; reading divides them by their sum."""
    off = [
        (row, float(entry.written_total))
        for row, entry in enumerate(table.entries)
        if isinstance(entry, Composition) and entry.written_total != 100
    ]
    if not off:
        return
    totals = [total for _, total in off]
    yield Finding(
        "sum",
        "note",
        table.lines([row for row, _ in off]),
        composition_headers(table.composition),
        " to ".join(dict.fromkeys(f"{total:.6g}" for total in (min(totals), max(totals)))),
        "The amounts miss 100 by no more than rounding does; reading divides them by their sum.",
        "Nothing, if the sources print them so.",
    )


def _is_one(total: float) -> bool:
    return abs(total - 1) <= _FRACTION_TOLERANCE
