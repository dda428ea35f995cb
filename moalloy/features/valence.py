"""Valence electron concentration, d electrons counted."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from moalloy.features.element_data import element_decimals
from moalloy.features.ratio import ONE_PER_ATOM, RatioDescriptor

__all__ = ["valence_electron_concentration"]

_FIRST_ACTINIDE = 89


@cache
def valence_electron_concentration() -> RatioDescriptor:
    """Return the mean number of valence electrons per atom, d electrons counted.

    The group number up to group 12, ten less from group 13 on, 3 for scandium, yttrium and the
    lanthanides. Noble gases and the elements from actinium on have none.

    Source: Guo, Ng, Lu, Liu, J. Appl. Phys. 109 (2011) 103505, doi:10.1063/1.3587228.

    >>> [int(valence_electron_concentration().numerator[symbol]) for symbol in ["Fe", "Cu", "Si", "La"]]
    [8, 11, 4, 3]
    """
    return RatioDescriptor(
        name="valence_electron_concentration",
        title="valence electrons per atom",
        unit="",
        source="Guo et al., J. Appl. Phys. 109 (2011) 103505, doi:10.1063/1.3587228",
        numerator=_valence_electrons(),
        denominator=ONE_PER_ATOM,
    )


def _valence_electrons() -> Mapping[str, Fraction]:
    number = element_decimals("Number")
    groups = {symbol: int(text) for symbol, text in element_decimals("Column").items()}
    return {
        symbol: Fraction(group if group <= 12 else group - 10)
        for symbol, group in groups.items()
        if group != 18 and int(number[symbol]) < _FIRST_ACTINIDE
    }
