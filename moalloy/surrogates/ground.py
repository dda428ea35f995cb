"""Where training rows are: their domain, and which of them it would hold if their own group weren't there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.neighbors import (
    Domain,
    distances_to_other_groups_at_pct,
    is_beyond,
    rounded_at_pct,
)
from moalloy.surrogates.training import ProcessInput, TrainingRows, treated_as_measured

__all__ = ["Ground"]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The domain of training rows, and which of them it would hold without their own group.

    ``is_reached`` has shape ``(n_rows,)``: judged by the other groups alone, as a new group would be, a row
    is near enough to a measured alloy, holds no element that only its own group has, or has so much of, and
    was treated within what the others did.
    """

    domain: Domain
    is_reached: BoolArray

    @classmethod
    def of(cls, rows: TrainingRows, process: Sequence[ProcessInput]) -> Ground:
        """Return the ground of training rows; its domain reaches as far as 9 in 10 groups lie apart.

        The reach is the 90th percentile of the distances from a row to the nearest row of another
        group: the distances at which the grouped validation scored the model.
        """
        groups = rows.group_codes
        distances = distances_to_other_groups_at_pct(rows.fractions, groups)
        finite = distances[np.isfinite(distances)]
        # Rounded as distances are, so that what lies exactly there is inside.
        reach_at_pct = float(rounded_at_pct(np.quantile(finite, [0.9]))[0]) if len(finite) else 0.0
        domain = Domain(rows.elements, rows.fractions, reach_at_pct)
        is_reached = distances <= domain.reach_at_pct
        is_reached &= ~_holds_what_only_its_group_has(rows.fractions, groups, domain.foreign_at_pct)
        is_reached &= _treated_as_others(rows.process, groups, process)
        return cls(domain, is_reached)


def _holds_what_only_its_group_has(
    fractions: FloatArray, groups: IntArray, foreign_at_pct: float
) -> BoolArray:
    alone = np.zeros(len(fractions), dtype=np.bool_)
    for column in fractions.T:
        # Only the group that has the most of an element could have more than all others allow.
        own = groups == groups[column.argmax()]
        most = column[~own].max(initial=0.0)
        alone |= own & is_beyond(column, np.array(most), foreign_at_pct)
    return alone


def _treated_as_others(
    treatments: FloatArray, groups: IntArray, process: Sequence[ProcessInput]
) -> BoolArray:
    is_within = np.ones(len(groups), dtype=np.bool_)
    for group in np.unique(groups) if process else ():
        own = groups == group
        is_within[own] = treated_as_measured(treatments[own], treatments[~own], process)
    return is_within
