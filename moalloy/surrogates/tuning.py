"""Random search over the settings of a learner, scored by grouped folds of the rows at hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.surrogates.folds import group_folds
from moalloy.surrogates.learner import Features, Learner

__all__ = ["n_tuning_fits", "tune"]

_N_FOLDS = 3
# After each fold, a third of the drawn settings goes on to the next one.
_KEPT = 3


def tune(
    learner: Learner, features: Features, target: FloatArray, groups: IntArray, *, n_tries: int, seed: int
) -> Learner:
    """Return the best of ``learner`` and ``n_tries`` others of its kind.

    Called on the training part of a fold, so that what is left out has no say in the choice. All
    settings are tried on a first fold, the best third of them on a second one too, a third of these on
    the last: successive halving (Karnin, Koren, Somekh, ICML 2013), at half the fits of trying all on
    all. The settings that were given stay in to the end.

    Args:
        learner: What to beat.
        features: Shape ``(n_rows, n_features)``.
        target: On the fitted scale, shape ``(n_rows,)``.
        groups: Codes of the rows' groups, shape ``(n_rows,)``.
        n_tries: Random settings to try.
        seed: Decides settings and folds.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, 5]))
    drawn = [learner.drawn(rng) for _ in range(n_tries)]
    candidates = [learner, *(item for item in drawn if item is not None)]
    n_folds = min(_N_FOLDS, len(np.unique(groups)))
    if len(candidates) == 1 or n_folds < 2:
        return learner
    folds = group_folds(groups, n_folds, rng)
    scores = np.full((len(candidates), len(target)), np.nan)
    left = list(range(len(candidates)))
    for fold in range(n_folds):
        is_in, is_seen = folds != fold, folds <= fold
        for i in left:
            scorer = candidates[i].fit(features[is_in], target[is_in], seed=seed)
            scores[i, ~is_in] = scorer.predict(features[~is_in])
        losses = {i: learner.loss(scores[i, is_seen], target[is_seen]) for i in left}
        left = _survivors(left, losses)
    return candidates[min(left, key=lambda i: losses[i])]


def n_tuning_fits(n_tries: int) -> int:
    """Return how many models it takes to choose among the given settings and ``n_tries`` others.

    >>> [n_tuning_fits(n) for n in (0, 1, 20)]
    [0, 6, 33]
    """
    n_fits, n_left = 0, n_tries
    for _ in range(_N_FOLDS if n_tries else 0):
        n_fits += 1 + n_left
        n_left = -(-n_left // _KEPT)
    return n_fits


def _survivors(left: Sequence[int], losses: dict[int, float]) -> list[int]:
    """Return the settings that were given, which stand first, and the best third of the others."""
    given, *others = left
    return [given, *sorted(others, key=lambda i: losses[i])[: -(-len(others) // _KEPT)]]
