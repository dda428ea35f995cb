"""The tables in ``data/``, read when first asked for.

``data/README.md`` gives the unit and the source of every column.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np

from moalloy.domain.elements import SYMBOLS, atomic_number
from moalloy.domain.values import FloatArray

__all__ = ["element_column", "element_decimals", "pair_enthalpies"]

# Three pairs of matminer's file name Po or At. By count they are the pairs among Th, Pa and U under
# a wrong label; as that is a guess, they are left out.
_STRAY = {"Po", "At"}


@cache
def element_decimals(column: str) -> Mapping[str, str]:
    """Return one column of ``elements.csv`` as decimal text by symbol, elements without data left out.

    >>> element_decimals("MolarVolume")["Fe"]
    '7.09'
    """
    return {row["symbol"]: row[column] for row in _rows("elements.csv") if row[column]}


@cache
def element_column(column: str) -> FloatArray:
    """Return one column of ``elements.csv``, shape ``(118,)``, NaN for elements without data.

    >>> element_column("MeltingT")[25]
    np.float64(1811.0)
    """
    decimals = element_decimals(column)
    values = np.array([float(decimals.get(symbol, "nan")) for symbol in SYMBOLS])
    values.flags.writeable = False
    return values


@cache
def pair_enthalpies() -> FloatArray:
    """Return mixing enthalpies of equiatomic binary liquids in kJ/mol, shape ``(118, 118)``.

    Symmetric, with zeros on the diagonal; NaN for elements outside the table and for the pairs
    among Th, Pa and U. Source: Takeuchi, Inoue, Mater. Trans. 46 (2005) 2817,
    doi:10.2320/matertrans.46.2817.
    """
    table = np.full((len(SYMBOLS), len(SYMBOLS)), np.nan)
    for row in _rows("mixing_enthalpies.csv"):
        if _STRAY & {row["element_a"], row["element_b"]}:
            continue
        a, b = atomic_number(row["element_a"]) - 1, atomic_number(row["element_b"]) - 1
        table[a, b] = table[b, a] = float(row["kJ_per_mol"])
        table[a, a] = table[b, b] = 0.0
    table.flags.writeable = False
    return table


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = files("moalloy.features").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
