"""The units that a column may have been filled in by mistake: those of the same dimension as its own."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from moalloy.domain.values import FloatArray

__all__ = ["Unit", "plain_unit", "units_like"]


class Unit(NamedTuple):
    """A unit: ``factor * value + offset`` is the value in the first unit of its dimension."""

    name: str
    factor: float
    offset: float = 0.0

    def convert(self, values: FloatArray, *, to: Unit) -> FloatArray:
        """Return values of this unit in another one of its dimension.

        >>> import numpy as np
        >>> ampere, _, oersted = units_like("A/m")
        >>> oersted.convert(np.array([0.1]), to=ampere).round(3)
        array([7.958])
        """
        return (self.factor * values + self.offset - to.offset) / to.factor


# A mass magnetization times the density is a flux density: mu0 is 4 pi 1e-7 T m/A to nine digits
# (CODATA 2022), and 7180 kg/m3 that of METGLAS 2605SA1 (data sheet), for want of each alloy's own.
_T_PER_EMU_PER_G = 4e-7 * math.pi * 7180

# By definition, but for the mass magnetization; 1 Oe is 1000/(4 pi) A/m.
_DIMENSIONS = (
    (Unit("A/m", 1.0), Unit("kA/m", 1e3), Unit("Oe", 250 / math.pi)),
    (Unit("T", 1.0), Unit("mT", 1e-3), Unit("kG", 0.1), Unit("G", 1e-4), Unit("emu/g", _T_PER_EMU_PER_G)),
    (Unit("K", 1.0), Unit("°C", 1.0, 273.15)),
    (Unit("mm", 1.0), Unit("cm", 10.0), Unit("um", 1e-3), Unit("nm", 1e-6), Unit("Å", 1e-7)),
    (Unit("s", 1.0), Unit("min", 60.0), Unit("h", 3600.0)),
    (Unit("ppm", 1.0), Unit("parts of one", 1e6)),
    (Unit("uohm m", 1.0), Unit("uohm cm", 0.01), Unit("ohm m", 1e6)),
    (Unit("g/cm3", 1.0), Unit("kg/m3", 1e-3)),
    (Unit("%", 1.0), Unit("parts of one", 100.0)),
)
_BY_NAME = {unit.name: units for units in reversed(_DIMENSIONS) for unit in units}
_ALIASES = {
    "C": "°C", "degC": "°C", "deg C": "°C", "℃": "°C", "pct": "%", "percent": "%", "µohm m": "uohm m",
    "µΩm": "uohm m", "µΩ m": "uohm m", "µΩcm": "uohm cm", "µΩ cm": "uohm cm", "uohm_cm": "uohm cm",
    "10-6": "ppm", "Am-1": "A/m", "A m-1": "A/m", "A·m-1": "A/m", "kA m-1": "kA/m", "kW/m3": "kW/m3",
    "Gs": "G", "kGs": "kG", "hour": "h", "hours": "h", "sec": "s", "minutes": "min", "A m2/kg": "emu/g",
    "g cm-3": "g/cm3", "g/cc": "g/cm3", "kg m-3": "kg/m3",
}  # fmt: skip
_TYPOGRAPHY = str.maketrans({"μ": "µ", "Ω": "Ω", "−": "-", "–": "-", "⁻": "-", "¹": "1", "²": "2", "³": "3"})


def plain_unit(text: str) -> str:
    """Return a unit as this module spells it.

    >>> plain_unit("°C"), plain_unit("A m⁻¹"), plain_unit("μm"), plain_unit("furlong")
    ('°C', 'A/m', 'um', 'furlong')
    """
    plain = re.sub(r"\s+", " ", text.translate(_TYPOGRAPHY)).strip()
    named = _ALIASES.get(plain, plain)
    return named if named in _BY_NAME else named.replace("µ", "u")


def units_like(name: str) -> tuple[Unit, ...]:
    """Return the units of the same dimension as the one called ``name``, itself included; else none.

    >>> [unit.name for unit in units_like("Oe")], units_like("HV")
    (['A/m', 'kA/m', 'Oe'], ())
    """
    return _BY_NAME.get(name, ())
