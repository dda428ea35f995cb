"""How well the data agree with themselves: the same alloy, treated alike, in different groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.surrogates.neighbors import gaps
from moalloy.surrogates.training import TrainingRows, needs_no_time

__all__ = ["FEWEST_ROWS", "Reproducibility", "WorstGroup", "reproducibility", "worst_group"]

# Fewer pairs tell nothing of the spread.
_FEWEST_PAIRS = 5
# A group of fewer rows is bad by bad luck.
FEWEST_ROWS = 5
# Papers round compositions to 0.1 at.% and treatments to a few kelvin or per cent.
_SAME_AT_PCT = 0.1
_SAME_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Reproducibility:
    """Agreement between groups on one alloy and treatment, on the fitted scale.

    Two groups that share a series of alloys are one witness: every pair of groups counts alike.

    Attributes:
        n_pairs: Pairs of rows of different groups.
        n_group_pairs: Pairs of groups that they come from.
        mae: Mean absolute difference of a pair.
        r2_ceiling: The R2 that a perfect model would have: one less the share of the variance that is
            disagreement, half the mean squared difference. NaN with few pairs.
    """

    n_pairs: int
    n_group_pairs: int
    mae: float
    r2_ceiling: float

    def to_dict(self) -> dict[str, float | None]:
        return {
            "pairs": self.n_pairs,
            "group_pairs": self.n_group_pairs,
            "mae": _or_none(self.mae),
            "r2_ceiling": _or_none(self.r2_ceiling),
        }


@dataclass(frozen=True, slots=True)
class WorstGroup:
    """The group that is predicted worst, of those with five rows or more where there are any."""

    group: str
    n_rows: int
    mae: float
    formulas: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "group": self.group,
            "rows": self.n_rows,
            "mae": self.mae,
            "formulas": list(self.formulas),
        }


def reproducibility(rows: TrainingRows, target: FloatArray) -> Reproducibility:
    """Return how far groups agree; ``target`` has the values on the fitted scale, shape ``(n_rows,)``."""
    known = np.flatnonzero(rows.has_known_treatment)
    codes = rows.group_codes[known]
    # Blank is as good as equal where nothing is to be stated.
    process = np.where(needs_no_time(rows.process, rows.process_names), 0.0, rows.process)[known]
    one, other = _pairs(rows.fractions[known], process, codes)
    difference = target[known][one] - target[known][other]
    _, pair, n_rows = np.unique(
        np.stack([codes[one], codes[other]]), axis=1, return_inverse=True, return_counts=True
    )
    if len(difference) < _FEWEST_PAIRS:
        return Reproducibility(len(difference), len(n_rows), float("nan"), float("nan"))
    weights = 1.0 / n_rows[pair.reshape(-1)]
    variance = float(target[known].var())
    noise = float(np.average(difference**2, weights=weights)) / 2.0
    ceiling = 1.0 - noise / variance if variance > 0 else float("nan")
    mae = float(np.average(np.abs(difference), weights=weights))
    return Reproducibility(len(difference), len(n_rows), mae, ceiling)


def _pairs(fractions: FloatArray, process: FloatArray, codes: IntArray) -> tuple[IntArray, IntArray]:
    """Return both rows of each pair of different groups that report one alloy, treated alike."""
    found = []
    for part, gap in gaps(fractions, fractions):
        is_same = (codes[part, None] < codes[None, :]) & (50.0 * gap <= _SAME_AT_PCT)
        one, other = np.nonzero(is_same)
        one += part.start
        difference, size = np.abs(process[one] - process[other]), np.abs(process[one])
        is_alike = (difference <= _SAME_SHARE * size).all(axis=1)
        found.append(np.array([one[is_alike], other[is_alike]], dtype=np.int64))
    one, other = np.concatenate(found, axis=1)
    return one, other


def worst_group(rows: TrainingRows, errors: FloatArray) -> WorstGroup:
    """Return the group with the largest mean absolute error.

    ``errors`` are on the fitted scale, shape ``(n_rows,)``.
    """
    known = rows.has_known_treatment
    groups = np.array(rows.groups)
    sizes = {str(name): int((known & (groups == name)).sum()) for name in np.unique(groups[known])}
    chosen = [name for name, size in sizes.items() if size >= FEWEST_ROWS] or list(sizes)
    mae = {name: float(np.abs(errors[known & (groups == name)]).mean()) for name in chosen}
    worst = max(chosen, key=lambda name: mae[name])
    own = np.flatnonzero(known & (groups == worst))
    formulas = tuple(dict.fromkeys(rows.formulas[i] for i in own))[:3]
    return WorstGroup(worst, sizes[worst], mae[worst], formulas)


def _or_none(value: float) -> float | None:
    """Return the number for JSON, which knows no NaN."""
    return None if np.isnan(value) else value
