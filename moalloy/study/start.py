"""Known alloys of the space, measured or named, for a search to start from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from moalloy.build.problem import Problem
from moalloy.domain.composition import parse_formula
from moalloy.domain.process import ProcessVariable
from moalloy.domain.values import FloatArray
from moalloy.spec import AroundSpec
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["known_alloys"]

# A measured alloy stands for the grid point next to it if no more atoms than this have to change.
_NEAR_AT_PCT = 1.0


def known_alloys(problem: Problem, models: Mapping[str, FittedSurrogate]) -> FloatArray:
    """Return alloys named in the problem, and measured ones that lie in the space, snapped to its grid.

    Shape ``(n_known, n_columns)``, each once: first those that ``around`` names, then those behind the
    objectives in the order of the tables. A process value that nothing says becomes the middle of its
    variable's range.
    """
    named = problem.space.repair(_named(problem))
    snapped = np.concatenate([named, _measured(problem, models)])
    keys = problem.space.keys(snapped)
    first = {key: i for i, key in reversed(list(enumerate(keys)))}
    return np.asarray(snapped[sorted(first.values())], dtype=np.float64)


def _named(problem: Problem) -> FloatArray:
    """Return the alloys that windows lie around, without what the space's elements lack."""
    windows = [item for item in problem.spec.space.constraints if isinstance(item, AroundSpec)]
    X = np.zeros((len(windows), len(problem.space.columns)))
    for row, window in enumerate(windows):
        at_pct = parse_formula(window.around).at_pct
        for column, symbol in enumerate(problem.space.elements):
            X[row, column] = float(at_pct.get(symbol, 0)) / 100.0
    X[:, problem.space.n_elements :] = [_middle(variable) for variable in problem.space.process]
    return X


def _measured(problem: Problem, models: Mapping[str, FittedSurrogate]) -> FloatArray:
    parts = []
    for objective in problem.objectives:
        if objective.name in models:
            parts.append(_rows_in_space(problem, models[objective.name]))
    if not parts:
        return np.zeros((0, len(problem.space.columns)))
    raw = np.concatenate(parts)
    snapped = problem.space.repair(raw)
    n_elements = problem.space.n_elements
    moved = 50.0 * np.abs(snapped[:, :n_elements] - raw[:, :n_elements]).sum(axis=1)
    return np.asarray(snapped[moved <= _NEAR_AT_PCT], dtype=np.float64)


def _rows_in_space(problem: Problem, surrogate: FittedSurrogate) -> FloatArray:
    """Return training rows made of the space's elements alone, in the space's columns."""
    space, rows = problem.space, surrogate.model.rows
    outside = [i for i, symbol in enumerate(rows.elements) if symbol not in space.elements]
    chosen = rows.fractions[:, outside].sum(axis=1) == 0
    X = np.zeros((int(chosen.sum()), len(space.columns)))
    for column, symbol in enumerate(space.elements):
        if symbol in rows.elements:
            X[:, column] = rows.fractions[chosen, rows.elements.index(symbol)]
    names = [item.name for item in surrogate.model.inputs.process]
    for i, variable in enumerate(space.process):
        values = rows.process[chosen, names.index(variable.name)] if variable.name in names else np.nan
        X[:, space.n_elements + i] = np.where(np.isnan(values), _middle(variable), values)
    return X


def _middle(variable: ProcessVariable) -> float:
    return (variable.lower + variable.upper) / 2.0
