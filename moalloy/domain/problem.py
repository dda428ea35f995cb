"""What a solver sees: a space, objectives to minimize and limits to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import (
    SMALLEST,
    Descriptor,
    FloatArray,
    Grounded,
    Objective,
    Prediction,
    Surrogate,
    frozen,
)

__all__ = ["SMALLEST_CHANCE", "DescriptorSurrogate", "DesignProblem", "Evaluation", "Exact", "Limit", "Risk"]

Risk = Literal["mean", "lower", "p_all"]

# What a chance may sink to before its logarithm is taken: it can be 0.
SMALLEST_CHANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Limit:
    """``minimum <= name <= maximum``, hard in the search; None leaves a side open.

    ``is_log`` and ``floor`` as in `Objective`.
    """

    name: str
    minimum: float | None = None
    maximum: float | None = None
    is_log: bool = False
    floor: float = SMALLEST


class Exact:
    """A number in the place of a surrogate that has no error: its interval has no width."""

    __slots__ = ()

    def predict_mean(self, X: FloatArray) -> FloatArray:
        """Return the values, shape ``(n_alloys,)``."""
        raise NotImplementedError

    def predict(self, X: FloatArray) -> Prediction:
        values = self.predict_mean(X)
        return Prediction(values, values, values, np.zeros(len(values)))

    def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
        values = self.predict_mean(X)
        lower = -np.inf if at_least is None else at_least
        upper = np.inf if at_most is None else at_most
        return ((values >= lower) & (values <= upper)).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class DescriptorSurrogate(Exact):
    """A descriptor in the place of a surrogate."""

    descriptor: Descriptor
    elements: tuple[str, ...]

    def predict_mean(self, X: FloatArray) -> FloatArray:
        return self.descriptor(np.ascontiguousarray(X[:, : len(self.elements)]), self.elements)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Objectives and constraints of some alloys.

    Attributes:
        scores: What each objective was judged by, in its own unit, or the chance to meet its threshold
            where that was judged; shape ``(n_alloys, n_objectives)``.
        F: The same, minimized and logarithmic where asked, shape ``(n_alloys, n_objectives)``.
        G: One column per side of a limit and per domain to keep, at most 0 where it is met, shape
            ``(n_alloys, n_limits)``.
    """

    scores: FloatArray
    F: FloatArray
    G: FloatArray


@dataclass(frozen=True, eq=False)
class DesignProblem:
    """A design problem, ready to be searched.

    Attributes:
        space: The alloys.
        objectives: What to minimize and maximize.
        surrogates: Of each objective and limit, by name.
        limits: Hard limits on predicted values and descriptors.
        risk: ``mean`` judges by the prediction, ``lower`` by the unfavorable end of its interval, ``p_all``
            by the chance to meet the objective's threshold. The product of these chances is ``p_all``, so
            the alloy that most likely meets all thresholds is never dominated. What has no threshold, and
            every limit, is then judged by the prediction: errors within ``-3 <= name <= 3`` may be so wide
            that no alloy at all is likely to lie there.
        weights: Of a scalarized problem, by objective; empty for a Pareto search.
        grounds: Surrogates, by name, whose domain no alloy may leave; empty where it may.
    """

    space: DesignSpace
    objectives: tuple[Objective, ...]
    surrogates: Mapping[str, Surrogate]
    limits: tuple[Limit, ...] = ()
    risk: Risk = "mean"
    weights: Mapping[str, float] = field(default_factory=dict)
    grounds: Mapping[str, Grounded] = field(default_factory=dict)

    def evaluate(self, X: FloatArray) -> Evaluation:
        """Return scores, ``F`` and ``G`` of valid alloys, shape ``(n_alloys, n_columns)``.

        Raises:
            ValueError: A surrogate returned something that isn't a finite number.
        """
        # All surrogates are asked for one array that none can change: they may share what they make of it.
        X = frozen(X)
        bounds = {name: self._bounds(name, X) for name in self._names()}
        scores = np.column_stack([self._score(o, bounds, X) for o in self.objectives])
        columns = [_side(limit, bounds[limit.name]) for limit in self.limits]
        sides = [side for column in columns for side in column]
        sides += [ground.beyond_domain(X) for ground in self.grounds.values()]
        G = np.column_stack(sides) if sides else np.zeros((len(X), 0))
        return Evaluation(scores, self.minimized(scores), G)

    def is_chance(self, objective: Objective) -> bool:
        """Return whether an objective is judged by its chance to meet its threshold; larger is better."""
        return self.risk == "p_all" and objective.threshold is not None

    def minimized(self, scores: FloatArray) -> FloatArray:
        """Return scores as numbers to minimize: sign flipped for maximized ones, log10 where asked."""
        return np.column_stack([self._to_minimize(o, scores[:, i]) for i, o in enumerate(self.objectives)])

    def in_units(self, point: Sequence[float]) -> dict[str, float]:
        """Return a point of minimized objectives by name, in the user's sign and units."""
        found = {}
        for objective, value in zip(self.objectives, point, strict=True):
            if self.is_chance(objective):
                found[objective.name] = abs(value)
            else:
                signed = objective.sign * value
                found[objective.name] = 10.0**signed if objective.is_log else signed
        return found

    def scalarized(self, F: FloatArray) -> FloatArray:
        """Return ``sum_i weight_i f_i``, shape ``(n_alloys, 1)``, with natural logarithms.

        Of a chance ``P`` that is ``-ln P``, so equal weights look for the largest product of chances.
        """
        total = np.zeros(len(F))
        for column, objective in enumerate(self.objectives):
            minimized = F[:, column]
            if self.is_chance(objective):
                minimized = -np.log(np.maximum(-minimized, SMALLEST_CHANCE))
            elif objective.is_log:
                minimized = np.log(10.0) * minimized
            total += self.weights.get(objective.name, 0.0) * minimized
        return total[:, None]

    @property
    def n_limits(self) -> int:
        """Columns of ``G``."""
        n_sides = sum((limit.minimum is not None) + (limit.maximum is not None) for limit in self.limits)
        return n_sides + len(self.grounds)

    def _names(self) -> Sequence[str]:
        """Return what has to be predicted: chances have another way."""
        judged = [o.name for o in self.objectives if not self.is_chance(o)]
        return list(dict.fromkeys(judged + [limit.name for limit in self.limits]))

    def _bounds(self, name: str, X: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the lower and upper number that the risk attitude judges by."""
        surrogate = self.surrogates[name]
        if self.risk == "lower":
            prediction = surrogate.predict(X)
            low, high = prediction.low, prediction.high
        else:
            low = high = surrogate.predict_mean(X)
        if not (np.isfinite(low).all() and (high is low or np.isfinite(high).all())):
            raise ValueError(f"the surrogate of {name} predicted NaN or inf")
        return low, high

    def _score(
        self, objective: Objective, bounds: Mapping[str, tuple[FloatArray, FloatArray]], X: FloatArray
    ) -> FloatArray:
        if not self.is_chance(objective):
            return bounds[objective.name][_unfavorable(objective)]
        chance = self.surrogates[objective.name].probability(X, **objective.wanted)
        if not np.isfinite(chance).all():
            raise ValueError(f"the surrogate of {objective.name} gave a chance of NaN or inf")
        return chance

    def _to_minimize(self, objective: Objective, score: FloatArray) -> FloatArray:
        return -score if self.is_chance(objective) else objective.sign * _on_scale(score, objective)


def _unfavorable(objective: Objective) -> int:
    return 0 if objective.goal == "max" else 1


def _on_scale(values: FloatArray, judged: Objective | Limit) -> FloatArray:
    return np.log10(np.maximum(values, judged.floor)) if judged.is_log else values


def _side(limit: Limit, bounds: tuple[FloatArray, FloatArray]) -> list[FloatArray]:
    low, high = (_on_scale(bound, limit) for bound in bounds)
    sides = []
    if limit.minimum is not None:
        sides.append(_on_scale(np.array([limit.minimum]), limit)[0] - low)
    if limit.maximum is not None:
        sides.append(high - _on_scale(np.array([limit.maximum]), limit)[0])
    return sides
