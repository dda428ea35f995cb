"""What members predict of the rows that they never saw: the ground of every score and interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray
from moalloy.surrogates.learner import Origin, Scorer

__all__ = ["OutOfFold"]


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    """Predictions of rows by members that never saw their group, on the fitted scale.

    ``predicted`` has shape ``(n_repeats, n_rows)``; NaN where the last repeat was cut short. The first
    repeat is always whole. ``seeds`` and ``is_left_out``, shape ``(n_members, n_rows)``, are what each
    member was fitted with and without.
    """

    predicted: FloatArray
    members: tuple[Scorer, ...]
    seeds: tuple[int, ...]
    is_left_out: BoolArray

    @property
    def mean(self) -> FloatArray:
        """Mean over repeats, shape ``(n_rows,)``."""
        return np.asarray(np.nanmean(self.predicted, axis=0), dtype=np.float64)

    def origins(self, groups: tuple[str, ...]) -> tuple[Origin, ...]:
        """Return how to fit each member again, given the groups of the rows that the folds kept whole."""
        labels = np.array(groups)
        return tuple(
            Origin(seed, tuple(str(label) for label in np.unique(labels[is_out])))
            for seed, is_out in zip(self.seeds, self.is_left_out, strict=True)
        )
