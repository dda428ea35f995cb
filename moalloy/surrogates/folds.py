"""Splits for validation: by group, which is honest, and at random, which flatters."""

from __future__ import annotations

import numpy as np

from moalloy.domain.values import IntArray

__all__ = ["group_folds", "random_folds"]


def group_folds(groups: IntArray, n_folds: int, rng: np.random.Generator) -> IntArray:
    """Return the fold of each row, shape ``(n_rows,)``; a group lies in one fold.

    Groups are dealt in random order, each to the fold with the fewest rows so far, so that folds have
    about equal size and every repeat splits differently.

    >>> folds = group_folds(np.array([0, 0, 1, 2, 3]), 2, np.random.default_rng(0))
    >>> folds[0] == folds[1]
    np.True_
    """
    labels, sizes = np.unique(groups, return_counts=True)
    filled = np.zeros(n_folds)
    fold_of_group = np.empty(len(labels), dtype=np.int64)
    for i in rng.permutation(len(labels)):
        fold_of_group[i] = np.argmin(filled)
        filled[fold_of_group[i]] += sizes[i]
    return fold_of_group[np.searchsorted(labels, groups)]


def random_folds(n_rows: int, n_folds: int, rng: np.random.Generator) -> IntArray:
    """Return the fold of each row, shape ``(n_rows,)``, regardless of groups."""
    return rng.permutation(np.arange(n_rows) % n_folds).astype(np.int64)
