"""What a solver sees of a design problem."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DescriptorSurrogate, DesignProblem, Limit
from moalloy.domain.values import FloatArray, Objective, Prediction
from moalloy.features.descriptors import get_descriptor

COMPOSITIONS = CompositionSpace((ElementRange("B", 0, 10), ElementRange("Fe", 0, 10)), Fraction(10))
SPACE = DesignSpace(("Fe", "B"), COMPOSITIONS)
X = np.array([[0.8, 0.2], [0.6, 0.4]])


class Boron:
    """A surrogate that predicts boron's at.%, times a factor, give or take 10."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def predict(self, X: FloatArray) -> Prediction:
        mean = 100 * X[:, 1] * self.factor
        return Prediction(mean, mean - 10, mean + 10, np.full(len(X), 6.0))

    def predict_mean(self, X: FloatArray) -> FloatArray:
        return self.predict(X).mean

    def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
        return np.ones(len(X))


def test_maximized_objectives_change_sign_and_log_scaled_ones_are_decades() -> None:
    objectives = (Objective("up", "max"), Objective("down", "min", is_log=True))
    problem = DesignProblem(SPACE, objectives, {"up": Boron(), "down": Boron(5.0)})
    evaluation = problem.evaluate(X)
    assert evaluation.scores == pytest.approx(np.array([[20, 100], [40, 200]]))
    assert pytest.approx(np.array([[-20, 2], [-40, np.log10(200)]])) == evaluation.F
    assert evaluation.G.shape == (2, 0)


def test_tiny_values_on_a_log_scale_stay_apart_down_to_their_floor() -> None:
    surrogates = {"down": Boron(1e-16)}
    tiny = DesignProblem(SPACE, (Objective("down", "min", is_log=True),), surrogates)
    assert pytest.approx(np.log10([[20e-16], [40e-16]])) == tiny.evaluate(X).F
    floored = (Objective("down", "min", is_log=True, floor=1e-9),)
    assert DesignProblem(SPACE, floored, surrogates).evaluate(X).F.tolist() == [[-9.0], [-9.0]]
    limits = (Limit("down", maximum=30e-16, is_log=True),)
    limited = DesignProblem(SPACE, floored, surrogates, limits=limits).evaluate(X)
    assert (limited.G > 0).ravel().tolist() == [False, True]


def test_limits_are_at_most_zero_where_they_are_met() -> None:
    problem = DesignProblem(
        SPACE, (Objective("up", "max"),), {"up": Boron()}, limits=(Limit("up", minimum=20, maximum=35),)
    )
    assert problem.n_limits == 2
    assert pytest.approx(np.array([[0, -15], [-20, 5]])) == problem.evaluate(X).G


def test_a_cautious_search_judges_by_the_unfavorable_end() -> None:
    objectives = (Objective("up", "max"), Objective("down", "min"))
    problem = DesignProblem(
        SPACE, objectives, {"up": Boron(), "down": Boron()}, limits=(Limit("up", 15, 45),), risk="lower"
    )
    evaluation = problem.evaluate(X)
    assert evaluation.scores == pytest.approx(np.array([[10, 30], [30, 50]]))
    assert pytest.approx(np.array([[5, -15], [-15, 5]])) == evaluation.G


class Likely(Boron):
    """Boron as before, and as likely above a threshold as the alloy's share of boron."""

    def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
        assert (at_least, at_most) in [(30.0, None), (None, 30.0)]
        return X[:, 1] if at_most is None else 1.0 - X[:, 1]


CHANCES = (Objective("up", "max", threshold=30.0), Objective("down", "min", threshold=30.0, is_log=True))
LIKELY = {"up": Likely(), "down": Likely()}


def test_a_search_for_chances_maximizes_them_whichever_way_the_objective_goes() -> None:
    evaluation = DesignProblem(SPACE, CHANCES, LIKELY, risk="p_all").evaluate(X)
    assert evaluation.scores == pytest.approx(np.array([[0.2, 0.8], [0.4, 0.6]]))
    assert pytest.approx(-evaluation.scores) == evaluation.F


def test_what_has_no_threshold_and_every_limit_are_judged_by_the_prediction() -> None:
    problem = DesignProblem(
        SPACE,
        (CHANCES[0], Objective("down", "min")),
        LIKELY,
        limits=(Limit("up", minimum=30),),
        risk="p_all",
    )
    evaluation = problem.evaluate(X)
    assert evaluation.scores == pytest.approx(np.array([[0.2, 20], [0.4, 40]]))
    assert pytest.approx(np.array([[10], [-10]])) == evaluation.G


def test_equal_weights_on_chances_look_for_the_largest_product() -> None:
    problem = DesignProblem(SPACE, CHANCES, LIKELY, risk="p_all", weights={"up": 1.0, "down": 1.0})
    total = problem.scalarized(problem.evaluate(X).F)[:, 0]
    assert np.exp(-total) == pytest.approx([0.2 * 0.8, 0.4 * 0.6])


def test_an_impossible_chance_has_a_finite_weight() -> None:
    problem = DesignProblem(SPACE, CHANCES, LIKELY, risk="p_all", weights={"up": 1.0, "down": 1.0})
    assert np.isfinite(problem.scalarized(np.array([[0.0, -1.0]]))).all()


def test_a_scalarized_problem_weighs_natural_logarithms() -> None:
    objectives = (Objective("up", "max"), Objective("down", "min", is_log=True))
    problem = DesignProblem(
        SPACE, objectives, {"up": Boron(), "down": Boron()}, weights={"up": 4.0, "down": 1.0}
    )
    F = problem.evaluate(X).F
    assert problem.scalarized(F)[:, 0] == pytest.approx([-4 * 20 + np.log(20), -4 * 40 + np.log(40)])


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("faulty", ["goal", "limit"])
def test_a_prediction_that_is_no_number_is_refused(value: float, faulty: str) -> None:
    surrogates = {"goal": Boron(), "limit": Boron()} | {faulty: Boron(value)}
    problem = DesignProblem(SPACE, (Objective("goal", "min"),), surrogates, limits=(Limit("limit", 0),))
    with pytest.raises(ValueError, match=f"surrogate of {faulty} predicted NaN or inf"):
        problem.evaluate(X)


def test_a_chance_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogate of up gave a chance of NaN or inf"):
        DesignProblem(SPACE, CHANCES[:1], LIKELY, risk="p_all").evaluate(np.array([[np.nan, np.nan]]))


def test_a_descriptor_stands_in_for_a_surrogate_without_width() -> None:
    density = DescriptorSurrogate(get_descriptor("density_g_per_cm3"), ("Fe", "B"))
    prediction = density.predict(np.column_stack([X, [873.0, 873.0]]))
    assert (prediction.low == prediction.high).all()
    threshold = float(prediction.mean.mean())
    assert sorted(density.probability(X, at_least=threshold, at_most=None).tolist()) == [0.0, 1.0]
