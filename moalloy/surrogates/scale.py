"""The scale that a property is fitted on."""

from __future__ import annotations

from typing import Literal

import numpy as np

from moalloy.domain.values import FloatArray

__all__ = ["Scale", "to_scale"]

Scale = Literal["linear", "log"]


def to_scale(values: FloatArray, scale: Scale) -> FloatArray:
    """Return values on the scale that is fitted: as they are, or their decimal logarithm."""
    return np.log10(values) if scale == "log" else values
