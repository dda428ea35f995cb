"""A few alloys that stand for many are spread out, and always the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from moalloy.domain.values import FloatArray
from moalloy.report.diverse import along, spread_out, unit_scaled

POINTS = arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(-1e3, 1e3))


@given(POINTS, st.integers(1, 12))
def test_chosen_rows_are_in_order_and_as_many_as_asked(points: FloatArray, n: int) -> None:
    chosen = spread_out(points, n)
    assert len(chosen) == min(n, len(points))
    assert (np.diff(chosen) >= 0).all()


def test_the_best_of_every_column_is_chosen() -> None:
    points = np.random.default_rng(0).random((200, 3))
    assert set(points.argmax(axis=0)) <= set(spread_out(points, 5))


def test_a_bunch_of_alloys_is_represented_once() -> None:
    bunch = np.array([[0.5 + 1e-6 * i, 0.5] for i in range(20)])
    ends = np.array([[0.0, 1.0], [1.0, 0.0]])
    chosen = spread_out(np.concatenate([ends, bunch]), 3)
    assert {0, 1} < set(chosen)


@given(POINTS)
def test_scaled_points_lie_between_0_and_1(points: FloatArray) -> None:
    scaled = unit_scaled(points)
    assert scaled.min() >= 0
    assert scaled.max() <= 1


def test_alloys_along_a_front_keep_both_ends() -> None:
    values = np.random.default_rng(1).permutation(100).astype(float)
    picked = values[along(values, 7)]
    assert picked[0] == 0
    assert picked[-1] == 99
    assert (np.diff(picked) > 0).all()
