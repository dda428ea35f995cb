"""Constraints that hold under a condition on the composition: 'with niobium, at least 0.5 copper'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from moalloy.domain.constraints import Constraint, CountConstraint, LinearConstraint
from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["AnyOf", "Release", "ReleasedConstraint", "one_sided", "released"]


class Release(NamedTuple):
    """Amounts ``lower..upper`` of one element that let a constraint go."""

    column: int
    lower: int
    upper: int

    def applies(self, amounts: IntArray) -> BoolArray:
        """Return which amounts of the element lie within, same shape."""
        return np.asarray((amounts >= self.lower) & (amounts <= self.upper), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class ReleasedConstraint:
    """``inner`` holds unless an element has an amount that releases it.

    Still a sum over elements, so that a diagram can hold it: a release adds ``slack``, which is as much
    as ``inner`` can lack.
    """

    label: str
    inner: LinearConstraint | CountConstraint
    releases: tuple[Release, ...]
    slack: int

    @property
    def lower(self) -> int | None:
        return self.inner.lower

    @property
    def upper(self) -> int | None:
        return self.inner.upper

    def reach(self, largest: Sequence[int]) -> tuple[int, int]:
        least, most = self.inner.reach(largest)
        total = self.slack * len(self.releases)
        return least + min(0, total), most + max(0, total)

    def contributions(self, column: int, amounts: IntArray) -> IntArray:
        added = self.inner.contributions(column, amounts)
        for release in self.releases:
            if release.column == column:
                added = added + self.slack * release.applies(amounts)
        return added

    def satisfied(self, amounts: IntArray) -> BoolArray:
        return self.inner.satisfied(amounts) | self._is_released(amounts)

    def excess(self, amounts: IntArray) -> FloatArray:
        return np.where(self._is_released(amounts), 0.0, self.inner.excess(amounts))

    def _is_released(self, amounts: IntArray) -> BoolArray:
        by_element = [release.applies(amounts[:, release.column]) for release in self.releases]
        return np.asarray(np.logical_or.reduce(by_element), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several sets of constraints holds; too much for a diagram."""

    label: str
    options: tuple[tuple[LinearConstraint | CountConstraint, ...], ...]

    def satisfied(self, amounts: IntArray) -> BoolArray:
        hold = [[item.satisfied(amounts) for item in option] for option in self.options]
        none = np.ones(len(amounts), dtype=np.bool_)
        return np.asarray(np.logical_or.reduce([np.logical_and.reduce([none, *item]) for item in hold]))

    def excess(self, amounts: IntArray) -> FloatArray:
        none = np.zeros(len(amounts))
        lacks = [sum((item.excess(amounts) for item in option), start=none) for option in self.options]
        return np.asarray(np.minimum.reduce(lacks), dtype=np.float64)


def released(
    label: str,
    inner: LinearConstraint | CountConstraint,
    releases: Sequence[Release],
    *,
    largest: Sequence[int],
) -> list[Constraint]:
    """Return ``inner`` as constraints that ``releases`` let go.

    Args:
        label: The condition as the user wrote it.
        inner: What holds where nothing releases it.
        releases: Amounts that let it go.
        largest: The largest amount of each element.
    """
    least, most = inner.reach(largest)
    constraints: list[Constraint] = []
    for side in one_sided(inner):
        if side.lower is not None:
            slack = max(0, side.lower - least)
        else:
            assert side.upper is not None
            slack = -max(0, most - side.upper)
        constraints.append(ReleasedConstraint(label, side, tuple(releases), slack))
    return constraints


def one_sided(item: LinearConstraint | CountConstraint) -> list[LinearConstraint | CountConstraint]:
    """Return the lower and the upper bound as a constraint each."""
    sides: list[LinearConstraint | CountConstraint] = []
    if item.lower is not None:
        sides.append(replace(item, upper=None))
    if item.upper is not None:
        sides.append(replace(item, lower=None))
    return sides
