"""Dominance and hypervolume against definitions and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.values import FloatArray
from moalloy.pareto import HypervolumeScale, generalized_spread, igd_plus, non_dominated

UNIT = HypervolumeScale((0.0, 0.0), (1.0, 1.0))


@st.composite
def point_sets(draw: st.DrawFn) -> FloatArray:
    """Points on a coarse grid, so that ties and duplicates are common."""
    n_objectives = draw(st.integers(1, 4))
    row = st.lists(st.integers(0, 4), min_size=n_objectives, max_size=n_objectives)
    rows = draw(st.lists(row, min_size=1, max_size=25))
    return np.array(rows, dtype=np.float64)


def _dominates(first: FloatArray, second: FloatArray) -> bool:
    return bool((first <= second).all() and (first < second).any())


@given(point_sets())
def test_exactly_the_points_that_none_dominates_are_kept(F: FloatArray) -> None:
    expected = [not any(_dominates(other, point) for other in F) for point in F]
    assert non_dominated(F).tolist() == expected


@given(point_sets())
def test_the_first_of_equal_points_stands_for_all_where_each_is_wanted_once(F: FloatArray) -> None:
    expected = non_dominated(F) & [not (F[:i] == point).all(axis=1).any() for i, point in enumerate(F)]
    assert non_dominated(F, is_each_once=True).tolist() == expected.tolist()


@given(point_sets())
def test_the_order_of_points_does_not_matter(F: FloatArray) -> None:
    order = np.random.default_rng(len(F)).permutation(len(F))
    np.testing.assert_array_equal(non_dominated(F[order]), non_dominated(F)[order])


def test_no_points_have_no_front() -> None:
    assert non_dominated(np.empty((0, 3))).shape == (0,)


def test_equal_points_are_all_kept() -> None:
    assert non_dominated(np.array([[1.0, 2.0], [1.0, 2.0]])).all()


def test_two_steps_of_a_staircase_cover_the_union_of_their_boxes() -> None:
    # (1 - 0.25)(1 - 0.5) + (1 - 0.5)(1 - 0.25) - (1 - 0.5)^2
    assert UNIT.hypervolume(np.array([[0.25, 0.5], [0.5, 0.25]])) == pytest.approx(0.5)


def test_a_plane_of_many_points_nears_its_closed_form() -> None:
    # The staircase of n points on x + y = 1 covers (1 - 1/n) / 2 of the unit square.
    x = np.arange(1, 100) / 100
    assert UNIT.hypervolume(np.column_stack([x, 1.0 - x])) == pytest.approx(0.495)


@given(point_sets())
def test_a_dominated_point_adds_nothing(F: FloatArray) -> None:
    scale = HypervolumeScale((-1.0,) * F.shape[1], (5.0,) * F.shape[1])
    assert scale.hypervolume(F) == pytest.approx(scale.hypervolume(F[non_dominated(F)]))


@given(point_sets())
def test_one_more_point_never_takes_volume_away(F: FloatArray) -> None:
    scale = HypervolumeScale((-1.0,) * F.shape[1], (5.0,) * F.shape[1])
    assert scale.hypervolume(F) >= scale.hypervolume(F[:-1]) - 1e-12


@given(point_sets())
def test_the_scale_takes_units_away(F: FloatArray) -> None:
    in_other_units = 1000.0 * F - 7.0
    here = HypervolumeScale.around(F).hypervolume(F)
    assert HypervolumeScale.around(in_other_units).hypervolume(in_other_units) == pytest.approx(here)


def test_points_at_or_beyond_the_reference_cover_nothing() -> None:
    assert UNIT.hypervolume(np.array([[0.0, 1.0], [2.0, 0.0]])) == 0.0
    assert UNIT.hypervolume(np.empty((0, 2))) == 0.0


def test_one_objective_covers_the_way_from_the_reference() -> None:
    assert HypervolumeScale((2.0,), (6.0,)).hypervolume(np.array([[5.0], [3.0]])) == pytest.approx(0.75)


def test_a_point_beyond_the_ideal_one_covers_more_than_the_box() -> None:
    assert UNIT.hypervolume(np.array([[-0.5, 0.0]])) == pytest.approx(1.5)


def test_a_scale_reaches_from_the_best_to_the_worst() -> None:
    scale = HypervolumeScale.around(np.array([[1.0, 30.0], [3.0, 10.0]]))
    assert (scale.ideal, scale.reference) == ((1.0, 10.0), (3.0, 30.0))


def test_an_objective_that_never_varies_gets_a_width_of_one() -> None:
    scale = HypervolumeScale.around(np.array([[2.0, 1.0], [2.0, 3.0]]))
    assert scale.reference == (3.0, 3.0)
    assert np.isfinite(scale.hypervolume(np.array([[2.0, 2.0]])))


def test_igd_plus_of_a_front_that_covers_the_reference_is_zero() -> None:
    reference = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])
    assert igd_plus(reference, reference) == 0.0
    assert igd_plus(np.array([[0.0, 0.0]]), reference) == 0.0


def test_igd_plus_counts_only_what_is_worse() -> None:
    # From (0, 1): 0.6 worse in the first, better in the second. From (1, 0): 0.5 worse in the second.
    F, reference = np.array([[0.6, 0.5]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    assert igd_plus(F, reference) == pytest.approx((0.6 + 0.5) / 2)
    assert igd_plus(np.empty((0, 2)), reference) == np.inf


@given(point_sets())
def test_igd_plus_of_a_union_to_its_own_front_is_zero(F: FloatArray) -> None:
    assert igd_plus(F, F[non_dominated(F)]) == 0.0


def test_spread_of_three_points_is_what_its_formula_says() -> None:
    # Nearest neighbors at 1, 1 and 3 along a line, mean 5/3, ends reached: (2/3 + 2/3 + 4/3) / 5.
    F = np.array([[0.0, 4.0], [1.0, 4.0], [4.0, 4.0]])
    ends = np.array([[0.0, 4.0]])
    assert generalized_spread(F, ends) == pytest.approx((8 / 3) / 5)


def test_ends_that_are_missed_widen_the_spread() -> None:
    # Even points, but 1 away from each end: (1 + 1) / (1 + 1 + 3 * 1).
    F = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    ends = np.array([[0.0, 0.0], [4.0, -1e-9]])
    assert generalized_spread(F, ends) == pytest.approx(2 / 5, abs=1e-6)


def test_a_single_point_and_a_single_objective_have_no_spread() -> None:
    assert np.isnan(generalized_spread(np.ones((3, 2)), np.ones((1, 2))))
    assert np.isnan(generalized_spread(np.arange(3.0)[:, None], np.zeros((1, 1))))
