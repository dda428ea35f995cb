"""Enthalpy of mixing of the liquid alloy, from tabulated pair values."""

from __future__ import annotations

from functools import cache

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.features.element_data import pair_enthalpies
from moalloy.features.formula import FormulaDescriptor
from moalloy.features.present import N_ELEMENTS, PresentElements

# Alloys whose pairs are held at once: some MB.
_BLOCK = 2_000

__all__ = ["MIXING_ENTHALPY", "mixing_enthalpy_kJ_per_mol"]


def mixing_enthalpy_kJ_per_mol(present: PresentElements) -> FloatArray:
    """Return ``4 sum_(i<j) H_ij c_i c_j``, shape ``(n_alloys,)``, in kJ/mol.

    ``H_ij`` is the enthalpy of the equiatomic binary liquid. Plain Miedema parameters don't give
    the same: Fe-Si comes out at -18 kJ/mol where the table has -35.

    Source: Takeuchi, Inoue, Mater. Trans. 46 (2005) 2817, doi:10.2320/matertrans.46.2817.

    >>> from moalloy.features.present import present_elements
    >>> mixing_enthalpy_kJ_per_mol(present_elements(np.array([[0.8, 0.2]]), ["Fe", "B"])).round(2)
    array([-16.64])
    """
    i, j = _pairs(len(present.indices))
    total = np.zeros(present.n_alloys)
    for start in range(0, present.n_alloys, _BLOCK):
        indices = present.indices[:, start : start + _BLOCK]
        fractions = present.fractions[:, start : start + _BLOCK]
        pairs = pair_enthalpies().ravel().take(indices[i] * N_ELEMENTS + indices[j])
        pairs *= fractions[i] * fractions[j]
        # One by one: the order of a sum made by NumPy may depend on how many alloys there are.
        for pair in pairs:
            total[start : start + _BLOCK] += pair
    return 4.0 * total


@cache
def _pairs(n_slots: int) -> tuple[IntArray, IntArray]:
    """Both slots of every pair, row by row of the upper triangle."""
    i, j = np.triu_indices(n_slots, 1)
    return i, j


def _self_enthalpies() -> FloatArray:
    """Zero for an element of the table, NaN for any other."""
    return np.diagonal(pair_enthalpies())


MIXING_ENTHALPY = FormulaDescriptor(
    name="mixing_enthalpy_kJ_per_mol",
    title="mixing enthalpy",
    unit="kJ/mol",
    source="Takeuchi, Inoue, Mater. Trans. 46 (2005) 2817, doi:10.2320/matertrans.46.2817",
    formula=mixing_enthalpy_kJ_per_mol,
    constants=_self_enthalpies,
)
