"""Columns of a quantity with a unit that their header doesn't say."""

from __future__ import annotations

from collections.abc import Iterator

from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.table import AuditTable

__all__ = ["headers_without_unit"]


def headers_without_unit(table: AuditTable) -> Iterator[Finding]:
    """Columns such as ``Hc``, which are judged in the usual unit of their quantity."""
    for column in table.columns:
        if column.quantity is None or not column.quantity.unit or column.says_unit:
            continue
        yield Finding(
            "no-unit",
            "note",
            (1,),
            (column.name,),
            column.name,
            f"The header says no unit; the audit took it for a {column.quantity.name} in {column.unit}.",
            f"Write the unit into the header: '{column.name} ({column.unit})'.",
        )
