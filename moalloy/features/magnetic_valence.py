"""Magnetic valence, the moment of an alloy in the strongly ferromagnetic limit."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from moalloy.features.ratio import ONE_PER_ATOM, RatioDescriptor

__all__ = ["magnetic_valence"]

# Majority d electrons, twice, less the chemical valence.
_MAGNETIC_VALENCE = {
    2: "Fe",
    1: "Co",
    0: "Ni",
    -1: "Cu Ag",
    -3: "B Al Ga Y",
    -4: "Si C Zr Ti Hf Ge Sn",
    -5: "P Nb V Ta",
    -6: "Mo Cr W",
}
# Twice the majority s and p electrons per atom, nearly the same in all these alloys.
_SP_ELECTRONS = Fraction("0.6")


@cache
def magnetic_valence() -> RatioDescriptor:
    """Return the mean moment ``sum_i c_i Zm_i + 0.6`` in Bohr magnetons per atom.

    It needs strong ferromagnetism and so fails for Fe-Zr: a prior and a feature, no bound.

    Source: Malozemoff, Williams, Moruzzi, Phys. Rev. B 29 (1984) 1620,
    doi:10.1103/PhysRevB.29.1620.

    >>> magnetic_valence().linear_ratio(["Fe", "B"]).numerator
    (Fraction(13, 5), Fraction(-12, 5))
    """
    return RatioDescriptor(
        name="magnetic_valence_muB",
        title="magnetic valence moment",
        unit="μB/atom",
        source="Malozemoff et al., Phys. Rev. B 29 (1984) 1620, doi:10.1103/PhysRevB.29.1620",
        numerator={
            symbol: valence + _SP_ELECTRONS
            for valence, symbols in _MAGNETIC_VALENCE.items()
            for symbol in symbols.split()
        },
        denominator=ONE_PER_ATOM,
    )
