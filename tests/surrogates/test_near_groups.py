"""Groups near an alloy, and how few sets of them are left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.values import BoolArray
from moalloy.surrogates.near_groups import all_groups, groups_near, merged
from moalloy.surrogates.proxies import ProxyRows
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


def test_a_group_is_near_by_its_rows_of_a_proxy_too(rows: TrainingRows) -> None:
    # 3 at.% from the first alloy as floats have it, above and below; and a paper that no value is of.
    beside = np.array([[0.77, 0.20, 0.03], [0.80 - 0.3, 0.2 + 0.3, 0.0], [0.77, 0.23, 0.0]])
    proxy = ProxyRows(
        column="permeability",
        scale="log",
        fractions=beside,
        process=np.empty((3, 0)),
        values=np.ones(3),
        groups=("paper 2", "paper 1", "paper 9"),
        beside=np.full(3, np.nan),
    )
    known = replace(rows, proxies=(proxy,))
    assert all_groups(known) == ("paper 0", "paper 1", "paper 2", "paper 9")
    assert groups_near(rows.fractions[:1], ELEMENTS, known).tolist() == [[True, True, True, True]]
    assert groups_near(rows.fractions[:1], ELEMENTS, known, within_at_pct=2.9).tolist() == [
        [True, True, False, False]
    ]
    # However near what has a proxy alone, the nearest that was measured is left out, too.
    assert groups_near(np.array([[0.76, 0.24, 0.0]]), ELEMENTS, known).tolist() == [[True, True, False, True]]


@pytest.mark.parametrize("tenths", range(1, 60, 7))
def test_three_at_pct_on_a_grid_are_near_whatever_rounding_makes_of_them(
    rows: TrainingRows, tenths: int
) -> None:
    one = np.array([[800 - tenths, 200 + tenths, 0]]) / 1000.0
    other = np.array([[770 - tenths, 200 + tenths, 30]]) / 1000.0
    proxy = ProxyRows("mu", "log", other, np.empty((1, 0)), np.ones(1), ("far",), np.full(3, np.nan))
    assert groups_near(one, ELEMENTS, replace(rows, proxies=(proxy,)))[0, 3]


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
