"""Constraints between elements and treatments, as a file says them and as the checker judges them.

Plain and exact, like the rest of the checker, and without any code of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Amounts = Mapping[str, Fraction]
Groups = Mapping[str, Sequence[str]]
# The value of each process variable, a named choice by its name.
Treatment = Mapping[str, float | str]


@dataclass(frozen=True)
class Count:
    """How many of ``names``, elements or groups, are present."""

    names: tuple[str, ...]
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Forbid:
    """Never all of ``symbols`` at once."""

    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Require:
    """Where ``needing`` is present, so is ``needed``; of a group, any member."""

    needed: str
    needing: str


@dataclass(frozen=True)
class Around:
    """At most ``within`` at.% of the atoms differ from those of ``alloy``."""

    alloy: Amounts
    within: Fraction
    is_nested: bool = False


@dataclass(frozen=True)
class Side:
    """``name`` compared with ``value`` by one of >, ==, >=, <=: an element, a group or a process variable."""

    name: str
    sign: str
    value: Fraction | str


@dataclass(frozen=True)
class Condition:
    """Where ``cause`` holds, so does ``effect``."""

    cause: Side
    effect: Side

    @property
    def names(self) -> set[str]:
        return {self.cause.name, self.effect.name}


Relation = Count | Forbid | Require | Around | Condition


def is_kept(item: Relation, amounts: Amounts, groups: Groups, treatment: Treatment) -> bool:
    """Return whether an alloy keeps a relation."""

    def is_there(name: str) -> bool:
        return any(amounts[symbol] > 0 for symbol in groups.get(name, (name,)))

    match item:
        case Count():
            symbols = {symbol for name in item.names for symbol in groups.get(name, (name,))}
            n_present = sum(amounts[symbol] > 0 for symbol in symbols)
            least, most = item.least or 0, len(symbols) if item.most is None else item.most
            return least <= n_present <= most
        case Forbid():
            return not all(amounts[symbol] > 0 for symbol in item.symbols)
        case Require():
            return is_there(item.needed) or not is_there(item.needing)
        case Around():
            zero = Fraction(0)
            everything = {*amounts, *item.alloy}
            moved = [abs(amounts.get(symbol, zero) - item.alloy.get(symbol, zero)) for symbol in everything]
            return sum(moved, start=zero) / 2 <= item.within
        case Condition():
            is_asked = _is_true(item.cause, amounts, groups, treatment)
            return _is_true(item.effect, amounts, groups, treatment) or not is_asked


def _is_true(side: Side, amounts: Amounts, groups: Groups, treatment: Treatment) -> bool:
    if side.name in treatment and isinstance(side.value, str):
        return treatment[side.name] == side.value
    assert isinstance(side.value, Fraction)
    if side.name in treatment:
        # A process value is the double nearest to its decimal.
        value, bound = Fraction(treatment[side.name]), Fraction(float(side.value))
    else:
        value = sum((amounts[symbol] for symbol in groups.get(side.name, (side.name,))), start=Fraction(0))
        bound = side.value
    return {">": value > bound, "==": value == bound, ">=": value >= bound, "<=": value <= bound}[side.sign]


def to_line(item: Relation) -> str:
    """Return the relation as an entry of ``space.constraints``."""
    match item:
        case Count():
            least = "" if item.least is None else f", min: {item.least}"
            most = "" if item.most is None else f", max: {item.most}"
            names = item.names[0] if len(item.names) == 1 else f"[{', '.join(item.names)}]"
            return f"{{count: {names}{least}{most}}}"
        case Forbid():
            return f"{{forbid: [{', '.join(item.symbols)}]}}"
        case Require():
            return f"{{require: {item.needed}, with: {item.needing}}}"
        case Around():
            formula = "".join(f"{symbol}{number(amount)}" for symbol, amount in item.alloy.items() if amount)
            within = f"within_at_pct: {number(item.within)}"
            named = f"{{formula: {formula}, {within}}}" if item.is_nested else f"{formula}, {within}"
            return f"{{around: {named}}}"
        case Condition():
            return f'{{if: "{_compared(item.cause)}", then: "{_compared(item.effect)}"}}'


def _compared(side: Side) -> str:
    value = side.value if isinstance(side.value, str) else number(side.value)
    return f"{side.name} {side.sign} {value}"


def number(value: Fraction) -> str:
    """Return a decimal without trailing zeros."""
    return f"{float(value):.10f}".rstrip("0").rstrip(".")
