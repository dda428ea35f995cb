"""A physical ceiling that no prediction passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.features.descriptors import get_descriptor

__all__ = ["Ceiling"]

# Of 262 measured saturation flux densities one passes the dilution ceiling, by 1.2 %.
_ROOM = 1.03


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A descriptor, in the property's unit, that values stay below but for 3 %: room for its constants."""

    descriptor: str

    def highest(self, fractions: FloatArray, elements: Sequence[str]) -> FloatArray:
        """Return the highest value of each alloy, shape ``(n_alloys,)``; inf where its elements lack data.

        Args:
            fractions: Atomic fractions, shape ``(n_alloys, n_elements)``.
            elements: The columns of ``fractions``.
        """
        descriptor = get_descriptor(self.descriptor)
        ceiling = _ROOM * descriptor(np.ascontiguousarray(fractions), elements)
        return np.asarray(np.where(np.isnan(ceiling), np.inf, ceiling), dtype=np.float64)
