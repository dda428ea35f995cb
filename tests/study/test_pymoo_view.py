"""`as_pymoo`: moalloy's problem under a stock algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.optimize import minimize

from moalloy.build.problem import design_problem
from moalloy.errors import ProblemFileError
from moalloy.study.pymoo_view import as_pymoo
from tests.small_problem import small


def test_stock_nsga2_with_the_repair_finds_alloys_of_the_space() -> None:
    adapted = as_pymoo(small().problem, small().models)
    result = minimize(adapted, NSGA2(pop_size=12, repair=adapted.repair), ("n_gen", 3), seed=1)
    assert small().problem.space.contains(result.pop.get("X")).all()
    assert np.array_equal(result.F, design_problem(small().problem, small().models).evaluate(result.X).F)


def test_without_the_repair_objectives_still_belong_to_real_alloys() -> None:
    adapted = as_pymoo(small().problem, small().models)
    result = minimize(adapted, NSGA2(pop_size=12), ("n_gen", 2), seed=1)
    X = small().problem.space.repair(result.pop.get("X"))
    assert np.array_equal(result.pop.get("F"), design_problem(small().problem, small().models).evaluate(X).F)


def test_a_missing_model_is_named() -> None:
    models = {name: model for name, model in small().models.items() if name != "Hc"}
    with pytest.raises(ProblemFileError, match="no model of Hc was given"):
        as_pymoo(small().problem, models)
