"""NSGA-II on arrays: ranks, crowding, and the whole against pymoo's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymoo.operators.survival.rank_and_crowding.metrics import calc_crowding_distance

from moalloy.domain.values import FloatArray
from moalloy.optimize.nsga2 import crowding_distance, rank_of
from moalloy.pareto import non_dominated

FEW_VALUES = st.integers(0, 5).map(float)
F_WITH_TIES = arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=FEW_VALUES)


@given(F_WITH_TIES)
def test_ranks_are_the_fronts_peeled_off_one_by_one(F: FloatArray) -> None:
    rank = rank_of(F, np.zeros(len(F)))
    left = np.arange(len(F))
    number = 0
    while len(left):
        front = left[non_dominated(F[left])]
        assert (rank[front] == number).all()
        left, number = np.setdiff1d(left, front), number + 1


def test_what_misses_a_limit_ranks_behind_by_how_much() -> None:
    F = np.array([[0.0, 0.0], [3.0, 3.0], [0.0, 0.0], [4.0, 2.0]])
    assert rank_of(F, np.array([0.2, 0.0, 0.1, 0.0])).tolist() == [2, 0, 1, 0]
    assert rank_of(F[:2], np.array([0.2, 0.1])).tolist() == [1, 0]


def test_crowding_is_that_of_the_paper_for_a_front_by_hand() -> None:
    # Three points inside (0, 4), (1, 2), (3, 1), (4, 0): sides 3/4 + 3/4 and 3/4 + 2/4, over two objectives.
    F = np.array([[0.0, 4.0], [1.0, 2.0], [3.0, 1.0], [4.0, 0.0]])
    assert crowding_distance(F, np.zeros(4, dtype=np.int64)).tolist() == [np.inf, 0.75, 0.625, np.inf]


@pytest.mark.parametrize("n_objectives", [2, 3, 4])
def test_crowding_agrees_with_pymoo_rank_by_rank(n_objectives: int) -> None:
    F = np.random.default_rng(1).random((60, n_objectives))
    rank = rank_of(F, np.zeros(60))
    ours = crowding_distance(F, rank)
    for number in range(int(rank.max()) + 1):
        rows = rank == number
        assert ours[rows] == pytest.approx(calc_crowding_distance(F[rows]), rel=1e-12)


@given(F_WITH_TIES)
def test_of_equal_solutions_one_has_a_distance(F: FloatArray) -> None:
    distance = crowding_distance(F, rank_of(F, np.zeros(len(F))))
    assert np.isnan(distance).sum() == 0
    _, inverse = np.unique(F, axis=0, return_inverse=True)
    for number in np.unique(inverse):
        assert np.count_nonzero(distance[inverse.reshape(-1) == number]) <= 1
