"""Nearest points in a box, by support, and on the way from a valid point."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moalloy.domain.constraints import CountConstraint
from moalloy.domain.projection import nearest_in_box, nearest_valid
from moalloy.domain.support import nearest_by_support
from moalloy.domain.values import BoolArray, FloatArray, IntArray

TARGETS = st.lists(st.floats(-50, 50), min_size=3, max_size=3)


@settings(max_examples=100, deadline=None)
@given(TARGETS, st.tuples(*[st.integers(0, 4)] * 3), st.tuples(*[st.integers(0, 5)] * 3), st.data())
def test_the_nearest_point_in_a_box_is_that_of_brute_force(
    target: list[float], lower: tuple[int, ...], width: tuple[int, ...], data: st.DataObject
) -> None:
    low, high = np.array(lower), np.array(lower) + np.array(width)
    total = data.draw(st.integers(int(low.sum()), int(high.sum())))
    points = [p for p in itertools.product(*map(range, low, high + 1)) if sum(p) == total]
    found = nearest_in_box(np.array([target]), low, high, total=total)[0]
    assert tuple(found) in points
    distance = min(((np.array(p) - target) ** 2).sum() for p in points)
    assert ((found - target) ** 2).sum() == pytest.approx(distance, abs=1e-8)


def test_rows_of_a_box_projection_do_not_depend_on_each_other() -> None:
    targets = np.random.default_rng(0).normal(5, 20, (50, 20))
    targets[::5] = np.round(targets[::5] * 2) / 2  # ties
    low, high = np.zeros(20, dtype=np.int64), np.full(20, 30)
    together = nearest_in_box(targets, low, high, total=100)
    alone = [nearest_in_box(row[None, :], low, high, total=100)[0] for row in targets]
    assert (together == alone).all()


def test_targets_far_off_still_give_points_in_the_box() -> None:
    targets = np.array([[1e9, -1e9, 0.0], [-1e9, -1e9, -1e9]])
    points = nearest_in_box(targets, np.zeros(3, dtype=np.int64), np.full(3, 8), total=10)
    assert points[0].tolist() == [8, 0, 2]
    assert points[1].sum() == 10


def by_support(target: FloatArray, count: tuple[int, int], *, least: int = 5, most: int = 60) -> IntArray:
    n = target.shape[1]
    bounds = (np.full(n, least), np.full(n, most))
    item = CountConstraint("count", (True,) * n, *count)
    return nearest_by_support(target, bounds, np.ones(n, dtype=np.bool_), [item], total=100)


def test_a_support_holds_as_many_elements_as_the_count_allows() -> None:
    target = np.array([[40.0, 30.0, 15.0, 10.0, 5.0]])
    assert by_support(target, (1, 3)).tolist() == [[45, 35, 20, 0, 0]]
    assert (by_support(target[:, ::-1], (5, 5)) >= 5).all()


def test_elements_are_added_where_the_sum_would_be_out_of_reach() -> None:
    assert (by_support(np.array([[90.0, 1.0, 2.0, 0.0]]), (1, 4)) > 0).sum() == 2


def test_a_support_that_cannot_sum_up_gives_a_row_of_zeros() -> None:
    assert by_support(np.array([[90.0, 0.0, 0.0]]), (1, 1)).tolist() == [[0, 0, 0]]


def test_the_way_to_a_target_ends_at_the_last_valid_point() -> None:
    def is_valid(points: IntArray) -> BoolArray:
        return np.asarray(points[:, 0] <= 70)

    def snap(targets: FloatArray) -> IntArray:
        return nearest_in_box(targets, np.zeros(2, dtype=np.int64), np.full(2, 100), total=100)

    found = nearest_valid(np.array([[100.0, 0.0], [60.0, 40.0]]), np.array([[50, 50]]), is_valid, snap)
    assert 68 <= found[0, 0] <= 70
    assert found[1, 0] in (59, 60)


def test_where_no_station_is_valid_the_known_point_is_kept() -> None:
    found = nearest_valid(
        np.array([[3.0, 7.0]]),
        np.array([[10, 0], [0, 10]]),
        lambda points: np.zeros(len(points), dtype=np.bool_),
        lambda targets: np.rint(targets).astype(np.int64),
    )
    assert found.tolist() == [[0, 10]]
