"""One alloy that someone asks about: its composition, and how it was or would be treated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.composition import fractions_matrix, parse_formula
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.formula import Basis
from moalloy.domain.values import FloatArray
from moalloy.errors import InputError
from moalloy.spec.nearest import did_you_mean
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.training import ProcessInput

__all__ = ["Query", "alloy_of_space", "parse_query"]


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """An alloy and its treatment.

    Attributes:
        formula: Canonical.
        elements: Columns of ``fractions``.
        fractions: Atomic fractions, shape ``(1, n_elements)``.
        process: Process values by name, a named choice as its index; what isn't there is missing.
        words: The treatment for people, empty for none.
    """

    formula: str
    elements: tuple[str, ...]
    fractions: FloatArray
    process: Mapping[str, float]
    words: str = ""

    def alloys(self, names: Sequence[str]) -> Alloys:
        """Return the alloy with the process columns ``names``, NaN where one is missing."""
        process = np.array([[self.process.get(name, np.nan) for name in names]], dtype=np.float64)
        return Alloys(self.fractions, self.elements, process)


def parse_query(
    formula: str, settings: Sequence[str], models: Mapping[str, FittedSurrogate], *, basis: Basis = "at%"
) -> Query:
    """Return the alloy that a formula and settings such as ``annealing_temperature_K=748`` name.

    Raises:
        CompositionError: The formula can't be read.
        InputError: A setting isn't ``name=value``, no model reads it, or its value isn't one of it.
    """
    composition = parse_formula(formula, basis=basis)
    known = {item.name: item for model in models.values() for item in model.model.inputs.process}
    found = [_setting(text, known) for text in settings]
    process = dict(found)
    if len(process) < len(found):
        names = [name for name, _ in found]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"-p {twice} is given more than once; an alloy has one value of it")
    return Query(
        formula=composition.formula,
        elements=composition.elements,
        fractions=fractions_matrix([composition], composition.elements),
        process=process,
        words=", ".join(settings),
    )


def alloy_of_space(space: DesignSpace, row: FloatArray, formula: str) -> Query:
    """Return an alloy given in the columns of a space, shape ``(n_columns,)``."""
    values = row[space.n_elements :]
    words = [f"{v.name}={v.text(value)}" for v, value in zip(space.process, values, strict=True)]
    return Query(
        formula=formula,
        elements=space.elements,
        fractions=row[None, : space.n_elements],
        process={v.name: float(value) for v, value in zip(space.process, values, strict=True)},
        words=", ".join(words),
    )


def _setting(text: str, known: Mapping[str, ProcessInput]) -> tuple[str, float]:
    name, has_value, value = (part.strip() for part in text.partition("="))
    if not has_value:
        raise InputError(f"--process {text}: expected NAME=VALUE, such as annealing_temperature_K=748")
    if name not in known:
        listed = f"they read {', '.join(known)}" if known else "they read the composition alone"
        hint = did_you_mean(name, known)
        raise InputError(f"--process {text}: no model of this run reads {name!r}; {listed}. {hint}".rstrip())
    return name, _value(text, value, known[name])


def _value(text: str, value: str, item: ProcessInput) -> float:
    if item.names is not None:
        if value not in item.names:
            raise InputError(f"--process {text}: {item.name} is one of {', '.join(item.names)}")
        return float(item.names.index(value))
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise InputError(f"--process {text}: {value!r} isn't a number, which {item.name} is")
    return number
