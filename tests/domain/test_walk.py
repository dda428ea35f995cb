"""Random walks on grid points."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.domain.walk import climb, spread


def is_allowed(points: IntArray) -> BoolArray:
    inside = (points >= 0).all(axis=1) & (points.sum(axis=1) == 8)
    return np.asarray(inside & ((points > 0).sum(axis=1) <= 2), dtype=np.bool_)


def test_spread_walkers_end_up_uniform_over_the_allowed_points() -> None:
    points = [p for p in itertools.product(range(9), repeat=3) if is_allowed(np.array([p]))[0]]
    starts = np.tile([8, 0, 0], (4000, 1))
    ends = spread(starts, is_allowed, np.random.default_rng(1), n_rounds=150)
    counts = [int((ends == point).all(axis=1).sum()) for point in points]
    assert sum(counts) == 4000
    expected = 4000 / len(points)
    chi_square = sum((count - expected) ** 2 / expected for count in counts)
    # 24 points, 23 degrees of freedom: above 49.7 in one of a thousand.
    assert len(points) == 24
    assert chi_square < 49.7


def test_climbing_finds_what_no_draw_would() -> None:
    goal = np.array([31, 17, 3, 49])

    def excess(points: IntArray) -> FloatArray:
        return np.asarray(np.abs(points - goal).sum(axis=1), dtype=np.float64)

    starts = np.tile([100, 0, 0, 0], (64, 1))
    found = climb(starts, lambda p: np.asarray((p >= 0).all(axis=1)), excess, np.random.default_rng(0))
    assert len(found) > 0
    assert (found == goal).all()


def test_climbing_gives_up_after_its_rounds() -> None:
    def excess(points: IntArray) -> FloatArray:
        return np.ones(len(points))

    starts = np.array([[1, 1]])
    found = climb(starts, is_allowed, excess, np.random.default_rng(0), max_rounds=5)
    assert found.shape == (0, 2)


@pytest.mark.parametrize("n_columns", [1, 2])
def test_a_walk_with_nowhere_to_go_stays(n_columns: int) -> None:
    starts = np.full((3, n_columns), 4)
    ends = spread(starts, lambda p: np.asarray((p == 4).all(axis=1)), np.random.default_rng(0), n_rounds=3)
    assert (ends == starts).all()
