"""A stand-in problem that costs nothing, on which algorithms of other packages are tried out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import FloatArray, Prediction

__all__ = ["Terraced", "trial_problem"]


@dataclass(frozen=True, slots=True)
class Terraced:
    """A stand-in for a surrogate: free, and flat in places, as trees are, so that ties are common."""

    slopes: FloatArray

    def predict_mean(self, X: FloatArray) -> FloatArray:
        return np.asarray(np.floor(20.0 * (X * self.slopes).sum(axis=1)) + 1000.0, dtype=np.float64)

    def predict(self, X: FloatArray) -> Prediction:
        mean = self.predict_mean(X)
        return Prediction(mean, mean, mean, np.zeros(len(mean)))

    def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
        return np.full(len(X), 0.5)


def trial_problem(problem: DesignProblem) -> DesignProblem:
    """Return the same problem with made-up surrogates that cost nothing."""
    rng = np.random.default_rng(0)
    slopes = _slopes_of_one_step(problem.space)
    made_up = {name: Terraced(slopes * rng.normal(size=len(slopes))) for name in problem.surrogates}
    return replace(problem, surrogates=made_up)


def _slopes_of_one_step(space: DesignSpace) -> FloatArray:
    spans = [max(variable.upper - variable.lower, 1e-9) for variable in space.process]
    return np.array([1.0] * space.n_elements + [1.0 / span for span in spans])
