"""A table at a glance: each column's numbers, and what looks odd about them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from moalloy.tables.cells import is_missing, parse_numbers
from moalloy.tables.compositions import is_balance, is_element_column
from moalloy.tables.table import AlloyTable

__all__ = ["ColumnSummary", "describe", "suspicions", "unit_of", "without_unit"]

# The units that a column name ends in, or carries before a condition: core_loss_kW_m3_0p2T_100kHz.
_UNIT_SUFFIXES = {
    "A_per_m": "A/m",
    "kA_per_m": "kA/m",
    "kW_m3": "kW/m3",
    "kg_per_m3": "kg/m3",
    "kg_m3": "kg/m3",
    "g_per_cm3": "g/cm3",
    "g_cm3": "g/cm3",
    "W_per_kg": "W/kg",
    "uohm_m": "uohm m",
    "uohm_cm": "uohm cm",
    "USD_per_kg": "USD/kg",
    "kJ_per_mol": "kJ/mol",
    "kOe": "kOe",
    "mOe": "mOe",
    "Oe": "Oe",
    "mT": "mT",
    "kG": "kG",
    "G": "G",
    "emu_per_g": "emu/g",
    "T": "T",
    "K": "K",
    "degC": "C",
    "C": "C",
    "GPa": "GPa",
    "MPa": "MPa",
    "HV": "HV",
    "ppm": "ppm",
    "pct": "%",
    "cm": "cm",
    "mm": "mm",
    "um": "um",
    "nm": "nm",
    "min": "min",
    "s": "s",
    "h": "h",
}
_SUFFIX = re.compile(f"_({'|'.join(_UNIT_SUFFIXES)})(?:_\\d|$)")
_COERCIVITY = re.compile(r"i?h_?c|coerc", re.IGNORECASE)
_SATURATION = re.compile(r"[bj]_?s|saturation", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[(\[]([^)\]]+)[)\]]\s*$")

# 1 A/m is 4 pi / 1000 Oe. The softest alloys of the built-in table, nanocrystalline ribbons, have
# 0.29 A/m, so half a table below that is hardly in A/m.
_A_PER_M_IN_AN_OERSTED = 1000 / (4 * np.pi)
_SMALLEST_MEDIAN_A_PER_M = 0.29
# Bulk Fe-Co near 35 at.% Co has the largest Bs of any alloy at room temperature, 2.45 T
# (Bozorth, Ferromagnetism, 1951, chapter 6).
_LARGEST_BS_T = 2.45


# A column with fewer odd cells than this share was meant to hold numbers.
_MOST_ODD = 0.5
_LISTED_CELLS = 3


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """What a column holds; the three numbers are NaN where its values aren't all numbers.

    ``n_values`` are the cells that say something, ``n_distinct`` how many different ones.
    """

    column: str
    unit: str
    n_values: int
    n_missing: int
    n_distinct: int
    minimum: float
    median: float
    maximum: float


def unit_of(header: str) -> str:
    """Return the unit that a header carries, or nothing.

    >>> unit_of("Hc_A_per_m"), unit_of("Bs (T)"), unit_of("state")
    ('A/m', 'T', '')
    """
    in_brackets = _IN_BRACKETS.search(header)
    if in_brackets:
        return in_brackets.group(1).strip()
    suffix = _SUFFIX.search(header)
    return _UNIT_SUFFIXES[suffix.group(1)] if suffix else ""


def without_unit(header: str) -> str:
    """Return a header without the unit that it ends in.

    >>> without_unit("Hc_A_per_m"), without_unit("Bs (T)"), without_unit("core_loss_kW_m3_0p2T_100kHz")
    ('Hc', 'Bs', 'core_loss_kW_m3_0p2T_100kHz')
    """
    bare = _IN_BRACKETS.sub("", header).strip()
    suffix = _SUFFIX.search(bare) if bare == header else None
    return bare[: suffix.start()] if suffix and suffix.end() == len(bare) else bare


def describe(table: AlloyTable) -> list[ColumnSummary]:
    """Return a summary of each column, in the order of the file."""
    return [_summary(table, column) for column in table.columns]


def suspicions(table: AlloyTable) -> tuple[str, ...]:
    """Return what looks like a wrong unit: worth a look, and no proof.

    A coercivity in A/m with half its values below those of the softest alloys known is suspected to
    be in Oe, and a Bs in T with half above the largest known to be in another unit.
    """
    found: list[str] = []
    for each in describe(table):
        found += _not_numbers(table, each)
        values = f"{table.place}, column '{each.column}': half of the values are"
        if each.unit == "A/m" and _COERCIVITY.match(each.column) and each.median < _SMALLEST_MEDIAN_A_PER_M:
            found.append(
                f"{values} below {each.median:.3g} A/m, softer than the softest alloys known. "
                f"In Oe, perhaps? 1 Oe is {_A_PER_M_IN_AN_OERSTED:.1f} A/m."
            )
        if each.unit == "T" and _SATURATION.match(each.column) and each.median > _LARGEST_BS_T:
            found.append(
                f"{values} above {each.median:.3g} T, more than the {_LARGEST_BS_T} T of Fe-Co, the most "
                "that is known. In kG or emu/g, perhaps?"
            )
    return tuple(found)


def _not_numbers(table: AlloyTable, summary: ColumnSummary) -> list[str]:
    """Return a word on the cells that keep a column of numbers from being one."""
    cells = table.cells(summary.column)
    is_amount = is_element_column(summary.column)
    given = [
        (line, cell)
        for line, cell in zip(table.lines, cells, strict=True)
        if not is_missing(cell) and not (is_amount and is_balance(cell))
    ]
    _, faults = parse_numbers([cell for _, cell in given])
    if not 0 < len(faults) < _MOST_ODD * len(given):
        return []
    odd = ", ".join(f"{given[i][1]!r} (line {given[i][0]})" for i in list(faults)[:_LISTED_CELLS])
    return [
        f"{table.place}, column '{summary.column}': {len(faults)} of {len(given)} cells aren't numbers,"
        f" such as {odd}; the column can't be learned from before they are mended or blank."
    ]


def _summary(table: AlloyTable, column: str) -> ColumnSummary:
    cells = table.cells(column)
    given = [cell for cell in cells if not is_missing(cell)]
    values, faults = parse_numbers(given)
    is_numeric = bool(given) and not faults
    minimum, median, maximum = np.quantile(values, [0, 0.5, 1]).tolist() if is_numeric else [float("nan")] * 3
    n_missing = len(cells) - len(given)
    return ColumnSummary(
        column, unit_of(column), len(given), n_missing, len(set(given)), minimum, median, maximum
    )
