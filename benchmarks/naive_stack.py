"""How much faster moalloy evaluates alloys than the stack that one would put together in an afternoon.

Naive: pymoo's NSGA-II with matminer's Magpie featurizer alloy by alloy and XGBRegressor.predict per property
and member. moalloy: its default search on its own features and the same number of trees. Both read 3
properties x 5 members x 400 trees of depth 6 and search the home space with a population of 500.

    pip install matminer
    python benchmarks/naive_stack.py

Prints one JSON line: the median ratio of evaluations per CPU second, its range over the rounds, both
medians, and the versions. The two sides take turns in one process, after a warm-up of each.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import replace
from importlib import metadata
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the kinder setting for the naive side

import numpy as np

import moalloy
from moalloy.build.problem import design_problem
from moalloy.domain.problem import DesignProblem
from moalloy.optimize.algorithms import Budget
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.pareto import HypervolumeScale
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.trees import TreeSettings, fit_trees

PROBLEM = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
POPULATION, MEMBERS, TREES, DEPTH, TRAINING_ROWS = 500, 5, 400, 6, 2000


def main() -> None:
    """Time both sides and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    problem = moalloy.load_problem(PROBLEM, [f"model.members={MEMBERS}", "model.repeats=1"])
    fitted = moalloy.fit(problem)
    X = problem.space.sample(TRAINING_ROWS)
    targets = _targets(problem, X)
    models = {
        name: _of_size(item, X, target)
        for (name, item), target in zip(fitted.items(), targets.T, strict=True)
    }
    design = design_problem(problem, models)
    naive = NaiveStack(problem, X, targets)
    naive.evaluate(problem.space.sample(20))
    scale = hypervolume_scale(design, np.zeros((0, len(problem.space.columns))))
    _time_moalloy(design, scale, generations=2)
    pairs = [
        (_time_naive(naive, generations=2), _time_moalloy(design, scale, generations=10))
        for _ in range(rounds)
    ]
    ratios = [slow / fast for slow, fast in pairs]
    slow, fast = (float(np.median(side)) for side in zip(*pairs, strict=True))
    print(
        json.dumps(
            {
                "benchmark": "naive_stack",
                "ratio": round(float(np.median(ratios)), 1),
                "range": [round(min(ratios), 1), round(max(ratios), 1)],
                "naive_us_per_evaluation": round(1e6 * slow, 1),
                "moalloy_us_per_evaluation": round(1e6 * fast, 1),
                "versions": {
                    name: metadata.version(name) for name in ("moalloy", "pymoo", "matminer", "numpy")
                },
            }
        )
    )


def _targets(problem: moalloy.Problem, X: np.ndarray) -> np.ndarray:
    """Return three rough made-up properties, shape ``(n_alloys, 3)``: trees of full size on both sides."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(problem.space.n_elements, 3))
    return np.sin(40.0 * X[:, : problem.space.n_elements] @ weights) + 0.3 * rng.normal(size=(len(X), 3))


def _of_size(surrogate: FittedSurrogate, X: np.ndarray, target: np.ndarray) -> FittedSurrogate:
    """Return the surrogate with members of the benchmark's size, and without its hurdle."""
    model, space = surrogate.model, surrogate.space
    columns = [space.columns.index(item.name) for item in model.inputs.process]
    features = model.inputs.features(X[:, : space.n_elements], space.elements, X[:, columns])
    settings = TreeSettings(n_trees=TREES, depth=DEPTH)
    members = tuple(fit_trees(features, target, settings=settings, seed=seed) for seed in range(MEMBERS))
    return replace(surrogate, model=replace(model, members=members, hurdle=None, scale="linear"))


class NaiveStack:
    """matminer features and XGBRegressor.predict, one alloy and one model after the other."""

    def __init__(self, problem: moalloy.Problem, X: np.ndarray, targets: np.ndarray) -> None:
        from matminer.featurizers.composition import ElementProperty
        from pymatgen.core import Composition
        from xgboost import XGBRegressor

        self.problem = problem
        self.featurizer = ElementProperty.from_preset("magpie", impute_nan=False)
        self.composition = Composition
        features = self.features(problem.space.elements, X[:, : problem.space.n_elements])
        settings = TreeSettings(n_trees=TREES, depth=DEPTH).to_dict()
        names = {"n_trees": "n_estimators", "depth": "max_depth"}
        shared = {names.get(name, name): value for name, value in settings.items()}
        self.models = [
            XGBRegressor(**shared, random_state=seed, n_jobs=1).fit(features, target)
            for target in targets.T
            for seed in range(MEMBERS)
        ]

    def features(self, elements: tuple[str, ...], fractions: np.ndarray) -> np.ndarray:
        compositions = [
            self.composition({e: float(c) for e, c in zip(elements, row, strict=True) if c > 0})
            for row in fractions
        ]
        return np.array([self.featurizer.featurize(composition) for composition in compositions])

    def evaluate(self, X: np.ndarray) -> np.ndarray:
        space = self.problem.space
        features = self.features(space.elements, X[:, : space.n_elements])
        predicted = np.array([model.predict(features) for model in self.models])
        return predicted.reshape(-1, MEMBERS, len(X)).mean(axis=1).T


def _time_naive(naive: NaiveStack, *, generations: int) -> float:
    """Return CPU seconds per evaluation of pymoo's NSGA-II with its own operators."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    view = moalloy.as_pymoo(naive.problem, _no_models(naive.problem))

    class Naive(Problem):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(n_var=view.n_var, n_obj=3, xl=view.xl, xu=view.xu)

        def _evaluate(
            self, X: np.ndarray, out: dict[str, np.ndarray], *args: object, **kwargs: object
        ) -> None:
            fractions = X[:, : naive.problem.space.n_elements]
            X[:, : naive.problem.space.n_elements] = fractions / fractions.sum(axis=1, keepdims=True)
            out["F"] = naive.evaluate(X)

    start = time.process_time()
    minimize(Naive(), NSGA2(pop_size=POPULATION), ("n_gen", generations), seed=1)
    return (time.process_time() - start) / (POPULATION * generations)


def _no_models(problem: moalloy.Problem) -> dict[str, FittedSurrogate]:
    """Models that are never asked: only the bounds of the pymoo view are used."""
    return dict.fromkeys(problem.spec.properties)  # type: ignore[arg-type]


def _time_moalloy(design: DesignProblem, scale: HypervolumeScale, *, generations: int) -> float:
    """Return CPU seconds per evaluation of moalloy's default search, with all that it records."""
    known = np.zeros((0, len(design.space.columns)))
    start = time.process_time()
    search(
        design, algorithm="nsga2", budget=Budget(POPULATION, generations), seed=1, scale=scale, known=known
    )
    return (time.process_time() - start) / (POPULATION * generations)


if __name__ == "__main__":
    main()
