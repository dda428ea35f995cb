"""Groups near an alloy, and how few sets of them are left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.values import BoolArray
from moalloy.surrogates.near_groups import groups_near, merged
from moalloy.surrogates.training import TrainingRows
from tests.measured_alloys import ELEMENTS, measured_rows


@pytest.fixture
def rows() -> TrainingRows:
    """Three alloys of three papers, 2 and 10 at.% apart."""
    fractions = np.array([[0.80, 0.20, 0.0], [0.78, 0.20, 0.02], [0.70, 0.20, 0.10]])
    return replace(
        measured_rows(n_papers=3, n_per_paper=1),
        fractions=fractions,
        groups=("paper 0", "paper 1", "paper 2"),
    )


def test_groups_within_three_at_pct_are_near(rows: TrainingRows) -> None:
    assert groups_near(rows.fractions[:1], ELEMENTS, rows).tolist() == [[True, True, False]]
    assert groups_near(rows.fractions[:1], ELEMENTS, rows, within_at_pct=1.0).tolist() == [
        [True, False, False]
    ]


def test_an_alloy_far_from_all_has_the_nearest_group(rows: TrainingRows) -> None:
    assert groups_near(np.array([[0.86, 0.14, 0.0]]), ELEMENTS, rows).tolist() == [[True, False, False]]
    assert groups_near(np.array([[0.6, 0.2, 0.2]]), ELEMENTS, rows).tolist() == [[False, False, True]]


def test_groups_that_are_equally_far_are_all_near(rows: TrainingRows) -> None:
    assert groups_near(np.array([[0.5, 0.5, 0.0]]), ELEMENTS, rows).tolist() == [[True, True, True]]


def test_elements_that_the_rows_lack_count_as_distance(rows: TrainingRows) -> None:
    near = groups_near(np.array([[0.76, 0.20, 0.0, 0.04]]), (*ELEMENTS, "Nb"), rows, within_at_pct=3.9)
    assert near.tolist() == [[True, True, False]]  # 4 away from each, further from the third
    assert groups_near(np.array([[0.76, 0.2, 0.04]]), ("Fe", "B", "Nb"), rows).tolist() == near.tolist()


@st.composite
def near_sets(draw: st.DrawFn) -> tuple[BoolArray, list[int]]:
    n_groups = draw(st.integers(1, 6))
    row = st.lists(st.booleans(), min_size=n_groups, max_size=n_groups)
    rows = draw(st.lists(row, min_size=1, max_size=20))
    sizes = draw(st.lists(st.integers(1, 50), min_size=n_groups, max_size=n_groups))
    return np.array(rows, dtype=np.bool_), sizes


@given(near_sets(), st.integers(1, 8))
def test_every_alloy_has_all_its_near_groups_left_out(drawn: tuple[BoolArray, list[int]], most: int) -> None:
    near, sizes = drawn
    sets = merged(near, np.array(sizes), most=most)
    assert len(sets.groups) <= most
    left_out = sets.groups[sets.of_alloy]
    assert (left_out >= near).all()
    assert (left_out[:, ~near.any(axis=0)] == 0).all()


def test_sets_that_cost_few_rows_merge_first() -> None:
    near = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0]], dtype=np.bool_)
    sets = merged(near, np.array([50, 5, 50, 50]), most=2)
    assert sets.of_alloy[0] == sets.of_alloy[1] != sets.of_alloy[2]


def test_sets_that_cost_next_to_nothing_merge_although_more_may_stay() -> None:
    near = np.array([[1, 0, 0], [0, 1, 0]], dtype=np.bool_)
    assert len(merged(near, np.array([1, 1, 998]), most=8).groups) == 1
    assert len(merged(near, np.array([50, 50, 900]), most=8).groups) == 2
