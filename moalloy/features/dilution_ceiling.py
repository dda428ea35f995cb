"""Dilution ceiling of the saturation flux density: pure-metal moments in the alloy's volume."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from moalloy.domain.elements import SYMBOLS
from moalloy.domain.values import FloatArray
from moalloy.features.density import molar_volumes_cm3_per_mol
from moalloy.features.formula import FormulaDescriptor
from moalloy.features.present import PresentElements

__all__ = ["DILUTION_CEILING", "dilution_ceiling_T"]

# Moments at 0 K in Bohr magnetons per atom. Source: Kittel, Introduction to Solid State Physics,
# chapter 12, table of ferromagnetic crystals.
_MOMENT_MUB = {"Fe": 2.22, "Co": 1.72, "Ni": 0.6}
# The top of the Slater-Pauling curve, reached in Fe-Co. Source: Bozorth, Ferromagnetism (1951).
_FE_CO_PEAK_MUB = 2.45
# Fe and Co together exceed their mean. The parabola through both pure moments whose top is the
# peak, m = x_Fe m_Fe + x_Co m_Co + gain x_Fe x_Co, has this gain; a flat cap would jump where the
# first Co goes in, and a search would find the jump.
_FE_CO_GAIN_MUB = (
    math.sqrt(_FE_CO_PEAK_MUB - _MOMENT_MUB["Fe"]) + math.sqrt(_FE_CO_PEAK_MUB - _MOMENT_MUB["Co"])
) ** 2

# CODATA 2022; Avogadro's number is exact. mu0 muB NA over cm3/mol, in T.
_FLUX_DENSITY_T_CM3_PER_MOL = 1.25663706127e-6 * 9.2740100657e-24 * 6.02214076e23 * 1e6


def dilution_ceiling_T(present: PresentElements) -> FloatArray:
    """Return ``mu0 n sum_i c_i m_i``, shape ``(n_alloys,)``, in T.

    Every magnetic atom keeps its moment of 0 K, every other atom only takes up room; volumes mix
    ideally. Fe and Co reach up to 2.45 Bohr magnetons per magnetic atom together. Measured Bs at
    room temperature lies below, but not in Fe-Ni, whose iron exceeds 2.22: Fe50Ni50 has about 1.6 T
    and a ceiling of 1.45 T. Mn and the rare earths count as nonmagnetic.

    >>> from moalloy.features.present import present_elements
    >>> dilution_ceiling_T(present_elements(np.array([[1.0, 0.0], [0.8, 0.2]]), ["Fe", "B"])).round(3)
    array([2.198, 1.95 ])
    """
    moment = present.weighted_sum(_moments_muB()) + _fe_co_gain_muB(present)
    return _FLUX_DENSITY_T_CM3_PER_MOL * moment / present.weighted_sum(_volumes_cm3_per_mol())


def _fe_co_gain_muB(present: PresentElements) -> FloatArray:
    """What Fe and Co gain over their mean, per atom of the alloy, shape ``(n_alloys,)``."""
    iron, cobalt = present.weighted_sum(_indicator("Fe")), present.weighted_sum(_indicator("Co"))
    both = iron + cobalt
    gain: FloatArray = _FE_CO_GAIN_MUB * iron * cobalt / np.where(both > 0, both, 1.0)
    return gain


@cache
def _indicator(symbol: str) -> FloatArray:
    return _by_atomic_number({symbol: 1.0}, default=0.0)


@cache
def _moments_muB() -> FloatArray:
    return _by_atomic_number(_MOMENT_MUB, default=0.0)


@cache
def _volumes_cm3_per_mol() -> FloatArray:
    volumes = {symbol: float(volume) for symbol, volume in molar_volumes_cm3_per_mol().items()}
    return _by_atomic_number(volumes, default=np.nan)


def _by_atomic_number(values: dict[str, float], *, default: float) -> FloatArray:
    return np.array([values.get(symbol, default) for symbol in SYMBOLS])


DILUTION_CEILING = FormulaDescriptor(
    name="dilution_ceiling_T",
    title="dilution ceiling of Bs",
    unit="T",
    source="moments of pure Fe, Co, Ni at 0 K (Kittel, chapter 12) in ideally mixed volumes",
    formula=dilution_ceiling_T,
    constants=_volumes_cm3_per_mol,
)
