"""What the amounts of a formula mean: percent, parts of one or ratios, and how brackets share out.

This is decided on every level (the whole formula, and each bracket) by one rule, in this order,
``total`` being the sum of the amounts as written and a missing amount being 1:

1. one element is the balance: the others are percent, and it is what is missing to 100;
2. ``total`` is 100 within 0.5: percent;
3. ``total`` is 1 within 0.005: parts of one;
4. ``total`` is at most 30 and some amount is 1 or more: ratios (``FeB``, ``Fe2B``, ``Al0.5CoCrFeNi``);
5. anything else is refused: ``Fe80B25`` sums to 105, ``Fe0.8B0.3`` to 1.1.

Percent and parts of one are divided by their total, so that rounding in print (99.98, 100.01)
is taken out. A bracket inside percent or parts of one shares its amount out: ``(FeCo)80B20`` is
``Fe40Co40B20``. A bracket inside ratios multiplies: ``(Fe2B)3Si`` is ``Fe6B3Si``. Amounts have at
most 12 decimals, and the arithmetic is in whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from moalloy.errors import CompositionError, SumError

__all__ = ["DECIMALS", "UNIT", "Level", "Term", "close_percent", "combine"]

# Amounts are counted in units of 1e-12, so that reading is exact, and fast with Python's integers.
UNIT = 10**12
DECIMALS = 12
# Papers print amounts to 0.1 or 0.01 at.%, so ten rounded amounts can miss 100 by 0.5 at most.
PERCENT_TOLERANCE = Fraction(1, 2)
_PERCENT_UNITS = range(int((100 - PERCENT_TOLERANCE) * UNIT), int((100 + PERCENT_TOLERANCE) * UNIT) + 1)
_PARTS_OF_ONE_UNITS = range(_PERCENT_UNITS.start // 100, _PERCENT_UNITS.stop // 100 + 1)
# The largest compounds that are written as ratios, Fe23B6 and Mg17Al12, have 29 atoms.
LARGEST_RATIO_TOTAL = 30


class Term(NamedTuple):
    """An element or a bracket, and its amount in units; None is the balance.

    One formula unit of a bracket holds ``parts[symbol] / one`` atoms.
    """

    parts: Mapping[str, int]
    one: int
    amount: int | None
    written_units: int = 100 * UNIT
    has_ratios: bool = False


class Level(NamedTuple):
    """What the terms of one level add up to; fields as in `Term`.

    ``is_ratio`` speaks of this level, ``has_ratios`` of the brackets inside it too.
    """

    parts: Mapping[str, int]
    one: int
    written_units: int
    is_ratio: bool
    has_ratios: bool


def combine(text: str, terms: Sequence[Term]) -> Level:
    """Return the sum over the terms of one level, in which brackets share out or multiply."""
    if not terms:
        raise CompositionError(f"'{text}' has no elements{' in a bracket' if text.strip() else ''}.")
    _refuse_repeats(text, terms)
    amounts = _with_balance(text, terms)
    is_ratio, written = _judge(text, amounts)
    ones = [term.one if is_ratio else sum(term.parts.values()) for term in terms]
    common = math.lcm(*ones)
    combined: dict[str, int] = {}
    for term, amount, one in zip(terms, amounts, ones, strict=True):
        for symbol, part in term.parts.items():
            combined[symbol] = combined.get(symbol, 0) + amount * part * (common // one)
    written = max(written, *(term.written_units for term in terms), key=lambda units: abs(units - 100 * UNIT))
    return Level(
        combined,
        one=UNIT * common if is_ratio else sum(combined.values()),
        written_units=written,
        is_ratio=is_ratio,
        has_ratios=is_ratio or any(term.has_ratios for term in terms),
    )


def _refuse_repeats(text: str, terms: Sequence[Term]) -> None:
    """Raise where one level names an element twice; in a bracket and beside it is fine."""
    single = [symbol for term in terms if len(term.parts) == 1 for symbol in term.parts]
    if len(set(single)) < len(single):
        twice = next(symbol for symbol in single if single.count(symbol) > 1)
        raise CompositionError(f"'{text}' names {twice} twice; add the amounts up, or correct one.")


def _with_balance(text: str, terms: Sequence[Term]) -> list[int]:
    """Return the amounts of the terms, the balance filled up to 100."""
    given = [term.amount for term in terms if term.amount is not None]
    if len(given) == len(terms):
        return given
    balance = 100 * UNIT - sum(given)
    if len(given) < len(terms) - 1:
        raise CompositionError(f"'{text}' has more than one balance.")
    if balance <= 0:
        raise CompositionError(
            f"'{text}': the others sum to {sum(given) / UNIT:.6g}, the balance is nothing."
        )
    return [balance if term.amount is None else term.amount for term in terms]


def _judge(text: str, amounts: list[int]) -> tuple[bool, int]:
    """Return whether amounts are ratios, and their total in units of percent (100 for ratios)."""
    total = sum(amounts)
    if total in _PERCENT_UNITS:
        return False, total
    if total in _PARTS_OF_ONE_UNITS:
        return False, total * 100
    if total <= LARGEST_RATIO_TOTAL * UNIT and max(amounts) >= UNIT:
        return True, 100 * UNIT
    factor = 100 if max(amounts) < UNIT else 1
    raise _off_hundred(text, Fraction(total * factor, UNIT))


def close_percent(text: str, total: Fraction) -> None:
    """Raise unless percentages that sum to ``total`` can be meant to sum to 100.

    Raises:
        CompositionError: ``total`` is more than 0.5 away from 100.
    """
    if abs(total - 100) > PERCENT_TOLERANCE:
        raise _off_hundred(text, total)


def _off_hundred(text: str, total: Fraction) -> SumError:
    return SumError(
        f"'{text}': the amounts sum to {float(total):.6g}, expected 100; "
        "is an element missing, or an amount mistyped?",
        total=float(total),
    )
