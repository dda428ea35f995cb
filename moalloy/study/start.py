"""Known alloys of the space, measured or named, for a search to start from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from moalloy.build.problem import Problem
from moalloy.build.starts import each_once, middle, near_rows
from moalloy.domain.composition import parse_formula
from moalloy.domain.values import FloatArray
from moalloy.spec import AroundSpec
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["known_alloys", "starts_in_words"]


def known_alloys(problem: Problem, models: Mapping[str, FittedSurrogate]) -> FloatArray:
    """Return alloys that constraints name, and measured ones that lie in the space, snapped to its grid.

    Shape ``(n_known, n_columns)``, each once: first those that ``around`` names, then those behind the
    objectives in the order of the tables. A process value that nothing says becomes the middle of its
    variable's range.
    """
    around = problem.space.repair(_around(problem))
    return each_once(problem.space, np.concatenate([around, _measured(problem, models)]))


def starts_in_words(n_known: int, *, n_named: int, population: int) -> str:
    """Return what a search starts from, as a phrase.

    >>> starts_in_words(40, n_named=0, population=200)
    '40 measured alloys to start from'
    >>> starts_in_words(40, n_named=30, population=20)
    '30 named (20 of them, evenly spread, fit into the population) and 10 measured alloys to start from'
    """
    if not n_named:
        return f"{n_known} measured alloys to start from"
    fitting = (
        f" ({population} of them, evenly spread, fit into the population)" if n_named > population else ""
    )
    return f"{n_named} named{fitting} and {n_known - n_named} measured alloys to start from"


def _around(problem: Problem) -> FloatArray:
    """Return the alloys that windows lie around, without what the space's elements lack."""
    windows = [item for item in problem.spec.space.constraints if isinstance(item, AroundSpec)]
    X = np.zeros((len(windows), len(problem.space.columns)))
    for row, window in enumerate(windows):
        at_pct = parse_formula(window.around).at_pct
        for column, symbol in enumerate(problem.space.elements):
            X[row, column] = float(at_pct.get(symbol, 0)) / 100.0
    X[:, problem.space.n_elements :] = [middle(variable) for variable in problem.space.process]
    return X


def _measured(problem: Problem, models: Mapping[str, FittedSurrogate]) -> FloatArray:
    parts = []
    for objective in problem.objectives:
        if objective.name in models:
            parts.append(_rows_in_space(problem, models[objective.name]))
    if not parts:
        return np.zeros((0, len(problem.space.columns)))
    snapped, is_near = near_rows(problem, np.concatenate(parts))
    return snapped[is_near]


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
        X[:, space.n_elements + i] = np.where(np.isnan(values), middle(variable), values)
    return X
