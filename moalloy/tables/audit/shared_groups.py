"""Groups that report the same measurements, and so aren't independent of each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.domain.values import BoolArray, IntArray
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.repeats import Agreement, agreement
from moalloy.tables.audit.table import AuditTable

__all__ = ["groups_that_share", "is_shared_measurement"]

# Two papers may both find 2 mm; four digits in common are no chance, in one value or in several.
_FEWEST_DIGITS = 4


def groups_that_share(table: AuditTable) -> Iterator[Finding]:
    """Pairs of groups whose rows agree in alloy, treatment and four or more digits of what was measured."""
    if table.group_by is None:
        return
    codes = table.group_codes
    alike = agreement(table, table.near)
    is_evidence = _is_evidence(table, table.near, alike)
    ends = np.sort(codes[table.near[is_evidence]], axis=1)
    for one, other in np.unique(ends, axis=0).tolist():
        is_pair = (ends == (one, other)).all(axis=1)
        rows = np.unique(table.near[is_evidence][is_pair])
        n_values = int(alike.n_equal[is_evidence][is_pair].sum())
        if int(alike.digits[is_evidence][is_pair].sum()) >= _FEWEST_DIGITS:
            yield _finding(table, rows, n_values)


def is_shared_measurement(table: AuditTable, pairs: IntArray, alike: Agreement) -> BoolArray:
    """Return which pairs are reported as a measurement that two groups share."""
    if table.group_by is None:
        return np.zeros(len(pairs), dtype=np.bool_)
    is_evidence = _is_evidence(table, pairs, alike)
    ends = np.sort(table.group_codes[pairs], axis=1)
    digits: dict[tuple[int, int], int] = {}
    for end, count in zip(
        map(tuple, ends[is_evidence].tolist()), alike.digits[is_evidence].tolist(), strict=True
    ):
        digits[end] = digits.get(end, 0) + count
    is_told = [digits.get((one, other), 0) >= _FEWEST_DIGITS for one, other in ends.tolist()]
    return np.asarray(is_evidence & np.array(is_told, dtype=bool))


def _is_evidence(table: AuditTable, pairs: IntArray, alike: Agreement) -> BoolArray:
    """Return which pairs lie in two groups and have the very same numbers in most shared columns."""
    codes = table.group_codes[pairs]
    return np.asarray(
        (codes[:, 0] != codes[:, 1]) & (alike.n_equal > 0) & (2 * alike.n_equal > alike.n_shared)
    )


def _finding(table: AuditTable, rows: IntArray, n_values: int) -> Finding:
    names = tuple(dict.fromkeys(table.groups[row] for row in rows))
    values = "1 measured value" if n_values == 1 else f"{n_values} measured values"
    return Finding(
        "shared-groups",
        "warning",
        table.lines(rows),
        (table.group_by,) if table.group_by else (),
        " and ".join(names),
        f"The groups {' and '.join(repr(name) for name in names)} have {values} in common, digit for digit, "
        "for the same alloys and treatments: one most likely reports the other's. A score by group would "
        "then test on what was learned.",
        "Give both the same group.",
    )
