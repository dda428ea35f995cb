"""Splits: what a group is for, and that nothing but the seed decides them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.values import IntArray
from moalloy.surrogates.folds import group_folds, random_folds

N_FOLDS = 4
groupings = st.lists(st.integers(0, 12), min_size=8, max_size=60).filter(lambda g: len(set(g)) >= N_FOLDS)


def _folds(groups: list[int], seed: int = 0) -> IntArray:
    return group_folds(np.array(groups), N_FOLDS, np.random.default_rng(seed))


@given(groupings, st.integers(0, 1000))
def test_a_group_never_straddles_two_folds(groups: list[int], seed: int) -> None:
    folds = _folds(groups, seed)
    assert all(len(set(folds[np.array(groups) == group])) == 1 for group in set(groups))


@given(groupings, st.integers(0, 1000))
def test_every_fold_gets_a_group_and_sizes_differ_by_one_group_at_most(groups: list[int], seed: int) -> None:
    sizes = np.bincount(_folds(groups, seed), minlength=N_FOLDS)
    assert sizes.min() > 0
    assert np.ptp(sizes) <= max(groups.count(group) for group in groups)


@given(groupings)
def test_the_same_seed_splits_the_same_way(groups: list[int]) -> None:
    np.testing.assert_array_equal(_folds(groups), _folds(groups))


def test_repeats_split_differently() -> None:
    groups = list(range(12)) * 3
    splits = {tuple(_folds(groups, seed)) for seed in range(10)}
    assert len(splits) == 10


def test_random_folds_split_a_group_and_are_as_equal_as_can_be() -> None:
    folds = random_folds(22, N_FOLDS, np.random.default_rng(0))
    assert sorted(np.bincount(folds)) == [5, 5, 6, 6]
    assert len(set(folds[:11])) > 1
