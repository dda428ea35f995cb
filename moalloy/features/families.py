"""Sums over families of elements that play one part in an alloy, and shares within them.

A tree splits on one column at a time and can't add up that niobium, zirconium and molybdenum slow
diffusion alike; these sums do it, so that an element that a paper brings in is judged by its kind.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from moalloy.domain.elements import SYMBOLS
from moalloy.domain.values import FloatArray
from moalloy.features.present import PresentElements

__all__ = ["FAMILIES", "N_ELEMENTS_FEATURE", "SHARES", "families", "family_names"]

N_ELEMENTS_FEATURE = "number of elements"

_RARE_EARTHS = (
    "Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu",
)  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    "ferromagnetic metals": ("Fe", "Co", "Ni"),
    "metalloids": ("B", "C", "Si", "P"),
    "p-block elements": ("Be", "B", "C", "N", "Al", "Si", "P", "S", "Ga", "Ge"),
    "refractory metals": ("Ti", "V", "Zr", "Nb", "Mo", "Hf", "Ta", "W"),
    "rare earths": _RARE_EARTHS,
    "noble metals": ("Cu", "Ag", "Au"),
    "small atoms": ("B", "C"),
    "large atoms": ("Zr", "Nb", "Hf", "Ta", *_RARE_EARTHS),
    "metalloids but boron": ("C", "Si", "P"),
}
"""The elements of each family. Ferromagnetic metals carry the moment; metalloids make the glass; refractory
metals and large atoms slow diffusion; noble metals seed crystals (Herzer, Acta Mater. 61 (2013) 718)."""

SHARES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "B in p-block": (("B",), FAMILIES["p-block elements"]),
    "P in p-block": (("P",), FAMILIES["p-block elements"]),
    "Si in p-block": (("Si",), FAMILIES["p-block elements"]),
    "refractory to p-block": (FAMILIES["refractory metals"], FAMILIES["p-block elements"]),
    "Mo in refractory": (("Mo",), FAMILIES["refractory metals"]),
    "Cr to ferromagnetic": (("Cr",), FAMILIES["ferromagnetic metals"]),
    "Co in ferromagnetic": (("Co",), FAMILIES["ferromagnetic metals"]),
    "Ni in ferromagnetic": (("Ni",), FAMILIES["ferromagnetic metals"]),
}
"""Ratios of two sums; 0 where the second one is."""


def family_names() -> tuple[str, ...]:
    """Return the names of the features, in order."""
    sums = tuple(f"{name} (fraction)" for name in FAMILIES)
    return (*sums, N_ELEMENTS_FEATURE, "largest fraction", *(f"{name} (ratio)" for name in SHARES))


def families(present: PresentElements) -> FloatArray:
    """Return sums of families, number of elements, largest fraction and shares, shape ``(n_alloys, 19)``.

    >>> from moalloy.features.present import present_elements
    >>> row = families(present_elements(np.array([[0.8, 0.1, 0.1]]), ["Fe", "B", "Si"]))[0]
    >>> dict(zip(family_names(), row.round(2).tolist()))["B in p-block (ratio)"]
    0.5
    """
    # A feature at a time would cost five times as much.
    sums = dict(zip(_SUMS, present.weighted_sums(_indicators()).T, strict=True))
    columns = [sums[elements] for elements in FAMILIES.values()]
    columns += [(present.fractions > 0).sum(axis=0).astype(np.float64), present.fractions.max(axis=0)]
    columns += [_ratio(sums[part], sums[whole]) for part, whole in SHARES.values()]
    return np.column_stack(columns)


_SUMS = tuple(
    dict.fromkeys([*FAMILIES.values(), *(elements for share in SHARES.values() for elements in share)])
)


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


@cache
def _indicators() -> FloatArray:
    """Which elements each sum runs over, shape ``(118, n_sums)``."""
    return np.array([[float(symbol in elements) for elements in _SUMS] for symbol in SYMBOLS])
