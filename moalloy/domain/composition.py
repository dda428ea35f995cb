"""The composition of an alloy: exact amounts, read from formulas and printed as one.

How a formula is read is said in `moalloy.domain.formula` and `moalloy.domain.shares`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np

from moalloy.domain.elements import atomic_number, exact_masses
from moalloy.domain.formula import Basis, read_shares
from moalloy.domain.shares import close_percent
from moalloy.domain.values import FloatArray
from moalloy.errors import CompositionError

__all__ = ["Amount", "Basis", "Composition", "format_formula", "fractions_matrix", "parse_formula"]

Amount = Fraction | Decimal | float | int

# Twenty amounts rounded to four decimals, each off by half a digit, miss 100 by 0.001.
_PRINT_TOLERANCE = 0.001
_DECIMALS_TO_TRY = (4, 8, 12)


@dataclass(frozen=True, slots=True)
class Composition:
    """Exact amounts of the elements in an alloy, kept as the smallest whole numbers of atoms.

    ``elements`` are those present, by atomic number; ``counts`` has their atoms, without a common
    divisor. ``written_total`` is what percentages summed to before rounding was taken out
    (99.98, say); it doesn't enter equality.

    >>> parse_formula("Fe80B20") == parse_formula("B0.2Fe0.8")
    True
    """

    elements: tuple[str, ...]
    counts: tuple[int, ...]
    written_total: Fraction = field(default=Fraction(100), compare=False)

    def __post_init__(self) -> None:
        if len(self.elements) != len(self.counts) or not self.counts:
            raise CompositionError(f"{self.elements} and {self.counts}: expected one count per element.")
        if min(self.counts) <= 0 or math.gcd(*self.counts) != 1:
            raise CompositionError(f"{self.counts}: expected positive counts without a common divisor.")
        numbers = [atomic_number(symbol) for symbol in self.elements]
        if sorted(set(numbers)) != numbers:
            raise CompositionError(f"{self.elements}: expected different elements by atomic number.")

    @classmethod
    def from_shares(
        cls,
        shares: Mapping[str, int | Fraction],
        *,
        basis: Basis = "at%",
        written_total: Fraction = Fraction(100),
    ) -> Composition:
        """Return the composition for exact positive shares of any sum, as atoms or as mass.

        Raises:
            CompositionError: An unknown element or a share that isn't positive.
        """
        elements = tuple(sorted(shares, key=atomic_number))
        moles = [shares[symbol] for symbol in elements]
        if basis == "wt%":
            moles = [share / mass for share, mass in zip(moles, exact_masses(elements), strict=True)]
        common = math.lcm(*(mole.denominator for mole in moles))
        counts = [mole.numerator * (common // mole.denominator) for mole in moles]
        divisor = math.gcd(*counts) or 1
        return cls(elements, tuple(count // divisor for count in counts), written_total)

    @classmethod
    def from_percent(cls, percent: Mapping[str, Amount], *, basis: Basis = "at%") -> Composition:
        """Return the composition for amounts in at.% or wt.%; zeros are left out.

        Amounts that sum to 100 within 0.5 are divided by their sum.

        Raises:
            CompositionError: An unknown element, a negative or infinite amount, a sum far from 100.

        >>> Composition.from_percent({"Fe": 88, "Si": 9, "B": 3}, basis="wt%").formula
        'Fe72.4912Si14.742B12.7668'
        """
        text = ", ".join(f"{symbol} {float(amount):g}" for symbol, amount in percent.items())
        exact = {symbol: _exact(text, amount) for symbol, amount in percent.items()}
        if any(amount < 0 for amount in exact.values()):
            raise CompositionError(f"'{text}': an amount is negative; expected 0 to 100.")
        total = sum(exact.values(), start=Fraction(0))
        close_percent(text, total)
        present = {symbol: amount for symbol, amount in exact.items() if amount}
        return cls.from_shares(present, basis=basis, written_total=total)

    @property
    def formula(self) -> str:
        """The canonical formula in at.%, as `format_formula` prints it."""
        n_atoms = sum(self.counts)
        return format_formula(self.elements, [100 * count / n_atoms for count in self.counts])

    @property
    def system(self) -> str:
        """The chemical system, alphabetical: ``B-Fe-Si``."""
        return "-".join(sorted(self.elements))

    @property
    def at_pct(self) -> dict[str, Fraction]:
        """The exact amounts in at.%, by atomic number; their sum is 100."""
        n_atoms = sum(self.counts)
        return {
            s: Fraction(100 * count, n_atoms) for s, count in zip(self.elements, self.counts, strict=True)
        }

    @property
    def wt_pct(self) -> dict[str, Fraction]:
        """The exact amounts in wt.%, by atomic number; their sum is 100.

        >>> {symbol: round(float(pct), 2) for symbol, pct in parse_formula("Fe80B20").wt_pct.items()}
        {'B': 4.62, 'Fe': 95.38}
        """
        masses = exact_masses(self.elements)
        weights = [count * mass for count, mass in zip(self.counts, masses, strict=True)]
        total = sum(weights)
        return {s: 100 * weight / total for s, weight in zip(self.elements, weights, strict=True)}


def parse_formula(text: str, *, basis: Basis = "at%") -> Composition:
    """Return the composition that a formula means.

    Amounts that sum to 100 within 0.5 are percent, to 1 within 0.005 parts of one; small whole
    numbers and element names alone are ratios. `moalloy.domain.shares` has the rule in full.

    Args:
        text: Such as ``Fe73.5Si13.5B9Nb3Cu1``, ``FeB``, ``[(Fe0.5Co0.5)0.75B0.2Si0.05]96Nb4``,
            ``Febal.Si13B9``, ``Fe₈₀B₂₀``.
        basis: ``wt%`` where the amounts are weight percent, as in ``Fe-9Si-3B``.

    Raises:
        CompositionError: The text isn't a formula, or its amounts can't be meant.

    >>> parse_formula("(Fe0.75B0.2Si0.05)96Nb4").formula
    'Fe72B19.2Si4.8Nb4'
    """
    shares = read_shares(text, basis=basis)
    return Composition.from_shares(shares.parts, basis=basis, written_total=shares.written_total)


def format_formula(elements: Sequence[str], at_pct: Iterable[Amount]) -> str:
    """Return the canonical formula: falling content, then alphabetical, at most four decimals.

    The printed amounts sum to exactly 100: what rounding leaves over goes to the amounts that
    it hit hardest. Zeros are left out; an amount too small for four decimals gets more of them.

    Args:
        elements: Element symbols.
        at_pct: One amount in at.% for each, their sum 100 within 0.001.

    Raises:
        CompositionError: A negative amount, or amounts that don't sum to 100.

    >>> format_formula(["B", "Cu", "Fe", "Nb", "Si"], [9, 1, 73.5, 3, 13.5])
    'Fe73.5Si13.5B9Nb3Cu1'
    >>> format_formula(["Co", "Fe", "Ni"], [Fraction(100, 3)] * 3)
    'Co33.3334Fe33.3333Ni33.3333'
    """
    amounts = {symbol: float(amount) for symbol, amount in zip(elements, at_pct, strict=True)}
    total = sum(amounts.values())
    if not abs(total - 100) <= _PRINT_TOLERANCE or min(amounts.values()) < 0:
        raise CompositionError(f"{amounts} aren't amounts in at.%: expected none below 0 and a sum of 100.")
    present = {symbol: amount for symbol, amount in amounts.items() if amount}
    for decimals in _DECIMALS_TO_TRY:
        units = _rounded(present, unit=10**decimals)
        if all(units.values()):
            break
    ordered = sorted(units, key=lambda symbol: (-units[symbol], symbol))
    return "".join(symbol + _decimal(units[symbol], decimals) for symbol in ordered if units[symbol])


def fractions_matrix(compositions: Sequence[Composition], elements: Sequence[str]) -> FloatArray:
    """Return atomic fractions, shape ``(n_alloys, n_elements)``, rows summing to 1.

    Raises:
        CompositionError: An alloy has an element that isn't among ``elements``.

    >>> fractions_matrix([parse_formula("Fe80B20"), parse_formula("Fe")], ["Fe", "B"])
    array([[0.8, 0.2],
           [1. , 0. ]])
    """
    column = {symbol: index for index, symbol in enumerate(elements)}
    matrix = np.zeros((len(compositions), len(elements)))
    for row, composition in enumerate(compositions):
        n_atoms = sum(composition.counts)
        for symbol, count in zip(composition.elements, composition.counts, strict=True):
            if symbol not in column:
                raise CompositionError(f"{composition.formula} has {symbol}, expected only {list(elements)}.")
            matrix[row, column[symbol]] = count / n_atoms
    return matrix


def _exact(text: str, amount: Amount) -> Fraction:
    if not math.isfinite(amount):
        raise CompositionError(f"'{text}': an amount isn't a finite number.")
    # A float means the decimal that it prints as: 13.1, not 13.0999999999999996.
    return Fraction(repr(float(amount))) if isinstance(amount, float) else Fraction(amount)


def _rounded(amounts: Mapping[str, float], *, unit: int) -> dict[str, int]:
    """Return at.% as whole multiples of ``1 / unit`` that sum to exactly 100, by largest remainder."""
    units = {symbol: round(amount * unit) for symbol, amount in amounts.items()}
    gap = 100 * unit - sum(units.values())
    if gap == 0:
        return units
    sign = 1 if gap > 0 else -1
    hardest_hit = sorted(units, key=lambda symbol: (sign * (units[symbol] - amounts[symbol] * unit), symbol))
    for symbol in hardest_hit[: abs(gap)]:
        units[symbol] += sign
    return units


def _decimal(units: int, decimals: int) -> str:
    whole, rest = divmod(units, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".")
