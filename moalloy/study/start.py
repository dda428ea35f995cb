"""Measured alloys of the space, for a search to start from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from moalloy.build.problem import Problem
from moalloy.domain.values import FloatArray
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["known_alloys"]

# A measured alloy stands for the grid point next to it if no more atoms than this have to change.
_NEAR_AT_PCT = 1.0


def known_alloys(problem: Problem, models: Mapping[str, FittedSurrogate]) -> FloatArray:
    """Return the measured alloys behind the objectives that lie in the space, snapped to its grid.

    Shape ``(n_known, n_columns)``, each once, in the order of the tables. A process value that a table
    leaves blank becomes the middle of its variable's range.
    """
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
    snapped = snapped[moved <= _NEAR_AT_PCT]
    keys = problem.space.keys(snapped)
    first = {key: i for i, key in reversed(list(enumerate(keys)))}
    return np.asarray(snapped[sorted(first.values())], dtype=np.float64)


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
        middle = (variable.lower + variable.upper) / 2.0
        values = rows.process[chosen, names.index(variable.name)] if variable.name in names else np.nan
        X[:, space.n_elements + i] = np.where(np.isnan(values), middle, values)
    return X
