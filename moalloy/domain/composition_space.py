"""The compositions that a problem allows, as whole numbers of grid steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np

from moalloy.domain.conflict import describe_clash
from moalloy.domain.constraints import (
    Constraint,
    CountConstraint,
    DescriptorLimit,
    GridConstraint,
    LinearConstraint,
    is_int64_safe,
)
from moalloy.domain.diagram import Diagram
from moalloy.domain.diagram_builder import DiagramTooLargeError, build_diagram
from moalloy.domain.elements import masses_u
from moalloy.domain.grid_check import GridCheck, GridRules
from moalloy.domain.projection import nearest_in_box, nearest_valid
from moalloy.domain.support import nearest_by_support
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.domain.walk import climb, spread
from moalloy.errors import EmptySpaceError, SpaceError
from moalloy.units import atomic_to_weight_fractions, weight_to_atomic_fractions

__all__ = ["Basis", "CompositionSpace", "ElementRange", "PointCount"]

Basis = Literal["at%", "wt%"]

# Spaces with constraints outside the diagram are counted one by one up to here: seconds.
_COUNT_ALL = 3_000_000
_COUNT_SAMPLE = 100_000
# Drawing and rejecting goes on while at least this share is valid, judged after so many draws.
_LEAST_SHARE = 0.001
_JUDGED_AFTER = 100_000
_DRAWS = 20_000
_WALKERS = 512
_POOL = 256
# Edges that the diagram may have: with linear constraints, where each is kept, and with counts alone.
_EDGES_WITH_LINEAR = 800_000
_EDGES_WITH_COUNTS = 60_000_000
# Above this many edges a search for the nearest point takes milliseconds a row.
_SEARCHABLE_EDGES = 200_000
# A float amount names a grid point if it is this near, in grid steps; float64 conversion errs by 1e-12.
_ON_GRID = 1e-6


@dataclass(frozen=True, slots=True)
class ElementRange:
    """The amounts allowed for one element, in whole grid steps: ``lower..upper``, or 0 if ``or_zero``."""

    symbol: str
    lower: int
    upper: int
    or_zero: bool = False

    @property
    def values(self) -> IntArray:
        """All allowed amounts, rising."""
        inside = np.arange(self.lower, self.upper + 1, dtype=np.int64)
        return np.union1d(inside, [0]).astype(np.int64) if self.or_zero else inside


class PointCount(int):
    """A number of points that says how far it can be trusted.

    ``is_exact`` is False for an estimate, whose relative standard error is ``relative_error``.
    """

    is_exact: bool
    relative_error: float

    def __new__(cls, value: int, *, relative_error: float = 0.0) -> PointCount:
        count = super().__new__(cls, value)
        count.relative_error = relative_error
        count.is_exact = relative_error == 0.0
        return count


@dataclass(frozen=True, eq=False)
class CompositionSpace:
    """Amounts ``k`` of each element, whole numbers of ``step`` percent of ``basis`` that sum to ``n_steps``.

    Arrays of amounts have shape ``(n_alloys, n_elements)``, columns in ``elements`` order, which is
    the order of ``ranges``. Ties between equally near compositions go by that order: `DesignSpace` hands
    the elements over by atomic number, so that its answers don't depend on the order in the user's file.
    """

    ranges: tuple[ElementRange, ...]
    step: Fraction
    basis: Basis = "at%"
    constraints: tuple[Constraint, ...] = ()
    descriptor_limits: tuple[DescriptorLimit, ...] = ()

    def __post_init__(self) -> None:
        if self.step <= 0 or (Fraction(100) / self.step).denominator != 1:
            raise SpaceError(
                f"step {float(self.step):g} doesn't divide 100; use one such as 0.1, 0.25, 0.5 or 1"
            )
        if len(set(self.elements)) != len(self.elements) or not self.ranges:
            raise SpaceError("a space needs at least one element, each of them once")
        for item in self.ranges:
            if item.lower < 0 or len(item.values) == 0:
                raise SpaceError(
                    f"{item.symbol}: there is no amount from {item.lower} to {item.upper} steps of "
                    f"{float(self.step):g} {self.basis}"
                )

    @cached_property
    def elements(self) -> tuple[str, ...]:
        return tuple(item.symbol for item in self.ranges)

    @cached_property
    def n_steps(self) -> int:
        return int(Fraction(100) / self.step)

    def fractions(self, amounts: IntArray) -> FloatArray:
        """Return atomic fractions of amounts, same shape."""
        shares = amounts / self.n_steps
        return shares if self.basis == "at%" else weight_to_atomic_fractions(shares, masses_u(self.elements))

    def percent(self, amounts: IntArray) -> FloatArray:
        """Return amounts in percent of the space's own basis: multiples of the step, same shape."""
        return (amounts * self.step.numerator) / self.step.denominator

    def real_amounts(self, fractions: FloatArray) -> FloatArray:
        """Return atomic fractions as amounts in grid steps, not rounded, same shape.

        Where the basis is wt%, negative fractions count as none: they have no weight.
        """
        if self.basis == "wt%":
            present = np.maximum(fractions, 0.0)
            present = np.where(present.any(axis=1, keepdims=True), present, 1.0 / len(self.ranges))
            fractions = atomic_to_weight_fractions(present, masses_u(self.elements))
        return fractions * self.n_steps

    def contains(self, amounts: IntArray) -> BoolArray:
        """Return which rows satisfy every constraint exactly, shape ``(n_alloys,)``."""
        valid = self._check(amounts)
        valid[valid] = self._are_within_limits(amounts[valid])
        return valid

    @property
    def rules(self) -> GridRules:
        """Those of the constraints, with ranges and sum, that whole numbers of 64 bits decide."""
        return self._check.rules

    def contains_by_rules(self, amounts: IntArray) -> BoolArray:
        """Return `contains` for amounts that keep the `rules`: what else there is, shape ``(n_alloys,)``."""
        valid = self._check.others_hold(amounts)
        valid[valid] = self._are_within_limits(amounts[valid])
        return valid

    def _are_within_limits(self, amounts: IntArray) -> BoolArray:
        valid = np.ones(len(amounts), dtype=np.bool_)
        for limit in self.descriptor_limits:
            valid[valid] = limit.excess(self.fractions(amounts[valid])) <= 0
        return valid

    @cached_property
    def _check(self) -> GridCheck:
        """Tells which rows sum to 100 % and satisfy the ranges and every constraint."""
        return self._check_of(self.constraints)

    def _check_of(self, constraints: Sequence[Constraint]) -> GridCheck:
        return GridCheck.of(
            [item.lower for item in self.ranges],
            [item.upper for item in self.ranges],
            [item.or_zero for item in self.ranges],
            constraints,
            total=self.n_steps,
        )

    def sample(self, n: int, rng: np.random.Generator) -> IntArray:
        """Return ``n`` compositions drawn with replacement, shape ``(n, n_elements)``.

        Uniform over the valid grid points. Approximately so where a constraint had to stay outside the
        diagram and fewer than one in a thousand points meet it: then random walks among valid points.

        Raises:
            EmptySpaceError: No composition is valid, or a long search found none.
        """
        self._require_points()
        if not self.has_filters:
            return self.diagram.sample(n, rng)
        found = self._draw_and_reject(n, rng)
        if len(found) >= n:
            return found[:n]
        if len(found) == 0:
            found = self._search_valid(rng)
        starts = found[rng.integers(len(found), size=n)]
        return spread(starts, self.contains, rng, n_rounds=10 * len(self.ranges))

    def _draw_and_reject(self, n: int, rng: np.random.Generator) -> IntArray:
        """Return at least ``n`` valid points, or fewer if hardly any draw is valid."""
        parts = [np.zeros((0, len(self.ranges)), dtype=np.int64)]
        n_found = n_drawn = 0
        batch = min(_DRAWS, 2 * n + 100)
        while n_found < n and (n_drawn < _JUDGED_AFTER or n_found > _LEAST_SHARE * n_drawn):
            drawn = self.diagram.sample(batch, rng)
            parts.append(drawn[self.contains(drawn)])
            n_found, n_drawn = n_found + len(parts[-1]), n_drawn + batch
            batch = _DRAWS
        return np.concatenate(parts)

    def _search_valid(self, rng: np.random.Generator) -> IntArray:
        """Return valid points that a local search on what the filters lack finds."""
        check = self._check_of([item for item in self.constraints if item not in self._outside])
        starts = np.concatenate([self.diagram.sample(_WALKERS, rng), self._corners(check)])
        found = climb(starts, check, self._excess, rng)
        found = found[self.contains(found)]
        if len(found) == 0:
            labels = " and ".join(f"'{label}'" for label in self._filter_labels)
            raise EmptySpaceError(
                f"a long search found no composition that meets {labels} beside the other constraints"
            )
        return found

    def _corners(self, check: GridCheck) -> IntArray:
        """Return the compositions with the most of each element.

        A limit that only nearly pure metals meet (a radius mismatch near 0) is out of a walk's sight.
        """
        corners = self._snap(np.eye(len(self.ranges)) * self.n_steps)
        return corners[check(corners)]

    def _excess(self, amounts: IntArray) -> FloatArray:
        """Return how badly each row breaks the filters, shape ``(n_alloys,)``; 0 says it meets them."""
        total = np.zeros(len(amounts))
        for constraint in self._outside:
            # Floats lose what is smaller than one part in 10**15; the verdict of `satisfied` stands.
            excess = constraint.excess(amounts)
            total += np.where(constraint.satisfied(amounts), 0.0, np.maximum(excess, 1e-12))
        fractions = self.fractions(amounts)
        for limit in self.descriptor_limits:
            total += limit.excess(fractions) / limit.scale
        return total

    def repair(self, targets: FloatArray) -> IntArray:
        """Return a valid composition near each target, shape ``(n_alloys, n_elements)``.

        Args:
            targets: Amounts in grid steps, any finite real numbers.

        Valid targets come back untouched. Otherwise it is the nearest valid grid point in Euclidean
        distance, with two exceptions where it is valid and near. Constraints outside the diagram: the
        last valid point on the way from a valid composition to the target. A diagram of more than
        200,000 edges: the elements are chosen first, greedily, and the amounts are the nearest for them.
        """
        self._require_points()
        rounded = np.rint(targets).astype(np.int64)
        is_fine: BoolArray = np.asarray((np.abs(targets - rounded) < _ON_GRID).all(axis=1))
        is_fine[is_fine] = self.contains(rounded[is_fine])
        broken = ~is_fine
        if broken.any():
            rounded[broken] = self._repair_broken(targets[broken])
        return rounded

    def round(self, targets: FloatArray) -> tuple[IntArray, BoolArray]:
        """Return the nearest points by ranges and sum alone, and which of them are valid.

        Where such a point is valid, no valid point is nearer. Targets as in `repair`, at a tenth of its
        cost.
        """
        self._require_points()
        lower = np.where(self.rules.may_be_absent, 0, self.rules.lower)
        amounts = nearest_in_box(targets, lower, self.rules.upper, total=self.n_steps)
        return amounts, self.contains(amounts)

    def has_points(self) -> bool:
        """Return whether a composition is valid; behind filters, whether a search finds one."""
        if self.has_filters and self.diagram.n_points:
            return self._some is not None
        return self.diagram.n_points > 0

    def count(self) -> PointCount:
        """Return the number of valid compositions, exact where it can be counted in seconds."""
        return self._count

    @cached_property
    def _count(self) -> PointCount:
        total = self.diagram.n_points
        if not self.has_filters or total == 0:
            return PointCount(total)
        if total <= _COUNT_ALL:
            return PointCount(sum(len(part) for part in self.enumerate(0, total, chunk=100_000)))
        drawn = self.diagram.sample(_COUNT_SAMPLE, np.random.default_rng(0))
        n_valid = int(self.contains(drawn).sum())
        # None among the draws says no more than that the share is below one draw.
        share = Fraction(max(n_valid, 1), _COUNT_SAMPLE)
        error = 1.0 if n_valid == 0 else math.sqrt((1 - share) / n_valid)
        return PointCount(round(total * share), relative_error=max(error, 1e-9))

    @property
    def n_ranks(self) -> int:
        """Ranks that `enumerate` knows; the number of compositions, or more where filters drop some."""
        return self.diagram.n_points

    def unrank(self, ranks: IntArray) -> tuple[IntArray, BoolArray]:
        """Return the compositions of the given ranks and which of them are valid."""
        amounts = self.diagram.unrank(ranks)
        return amounts, self.contains(amounts) if self.has_filters else np.ones(len(ranks), dtype=np.bool_)

    def enumerate(self, start: int, stop: int, *, chunk: int) -> Iterator[IntArray]:
        """Yield the valid compositions of the ranks ``start..stop - 1``, from ``chunk`` ranks at a time."""
        for first in range(start, stop, chunk):
            amounts, is_valid = self.unrank(np.arange(first, min(first + chunk, stop), dtype=np.int64))
            yield amounts[is_valid]

    def amounts_in_use(self) -> tuple[IntArray, ...]:
        """Return, per element, the amounts that occur in a composition that the diagram knows."""
        return self.diagram.amounts_in_use()

    @cached_property
    def _diagram_and_filters(self) -> tuple[Diagram, tuple[Constraint, ...]]:
        values = [item.values for item in self.ranges]
        largest = [item.upper for item in self.ranges]
        total = LinearConstraint("sum", (1,) * len(values), self.n_steps, self.n_steps)
        inside = [
            item
            for item in self.constraints
            if isinstance(item, GridConstraint) and is_int64_safe(item, largest)
        ]
        while True:
            counts_only = all(isinstance(item, CountConstraint) for item in inside)
            max_edges = _EDGES_WITH_COUNTS if counts_only else _EDGES_WITH_LINEAR
            try:
                diagram = build_diagram(values, [*inside, total], max_edges=max_edges)
            except DiagramTooLargeError:
                if not inside:
                    raise SpaceError(
                        f"a step of {float(self.step):g} over these ranges is too fine; raise the step"
                    ) from None
                inside.remove(max(inside, key=lambda item: _width(item, self.ranges)))
                continue
            return diagram, tuple(item for item in self.constraints if item not in inside)

    @property
    def diagram(self) -> Diagram:
        """The decision diagram of every constraint but the filters."""
        return self._diagram_and_filters[0]

    @property
    def _outside(self) -> tuple[Constraint, ...]:
        """Constraints that aren't sums over elements, or would make the diagram too large."""
        return self._diagram_and_filters[1]

    @property
    def has_filters(self) -> bool:
        """Whether some constraints have to be checked point by point, outside the diagram."""
        return bool(self._outside or self.descriptor_limits)

    @property
    def _filter_labels(self) -> list[str]:
        return [item.label for item in self._outside] + [item.label for item in self.descriptor_limits]

    def _require_points(self) -> None:
        if self.diagram.n_points == 0:
            raise EmptySpaceError(describe_clash(self))

    @cached_property
    def _some(self) -> IntArray | None:
        """A valid composition, None where a long search finds none."""
        try:
            return self.sample(1, np.random.default_rng(0))
        except EmptySpaceError:
            return None

    @cached_property
    def _pool(self) -> IntArray:
        """Valid compositions to walk from where the diagram alone can't tell what is valid."""
        return np.unique(self.sample(_POOL, np.random.default_rng(0)), axis=0)

    def _repair_broken(self, targets: FloatArray) -> IntArray:
        amounts, is_valid = self.round(targets)
        left = ~is_valid
        if left.any():
            amounts[left] = self._snap(targets[left])
        outside = np.zeros(len(amounts), dtype=np.bool_)
        if self.has_filters or not self._is_searchable:
            outside[left] = ~self.contains(amounts[left])
        if outside.any():
            amounts[outside] = nearest_valid(targets[outside], self._pool, self.contains, self._snap)
        return amounts

    @property
    def _is_searchable(self) -> bool:
        return self.diagram.n_edges <= _SEARCHABLE_EDGES

    def _snap(self, targets: FloatArray) -> IntArray:
        """Return the nearest points of the diagram, or if it is large near ones that may be invalid."""
        if self._is_searchable:
            return self.diagram.nearest(targets)
        lower = np.array([max(item.lower, 1) for item in self.ranges])
        upper = np.array([item.upper for item in self.ranges])
        may_be_absent = np.array([item.or_zero or item.lower == 0 for item in self.ranges])
        counts = [item for item in self.constraints if isinstance(item, CountConstraint) and item.is_plain]
        return nearest_by_support(targets, (lower, upper), may_be_absent, counts, total=self.n_steps)


def _width(constraint: GridConstraint, ranges: Sequence[ElementRange]) -> float:
    """Return how many partial sums a constraint can tell apart, at most; counts are the narrowest."""
    spans = [np.ptp(constraint.contributions(i, item.values)) for i, item in enumerate(ranges)]
    return float(np.sum(spans))
