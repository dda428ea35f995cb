"""Random search over tree settings, scored by grouped folds of the rows at hand."""

from __future__ import annotations

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.surrogates.folds import group_folds
from moalloy.surrogates.trees import DEFAULT_SETTINGS, Device, Features, TreeSettings, fit_trees

__all__ = ["tune"]

_N_FOLDS = 3


def tune(
    features: Features,
    target: FloatArray,
    groups: IntArray,
    *,
    n_tries: int,
    seed: int,
    is_classifier: bool = False,
    device: Device = "cpu",
) -> TreeSettings:
    """Return the best of the default settings and ``n_tries`` random ones.

    Called on the training part of a fold, so that what is left out has no say in the choice.

    Args:
        features: Shape ``(n_rows, n_features)``.
        target: On the fitted scale, shape ``(n_rows,)``.
        groups: Codes of the rows' groups, shape ``(n_rows,)``.
        n_tries: Random settings to try.
        seed: Decides settings and folds.
        is_classifier: Score the log-odds instead of squared errors.
        device: Where to train.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, 5]))
    n_folds = min(_N_FOLDS, len(np.unique(groups)))
    candidates = [DEFAULT_SETTINGS, *(_draw(rng) for _ in range(n_tries))]
    if n_folds < 2:
        return candidates[0]
    folds = group_folds(groups, n_folds, rng)
    losses = []
    for settings in candidates:
        scores = np.empty(len(target))
        for fold in range(n_folds):
            is_in = folds != fold
            trees = fit_trees(
                features[is_in],
                target[is_in],
                settings=settings,
                seed=seed,
                is_classifier=is_classifier,
                device=device,
            )
            scores[~is_in] = trees.predict(features[~is_in])
        losses.append(_loss(scores, target, is_classifier=is_classifier))
    return candidates[int(np.argmin(losses))]


def _draw(rng: np.random.Generator) -> TreeSettings:
    return TreeSettings(
        n_trees=int(rng.choice([150, 300, 600])),
        depth=int(rng.integers(2, 8)),
        learning_rate=float(np.round(10 ** rng.uniform(-2.0, -0.8), 4)),
        subsample=float(np.round(rng.uniform(0.5, 1.0), 2)),
        colsample_bynode=float(np.round(10 ** rng.uniform(-1.0, 0.0), 2)),
        min_child_weight=float(rng.choice([1.0, 2.0, 4.0, 8.0])),
        reg_lambda=float(np.round(10 ** rng.uniform(-1.0, 1.5), 2)),
    )


def _loss(scores: FloatArray, target: FloatArray, *, is_classifier: bool) -> float:
    if is_classifier:
        return float(np.mean(np.logaddexp(0.0, scores) - target * scores))
    return float(np.mean((scores - target) ** 2))
