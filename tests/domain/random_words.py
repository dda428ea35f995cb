"""Random problems that have at least one alloy, because they are made around one."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np

from moalloy.features.descriptors import get_descriptor

from .checker import Limit, Linear, Process, Words, in_percent, to_atomic
from .random_relations import Scene, Variable, random_relations

SYMBOLS = [
    "Al",
    "Ti",
    "V",
    "Cr",
    "Mn",
    "Fe",
    "Co",
    "Ni",
    "Cu",
    "Zr",
    "Nb",
    "Mo",
    "Hf",
    "Ta",
    "W",
    "Si",
    "B",
    "P",
    "C",
    "Ag",
]
STEPS = [Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2)]
PROCESS = (
    Process("temperature_K", Fraction(600), Fraction(605), Fraction(1, 10)),
    Process("pressure_Pa", Fraction(1), Fraction(2)),
    Process("time_s", values=(600, 1800.5, 3600)),
    Process("route", values=("ribbon", "rod")),
    Process("passes", values=(3,)),
)


def random_words(seed: int, *, max_elements: int = 20, max_width: int = 14) -> Words:
    """Return the words of a problem with up to ``max_elements`` elements, each within a few steps."""
    draw = random.Random(seed)
    step = draw.choice(STEPS)
    most = draw.choice([4, 8, max_elements])  # the larger, the slower
    elements = draw.sample(SYMBOLS, draw.randint(2, min(most, max_elements)))
    basis = draw.choice(["at%", "at%", "wt%"])
    hidden = _hidden(draw, elements, step)
    ranges = {symbol: _range(draw, hidden[symbol], step, max_width) for symbol in elements}
    n_present = sum(amount > 0 for amount in hidden.values())
    count = draw.choice([None, (draw.randint(1, n_present), draw.randint(n_present, len(elements)))])
    size = draw.randint(1, len(elements))
    groups = {"inner": elements[:size], "outer": elements[: draw.randint(size, len(elements))]}
    words = Words(ranges, step, basis, count, groups)
    linear = tuple(_linear(draw, words, hidden) for _ in range(draw.randint(0, 3)))
    limits = tuple(_limit(draw, words, hidden) for _ in range(draw.randint(0, 2)))
    process = tuple(item for item in PROCESS if draw.random() < 0.4)
    variables = [_variable(item) for item in process]
    treatment = {item.name: draw.choice(item.values) for item in variables}
    scene = Scene(hidden, groups, treatment, step, basis, variables)
    relations = tuple(random_relations(draw, scene))
    return Words(ranges, step, basis, count, groups, linear, limits, process, relations)


def _variable(item: Process) -> Variable:
    inside = [item.low, item.low + (item.high - item.low) / 2, item.high]
    values = item.values or tuple(float(value) for value in inside)
    return Variable(item.name, values, is_range=not item.values)


def _hidden(draw: random.Random, elements: list[str], step: Fraction) -> dict[str, Fraction]:
    """Return a composition on the grid; some elements are absent."""
    n_steps = int(100 / step)
    present = draw.sample(elements, draw.randint(1, len(elements)))
    cuts = sorted(draw.choices(range(n_steps + 1), k=len(present) - 1))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, n_steps], strict=True)]
    hidden = dict.fromkeys(elements, Fraction(0))
    return hidden | {symbol: part * step for symbol, part in zip(present, parts, strict=True)}


def _range(
    draw: random.Random, amount: Fraction, step: Fraction, max_width: int
) -> tuple[Fraction, Fraction, bool]:
    below, above = draw.randint(0, max_width // 2), draw.randint(0, max_width // 2)
    if amount == 0 and draw.random() < 0.5:
        low = (1 + below) * step
        return min(low, Fraction(100)), min(low + above * step, Fraction(100)), True
    off_grid = draw.choice([Fraction(0), step / 5])
    low = max(amount - below * step - off_grid, Fraction(0))
    high = min(max(amount + above * step + off_grid, step), Fraction(100))
    return low, high, draw.random() < 0.3


def _linear(draw: random.Random, words: Words, hidden: dict[str, Fraction]) -> Linear:
    basis = draw.choice([None, None, "at%", "wt%"])
    amounts = hidden
    if basis not in (None, words.basis):
        amounts = in_percent(to_atomic(words, hidden), words.elements, basis or "at%")
    names = [*words.elements, *words.groups]
    terms = {name: draw.choice([1, 1, 1, 2, -1]) for name in draw.sample(names, draw.randint(1, 2))}
    if not _says_something(words, terms):
        terms = {names[0]: 1}
    over = draw.choice([None, None, draw.choice(names)])
    parts = [factor * _amount(words, amounts, name) for name, factor in terms.items()]
    value = sum(parts, start=Fraction(0))
    if over is not None:
        if over in terms or (below := _amount(words, amounts, over)) == 0:
            over = None
        else:
            value /= below
    lower = _decimal(value, -draw.random() * 10)
    upper = _decimal(value, draw.random() * 10)
    sides = draw.choice([(lower, upper), (None, upper), (lower, None)])
    return Linear(terms, *sides, over, basis)


def _says_something(words: Words, terms: dict[str, int]) -> bool:
    """Return whether an element is left once groups are written out."""
    net = dict.fromkeys(words.elements, 0)
    for name, factor in terms.items():
        for symbol in words.groups.get(name, (name,)):
            net[symbol] += factor
    return any(net.values())


def _amount(words: Words, amounts: dict[str, Fraction], name: str) -> Fraction:
    return sum((amounts[symbol] for symbol in words.groups.get(name, (name,))), start=Fraction(0))


def _limit(draw: random.Random, words: Words, hidden: dict[str, Fraction]) -> Limit:
    name, width = draw.choice(
        [
            ("cost_USD_per_kg", 5.0),
            ("density_g_per_cm3", 0.5),
            ("valence_electron_concentration", 0.5),
            ("mixing_enthalpy_kJ_per_mol", 3.0),
            ("radius_mismatch_pct", 1.0),
        ]
    )
    fractions = np.array([[float(value) for value in to_atomic(words, hidden)]])
    value = Fraction(float(get_descriptor(name)(fractions, words.elements)[0]))
    lower, upper = _decimal(value, -draw.random() * width), _decimal(value, draw.random() * width)
    return Limit(name, *draw.choice([(lower, upper), (None, upper), (lower, None)]))


def _decimal(value: Fraction, shift: float) -> Fraction:
    """Return a decimal of four digits beyond ``value`` in the direction of ``shift``."""
    scaled = (value + Fraction(shift)) * 10_000
    return Fraction(scaled.__floor__() if shift < 0 else scaled.__ceil__(), 10_000)
