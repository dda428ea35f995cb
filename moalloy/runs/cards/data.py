"""What a model was trained on, in words: elements, treatments, values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.runs.cards.metrics import plain
from moalloy.surrogates.model import PropertyModel

__all__ = ["ElementSupport", "TreatmentSupport", "element_support", "treatment_support", "values_in_words"]


@dataclass(frozen=True, slots=True)
class ElementSupport:
    """How many rows hold an element, and between which amounts where they do."""

    symbol: str
    n_rows: int
    lowest_at_pct: float
    highest_at_pct: float

    def __str__(self) -> str:
        low, high = plain(self.lowest_at_pct, 3), plain(self.highest_at_pct, 3)
        amounts = low if low == high else f"{low} to {high}"
        return f"{self.symbol} {amounts} ({self.n_rows})"


@dataclass(frozen=True, slots=True)
class TreatmentSupport:
    """What is known of one process variable: the share of rows that lack it, and its values in words."""

    name: str
    missing: float
    values: str


def element_support(model: PropertyModel) -> tuple[ElementSupport, ...]:
    """Return the support of every element of the training rows, the most frequent first."""
    found = []
    for i, symbol in enumerate(model.rows.elements):
        held = 100.0 * model.rows.fractions[model.rows.fractions[:, i] > 0, i]
        if len(held):
            found.append(ElementSupport(symbol, len(held), float(held.min()), float(held.max())))
    return tuple(sorted(found, key=lambda item: -item.n_rows))


def treatment_support(model: PropertyModel) -> tuple[TreatmentSupport, ...]:
    """Return what is known of each process input."""
    found = []
    for i, item in enumerate(model.inputs.process):
        column = model.rows.process[:, i]
        known = column[np.isfinite(column)]
        if item.names is not None:
            counts = [(name, int((known == index).sum())) for index, name in enumerate(item.names)]
            words = ", ".join(f"{name} ({count})" for name, count in counts)
        elif len(known):
            words = f"{plain(known.min())} to {plain(known.max())}, half of them {_middle_half(known)}"
        else:
            words = "none"
        found.append(TreatmentSupport(item.name, 1.0 - len(known) / len(column), words))
    return tuple(found)


def values_in_words(model: PropertyModel) -> str:
    """Return range and middle half of the measured values, in the property's unit."""
    values = model.rows.values
    span = f"{plain(values.min())} to {plain(values.max())} {model.unit}".strip()
    return f"{span}, half of them {_middle_half(values)}"


def _middle_half(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    low, high = np.quantile(values, (0.25, 0.75))
    return f"{plain(low)} to {plain(high)}"
