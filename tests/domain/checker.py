"""A second opinion on which alloys a problem allows: slow, plain, and exact in fractions.

It reads the problem's own words (`Words`) and one row of ``X``, and shares no code with the engine. Only
the numbers of the elements, masses and descriptors, come from moalloy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from moalloy.domain.elements import exact_masses
from moalloy.features.descriptors import get_descriptor

from .relations import Condition, Relation, is_kept, number, to_line

Amounts = Mapping[str, Fraction]


@dataclass(frozen=True)
class Linear:
    """``lower <= (sum of factor times amount) / (sum of denominator) <= upper``, in percent of ``basis``."""

    terms: Mapping[str, int]
    lower: Fraction | None = None
    upper: Fraction | None = None
    over: str | None = None
    basis: str | None = None


@dataclass(frozen=True)
class Limit:
    """``minimum <= descriptor <= maximum``."""

    descriptor: str
    minimum: Fraction | None = None
    maximum: Fraction | None = None


@dataclass(frozen=True)
class Process:
    """A process variable: a range with or without step, or the list of its values."""

    name: str
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    step: Fraction | None = None
    values: tuple[float | str, ...] = ()


@dataclass(frozen=True)
class Words:
    """What a problem file says of the space; amounts are in percent of ``basis``."""

    ranges: Mapping[str, tuple[Fraction, Fraction, bool]]
    step: Fraction
    basis: str = "at%"
    count: tuple[int, int] | None = None
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    linear: tuple[Linear, ...] = ()
    limits: tuple[Limit, ...] = ()
    process: tuple[Process, ...] = ()
    relations: tuple[Relation, ...] = ()

    @property
    def elements(self) -> tuple[str, ...]:
        return tuple(self.ranges)

    def without_process(self) -> Words:
        """Return the words without process variables and what is said of them."""
        names = {item.name for item in self.process}
        kept = [item for item in self.relations if not isinstance(item, Condition) or not item.names & names]
        return replace(self, process=(), relations=tuple(kept))


def complaints(words: Words, row: Sequence[float]) -> list[str]:
    """Return what is wrong with one row of ``X``; nothing if it is a valid alloy."""
    n = len(words.elements)
    if len(row) != n + len(words.process) or not all(np.isfinite(row)):
        return ["wrong number of columns, or not finite"]
    fractions = [Fraction(float(value)) for value in row[:n]]
    total = sum(fractions, start=Fraction(0))
    found = [] if abs(total - 1) < Fraction(1, 10**12) else ["fractions don't add up to 1"]
    in_basis = in_percent(fractions, words.elements, words.basis)
    amounts = {}
    for symbol, percent in in_basis.items():
        amounts[symbol] = round(percent / words.step) * words.step
        if abs(amounts[symbol] - percent) > Fraction(1, 10**9):
            found.append(f"{symbol} is off the grid")
    found += composition_complaints(words.without_process(), amounts)
    treatment: dict[str, float | str] = {}
    for item, value in zip(words.process, row[n:], strict=True):
        if not _is_allowed(item, float(value)):
            return [*found, f"{item.name} = {value}"]
        is_named = bool(item.values) and isinstance(item.values[0], str)
        treatment[item.name] = item.values[int(value)] if is_named else float(value)
    kept = [is_kept(item, amounts, words.groups, treatment) for item in words.relations]
    return found + [str(item) for item, holds in zip(words.relations, kept, strict=True) if not holds]


def composition_complaints(words: Words, amounts: Amounts) -> list[str]:
    """Return what is wrong with exact amounts in percent of the problem's basis."""
    found = [] if sum(amounts.values()) == 100 else ["amounts don't add up to 100"]
    for symbol, (low, high, or_zero) in words.ranges.items():
        if not (low <= amounts[symbol] <= high or (or_zero and amounts[symbol] == 0)):
            found.append(f"{symbol} = {amounts[symbol]}")
    n_present = sum(amount > 0 for amount in amounts.values())
    if words.count is not None and not words.count[0] <= n_present <= words.count[1]:
        found.append(f"{n_present} elements")
    if found:
        return found
    found += [str(item) for item in words.relations if not is_kept(item, amounts, words.groups, {})]
    found += [str(item) for item in words.linear if not _holds(words, item, amounts)]
    return found + [str(item) for item in words.limits if not _is_within(words, item, amounts)]


def all_compositions(words: Words) -> Iterator[tuple[Fraction, ...]]:
    """Yield every valid composition of a small space, by trying all of them."""
    choices = []
    for low, high, or_zero in words.ranges.values():
        multiples = [i * words.step for i in range(int(100 / words.step) + 1)]
        choices.append([m for m in multiples if low <= m <= high or (or_zero and m == 0)])
    for start in itertools.product(*choices[:-1]):
        last = 100 - sum(start, start=Fraction(0))
        amounts = dict(zip(words.elements, (*start, last), strict=True))
        if last >= 0 and not composition_complaints(words, amounts):
            yield (*start, last)


def in_percent(fractions: Sequence[Fraction], elements: Sequence[str], basis: str) -> dict[str, Fraction]:
    masses = exact_masses(elements) if basis == "wt%" else (Fraction(1),) * len(elements)
    parts = [fraction * mass for fraction, mass in zip(fractions, masses, strict=True)]
    return {symbol: 100 * part / sum(parts) for symbol, part in zip(elements, parts, strict=True)}


def to_atomic(words: Words, amounts: Amounts) -> list[Fraction]:
    masses = exact_masses(amounts) if words.basis == "wt%" else (Fraction(1),) * len(amounts)
    moles = [amount / mass for amount, mass in zip(amounts.values(), masses, strict=True)]
    return [mole / sum(moles) for mole in moles]


def _holds(words: Words, item: Linear, amounts: Amounts) -> bool:
    if item.basis not in (None, words.basis):
        amounts = in_percent(to_atomic(words, amounts), words.elements, item.basis or "at%")
    total = sum(
        (factor * amounts[symbol] for name, factor in item.terms.items() for symbol in _members(words, name)),
        start=Fraction(0),
    )
    below = Fraction(1)
    if item.over is not None:
        below = sum((amounts[symbol] for symbol in _members(words, item.over)), start=Fraction(0))
    return (item.lower is None or total >= item.lower * below) and (
        item.upper is None or total <= item.upper * below
    )


def _members(words: Words, name: str) -> Sequence[str]:
    return words.groups.get(name, (name,))


def _is_within(words: Words, item: Limit, amounts: Amounts) -> bool:
    fractions = np.array([[float(value) for value in to_atomic(words, amounts)]])
    value = get_descriptor(item.descriptor)(fractions, words.elements)[0]
    slack = 1e-9 * (1 + abs(value))  # the descriptor itself is a float
    return (item.minimum is None or value >= float(item.minimum) - slack) and (
        item.maximum is None or value <= float(item.maximum) + slack
    )


def _is_allowed(item: Process, value: float) -> bool:
    if item.values:
        is_named = isinstance(item.values[0], str)
        return value in (range(len(item.values)) if is_named else item.values)
    if not item.low <= Fraction(value) <= item.high:
        return False
    if item.step is None:
        return True
    steps = round((Fraction(value) - item.low) / item.step)
    return float(item.low + steps * item.step) == value


def to_yaml(words: Words) -> str:
    """Return the words as a problem file; its objective is beside the point."""
    lines = [
        "version: 1",
        "name: random",
        "space:",
        f"  basis: {words.basis}",
        f"  step: {number(words.step)}",
    ]
    lines.append("  elements:")
    for symbol, (low, high, or_zero) in words.ranges.items():
        zero = ", or_zero: true" if or_zero else ""
        lines.append(f"    {symbol}: {{min: {number(low)}, max: {number(high)}{zero}}}")
    if words.count is not None:
        lines.append(f"  count: {{min: {words.count[0]}, max: {words.count[1]}}}")
    if words.groups:
        lines.append("  groups:")
        lines += [f"    {name}: [{', '.join(members)}]" for name, members in words.groups.items()]
    if words.linear or words.limits or words.relations:
        lines.append("  constraints:")
        lines += [f"    - {_line(item)}" for item in words.linear]
        lines += [f"    - {_limit(item)}" for item in words.limits]
        lines += [f"    - {to_line(item)}" for item in words.relations]
    if words.process:
        lines.append("  process:")
        lines += [f"    {item.name}: {_process(item)}" for item in words.process]
    return "\n".join([*lines, "objectives: {density_g_per_cm3: {goal: min}}", ""])


def _line(item: Linear) -> str:
    text = " + ".join(f"{factor}*{name}" for name, factor in item.terms.items()).replace("+ -", "- ")
    if item.over is not None:
        text = f"({text})/{item.over}"
    if item.lower is not None:
        text = f"{number(item.lower)} <= {text}"
    if item.upper is not None:
        text = f"{text} <= {number(item.upper)}"
    return f'"{text}"' if item.basis is None else f'{{{item.basis}: "{text}"}}'


def _limit(item: Limit) -> str:
    low = "" if item.minimum is None else f", min: {number(item.minimum)}"
    high = "" if item.maximum is None else f", max: {number(item.maximum)}"
    return f"{{descriptor: {item.descriptor}{low}{high}}}"


def _process(item: Process) -> str:
    if len(item.values) == 1:
        return str(item.values[0])
    if item.values:
        return f"{{choices: [{', '.join(map(str, item.values))}]}}"
    step = "" if item.step is None else f", step: {number(item.step)}"
    return f"{{range: [{number(item.low)}, {number(item.high)}]{step}}}"
