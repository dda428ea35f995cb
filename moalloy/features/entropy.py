"""Ideal configurational entropy of mixing."""

from __future__ import annotations

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.features.formula import FormulaDescriptor
from moalloy.features.present import N_ELEMENTS, PresentElements

__all__ = ["MIXING_ENTROPY", "mixing_entropy_J_per_mol_K"]

# Exact since the SI of 2019: the Boltzmann times the Avogadro constant.
GAS_CONSTANT_J_PER_MOL_K = 1.380649e-23 * 6.02214076e23


def mixing_entropy_J_per_mol_K(present: PresentElements) -> FloatArray:
    """Return ``-R sum_i c_i ln c_i``, shape ``(n_alloys,)``, in J/(mol K).

    Source: Yeh et al., Adv. Eng. Mater. 6 (2004) 299, doi:10.1002/adem.200300567.

    >>> from moalloy.features.present import present_elements
    >>> mixing_entropy_J_per_mol_K(present_elements(np.array([[0.5, 0.5]]), ["Fe", "B"])).round(3)
    array([5.763])
    """
    # ln 1 = 0 stands in for the empty slots, whose term is 0 in the limit.
    logarithms = np.log(np.where(present.fractions > 0, present.fractions, 1.0))
    total = np.zeros(present.n_alloys)
    for fractions, logarithm in zip(present.fractions, logarithms, strict=True):
        total -= fractions * logarithm
    return GAS_CONSTANT_J_PER_MOL_K * total


def _no_constants() -> FloatArray:
    return np.zeros(N_ELEMENTS)


MIXING_ENTROPY = FormulaDescriptor(
    name="mixing_entropy_J_per_mol_K",
    title="ideal mixing entropy",
    unit="J/(mol K)",
    source="Yeh et al., Adv. Eng. Mater. 6 (2004) 299, doi:10.1002/adem.200300567",
    formula=mixing_entropy_J_per_mol_K,
    constants=_no_constants,
)
