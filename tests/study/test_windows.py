"""Composition windows: what holds within them is checked alloy by alloy, on surrogates that cost nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moalloy.domain.box import Box
from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.constraints import LinearConstraint
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DesignProblem, Limit
from moalloy.domain.process import choices
from moalloy.domain.values import FloatArray, IntArray, Objective, Prediction
from moalloy.pareto import HypervolumeScale
from moalloy.study.free_box import free_box
from moalloy.study.study import run
from moalloy.study.surroundings import Window
from moalloy.study.windows import composition_windows, window_columns, window_tolerance
from tests.optimize import toy
from tests.small_problem import small

UNIT = HypervolumeScale((0.0,), (1.0,))


@dataclass(frozen=True, slots=True)
class Slope:
    """A fake surrogate: how far an alloy is from 80 % of the first element, times a factor."""

    factor: float

    def predict_mean(self, X: FloatArray) -> FloatArray:
        return np.asarray(self.factor * np.abs(X[:, 0] - 0.8), dtype=np.float64)

    def predict(self, X: FloatArray) -> Prediction:
        mean = self.predict_mean(X)
        return Prediction(mean, mean, mean, np.zeros(len(mean)))

    def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
        return np.ones(len(X))


def sloped(factor: float, space: DesignSpace, limits: tuple[Limit, ...] = ()) -> DesignProblem:
    surrogates = {"o": Slope(factor), "limited": Slope(1.0)}
    return DesignProblem(space, (Objective("o", "min"),), surrogates, limits)


def ternary(*constraints: LinearConstraint, or_zero: bool = False) -> DesignSpace:
    """Return Fe 60-90, B 5-30, Nb 1-20 at.% (or none) in steps of 1; 3 steps are in reach."""
    ranges = (ElementRange("B", 5, 30), ElementRange("Fe", 60, 90), ElementRange("Nb", 2, 20, or_zero))
    return DesignSpace(("Fe", "B", "Nb"), CompositionSpace(ranges, Fraction(1), constraints=constraints))


def inside(design: DesignProblem, alloy: FloatArray, window: Window) -> FloatArray:
    """Return every alloy of a window, from all grid points of the space."""
    space = design.space
    box = Box(window.lower, window.upper, space.composition.n_steps)
    amounts = box.unrank(np.arange(box.n_points))
    treated = np.repeat(alloy[None, space.n_elements :], len(amounts), axis=0)
    X = np.column_stack([space.fractions(amounts), treated])
    return X[space.contains(X)]


def windows(design: DesignProblem, X: FloatArray, share: float = 0.05) -> list[Window]:
    scale = HypervolumeScale.around(design.evaluate(design.space.sample(200, seed=0)).F)
    return composition_windows(design, X, scale, share=share)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.02, 0.2]), st.integers(1, 3))
def test_every_alloy_of_a_window_complies_where_all_were_looked_at(
    seed: int, share: float, n_objectives: int
) -> None:
    design = toy.problem(n_objectives, toy.space(), limits=(Limit("o3", maximum=5.1),))
    X = design.space.sample(60, seed=seed)
    X = X[(design.evaluate(X).G <= 0).all(axis=1)][:3]
    scale = HypervolumeScale.around(design.evaluate(design.space.sample(200, seed=0)).F)
    found = composition_windows(design, X, scale, share=share)
    for alloy, window in zip(X, found, strict=True):
        worst = design.evaluate(alloy[None]).F + share * (np.array(scale.reference) - np.array(scale.ideal))
        amounts = design.space.amounts(alloy[None])[0]
        assert ((window.lower <= amounts) & (amounts <= window.upper)).all()
        X_inside = inside(design, alloy, window)
        outcome = design.evaluate(X_inside)
        complies = (worst + 1e-7 >= outcome.F).all(axis=1) & (outcome.G <= 0).all(axis=1)
        if window.is_complete:
            assert window.n_checked == len(X_inside)
            assert complies.all()
        else:
            # At most 3 of 100 with 95 % confidence; never as many as 10 in the draws of these tests.
            assert complies.mean() > 0.9


def test_a_flat_surrogate_lets_windows_reach_as_far_as_they_may() -> None:
    space = ternary()
    X = space.fractions(np.array([[80, 15, 5], [60, 30, 10]]))
    middle, corner = windows(sloped(0.0, space), X, share=0.0)
    assert (middle.lower.tolist(), middle.upper.tolist()) == ([77, 12, 2], [83, 18, 8])
    # Iron and boron are at the ends of their ranges.
    assert (corner.lower.tolist(), corner.upper.tolist()) == ([60, 27, 7], [63, 30, 13])
    assert middle.is_complete
    assert middle.n_checked == 37


def test_a_steep_surrogate_leaves_the_alloy_alone() -> None:
    @dataclass(frozen=True, slots=True)
    class Peak(Slope):
        def predict_mean(self, X: FloatArray) -> FloatArray:
            return np.asarray(np.abs(X - np.array([0.8, 0.15, 0.05])).sum(axis=1), dtype=np.float64)

    space = ternary()
    design = replace(sloped(1.0, space), surrogates={"o": Peak(1.0)})
    (window,) = composition_windows(design, space.fractions(np.array([[80, 15, 5]])), UNIT, share=0.0)
    assert window.lower.tolist() == window.upper.tolist() == [80, 15, 5]
    assert (window.n_checked, window.is_complete) == (1, True)


def test_a_window_keeps_the_element_that_matters_and_frees_the_others() -> None:
    space = ternary()
    (window,) = windows(sloped(1.0, space), space.fractions(np.array([[80, 15, 5]])), share=0.0)
    assert (window.lower.tolist(), window.upper.tolist()) == ([80, 12, 2], [80, 18, 8])


def test_a_window_keeps_limits_and_constraints() -> None:
    # Fe - B <= 65 and |Fe - 80| <= 1: what is neither tells of the objective, which is flat.
    space = ternary(LinearConstraint("Fe - B", (-1, 1, 0), None, 65))
    design = sloped(0.0, space, (Limit("limited", maximum=0.0101),))
    (window,) = windows(design, space.fractions(np.array([[80, 15, 5]])))
    assert window.upper[0] == 81
    X = inside(design, space.fractions(np.array([[80, 15, 5]]))[0], window)
    assert window.n_checked == len(X)
    assert (design.evaluate(X).G <= 0).all()


def test_absence_is_part_of_a_window_only_where_an_alloy_without_the_element_is() -> None:
    space = ternary(or_zero=True)
    X = space.fractions(np.array([[82, 18, 0], [80, 16, 4]]))
    absent, present = windows(sloped(0.0, space), X)
    assert (absent.lower[2], absent.upper[2]) == (0, 3)
    assert (present.lower[2], present.upper[2]) == (2, 7)


def test_windows_that_are_too_large_to_list_are_drawn_and_say_so() -> None:
    design = toy.problem(1, toy.space(process=False))
    design = replace(design, surrogates={"o0": Slope(0.0)})
    X = design.space.fractions(np.array([[156, 24, 16, 4]]))
    (window,) = composition_windows(design, X, UNIT, share=0.0)
    assert not window.is_complete
    assert 100 <= window.n_checked < len(inside(design, X[0], window))
    assert window.upper.tolist() == [162, 30, 22, 8]


def test_a_window_depends_on_its_alloy_alone() -> None:
    design = toy.problem(2, toy.space())
    X = design.space.sample(6, seed=1)
    scale = HypervolumeScale((4.0, 4.0), (6.0, 6.0))
    together = composition_windows(design, X, scale, share=0.01)
    alone = [composition_windows(design, row[None], scale, share=0.01)[0] for row in X[::-1]][::-1]
    for a, b in zip(together, alone, strict=True):
        assert a.lower.tolist() == b.lower.tolist()
        assert (a.upper.tolist(), a.n_checked) == (b.upper.tolist(), b.n_checked)


def test_treatments_stay_as_they_are() -> None:
    @dataclass(frozen=True, slots=True)
    class ByRoute(Slope):
        def predict_mean(self, X: FloatArray) -> FloatArray:
            return np.where(X[:, 3] == 0, 0.0, np.abs(X[:, 0] - 0.8))

    space = replace(ternary(), process=(choices("route", ["ribbon", "rod"]),))
    design = replace(sloped(1.0, space), surrogates={"o": ByRoute(1.0)})
    fractions = space.fractions(np.array([[80, 15, 5]]))
    X = np.column_stack([np.repeat(fractions, 2, axis=0), [0.0, 1.0]])
    ribbon, rod = composition_windows(design, X, UNIT, share=0.0)
    assert ribbon.upper[0] - ribbon.lower[0] == 6
    assert rod.upper[0] == rod.lower[0]


def test_no_alloys_have_no_windows() -> None:
    design = sloped(1.0, ternary())
    assert composition_windows(design, design.space.sample(1, seed=0)[:0], UNIT, share=0.02) == []


def test_tolerances_are_in_units_and_factors() -> None:
    objectives = (Objective("Bs", "max", "T", threshold=1.0), Objective("Hc", "min", "A/m", is_log=True))
    design = DesignProblem(ternary(), objectives, {})
    scale = HypervolumeScale((-2.0, 0.0), (-1.0, 2.0))
    assert window_tolerance(design, scale, 0.05) == pytest.approx({"Bs": 0.05, "Hc": 10**0.1})
    chances = HypervolumeScale((-1.0, 0.0), (0.0, 2.0))
    assert window_tolerance(replace(design, risk="p_all"), chances, 0.05)["Bs"] == pytest.approx(0.05)


def test_columns_are_in_percent_of_the_basis_and_on_the_grid() -> None:
    space = toy.space(process=False)
    window = Window(np.array([155, 24, 16, 4]), np.array([157, 25, 16, 4]), 3, is_complete=True)
    table = window_columns(space, [window])
    assert table.iloc[0].to_dict() == {
        "Fe_from": 77.5,
        "Fe_to": 78.5,
        "B_from": 12.0,
        "B_to": 12.5,
        "Si_from": 8.0,
        "Si_to": 8.0,
        "Nb_from": 2.0,
        "Nb_to": 2.0,
        "window_checked": 3,
        "window_complete": True,
    }


@given(st.integers(0, 10_000))
def test_a_free_box_holds_no_bad_alloy_and_cannot_grow(seed: int) -> None:
    rng = np.random.default_rng(seed)
    alloy = np.array([10, 10, 10])
    around = Box(alloy - 4, alloy + 4, 30)
    points = around.unrank(rng.permutation(around.n_points)[:20])
    points = points[(points != alloy).any(axis=1)]
    good, bad = points[:8], points[8:]
    box = free_box(alloy, around, good, bad)
    assert box.holds(alloy[None]).all()
    assert not box.holds(bad).any()
    assert not _grows(box, around, bad)


def _grows(box: Box, around: Box, bad: IntArray) -> bool:
    """Return whether a step out brings an alloy in and no bad one with it."""
    wider = []
    for column in range(3):
        for side in (-1, 1):
            step = side * (np.arange(3) == column)
            lower = np.maximum(box.lower + np.minimum(step, 0), around.lower)
            upper = np.minimum(box.upper + np.maximum(step, 0), around.upper)
            grown = Box(lower, upper, box.total)
            wider.append(grown.n_points > box.n_points and not grown.holds(bad).any())
    return any(wider)


@pytest.mark.slow
def test_the_tolerance_of_a_study_is_what_the_problem_says() -> None:
    strict, wide = (
        run(small().variant(f"optimize.window={share}"), small().models, seed=1) for share in (0, 0.1)
    )
    assert strict.window_tolerance["Hc"] == 1.0
    assert wide.window_tolerance["Bs"] == pytest.approx(0.1 * (wide.scale.reference[0] - wide.scale.ideal[0]))
    assert strict.front["formula"].tolist() == wide.front["formula"].tolist()
    widths = [(r.front["Fe_to"] - r.front["Fe_from"]).mean() for r in (strict, wide)]
    assert widths[0] < widths[1]
    assert ((wide.front["Fe_from"] <= wide.front["Fe"]) & (wide.front["Fe"] <= wide.front["Fe_to"])).all()
