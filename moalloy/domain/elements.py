"""Element symbols and standard atomic weights.

Source: abridged standard atomic weights (five significant figures) of Prohaska et al., Standard
atomic weights of the elements 2021, Pure Appl. Chem. 94 (2022) 573, doi:10.1515/pac-2019-0603.
Elements without a standard atomic weight (Tc, Pm, Po to Ac, Np and beyond) carry the mass number
that the IUPAC periodic table of 4 May 2022 prints for them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.errors import CompositionError

__all__ = ["SYMBOLS", "atomic_number", "exact_masses", "is_element", "masses_u"]

# Decimal text and not floats, so that wt.% constraints can be decided in exact arithmetic.
_WEIGHTS_BY_Z = """
H 1.0080   He 4.0026  Li 6.94    Be 9.0122  B 10.81    C 12.011   N 14.007   O 15.999   F 18.998
Ne 20.180  Na 22.990  Mg 24.305  Al 26.982  Si 28.085  P 30.974   S 32.06    Cl 35.45   Ar 39.95
K 39.098   Ca 40.078  Sc 44.956  Ti 47.867  V 50.942   Cr 51.996  Mn 54.938  Fe 55.845  Co 58.933
Ni 58.693  Cu 63.546  Zn 65.38   Ga 69.723  Ge 72.630  As 74.922  Se 78.971  Br 79.904  Kr 83.798
Rb 85.468  Sr 87.62   Y 88.906   Zr 91.224  Nb 92.906  Mo 95.95   Tc 97      Ru 101.07  Rh 102.91
Pd 106.42  Ag 107.87  Cd 112.41  In 114.82  Sn 118.71  Sb 121.76  Te 127.60  I 126.90   Xe 131.29
Cs 132.91  Ba 137.33  La 138.91  Ce 140.12  Pr 140.91  Nd 144.24  Pm 145     Sm 150.36  Eu 151.96
Gd 157.25  Tb 158.93  Dy 162.50  Ho 164.93  Er 167.26  Tm 168.93  Yb 173.05  Lu 174.97  Hf 178.49
Ta 180.95  W 183.84   Re 186.21  Os 190.23  Ir 192.22  Pt 195.08  Au 196.97  Hg 200.59  Tl 204.38
Pb 207.2   Bi 208.98  Po 209     At 210     Rn 222     Fr 223     Ra 226     Ac 227     Th 232.04
Pa 231.04  U 238.03   Np 237     Pu 244     Am 243     Cm 247     Bk 247     Cf 251     Es 252
Fm 257     Md 258     No 259     Lr 262     Rf 267     Db 268     Sg 269     Bh 270     Hs 269
Mt 277     Ds 281     Rg 282     Cn 285     Nh 286     Fl 290     Mc 290     Lv 293     Ts 294
Og 294
"""
_WORDS = _WEIGHTS_BY_Z.split()

SYMBOLS: tuple[str, ...] = tuple(_WORDS[::2])
"""All 118 element symbols, by atomic number: ``SYMBOLS[25] == "Fe"``."""

_NUMBER = {symbol: number for number, symbol in enumerate(SYMBOLS, start=1)}
_EXACT_MASS = tuple(Fraction(weight) for weight in _WORDS[1::2])


def is_element(symbol: str) -> bool:
    """Return whether ``symbol`` is an element symbol, capitals and all.

    >>> is_element("Fe"), is_element("FE")
    (True, False)
    """
    return symbol in _NUMBER


def atomic_number(symbol: str) -> int:
    """Return the atomic number.

    Raises:
        CompositionError: ``symbol`` is not an element symbol; the message names the nearest.

    >>> atomic_number("Fe")
    26
    """
    try:
        return _NUMBER[symbol]
    except KeyError:
        raise CompositionError(_unknown(symbol)) from None


def exact_masses(elements: Iterable[str]) -> tuple[Fraction, ...]:
    """Return standard atomic weights in u, exactly as their decimals are printed.

    Raises:
        CompositionError: One of ``elements`` is not an element symbol.

    >>> exact_masses(["Fe", "Pb"])
    (Fraction(11169, 200), Fraction(1036, 5))
    """
    return tuple(_EXACT_MASS[atomic_number(symbol) - 1] for symbol in elements)


def masses_u(elements: Iterable[str]) -> FloatArray:
    """Return standard atomic weights in u, shape ``(n_elements,)``.

    Raises:
        CompositionError: One of ``elements`` is not an element symbol.

    >>> masses_u(["Fe", "Pb"])
    array([ 55.845, 207.2  ])
    """
    return np.array([float(mass) for mass in exact_masses(elements)], dtype=np.float64)


def _unknown(symbol: str) -> str:
    text = f"{symbol!r} is not an element symbol"
    near = difflib.get_close_matches(symbol.strip().capitalize(), SYMBOLS, n=1, cutoff=0.5)
    return f"{text}; did you mean {near[0]!r}?" if near else f"{text}; write one such as 'Fe' or 'Si'."
