"""Amounts within ranges that sum to a total, against listing every combination."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.box import Box


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Return small boxes; the total may be out of their reach."""
    lower = np.array(draw(st.lists(st.integers(0, 5), min_size=1, max_size=4)))
    widths = np.array(draw(st.lists(st.integers(0, 4), min_size=len(lower), max_size=len(lower))))
    total = draw(st.integers(int(lower.sum()) - 1, int((lower + widths).sum()) + 1))
    return Box(lower, lower + widths, total)


def listed(box: Box) -> list[tuple[int, ...]]:
    ranges = [range(a, b + 1) for a, b in zip(box.lower.tolist(), box.upper.tolist(), strict=True)]
    return sorted(point for point in itertools.product(*ranges) if sum(point) == box.total)


@given(boxes())
def test_every_point_has_one_rank(box: Box) -> None:
    points = listed(box)
    assert box.n_points == len(points)
    assert sorted(map(tuple, box.unrank(np.arange(len(points))).tolist())) == points


@given(boxes())
def test_tightened_ranges_end_at_points(box: Box) -> None:
    points = np.array(listed(box))
    if len(points):
        tight = box.tightened()
        assert tight.lower.tolist() == points.min(axis=0).tolist()
        assert tight.upper.tolist() == points.max(axis=0).tolist()


@pytest.mark.parametrize(("n_elements", "numbered"), [(10, True), (12, False)])
def test_boxes_beyond_int64_are_not_numbered(n_elements: int, numbered: bool) -> None:
    lower = np.zeros(n_elements, dtype=np.int64)
    assert Box(lower, lower + 60, total=100).is_numbered is numbered


def test_large_boxes_are_counted_exactly() -> None:
    # Compositions of 30 into 8 parts from 0 on: C(37, 7).
    zero = np.zeros(8, dtype=np.int64)
    assert Box(zero, zero + 30, total=30).n_points == 10_295_472
