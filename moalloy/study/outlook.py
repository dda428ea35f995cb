"""A front as rules see it: scaled objectives, predictions, compositions and chances, without any model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import FloatArray
from moalloy.pareto import HypervolumeScale

__all__ = ["Outlook", "outlook", "scale_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """A front as rules see it.

    Attributes:
        names: The objectives.
        Z: What the search judged by, minimized: 0 at the ideal point, 1 at the reference point; shape
            ``(n_alloys, n_objectives)``.
        design: The problem without surrogates, which knows signs and scales.
        values: Predictions in the user's units, same shape as ``Z``.
        spans: What is counted as 1 in ``values``, on the minimized scale, shape ``(n_objectives,)``.
        percent: Amounts of the elements in at.%, shape ``(n_alloys, n_elements)``.
        p_all: Chance to meet all thresholds, NaN without any, shape ``(n_alloys,)``.
        weights: Of the sum that was minimized, by objective; empty where a front was searched for.
    """

    names: tuple[str, ...]
    Z: FloatArray
    design: DesignProblem
    values: FloatArray
    spans: FloatArray
    percent: FloatArray
    p_all: FloatArray
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def log_names(self) -> tuple[str, ...]:
        """The objectives on a log scale, whose values are above 0."""
        return tuple(o.name for o in self.design.objectives if o.is_log)

    def minimized(self, values: FloatArray) -> FloatArray:
        """Return values in the user's units on the minimized scale, shape kept."""
        return self.design.minimized(values)


def outlook(problem: Problem, front: pd.DataFrame, scale: HypervolumeScale) -> Outlook:
    """Return what rules choose by.

    Args:
        problem: As it was run.
        front: The rows of pareto.csv, at least one.
        scale: Of minimized objectives; from a manifest by `scale_of`.
    """
    objectives = problem.objectives
    judged = DesignProblem(problem.space, objectives, {}, risk=problem.spec.optimize.risk)
    predicted = DesignProblem(problem.space, objectives, {})
    columns = [f"{o.name}_score" if f"{o.name}_score" in front else o.name for o in objectives]
    values = front[[o.name for o in objectives]].to_numpy(np.float64)
    V = predicted.minimized(values)
    # A chance has a scale of its own, which says nothing of values: their spread on the front does.
    spread = np.ptp(V, axis=0)
    spans = np.where(
        [judged.is_chance(o) for o in objectives], spread, np.subtract(scale.reference, scale.ideal)
    )
    return Outlook(
        names=tuple(o.name for o in objectives),
        Z=scale.scaled(judged.minimized(front[columns].to_numpy(np.float64))),
        design=predicted,
        values=values,
        spans=np.where(spans > 0, spans, 1.0),
        percent=front[list(problem.space.elements)].to_numpy(np.float64),
        p_all=front["p_all"].to_numpy(np.float64),
        weights=problem.spec.optimize.scalarize or {},
    )


def scale_of(problem: Problem, result: Mapping[str, Mapping[str, float]]) -> HypervolumeScale:
    """Return the scale of minimized objectives from a manifest's ``result``."""
    design = DesignProblem(problem.space, problem.objectives, {}, risk=problem.spec.optimize.risk)
    points = [
        [result[f"hypervolume_{end}"][o.name] for o in problem.objectives] for end in ("ideal", "reference")
    ]
    ideal, reference = design.minimized(np.array(points))
    return HypervolumeScale(tuple(map(float, ideal)), tuple(map(float, reference)))
