"""Conditions between treatment and composition: which compositions each treatment allows.

Conditions cut the treatments into boxes within which every comparison has one answer. Each box has a
composition space of its own, so that alloys can still be counted, drawn and repaired exactly.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.composition_space import CompositionSpace, PointCount
from moalloy.domain.constraints import Constraint
from moalloy.domain.process import ProcessVariable
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.errors import SpaceError

__all__ = ["ProcessTest", "Regime", "TreatmentCondition", "count_compositions", "regimes", "total_count"]


@dataclass(frozen=True, slots=True)
class ProcessTest:
    """``lower <= variable <= upper``, a named choice by its index."""

    variable: str
    lower: float = -math.inf
    upper: float = math.inf

    def holds(self, value: float) -> bool:
        return self.lower <= value <= self.upper


@dataclass(frozen=True, slots=True)
class TreatmentCondition:
    """Where each test comes out as given, ``obligations`` bind the composition.

    None for obligations: no alloy at all may be treated like that.
    """

    label: str
    tests: tuple[tuple[ProcessTest, bool], ...]
    obligations: tuple[Constraint, ...] | None


@dataclass(frozen=True, eq=False)
class Regime:
    """Treatments that allow the same compositions.

    Attributes:
        process: The process variables, each reduced to the values that belong here.
        composition: The compositions allowed with them.
        active: The numbers of the conditions that bind here.
    """

    process: tuple[ProcessVariable, ...]
    composition: CompositionSpace
    active: frozenset[int] = frozenset()

    @property
    def n_treatments(self) -> int:
        """Number of treatments.

        Raises:
            SpaceError: A process variable is continuous.
        """
        return math.prod(variable.n_levels for variable in self.process)

    def holds(self, treatments: FloatArray) -> BoolArray:
        """Return which treatments belong here, shape ``(n_alloys,)``."""
        inside = [variable.contains(treatments[:, i]) for i, variable in enumerate(self.process)]
        everywhere = np.ones(len(treatments), dtype=np.bool_)
        return np.asarray(np.logical_and.reduce([everywhere, *inside]), dtype=np.bool_)

    def snap(self, treatments: FloatArray) -> FloatArray:
        """Return the nearest treatments of this regime, shape ``(n_alloys, n_variables)``."""
        columns = [variable.snap(treatments[:, i]) for i, variable in enumerate(self.process)]
        return np.column_stack(columns) if columns else treatments

    def weight(self, process: Sequence[ProcessVariable]) -> float:
        """Return this regime's share of all alloys, up to a common factor; ``process`` are all treatments."""
        spans = [_share(part, whole) for part, whole in zip(self.process, process, strict=True)]
        return float(self.composition.count()) * math.prod(spans)

    def treatments(self, numbers: IntArray) -> list[FloatArray]:
        """Return the process columns of treatment numbers, the last variable turning fastest."""
        shape = [variable.n_levels for variable in self.process]
        levels = np.unravel_index(numbers, shape) if shape else ()
        return [np.asarray(v.levels)[level] for v, level in zip(self.process, levels, strict=True)]


def regimes(
    process: tuple[ProcessVariable, ...],
    composition: CompositionSpace,
    conditions: Sequence[TreatmentCondition],
) -> tuple[Regime, ...]:
    """Return the regimes of a space, in the order of their treatments; those that allow none are left out.

    Raises:
        SpaceError: The conditions forbid every treatment.
    """
    spaces: dict[frozenset[int], CompositionSpace] = {frozenset(): composition}
    found = []
    for box in itertools.product(*(tuple(_pieces(variable, conditions)) for variable in process)):
        active = frozenset(i for i, condition in enumerate(conditions) if _binds(condition, box))
        if any(conditions[i].obligations is None for i in active):
            continue
        if active not in spaces:
            spaces[active] = _bound(composition, conditions, active)
        found.append(Regime(box, spaces[active], active))
    if not found:
        labels = " and ".join(f"'{condition.label}'" for condition in conditions)
        raise SpaceError(f"{labels} leave no treatment at all; relax one of them")
    return tuple(found)


def _bound(
    composition: CompositionSpace, conditions: Sequence[TreatmentCondition], active: frozenset[int]
) -> CompositionSpace:
    """Return the compositions that meet the obligations of the ``active`` conditions as well."""
    added = [item for i in sorted(active) for item in conditions[i].obligations or ()]
    return replace(composition, constraints=(*composition.constraints, *added))


def total_count(parts: Sequence[tuple[PointCount, int]]) -> PointCount:
    """Return the sum of counts times factors, with the error of the sum; factors may be negative."""
    total = sum(int(count) * factor for count, factor in parts)
    errors = [float(count) * factor * count.relative_error for count, factor in parts]
    return PointCount(total, relative_error=math.hypot(*errors) / max(total, 1))


def count_compositions(
    composition: CompositionSpace, conditions: Sequence[TreatmentCondition], found: Sequence[Regime]
) -> PointCount:
    """Return the number of compositions that at least one of the regimes allows.

    By inclusion and exclusion over the regimes that bind least; usually one of them binds nothing.
    """
    sets = {regime.active for regime in found}
    mildest = sorted((one for one in sets if not any(other < one for other in sets)), key=sorted)
    parts = []
    for size in range(1, len(mildest) + 1):
        for chosen in itertools.combinations(mildest, size):
            active = frozenset().union(*chosen)
            space = _bound(composition, conditions, active) if active else composition
            parts.append((space.count(), (-1) ** (size + 1)))
    return total_count(parts)


def _binds(condition: TreatmentCondition, box: Sequence[ProcessVariable]) -> bool:
    lowest = {variable.name: variable.lower for variable in box}
    return all(test.holds(lowest[test.variable]) == outcome for test, outcome in condition.tests)


def _pieces(variable: ProcessVariable, conditions: Sequence[TreatmentCondition]) -> Iterator[ProcessVariable]:
    """Yield the variable cut where a test on it changes its answer."""
    tests = [test for item in conditions for test, _ in item.tests if test.variable == variable.name]
    if variable.levels is None:
        yield from _intervals(variable, tests)
        return
    by_answers: dict[tuple[bool, ...], list[float]] = {}
    for level in variable.levels:
        by_answers.setdefault(tuple(test.holds(level) for test in tests), []).append(level)
    for levels in by_answers.values():
        yield replace(variable, lower=levels[0], upper=levels[-1], levels=tuple(levels))


def _intervals(variable: ProcessVariable, tests: Sequence[ProcessTest]) -> Iterator[ProcessVariable]:
    starts = {variable.lower}
    for test in tests:
        # A test is closed on both sides, so the next piece begins with the next double.
        starts |= {test.lower, float(np.nextafter(test.upper, np.inf))}
    inside = sorted(start for start in starts if variable.lower <= start <= variable.upper)
    ends = [float(np.nextafter(start, -np.inf)) for start in inside[1:]] + [variable.upper]
    for start, end in zip(inside, ends, strict=True):
        yield replace(variable, lower=start, upper=end)


def _share(part: ProcessVariable, whole: ProcessVariable) -> float:
    """Return how many levels, or which share of a range, a piece of a variable has."""
    if part.levels is not None:
        return float(part.n_levels)
    width = whole.upper - whole.lower
    return (part.upper - part.lower) / width if width > 0 else 1.0
