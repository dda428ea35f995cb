"""The alloys of a front as printed, checked against any space: nothing is repaired on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.elements import masses_u
from moalloy.domain.process import ProcessVariable
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.units import at_pct_to_fractions, weight_to_atomic_fractions

__all__ = ["allowed"]


def allowed(printed_in: Problem, front: pd.DataFrame, space_of: Problem) -> BoolArray:
    """Return which alloys of a front lie in a space, of their own problem or another's.

    An alloy with an element that the space lacks doesn't, nor does one whose treatment leaves a process
    variable of the space open.

    Args:
        printed_in: The problem of the front.
        front: The rows of pareto.csv, shape ``(n_alloys, ...)``.
        space_of: The problem whose space is asked.
    """
    fractions = _fractions(printed_in, front)
    space, symbols = space_of.space, printed_in.space.elements
    X = np.zeros((len(front), len(space.columns)))
    for column, symbol in enumerate(space.elements):
        if symbol in symbols:
            X[:, column] = fractions[:, symbols.index(symbol)]
    foreign = [i for i, symbol in enumerate(symbols) if symbol not in space.elements]
    is_placed = fractions[:, foreign].sum(axis=1) == 0
    for i, variable in enumerate(space.process):
        X[:, space.n_elements + i] = values = _values(front, variable)
        is_placed &= np.isfinite(values)
    inside = np.zeros(len(front), dtype=np.bool_)
    inside[is_placed] = space.contains(X[is_placed])
    return inside


def _fractions(problem: Problem, front: pd.DataFrame) -> FloatArray:
    """Return atomic fractions from the columns that are exact, shape ``(n_alloys, n_elements)``."""
    elements = problem.space.elements
    if problem.space.composition.basis == "wt%":
        percent = front[[f"{symbol}_wt" for symbol in elements]].to_numpy(np.float64)
        return weight_to_atomic_fractions(percent / 100.0, masses_u(elements))
    return at_pct_to_fractions(front[list(elements)].to_numpy(np.float64))


def _values(front: pd.DataFrame, variable: ProcessVariable) -> FloatArray:
    """Return the values of a process variable, NaN where the front has none that the space knows."""
    if variable.name not in front.columns:
        return np.full(len(front), np.nan)
    if variable.names is None:
        values: FloatArray = pd.to_numeric(front[variable.name], errors="coerce").to_numpy(np.float64)
        return values
    known = {name: float(i) for i, name in enumerate(variable.names)}
    levels = front[variable.name].astype(str).map(known)
    return np.array(levels, dtype=np.float64)
