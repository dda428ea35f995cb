"""The winner's curse: how far a front drops when models judge it that never saw its neighbors.

Whoever keeps the best of thousands of predictions keeps lucky errors too (Smith, Winkler, Management Science
52 (2006) 311). The front is therefore predicted again, each alloy by models that were fitted without the
groups that report alloys near it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from moalloy.build.hurdle import classifier_rows
from moalloy.build.problem import Problem
from moalloy.build.training import read_tables
from moalloy.domain.problem import DesignProblem, Limit
from moalloy.domain.values import BoolArray, FloatArray, Objective
from moalloy.pareto import HypervolumeScale
from moalloy.study.front import Front, round_significant
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.near_groups import NEAR_AT_PCT
from moalloy.surrogates.unseen import Unseen
from moalloy.workers import ALONE, Workers

__all__ = ["drop_of_front", "unseen_columns", "unseen_predictions"]


def unseen_predictions(
    problem: Problem,
    models: Mapping[str, FittedSurrogate],
    X: FloatArray,
    *,
    workers: Workers = ALONE,
) -> dict[str, Unseen]:
    """Return what models that never saw the groups near each alloy say, by property of the front.

    Near is within 3 at.%, or what the narrowest domain of a property reaches, where that is less.

    Args:
        problem: For the properties behind objectives and limits, and the seed of the models.
        models: The fitted properties.
        X: The front's alloys, shape ``(n_alloys, n_columns)``.
        workers: Who refits; the result doesn't depend on it.
    """
    spec = problem.spec
    names = [o.name for o in problem.objectives] + [limit.name for limit in problem.limits]
    asked = [name for name in dict.fromkeys(names) if name in models]
    hurdled = [name for name in asked if spec.properties[name].hurdle is not None]
    tables = read_tables(spec) if hurdled else {}
    # In a space where alloys differ by tenths of a per cent all papers would be near.
    within = min([NEAR_AT_PCT, *(models[name].model.domain.reach_at_pct for name in asked)])
    return {
        name: models[name].predict_unseen(
            X,
            hurdle_rows=classifier_rows(spec, name, tables) if name in hurdled else None,
            seed=spec.model.seed,
            within_at_pct=within,
            workers=workers,
        )
        for name in asked
    }


def unseen_columns(unseen: Mapping[str, Unseen]) -> pd.DataFrame:
    """Return the columns ``<name>_unseen`` of pareto.csv; NaN where nothing is left to learn from."""
    return pd.DataFrame({f"{name}_unseen": round_significant(item.mean) for name, item in unseen.items()})


def drop_of_front(
    design: DesignProblem, front: Front, unseen: Mapping[str, Unseen], scale: HypervolumeScale
) -> dict[str, object]:
    """Return by how much a front drops, as the manifest keeps it; empty where nothing was learned.

    Args:
        design: What was searched.
        front: The front, with the columns ``<name>_unseen``.
        unseen: The predictions that these columns were made from.
        scale: Of the hypervolume.

    Returns:
        ``risk``, what the search judged by. ``hypervolume`` of the front and ``hypervolume_unseen``: what
        the search promised (bad ends, where it was cautious) against what the other models expect, in
        values, or in chances where chances were searched for; over the alloys that they can judge. The best
        alloys make a hypervolume, the best of those judged again as well, so it tells less than the medians
        do. ``objectives``, by name: ``median_drop`` from ``<name>`` to ``<name>_unseen`` in the unit,
        positive for the worse, or ``median_factor`` on a log scale, above 1 for the worse; ``share_kept``,
        the alloys that stay on the good side of their interval's bad end; ``n_blank``. ``limits``, by name:
        ``share_kept`` and ``n_blank``.
    """
    if not unseen:
        return {}
    F = _retold(design, front.X, unseen)
    can_judge = np.isfinite(F).all(axis=1)
    objectives = {o.name: _drop(o, front.table) for o in design.objectives if o.name in unseen}
    limits = {item.name: _kept(item, front.table) for item in design.limits if item.name in unseen}
    return {
        "risk": design.risk,
        "within_at_pct": next(iter(unseen.values())).within_at_pct,
        "alloys": len(front.table),
        "alloys_judged": int(can_judge.sum()),
        "hypervolume": scale.hypervolume(front.F[can_judge]),
        "hypervolume_unseen": scale.hypervolume(F[can_judge]),
        "objectives": objectives,
        "limits": limits,
    }


def _retold(design: DesignProblem, X: FloatArray, unseen: Mapping[str, Unseen]) -> FloatArray:
    """Return the objectives, minimized, as the other models expect them, shape ``(n_alloys, n_objectives)``.

    A cautious search promises a bad end; what is expected against that is the value, not a worse end.
    """
    columns = []
    for objective in design.objectives:
        known = unseen.get(objective.name)
        if design.is_chance(objective):
            columns.append(
                design.surrogates[objective.name].probability(X, **objective.wanted)
                if known is None
                else known.probability(**objective.wanted)
            )
        else:
            columns.append(design.surrogates[objective.name].predict_mean(X) if known is None else known.mean)
    return design.minimized(np.column_stack(columns))


def _drop(objective: Objective, table: pd.DataFrame) -> dict[str, float | int | None]:
    predicted, other = (table[objective.name + end].to_numpy(np.float64) for end in ("", "_unseen"))
    known = np.isfinite(other)
    bad_end = table[f"{objective.name}_{'low' if objective.goal == 'max' else 'high'}"].to_numpy(np.float64)
    is_kept = objective.sign * other[known] <= objective.sign * bad_end[known]
    found: dict[str, float | int | None] = {}
    if objective.is_log:
        lowest = objective.floor
        decades = np.log10(np.maximum(other, lowest)) - np.log10(np.maximum(predicted, lowest))
        found["median_factor"] = _median(10.0 ** (objective.sign * decades[known]))
    else:
        found["median_drop"] = _median(objective.sign * (other - predicted)[known])
    return found | {"share_kept": _share(is_kept), "n_blank": int((~known).sum())}


def _kept(limit: Limit, table: pd.DataFrame) -> dict[str, float | int | None]:
    other = table[f"{limit.name}_unseen"].to_numpy(np.float64)
    known = np.isfinite(other)
    is_kept = np.ones(int(known.sum()), dtype=np.bool_)
    if limit.minimum is not None:
        is_kept &= other[known] >= limit.minimum
    if limit.maximum is not None:
        is_kept &= other[known] <= limit.maximum
    return {"share_kept": _share(is_kept), "n_blank": int((~known).sum())}


def _median(values: FloatArray) -> float | None:
    return float(np.median(values)) if len(values) else None


def _share(is_kept: BoolArray) -> float | None:
    return float(is_kept.mean()) if len(is_kept) else None
