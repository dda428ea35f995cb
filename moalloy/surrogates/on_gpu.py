"""Models whose boosted trees XGBoost reads on the GPU: where every alloy of a space is asked for."""

from __future__ import annotations

import numpy as np

from moalloy.surrogates.learner import Features, Scorer
from moalloy.surrogates.model import PropertyModel
from moalloy.surrogates.reading import read_by
from moalloy.surrogates.trees import GpuTrees, Trees

__all__ = ["on_gpu"]

# What float32 may make of a sum of hundreds of leaves in another order, in units of the largest score.
_ROUNDING = 1e-5


def on_gpu(model: PropertyModel) -> PropertyModel:
    """Return a model that predicts the same but for rounding, its trees read on the GPU.

    Trees stay with the CPU where a score of a training row differs by more. Other kinds of models do anyway.
    """
    return read_by(_on_gpu, model)


def _on_gpu(trees: Trees, features: Features) -> Scorer:
    candidate, expected = GpuTrees.of(trees), trees.predict(features)
    largest = max(1.0, float(np.abs(expected).max(initial=0.0)))
    is_close = np.allclose(candidate.predict(features), expected, rtol=0.0, atol=_ROUNDING * largest)
    return candidate if is_close else trees
