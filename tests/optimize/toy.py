"""A toy to search: four elements on a grid of 2 at.%, treatments, and surrogates that are sums with steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DesignProblem, Limit
from moalloy.domain.process import ProcessVariable, choices, continuous, stepped
from moalloy.domain.values import FloatArray, Objective, Prediction
from moalloy.optimize.algorithms import ALGORITHMS, Budget
from moalloy.optimize.record import Generation, SearchRecord
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.pareto import HypervolumeScale

__all__ = ["ALL_ALGORITHMS", "TINY_POINTS", "find", "problem", "space", "tiny_space"]

ALL_ALGORITHMS = tuple(ALGORITHMS)
TINY_POINTS = 15
_STEP = Fraction(1, 2)
_SLOPES = ((1.0, 0.2, 0.0, -0.5), (0.8, -0.3, 0.5, -0.2), (0.1, -1.0, 0.2, 0.4), (0.3, 0.1, -1.0, 0.0))


@dataclass(frozen=True, slots=True)
class Steps:
    """A fake surrogate, flat in places as trees are: ``5 + floor(200 slopes . X) / 200``."""

    slopes: tuple[float, ...]

    def predict_mean(self, X: FloatArray) -> FloatArray:
        total = np.zeros(len(X))
        for column, slope in enumerate(self.slopes):
            total += slope * X[:, column]
        return np.asarray(5.0 + np.floor(200.0 * total) / 200.0, dtype=np.float64)

    def predict(self, X: FloatArray) -> Prediction:
        mean = self.predict_mean(X)
        return Prediction(mean, mean - 0.1, mean + 0.1, np.full(len(mean), 0.05))

    def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
        mean = self.predict_mean(X)
        return ((mean >= (at_least or -np.inf)) & (mean <= (at_most or np.inf))).astype(np.float64)


def space(*, process: bool = True) -> DesignSpace:
    """Return Fe 70-86, B 6-16, Si 0 or 1-12, Nb 0 or 0.5-4 at.% in steps of 0.5, treated in every way."""
    ranges = (_range("B", 6, 16), _range("Si", 1, 12, or_zero=True), _range("Fe", 70, 86))
    composition = CompositionSpace((*ranges, _range("Nb", 0.5, 4, or_zero=True)), _STEP)
    treatment: tuple[ProcessVariable, ...] = (
        stepped("anneal_K", 700, 800, 10),
        choices("route", ["ribbon", "rod"]),
        choices("anneal_s", [600.0]),
        continuous("field_T", 0, 1),
    )
    return DesignSpace(("Fe", "B", "Si", "Nb"), composition, treatment if process else ())


def tiny_space() -> DesignSpace:
    """Return a space of `TINY_POINTS` compositions and nothing else."""
    ranges = (_range("B", 10, 14), _range("Fe", 84, 90), _range("Nb", 0, 2))
    tiny = CompositionSpace(
        tuple(ElementRange(r.symbol, r.lower // 2, r.upper // 2) for r in ranges), 2 * _STEP
    )
    return DesignSpace(("Fe", "B", "Nb"), tiny)


def problem(
    n_objectives: int,
    within: DesignSpace,
    *,
    limits: tuple[Limit, ...] = (),
    weights: dict[str, float] | None = None,
) -> DesignProblem:
    """Return a problem with objectives ``o0`` (min), ``o1`` (max), ...; limits may name ``o0`` to ``o3``."""
    return DesignProblem(
        within,
        tuple(Objective(f"o{i}", "max" if i % 2 else "min") for i in range(n_objectives)),
        {f"o{i}": Steps(slopes[: within.n_elements]) for i, slopes in enumerate(_SLOPES)},
        limits,
        weights=weights or {},
    )


def find(
    algorithm: str,
    design: DesignProblem,
    *,
    population: int = 20,
    generations: int = 5,
    seed: int = 3,
    known: FloatArray | None = None,
    budget: Budget | None = None,
    scale: HypervolumeScale | None = None,
    earlier: Sequence[Generation] = (),
    keep: Callable[[Generation], None] | None = None,
) -> SearchRecord:
    """Return the record of one search; `de` gets equal weights and `rnsga2` a point where they need them."""
    none = np.zeros((0, len(design.space.columns)))
    if algorithm == "de" and len(design.objectives) > 1:
        design = DesignProblem(
            design.space,
            design.objectives,
            design.surrogates,
            design.limits,
            weights={o.name: 1.0 for o in design.objectives},
        )
    # Better than any alloy in the first objective, and worse than most in the others.
    aim = np.full((1, len(design.objectives)), 4.6)
    return search(
        design,
        algorithm=algorithm,
        budget=budget or Budget(population, generations),
        seed=seed,
        scale=scale or hypervolume_scale(design, none),
        known=none if known is None else known,
        reference_points=aim if algorithm == "rnsga2" else None,
        earlier=earlier,
        keep=keep,
    )


def _range(symbol: str, lower: float, upper: float, *, or_zero: bool = False) -> ElementRange:
    return ElementRange(symbol, int(lower / _STEP), int(upper / _STEP), or_zero)
