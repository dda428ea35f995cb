"""Which rows are alloys of iron, cobalt and nickel that make glassy ribbons, by their composition."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray
from moalloy.tables.audit.table import AuditTable

__all__ = ["is_glass_former", "share_of"]

_METALLOIDS = ("B", "C", "Si", "P", "Ge")
_LEAST_METALS, _LEAST_METALLOIDS = 0.6, 0.05


def is_glass_former(table: AuditTable) -> BoolArray:
    """Return which rows hold Fe, Co and Ni with metalloids, as glassy ribbons do, shape ``(n_rows,)``."""
    is_metal = share_of(table, ["Fe", "Co", "Ni"]) >= _LEAST_METALS
    return np.asarray(is_metal & (share_of(table, _METALLOIDS) >= _LEAST_METALLOIDS))


def share_of(table: AuditTable, symbols: Sequence[str]) -> FloatArray:
    """Return the atomic fraction of some elements together, shape ``(n_rows,)``; 0 without an alloy."""
    chosen = [index for index, symbol in enumerate(table.elements) if symbol in symbols]
    return np.asarray(np.nan_to_num(table.fractions[:, chosen]).sum(axis=1))
