"""Targets: how far values are from them, how they give way, and by how much they would have to."""

from __future__ import annotations

import numpy as np
import pytest

from moalloy.domain.targets import (
    ChanceOfTargets,
    RelaxationOfTargets,
    ShortOfTarget,
    Target,
    TargetedProperties,
)
from moalloy.domain.values import FloatArray, Prediction


class Even:
    """A property that lies evenly within 1 of the first column, on a linear scale."""

    def predict_mean(self, X: FloatArray) -> FloatArray:
        return X[:, 0]

    def predict(self, X: FloatArray) -> Prediction:
        return Prediction(X[:, 0], X[:, 0] - 1.0, X[:, 0] + 1.0, np.full(len(X), 3**-0.5))

    def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
        low = -np.inf if at_least is None else at_least
        high = np.inf if at_most is None else at_most
        inside = np.minimum(high, X[:, 0] + 1.0) - np.maximum(low, X[:, 0] - 1.0)
        return np.clip(inside / 2.0, 0.0, 1.0)


def column(*values: float) -> FloatArray:
    return np.array([values]).T


def asked(*targets: Target) -> TargetedProperties:
    return TargetedProperties(targets, {target.name: Even() for target in targets})


def test_a_value_within_both_sides_is_short_by_less_than_nothing() -> None:
    target = Target("x", at_least=1.0, at_most=3.0, spread=2.0)
    np.testing.assert_allclose(target.short_by(np.array([0.0, 1.0, 2.0, 3.5])), [0.5, 0.0, -0.5, 0.25])


def test_on_a_log_scale_distances_are_factors() -> None:
    target = Target("Hc", at_most=10.0, is_log=True, spread=0.5)
    np.testing.assert_allclose(target.short_by(np.array([100.0, 1.0])), [2.0, -2.0])
    assert np.isfinite(target.short_by(np.array([0.0]))).all()


@pytest.mark.parametrize(
    ("target", "relaxed"),
    [
        (Target("Bs", at_least=1.637, unit="T", spread=0.1), "Bs >= 1.58 T"),
        (Target("Hc", at_most=4.0, unit="A/m", is_log=True, spread=1.0), "Hc <= 12.7 A/m"),
        (Target("x", at_least=-1.0, at_most=1.0, spread=0.2), "-1.1 <= x <= 1.1"),
        (Target("x", at_least=0.05, spread=0.1), "x >= 0"),
    ],
)
def test_a_relaxed_target_is_rounded_to_the_easy_side(target: Target, relaxed: str) -> None:
    assert str(target.relaxed(0.5, digits=3)) == relaxed


def test_the_chance_to_meet_all_is_the_product() -> None:
    both = asked(Target("x", at_least=0.5), Target("y", at_most=0.5))
    np.testing.assert_allclose(both.chances(column(0.0, 2.0)), [[0.25, 0.75], [1.0, 0.0]])
    np.testing.assert_allclose(both.chance(column(0.0, 2.0)), [0.1875, 0.0])


def test_targets_give_way_until_the_chance_is_reached() -> None:
    # At 0 the chance to be above t is (1 - t) / 2: a half needs t = 0, which is two spreads below 1.
    one = asked(Target("x", at_least=1.0, spread=0.5))
    needed = one.steps_needed(column(0.0, 1.0, 5.0, -9.0), 0.5)
    np.testing.assert_allclose(needed, [2.0, 0.0, 0.0, 20.0], rtol=0.1, atol=1e-9)
    for value, steps in ((0.0, 2.0), (1.0, 0.0), (-9.0, 20.0)):
        least = one.least_steps(column(value), 0.5, relaxed=["x"])
        assert least == pytest.approx(steps, abs=1e-6)
        eased = one.targets[0].relaxed(least)
        assert TargetedProperties((eased,), one.surrogates).chance(column(value))[0] >= 0.5


def test_only_the_named_targets_give_way() -> None:
    both = asked(Target("x", at_least=1.0), Target("y", at_most=-2.0))
    assert np.isinf(both.steps_needed(column(0.0), 0.5, relaxed=["x"])[0])
    assert np.isfinite(both.steps_needed(column(0.0), 0.5)[0])
    assert np.isinf(both.least_steps(column(0.0), 0.5, relaxed=["x"]))


def test_searches_see_numbers_to_minimize() -> None:
    one = asked(Target("x", at_least=1.0))
    X = column(-9.0, -3.5, 0.0, 1.0, 3.0)
    chances = ChanceOfTargets(one).predict_mean(X)
    assert chances[4] == 0.0 and (np.diff(chances) <= 0).all() and np.isfinite(chances).all()
    steps = RelaxationOfTargets(one, 0.5).predict_mean(X)
    assert (np.diff(steps) <= 0).all() and steps[0] > steps[1] > steps[2] > steps[3] == 0.0
    np.testing.assert_allclose(ShortOfTarget(one.targets[0], Even()).predict_mean(X), 1.0 - X[:, 0])
