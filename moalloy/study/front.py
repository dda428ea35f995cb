"""The front as it is printed: rounded, filtered again, and told how far each number can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.composition import format_formula
from moalloy.domain.printed import DIGITS, compared, judged, meets_limits_as_printed, round_significant
from moalloy.domain.problem import DesignProblem, Limit
from moalloy.domain.values import FloatArray, Grounded, IntArray, frozen
from moalloy.errors import NoFeasibleAlloyError
from moalloy.optimize.record import SearchRecord
from moalloy.pareto import non_dominated
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.neighbors import nearest

__all__ = [
    "DIGITS",
    "Front",
    "composition_columns",
    "describe_alloys",
    "nearest_measured",
    "nearest_miss",
    "pareto_front",
    "round_significant",
]


@dataclass(frozen=True, slots=True, eq=False)
class Front:
    """The Pareto front over all searches.

    Attributes:
        table: One row per alloy, the columns of pareto.csv.
        X: The same alloys, shape ``(n_alloys, n_columns)``.
        F: Their minimized objectives as printed, shape ``(n_alloys, n_objectives)``.
    """

    table: pd.DataFrame
    X: FloatArray
    F: FloatArray


def pareto_front(
    problem: Problem,
    design: DesignProblem,
    models: Mapping[str, FittedSurrogate],
    records: Sequence[SearchRecord],
) -> Front:
    """Return the alloys of all searches that none other dominates, as they will be printed.

    Dominance is decided on the rounded numbers, so what is printed is non-dominated as printed. Where
    several alloys have the same printed scores (tree models are flat in places), the one nearest to a
    measured alloy stands for them, and ``n_equal`` says for how many.

    Raises:
        NoFeasibleAlloyError: No evaluated alloy meets the limits.
    """
    X, scores, G, origin, counts = _gather(design, records)
    n_evaluated = sum(record.n_alloys for record in records)
    is_met = np.asarray((G <= 0).all(axis=1), dtype=np.bool_)
    if not is_met.any():
        raise NoFeasibleAlloyError(nearest_miss(problem, design, X, G, n_evaluated=n_evaluated))
    front = _non_dominated_as_printed(design, X, scores, np.flatnonzero(is_met))
    if len(front) == 0:
        raise NoFeasibleAlloyError(nearest_miss(problem, design, X, G, n_evaluated=n_evaluated))
    X, printed, origin = X[front], round_significant(scores[front]), origin[front]
    F = compared(design, printed)
    table = describe_alloys(problem, design, models, X, scores=printed)
    chosen, n_equal = _representatives(table, F, counts[front])
    table = table.iloc[chosen].reset_index(drop=True)
    table["algorithm"] = [records[int(i)].algorithm for i in origin[chosen]]
    table["seed"] = [records[int(i)].seed for i in origin[chosen]]
    table["n_equal"] = n_equal
    return Front(table, X[chosen], design.minimized(printed[chosen]))


def describe_alloys(
    problem: Problem,
    design: DesignProblem,
    models: Mapping[str, FittedSurrogate],
    X: FloatArray,
    *,
    scores: FloatArray | None = None,
) -> pd.DataFrame:
    """Return a row per alloy: composition, treatment, predictions with intervals, ground under them.

    Args:
        problem: For names and order of the columns.
        design: Surrogates and descriptors by name.
        models: The fitted properties.
        X: Valid alloys, shape ``(n_alloys, n_columns)``.
        scores: What the search judged by; printed as ``<name>_score`` where risk isn't ``mean``.
    """
    X = frozen(X)  # each model is asked three times
    columns: dict[str, object] = composition_columns(problem, X)
    names = dict.fromkeys([o.name for o in design.objectives] + [item.name for item in design.limits])
    for name in names:
        prediction = design.surrogates[name].predict(X)
        columns[name] = round_significant(prediction.mean)
        columns[f"{name}_low"] = round_significant(prediction.low)
        columns[f"{name}_high"] = round_significant(prediction.high)
    if scores is not None and design.risk != "mean":
        for i, objective in enumerate(design.objectives):
            columns[f"{objective.name}_score"] = scores[:, i]
    columns["p_all"] = _probability_of_all(design, X)
    asked = [models[o.name] for o in design.objectives if o.name in models]
    columns["in_domain"] = np.logical_and.reduce(
        [m.is_in_domain(X) for m in asked] or [np.ones(len(X), bool)]
    )
    columns |= nearest_measured(asked, X[:, : problem.space.n_elements], problem.space.elements)
    return pd.DataFrame(columns)


def _gather(
    design: DesignProblem, records: Sequence[SearchRecord]
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray, IntArray]:
    """Return all recorded alloys, each once: the search that found it first, the alloys it stands for."""
    X = np.concatenate([record.X for record in records])
    origin = np.concatenate([np.full(len(record.X), i, dtype=np.int64) for i, record in enumerate(records)])
    first = design.space.first_of_each(X)
    scores = np.concatenate([record.scores for record in records])
    G = np.concatenate([record.G for record in records])
    counts = np.concatenate([record.n_equal for record in records])
    return X[first], scores[first], G[first], origin[first], counts[first]


def _non_dominated_as_printed(
    design: DesignProblem, X: FloatArray, scores: FloatArray, candidates: IntArray
) -> IntArray:
    """Return the rows among ``candidates`` that meet the limits and are non-dominated, both as printed."""
    while len(candidates):
        front = candidates[non_dominated(compared(design, scores[candidates]))]
        is_met = meets_limits_as_printed(design, X[front])
        if is_met.all():
            return front[non_dominated(compared(design, round_significant(scores[front])))]
        # One that rounding takes out may have hidden others: without it, look again.
        candidates = np.setdiff1d(candidates, front[~is_met])
    return candidates


def composition_columns(problem: Problem, X: FloatArray) -> dict[str, Any]:
    """Return formula, at.% per element, the exact wt.% in a wt% space, and the treatment."""
    space = problem.space
    exact = space.percent(X)
    is_wt = space.composition.basis == "wt%"
    at_pct = np.round(100.0 * X[:, : space.n_elements], 4) if is_wt else exact
    columns: dict[str, Any] = {"formula": [format_formula(space.elements, row) for row in at_pct]}
    columns |= {symbol: at_pct[:, i] for i, symbol in enumerate(space.elements)}
    if is_wt:
        columns |= {f"{symbol}_wt": exact[:, i] for i, symbol in enumerate(space.elements)}
    for i, variable in enumerate(space.process):
        values = X[:, space.n_elements + i]
        columns[variable.name] = (
            values if variable.names is None else [variable.text(value) for value in values]
        )
    return columns


def _probability_of_all(design: DesignProblem, X: FloatArray) -> FloatArray:
    """Return the probability that all thresholds are met, errors taken as independent; NaN without any."""
    total = np.full(len(X), np.nan)
    for objective in design.objectives:
        if objective.threshold is not None:
            chance = design.surrogates[objective.name].probability(X, **objective.wanted)
            total = np.where(np.isnan(total), chance, total * chance)
    return round_significant(total, 3)


def nearest_measured(
    asked: Sequence[FittedSurrogate], fractions: FloatArray, elements: Sequence[str]
) -> dict[str, object]:
    """Return columns with formula, distance in at.% and reference of the nearest measured alloy.

    Args:
        asked: Surrogates whose training rows are searched; with none, the columns are blank.
        fractions: Atomic fractions, shape ``(n_alloys, n_elements)``.
        elements: The columns of ``fractions``.
    """
    n_alloys = len(fractions)
    best = np.full(n_alloys, np.inf)
    formula, reference = [""] * n_alloys, [""] * n_alloys
    for surrogate in asked:
        rows = surrogate.model.rows
        row, distance = nearest(fractions, elements, rows.fractions, rows.elements)
        for i in np.flatnonzero(distance < best):
            formula[i], reference[i] = rows.formulas[row[i]], rows.references[row[i]]
        best = np.minimum(best, distance)
    return {
        "nearest_formula": formula,
        "nearest_distance_at_pct": np.where(np.isfinite(best), np.round(best, 3), np.nan),
        "nearest_reference": reference,
    }


def _representatives(table: pd.DataFrame, F: FloatArray, counts: IntArray) -> tuple[IntArray, IntArray]:
    """Return one row per distinct set of objectives, best first, and how many alloys each stands for."""
    order = np.lexsort((table["formula"].to_numpy(dtype=str), table["nearest_distance_at_pct"].to_numpy()))
    _, first, inverse = np.unique(F[order], axis=0, return_index=True, return_inverse=True)
    n_equal = np.zeros(len(first), dtype=np.int64)
    np.add.at(n_equal, inverse.reshape(-1), counts[order])
    # `unique` sorts: the best of the first objective comes first.
    return order[first], n_equal


def nearest_miss(
    problem: Problem, design: DesignProblem, X: FloatArray, G: FloatArray, *, n_evaluated: int
) -> str:
    """Return what to tell when nothing meets the limits: the alloy that comes nearest, and by how much.

    Limits have different units: each is measured by how much it varies among the alloys.
    """
    spread = G.std(axis=0)
    lack = np.maximum(G, 0.0) / np.where(spread > 0, spread, 1.0)
    closest = int(np.argmin(lack.sum(axis=1)))
    alloy = X[closest : closest + 1]
    space = problem.space
    formula = format_formula(space.elements, 100.0 * alloy[0, : space.n_elements])
    values = zip(space.process, alloy[0, space.n_elements :], strict=True)
    treatment = [f"{variable.name} = {variable.text(value)}" for variable, value in values]
    parts = [_miss(design, limit, alloy) for limit in design.limits]
    parts += [f"{name} {_ground(ground, alloy)}" for name, ground in design.grounds.items()]
    asked = [*(["the limits"] if design.limits else []), *(["domain: inside"] if design.grounds else [])]
    return (
        f"none of {n_evaluated} evaluated alloys meets {' and '.join(asked)}; nearest is"
        f" {_at(formula, treatment)} with {', '.join(parts)}"
    )


def _at(formula: str, treatment: Sequence[str]) -> str:
    return f"{formula} at {', '.join(treatment)}" if treatment else formula


def _ground(ground: Grounded, alloy: FloatArray) -> str:
    return "in its domain" if ground.beyond_domain(alloy)[0] <= 0 else "outside its domain"


def _miss(design: DesignProblem, limit: Limit, alloy: FloatArray) -> str:
    low, high = judged(design.surrogates[limit.name].predict(alloy), design.risk)
    wanted = [f">= {limit.minimum:g}"] if limit.minimum is not None else []
    wanted += [f"<= {limit.maximum:g}"] if limit.maximum is not None else []
    value = low[0] if limit.minimum is not None and low[0] < limit.minimum else high[0]
    return f"{limit.name} = {value:.4g} (limit {' and '.join(wanted)})"
