"""The quantities that an audit knows by the names of their columns, and what no alloy can have."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from moalloy.tables.audit.dimensions import units_like

__all__ = ["QUANTITIES", "Quantity", "Role", "quantity_named"]

Role = Literal["treatment", "form", "measured", "words"]
"""What a column is for: how an alloy was made, what shape it has, what was measured, or anything else."""

_POSITIVE = float(np.nextafter(0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity and the window that all alloys lie in, in ``unit``.

    Attributes:
        name: What it is, for people.
        header: Matches the start of a column's name.
        unit: Of the window, and of a column that says none; empty for a plain number.
        low: The smallest value there can be; ``below`` says why, with its source.
        high: The largest; ``above`` says why.
        usual: The median of the built-in tables, for a column with nothing to compare it with.
        role: What its column is for.
        is_log: Whether its values differ by factors.
    """

    name: str
    header: str
    unit: str
    low: float = -math.inf
    below: str = ""
    high: float = math.inf
    above: str = ""
    usual: float = math.nan
    role: Role = "measured"
    is_log: bool = False


# What is done to an alloy at a temperature or for a time, or how it is measured.
_MADE_BY = (
    r"(anneal|age?ing|temper|solution|homogeni[sz]|sinter|soak|hold|quench|austeniti[sz]|cast|pour|roll|forg|extru"
    r"|press|deposition|substrate|heat[ _-]?treat|process|milling|test|measur)\w*"
)

# Where a header has no word for a temperature, its unit makes it one: a bare T is that of a treatment,
# as temperatures that are measured have a letter or a word more.
_ITS_UNIT = r"(_(K|C|degC)|\s*[(\[].*)$"

# Numbers made from a quantity, which lie in no window of its own.
_DERIVED = re.compile(
    r"(?<![a-z])(change|ratio|errors?|err|std|sd|stdev|uncertainty|deviation|delta|difference|increase|decrease"
    r"|normali[sz]ed|percentage|rank|log|log10|ln|slope|coefficient|step|interval|range|width"
    r"|source|ref|reference|note)(?![a-z])",
    re.IGNORECASE,
)
_COLD = "below the boiling point of nitrogen, 77 K"

QUANTITIES = (
    Quantity(
        "coercivity",
        r"i?h_?c|coerc",
        "A/m",
        0.16,
        "softer than Supermalloy with its 0.002 Oe, 0.16 A/m (Bozorth, Ferromagnetism, 1951)",
        3.2e7,
        "more than the anisotropy field of SmCo5, 2 K1/(mu0 Ms) = 3.2e7 A/m (K1 and Ms: Coey, Magnetism and "
        "Magnetic Materials, 2010)",
        is_log=True,
        usual=9.7,
    ),
    Quantity(
        "saturation flux density",
        r"[bj]_?s(?![a-z])|(mu|µ|μ)_?0_?[mj]_?s(?![a-z])"
        r"|(saturation )?(flux|magneti[sz]ation|induction|polari[sz]ation)|saturation",
        "T",
        0.0,
        "negative",
        2.45,
        "more than the 2.45 T of Fe-Co, the most of any alloy (Bozorth, Ferromagnetism, 1951)",
        usual=1.5,
    ),
    Quantity(
        "magnetostriction",
        r"(saturation )?magnetostri|lambda|λ",
        "ppm",
        -2460,
        "larger in size than the 2460 ppm of TbFe2 along [111] (Clark, Ferromagnetic Materials 1, 1980, 531)",
        2460,
        "more than the 2460 ppm of TbFe2 along [111] (Clark, Ferromagnetic Materials 1, 1980, 531)",
        usual=2.5,
    ),
    Quantity(
        "Curie temperature",
        r"(t_?c|tcurie)(?![a-z])|curie",
        "K",
        _POSITIVE,
        "not above absolute zero",
        1388,
        "more than the 1388 K of cobalt (Kittel, Introduction to Solid State Physics, chapter 12)",
        usual=547,
    ),
    Quantity("temperature of glass or melt", r"t_?(g|x|p|l|m|liq|sol)\d*(?![a-z])", "K", 77, _COLD),
    Quantity("temperature of glass or melt", r"(glass|crystalli[sz]ation|liquidus|melting)", "K", 77, _COLD),
    Quantity(
        "temperature of the treatment",
        rf"t_?a(?![a-z])|t_?ann(?![a-z])|.*{_MADE_BY}[ _]temp|temperature"
        rf"|((.*[^a-z])?{_MADE_BY}|t|temp){_ITS_UNIT}",
        "K",
        77,
        _COLD,
        role="treatment",
        usual=773,
    ),
    Quantity(
        "time",
        rf".*{_MADE_BY}[ _]time|time|t(_?a(nn)?)?(_(s|min|h))?\s*([(\[].*)?$",
        "s",
        _POSITIVE,
        "not positive",
        role="treatment",
        is_log=True,
    ),
    Quantity(
        "castable diameter",
        r"d_?max|d_?c(?=_mm|[\s(\[]|$)|critical[ _](diameter|thickness|casting)",
        "mm",
        _POSITIVE,
        "not positive: a glass that was cast has a thickness, and one that wasn't has no number",
        80,
        "more than the 80 mm of Pd42.5Cu30Ni7.5P20, the largest glass that was cast (Nishiyama et al., "
        "Intermetallics 30 (2012) 19)",
        is_log=True,
        usual=2.5,
    ),
    Quantity(
        "ribbon thickness",
        r".*ribbon[ _]thick",
        "um",
        1,
        "thinner than any ribbon, under 1 um: melt-spun ones have 10 to 100 um",
        1000,
        "a millimetre or more: melt-spun ribbons have 10 to 100 um",
        role="form",
        is_log=True,
        usual=20,
    ),
    Quantity("thickness", r".*thickness", "um", _POSITIVE, "not positive", role="form", is_log=True),
    Quantity(
        "permeability",
        r"(initial |max\w* |relative )?permeab|(mu|µ|μ)(?!_?0)_?[rie]?(?![a-z])",
        "",
        1,
        "below 1, the permeability of empty space",
        1e6,
        "more than the 1e6 of Supermalloy (Bozorth, Ferromagnetism, 1951)",
        is_log=True,
    ),
    Quantity(
        "resistivity",
        r".*resistivity|rho(?![a-z])|ρ",
        "uohm m",
        0.0159,
        "less than the 0.0159 uohm m of silver, the best conductor (CRC Handbook of Chemistry and Physics)",
        is_log=True,
        usual=1.8,
    ),
    Quantity("core loss", r"(core[ _])?loss|p_?c[mv]?(?![a-z])", "", _POSITIVE, "not positive", is_log=True),
    Quantity(
        "grain size",
        r"grain|d_?(grain|xrd)",
        "nm",
        0.25,
        "smaller than an atom of iron, 0.25 nm across",
        is_log=True,
        usual=13,
    ),
    Quantity(
        "density",
        r"density",
        "g/cm3",
        0.53,
        "lighter than lithium, 0.53 g/cm3",
        22.6,
        "denser than osmium, 22.6 g/cm3 (CRC Handbook of Chemistry and Physics)",
    ),
    Quantity("hardness", r"\w*hardness|hv(?![a-z])", "", _POSITIVE, "not positive", is_log=True),
    Quantity("strength or modulus", r"\w*[ _]?(strength|modulus)", "", _POSITIVE, "not positive"),
)
"""Every quantity that is known; the first whose ``header`` fits is taken."""


def quantity_named(header: str, unit: str) -> Quantity | None:
    """Return what a column holds by its name, if its unit can be one of that; empty: it says none.

    >>> quantity_named("ta_s", "s").name, quantity_named("Ta", "").name
    ('time', 'temperature of the treatment')
    >>> quantity_named("Hc_A_per_m", "A/m").name, quantity_named("batch", "")
    ('coercivity', None)
    >>> quantity_named("Hc_ratio", ""), quantity_named("mu0Hc", "")
    (None, None)
    """
    if _DERIVED.search(header):
        return None
    found = (
        each for each in QUANTITIES if re.match(each.header, header, re.IGNORECASE) and _can_be_in(each, unit)
    )
    return next(found, None)


def _can_be_in(quantity: Quantity, unit: str) -> bool:
    is_free = not unit or not quantity.unit
    return is_free or unit in {quantity.unit, *(each.name for each in units_like(quantity.unit))}
