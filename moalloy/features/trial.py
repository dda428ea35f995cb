"""Features of installed packages are tried out on the measured alloys before anything learns from them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moalloy.domain.values import FloatArray
from moalloy.errors import SpaceError
from moalloy.features.blocks import feature_packages, get_block
from moalloy.features.featurizer import Featurizer

__all__ = ["try_features"]


def try_features(featurizer: Featurizer, fractions: FloatArray, elements: Sequence[str]) -> None:
    """Refuse features of installed packages that no model should learn from; built-in ones are sound.

    Args:
        featurizer: What a model is going to see.
        fractions: The alloys that it learns from, shape ``(n_alloys, n_elements)``.
        elements: The columns of ``fractions``.

    Raises:
        SpaceError: They can't be computed, are known of no alloy, change with the other alloys or elements
            that they are computed for, or have the name of another feature.
    """
    for block, package in feature_packages(featurizer.blocks).items():
        fault = _fault(featurizer, block, fractions, elements)
        if fault:
            raise SpaceError(
                f"the features {block!r} of an installed package ({package}) are no features: {fault}. Mend"
                f" the package, or leave {block!r} out of model.features."
            )


def _fault(featurizer: Featurizer, block: str, fractions: FloatArray, elements: Sequence[str]) -> str:
    """Return what is wrong with the features of one block, in words; empty if nothing is."""
    names = featurizer.names_of(block)
    others = [name for other in featurizer.blocks if other != block for name in featurizer.names_of(other)]
    if shared := sorted({*names} & {*others}):
        return f"{shared[0]!r} is the name of another feature, too"
    alone = Featurizer((block,), featurizer.elements, featurizer.without)
    features = alone.transform(fractions, elements)
    unknown = np.isnan(features).all(axis=0)
    if unknown.any():
        n_alloys = len(features)
        return f"{names[int(unknown.argmax())]!r} is NaN, hence unknown, for all {n_alloys} measured alloys"
    some = slice(None, None, -2)
    if not _are_same(alone.transform(fractions[some], elements), features[some]):
        return "the values of an alloy change with the other alloys that are computed with it"
    reordered = Featurizer((block,), featurizer.elements[::-1], featurizer.without)
    if get_block(block).is_general and not _are_same(reordered.transform(fractions, elements), features):
        return "the values depend on the elements of the features, but is_general says that they don't"
    return ""


def _are_same(values: NDArray[np.float32], expected: NDArray[np.float32]) -> bool:
    return np.array_equal(values, expected, equal_nan=True)
