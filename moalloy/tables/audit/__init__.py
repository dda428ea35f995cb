"""An audit of a table: what looks wrong in it, before anything is learned from it.

A finder looks at one thing and at all of it, and yields findings. Each sees the table without the
numbers that those before it called suspect, so that one slip isn't found three times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from moalloy.tables.audit import (
    anneals,
    ceiling,
    disagreement,
    duplicates,
    no_unit,
    order,
    percent,
    placeholders,
    shared_groups,
    shifts,
    sums,
    twins,
    unreadable,
    weight_percent,
    window_slips,
    windows,
)
from moalloy.tables.audit.cleaned import CleanedTable, cleaned
from moalloy.tables.audit.findings import KINDS, Cell, Finding, Kind
from moalloy.tables.audit.table import AuditTable, open_table

__all__ = [
    "FINDERS",
    "KINDS",
    "AuditTable",
    "Cell",
    "CleanedTable",
    "Finding",
    "Kind",
    "audit",
    "cleaned",
    "open_table",
]

Finder = Callable[[AuditTable], Iterator[Finding]]

FINDERS: tuple[Finder, ...] = (
    unreadable.unreadable_rows,
    unreadable.unreadable_cells,
    sums.fractions_for_percent,
    sums.sums_off_100,
    sums.rounded_sums,
    duplicates.copies,
    placeholders.missing_codes,
    placeholders.class_labels,
    weight_percent.weight_for_atomic_percent,
    window_slips.units_outside_windows,
    percent.parts_of_one,
    windows.outside_windows,
    shifts.shifted_groups,
    twins.units_of_twins,
    anneals.groups_of_anneals,
    anneals.columns_of_anneals,
    anneals.anneals_apart,
    shifts.shifted_rows,
    ceiling.above_dilution_ceiling,
    ceiling.magnetostriction_of_glasses,
    ceiling.hotter_than_melting,
    order.temperatures_out_of_order,
    placeholders.crowded_ends,
    disagreement.sources_disagree,
    shared_groups.groups_that_share,
    duplicates.near_duplicates,
    no_unit.headers_without_unit,
)
"""All finders, in the order that they look at a table."""


def audit(table: AuditTable) -> tuple[Finding, ...]:
    """Return everything that looks wrong in a table: errors first, then by kind and line."""
    found: list[Finding] = []
    for finder in FINDERS:
        new = list(finder(table))
        table = table.without({cell for finding in new for cell in finding.suspects}).without_rows(
            {line for finding in new for line in finding.unusable}
        )
        found += new
    severities, kinds = ("error", "warning", "note"), list(KINDS)
    worst = {
        kind: min((severities.index(each.severity) for each in found if each.kind == kind), default=0)
        for kind in kinds
    }
    return tuple(
        sorted(
            found,
            key=lambda each: (
                worst[each.kind],
                kinds.index(each.kind),
                severities.index(each.severity),
                each.lines,
            ),
        )
    )
