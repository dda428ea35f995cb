"""Points to aim at, for algorithms that look for a part of the front."""

from __future__ import annotations

from dataclasses import dataclass

from moalloy.domain.values import FloatArray

__all__ = ["Preference"]


@dataclass(frozen=True, slots=True, eq=False)
class Preference:
    """Reference points, and what counts as equally far from one in each objective.

    Attributes:
        points: In minimized objectives, shape ``(n_points, n_objectives)``; attainable or not.
        spans: What a distance in each objective is divided by, above 0, shape ``(n_objectives,)``.
    """

    points: FloatArray
    spans: FloatArray
