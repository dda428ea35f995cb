"""Values that a composition rules out: a Bs above its dilution ceiling, the strain of another class, heat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.domain.elements import SYMBOLS, atomic_number
from moalloy.errors import Severity
from moalloy.features.dilution_ceiling import DILUTION_CEILING
from moalloy.features.element_data import element_column
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.glasses import is_glass_former, share_of
from moalloy.tables.audit.table import AuditTable

__all__ = ["above_dilution_ceiling", "hotter_than_melting", "magnetostriction_of_glasses"]

# Of 262 measured ribbons one passes its ceiling, by 1.2 %; rounding and error of a Bs are 1 to 2 %.
_ABOVE_CEILING = 1.03
# The ceiling is none where iron exceeds its own moment (Fe-Ni) or others have one (Mn, rare earths,
# actinides) or take one from their neighbors (Rh, Pd, Ir, Pt: Low and Holden, Proc. Phys. Soc. 89 (1966)
# 119, on Pd).
_MOST_NI, _MOST_OTHERS = 0.1, 0.01
_OTHER_MOMENTS = ("Mn", "Rh", "Pd", "Ir", "Pt", *SYMBOLS[56:71], *SYMBOLS[88:103])
# Of 210 measured ribbons of the built-in table none passes 32 ppm; three times that leaves room.
_LARGEST_GLASS_PPM = 100.0
# Of 982 measured liquidus temperatures none is above the mean melting point of the elements by more
# than 5 %; a few compounds, such as NiAl, are.
_ABOVE_MELTING = 1.1


def above_dilution_ceiling(table: AuditTable) -> Iterator[Finding]:
    """A Bs more than 3 % above what the moments of Fe, Co and Ni make in the volume of the alloy."""
    for column in _of(table, "saturation flux density", unit="T"):
        fractions = np.nan_to_num(table.fractions)
        ceiling_T = np.full(len(table), np.nan)
        rows = np.flatnonzero(table.has_alloy)
        ceiling_T[rows] = DILUTION_CEILING(fractions[rows], table.elements)
        is_bound = share_of(table, ["Ni"]) <= _MOST_NI
        is_bound &= share_of(table, _OTHER_MOMENTS) <= _MOST_OTHERS
        for row in np.flatnonzero((column.values > _ABOVE_CEILING * ceiling_T) & is_bound).tolist():
            reason = (
                f"{column.cells[row]} T is more than {ceiling_T[row]:.3g} T, what the Fe, Co and Ni of "
                f"{table.labels[row]} have with their full moments at 0 K, in its volume."
            )
            yield _finding(table, column, row, reason)


def magnetostriction_of_glasses(table: AuditTable) -> Iterator[Finding]:
    """A magnetostriction beyond 100 ppm of a glass of Fe, Co and Ni with metalloids, no rare earth in it."""
    is_glass = is_glass_former(table) & (share_of(table, _OTHER_MOMENTS) <= _MOST_OTHERS)
    for column in _of(table, "magnetostriction", unit="ppm"):
        for row in np.flatnonzero((np.abs(column.values) > _LARGEST_GLASS_PPM) & is_glass).tolist():
            reason = (
                f"{column.cells[row]} ppm is more than {_LARGEST_GLASS_PPM:g} ppm, three times as much as "
                "any of 210 measured ribbons of Fe and metalloids has."
            )
            yield _finding(table, column, row, reason)


def hotter_than_melting(table: AuditTable) -> Iterator[Finding]:
    """A temperature of a solid or its melting above that of its elements, mixed by their fractions."""
    of_elements_K = element_column("MeltingT")[[atomic_number(symbol) - 1 for symbol in table.elements]]
    melting_K = table.fractions @ of_elements_K
    names = ("temperature of glass or melt", "temperature of the treatment", "Curie temperature")
    for column in (column for name in names for column in _of(table, name, unit="K")):
        for row in np.flatnonzero(column.values > _ABOVE_MELTING * melting_K).tolist():
            reason = (
                f"{column.cells[row]} K is far above the {melting_K[row]:.0f} K at which the elements of "
                f"{table.labels[row]} melt on average; some compounds melt higher, hardly any glass."
            )
            yield _finding(table, column, row, reason, severity="warning")


def _of(table: AuditTable, name: str, *, unit: str) -> list[Column]:
    return [
        column
        for column in table.columns
        if column.quantity and column.quantity.name == name and column.unit == unit
    ]


def _finding(
    table: AuditTable, column: Column, row: int, reason: str, *, severity: Severity = "error"
) -> Finding:
    return Finding(
        "beyond-physics",
        severity,
        table.lines([row]),
        (column.name,),
        column.cells[row],
        reason,
        "Look it up in its source; leave the cell blank if that can't be done.",
        suspects=table.cells(column, [row]),
    )
