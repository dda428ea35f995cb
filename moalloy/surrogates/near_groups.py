"""The groups that report alloys near those of a front, brought down to a few sets to leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.neighbors import align
from moalloy.surrogates.training import TrainingRows

__all__ = ["NEAR_AT_PCT", "GroupSets", "all_groups", "groups_near", "merged"]

# Half the L1 distance in at.%: a family of alloys, such as FINEMET with its neighbors in the papers.
NEAR_AT_PCT = 3.0
# Distances that differ by less are one distance with rounding.
_SAME_AT_PCT = 1e-9
# What a merger may leave out needlessly, as a share of all rows: too little for a model to notice.
_SPARED = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class GroupSets:
    """Sets of groups to leave out, shape ``(n_sets, n_groups)``, and the set of each alloy."""

    groups: BoolArray
    of_alloy: IntArray


def all_groups(rows: TrainingRows) -> tuple[str, ...]:
    """Return the groups of the rows, by code, then those that have nothing but proxies."""
    measured = tuple(np.unique(rows.groups).tolist())
    proxies = dict.fromkeys(group for item in rows.proxies for group in item.groups)
    return (*measured, *(group for group in proxies if group not in measured))


def groups_near(
    fractions: FloatArray, elements: Sequence[str], rows: TrainingRows, *, within_at_pct: float = NEAR_AT_PCT
) -> BoolArray:
    """Return which groups are near which alloys, shape ``(n_alloys, n_groups)``, as `all_groups` orders them.

    A group is near if one of its rows is, and be it a row of a proxy. An alloy without a near group that
    measured the property has the nearest of these, or those that are equally near.

    Args:
        fractions: Atomic fractions, shape ``(n_alloys, n_elements)``.
        elements: The columns of ``fractions``.
        rows: The rows that a model was trained on.
        within_at_pct: Half the sum of absolute differences.
    """
    union = tuple(dict.fromkeys((*rows.elements, *elements)))
    asked = align(fractions, elements, union)
    groups = all_groups(rows)
    measured = _distances(asked, align(rows.fractions, rows.elements, union), rows.groups, groups)
    near = measured <= measured.min(axis=1, keepdims=True) + _SAME_AT_PCT
    for item in rows.proxies:
        beside = _distances(asked, align(item.fractions, rows.elements, union), item.groups, groups)
        near |= beside <= within_at_pct + _SAME_AT_PCT
    return np.asarray(near | (measured <= within_at_pct + _SAME_AT_PCT), dtype=np.bool_)


def _distances(
    asked: FloatArray, measured: FloatArray, owners: Sequence[str], groups: Sequence[str]
) -> FloatArray:
    """Return how far the nearest row of each group is, in at.%; infinite where it has none."""
    labels = np.array(owners)
    nearest = np.full((len(asked), len(groups)), np.inf)
    for number, group in enumerate(groups):
        own = measured[labels == group]
        if len(own):
            nearest[:, number] = 50.0 * cdist(asked, own, "cityblock").min(axis=1)
    return nearest


def merged(near: BoolArray, n_rows: IntArray, *, most: int) -> GroupSets:
    """Return the sets of near groups, merged until there are at most ``most``.

    Each time the two sets merge whose union leaves out the fewest rows that their alloys didn't ask to
    leave out. It goes on beyond ``most`` where that costs next to nothing. A union hides more than it has
    to, so what a model says without it errs on the side of caution. ``O(n_sets^3)``.

    Args:
        near: Which groups are near which alloys, shape ``(n_alloys, n_groups)``.
        n_rows: Of each group, shape ``(n_groups,)``.
        most: Models can be fitted for that many sets.

    >>> near = np.array([[True, False, False], [True, True, False], [False, False, True]])
    >>> merged(near, np.array([5, 1, 5]), most=2).groups
    array([[False, False,  True],
           [ True,  True, False]])
    """
    groups, of_alloy = np.unique(near, axis=0, return_inverse=True)
    of_alloy = of_alloy.reshape(-1)
    spared = _SPARED * float(n_rows.sum()) * len(near)
    while len(groups) > 1:
        weights = np.bincount(of_alloy, minlength=len(groups))
        cost = _needless_rows(groups, n_rows, weights)
        first, second = sorted(int(i) for i in np.unravel_index(cost.argmin(), cost.shape))
        spared -= float(cost[first, second])
        if len(groups) <= most and spared < 0:
            break
        groups[first] |= groups[second]
        groups = np.delete(groups, second, axis=0)
        of_alloy = np.where(of_alloy == second, first, of_alloy)
        of_alloy -= of_alloy > second
    return GroupSets(groups, of_alloy)


def _needless_rows(groups: BoolArray, n_rows: IntArray, weights: IntArray) -> FloatArray:
    """Return the rows that merging each pair of sets leaves out needlessly, summed over their alloys."""
    left_out = groups @ n_rows
    union = left_out[:, None] + left_out[None, :] - (groups * n_rows) @ groups.T
    extra = weights[:, None] * (union - left_out[:, None])
    cost = (extra + extra.T).astype(np.float64)
    np.fill_diagonal(cost, np.inf)
    return cost
