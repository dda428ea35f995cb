"""What the nearest alloys of other groups have, on a scale that a wrong unit shifts by one number.

Levels are decimal logarithms of sizes, or plain temperatures, where Celsius is 273.15 less than
kelvin. Near is near in composition and in the temperatures of the treatment.
"""

from __future__ import annotations

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.tables.audit.columns import Column
from moalloy.tables.audit.neighbors import peer_levels
from moalloy.tables.audit.table import AuditTable

__all__ = ["is_thermal", "peers_of", "unit_levels"]

# 20 K of an anneal count as much as 1 at.%: so weighed, the neighbors in the built-in table of soft
# magnets predict Hc and magnetostriction better than by composition alone.
_K_PER_AT_PCT = 20.0


def peers_of(table: AuditTable, column: Column) -> FloatArray:
    """Return the median level of each row's nearest alloys of other groups, shape ``(n_rows,)``.

    NaN where there are none within reach, or the row has no value.
    """
    return peer_levels(unit_levels(column), _places(table, column), table.group_codes)


def unit_levels(column: Column) -> FloatArray:
    """Return the values of a column on the scale of this module, shape ``(n_rows,)``."""
    if is_thermal(column):
        return column.values
    return np.log10(np.where(column.values != 0, np.abs(column.values), np.nan))


def is_thermal(column: Column) -> bool:
    """Whether a column holds temperatures."""
    return column.unit in {"K", "°C"}


def _places(table: AuditTable, column: Column) -> FloatArray:
    """Return where alloys stand, in at.%, by composition and by temperatures of their treatment."""
    axes = [100.0 * table.fractions / 2]
    for other in table.columns:
        is_axis = other.role == "treatment" and other.name != column.name and is_thermal(other)
        if is_axis and np.isfinite(other.values).any():
            filled = np.nan_to_num(other.values, nan=float(np.nanmedian(other.values)))
            axes.append(filled[:, None] / _K_PER_AT_PCT)
    return np.hstack(axes)
