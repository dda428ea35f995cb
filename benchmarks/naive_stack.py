"""How much faster moalloy evaluates alloys than the stack that one would put together in an afternoon.

Naive: pymoo's NSGA-II with matminer's Magpie featurizer alloy by alloy and XGBRegressor.predict per property
and member. Between: pymoo's NSGA-II on moalloy's vectorized surrogates, whose trees XGBoost reads, or the
packed ones. moalloy: its default search on the packed ones. All read 3 properties x 5 members x 400 trees of
depth 6 and search the home space with a population of 500; no run is long enough to pay for packing, which
is left out.

    pip install matminer
    python benchmarks/naive_stack.py

Prints one JSON line: the median ratios of evaluations per CPU second, their ranges over the rounds, all
medians, and the versions. The sides take turns in one process, after a warm-up of each; that XGBoost and the
packed trees predict the same to the last bit is checked before.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
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
POPULATION, MEMBERS, TRAINING_ROWS = 500, 5, 2000
# Thresholds as XGBoost places them: other stacks have no others.
SETTINGS = TreeSettings(n_trees=400, depth=6, n_thresholds=0)


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
    plain = design_problem(problem, models)
    packed = design_problem(problem, {name: item.packed() for name, item in models.items()})
    naive = NaiveStack(problem, X, targets)
    assert np.array_equal(plain.evaluate(X).F, packed.evaluate(X).F)
    scale = hypervolume_scale(plain, np.zeros((0, len(problem.space.columns))))
    sides = {
        "naive": lambda: _time_pymoo(problem, naive.evaluate, generations=2),
        "pymoo": lambda: _time_pymoo(problem, lambda X: plain.evaluate(X).F, generations=10),
        "pymoo_packed": lambda: _time_pymoo(problem, lambda X: packed.evaluate(X).F, generations=10),
        "moalloy_xgboost": lambda: _time_moalloy(plain, scale, generations=10),
        "moalloy": lambda: _time_moalloy(packed, scale, generations=10),
    }
    naive.evaluate(problem.space.sample(20))
    for name in ("pymoo", "pymoo_packed", "moalloy_xgboost", "moalloy"):
        sides[name]()
    times = {name: np.zeros(rounds) for name in sides}
    for i in range(rounds):
        for name, run in sides.items():
            times[name][i] = 1e6 * run()
    ratios = {name: times[name] / times["moalloy"] for name in sides if name != "moalloy"}
    print(
        json.dumps(
            {
                "benchmark": "naive_stack",
                "over_moalloy": {name: round(float(np.median(found)), 1) for name, found in ratios.items()},
                "ranges": {
                    name: [round(float(end), 1) for end in (r.min(), r.max())] for name, r in ratios.items()
                },
                "us_an_evaluation": {name: round(float(np.median(t)), 1) for name, t in times.items()},
                "versions": {
                    name: metadata.version(name)
                    for name in ("moalloy", "pymoo", "matminer", "numpy", "numba", "xgboost-cpu")
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
    members = tuple(fit_trees(features, target, settings=SETTINGS, seed=seed) for seed in range(MEMBERS))
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
        names = {"n_trees": "n_estimators", "depth": "max_depth", "n_parallel": "num_parallel_tree"}
        settings = SETTINGS.to_dict()
        del settings["n_thresholds"]
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


def _time_pymoo(
    problem: moalloy.Problem, evaluate: Callable[[np.ndarray], np.ndarray], *, generations: int
) -> float:
    """Return CPU seconds per evaluation of pymoo's NSGA-II with its own operators."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    view = moalloy.as_pymoo(problem, _no_models(problem))
    n_elements = problem.space.n_elements

    class Divided(Problem):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(n_var=view.n_var, n_obj=3, xl=view.xl, xu=view.xu)

        def _evaluate(
            self, X: np.ndarray, out: dict[str, np.ndarray], *args: object, **kwargs: object
        ) -> None:
            X[:, :n_elements] /= X[:, :n_elements].sum(axis=1, keepdims=True)
            out["F"] = evaluate(X)

    start = time.process_time()
    minimize(Divided(), NSGA2(pop_size=POPULATION), ("n_gen", generations), seed=1)
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
