"""What a block of features is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moalloy.domain.values import FloatArray
from moalloy.features.present import PresentElements

__all__ = ["Block"]


@dataclass(frozen=True, slots=True)
class Block:
    """Features that belong together.

    Attributes:
        names: Names of the features, given the elements whose fractions are features.
        values: The features, shape ``(n_alloys, n_names)``, given the alloys and those elements; NaN is
            what isn't known of an alloy. Its row must not depend on the other alloys, to the last bit.
        is_general: The values don't depend on those elements, so models of other elements share them.
    """

    names: Callable[[Sequence[str]], tuple[str, ...]]
    values: Callable[[PresentElements, Sequence[str]], FloatArray]
    is_general: bool = False
