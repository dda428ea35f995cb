"""From a problem file to what a solver sees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.build.problem import design_problem, load_problem
from moalloy.domain.problem import Limit
from moalloy.domain.values import FloatArray, Objective, Prediction
from moalloy.errors import ProblemFileError
from tests.build.problems import small_problem
from tests.measured_alloys import write_measured


class _Constant:
    """A surrogate that says the same of every alloy."""

    def predict(self, X: FloatArray) -> Prediction:
        one = np.ones(len(X))
        return Prediction(one, 0.5 * one, 2.0 * one, one)

    def predict_mean(self, X: FloatArray) -> FloatArray:
        return np.ones(len(X))

    def probability(
        self, X: FloatArray, *, at_least: float | None = None, at_most: float | None = None
    ) -> FloatArray:
        return np.full(len(X), 0.5)


def _write(folder: Path, text: str) -> Path:
    path = folder / "problem.yaml"
    path.write_text(text, encoding="utf-8")
    return path


DESCRIPTORS_ONLY = """\
version: 1
name: cheap
space: {elements: {Fe: [70, 90], B: [10, 20], NEW}, step: 5}
objectives:
  cost_USD_per_kg: {goal: min}
"""


def test_objectives_and_limits_carry_units_and_scales(tmp_path: Path) -> None:
    problem = small_problem(tmp_path, "limits={Hc: {max: 20}}")
    assert problem.name == "small"
    assert problem.space.columns == ("Fe", "B", "Si", "anneal_K", "route")
    assert problem.objectives == (
        Objective("Bs", "max", "T", False, 1.5),
        Objective("Hc", "min", "A/m", True),
    )
    assert problem.limits == (Limit("Hc", None, 20.0, True),)
    assert problem.is_property("Bs")
    assert not problem.is_property("cost_USD_per_kg")


def test_a_descriptor_needs_no_table(tmp_path: Path) -> None:
    problem = load_problem(_write(tmp_path, DESCRIPTORS_ONLY.replace("NEW", "Si: [0, 5]")))
    ready = design_problem(problem, {})
    X = problem.space.sample(5)
    assert ready.surrogates["cost_USD_per_kg"].predict_mean(X).shape == (5,)
    assert problem.objectives[0].unit == "USD/kg"


def test_a_descriptor_without_data_for_an_element_is_refused_with_its_line(tmp_path: Path) -> None:
    path = _write(tmp_path, DESCRIPTORS_ONLY.replace("NEW", "Tc: [0, 5]"))
    with pytest.raises(ProblemFileError, match=r"problem\.yaml:5: .*cost_USD_per_kg has no data for Tc"):
        load_problem(path)


def test_a_space_that_cannot_be_built_is_a_fault_of_the_file(tmp_path: Path) -> None:
    text = DESCRIPTORS_ONLY.replace("NEW", "Si: [1, 4]")
    with pytest.raises(ProblemFileError, match=r"problem\.yaml:3: .*Si: no multiple of the step 5"):
        load_problem(_write(tmp_path, text))


def test_a_solver_sees_the_given_models(tmp_path: Path) -> None:
    problem = small_problem(tmp_path, "optimize.risk=lower")
    ready = design_problem(problem, {"Bs": _Constant(), "Hc": _Constant()})
    assert ready.objectives == problem.objectives
    assert ready.risk == "lower"
    # Unfavorable ends: Bs is maximized and at least 0.5; Hc is minimized and at most 2, as a logarithm.
    F = ready.evaluate(problem.space.sample(3)).F
    assert (F[:, 0] == -0.5).all()


def test_a_model_that_is_missing_is_named(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    problem = small_problem(tmp_path)
    with pytest.raises(ProblemFileError, match=r"small\.yaml:\d+: properties: no model of Hc was given"):
        design_problem(problem, {"Bs": _Constant()})
