"""Density of the alloy from volumes that mix ideally."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from moalloy.domain.elements import SYMBOLS, exact_masses
from moalloy.features.element_data import element_decimals
from moalloy.features.ratio import RatioDescriptor

__all__ = ["density", "molar_volumes_cm3_per_mol"]

# cm3/mol. The pure metals; Ge is an effective value, well below that of its open crystal.
_METALS = (
    "Fe 7.09 Co 6.67 Ni 6.59 Cu 7.11 Nb 10.8 Zr 14.0 Mo 9.4 Cr 7.27 V 8.4 Ti 10.6 W 9.5 Ta 10.8 Hf 13.4 "
    "Al 10.0 Y 19.9 Mn 7.35 Ge 9.9 Ga 11.8 Ag 10.3 Au 10.2"
)
# cm3/mol. A metalloid fills the holes of a metallic glass and takes less room than in its own
# crystal. Fitted to densities of Fe-based glasses; METGLAS 2605SA1, Fe80Si9B11, has 7.18 g/cm3
# by its data sheet and by these volumes.
_IN_GLASS = "B 3.6 C 3.5 Si 7.5 P 8.0"


@cache
def density() -> RatioDescriptor:
    """Return the density, ``sum_i c_i M_i / sum_i c_i V_i``, in g/cm3."""
    return RatioDescriptor(
        name="density_g_per_cm3",
        title="density",
        unit="g/cm3",
        source="ideally mixed volumes: pure metals; B, C, Si, P fitted to Fe-based glasses",
        numerator=dict(zip(SYMBOLS, exact_masses(SYMBOLS), strict=True)),
        denominator=molar_volumes_cm3_per_mol(),
    )


@cache
def molar_volumes_cm3_per_mol() -> Mapping[str, Fraction]:
    """Return effective molar volumes in cm3/mol by symbol.

    Further metals have the volume of the pure metal (Magpie's MolarVolume column). Other
    nonmetals have none: their own crystal or gas says nothing about their size in an alloy.
    """
    volume = element_decimals("MolarVolume")
    is_metal = element_decimals("IsMetal")
    pure_metals = {symbol: Fraction(text) for symbol, text in volume.items() if is_metal[symbol] == "1"}
    words = f"{_METALS} {_IN_GLASS}".split()
    return pure_metals | {
        symbol: Fraction(text) for symbol, text in zip(words[::2], words[1::2], strict=True)
    }
