"""From the ``space`` section of a problem file to a `DesignSpace`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from moalloy.build.conditions import compile_condition
from moalloy.build.constraints import Grid, compile_constraint, exact
from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.constraints import Constraint, CountConstraint, DescriptorLimit
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.elements import atomic_number
from moalloy.domain.process import ProcessVariable, choices, continuous, stepped
from moalloy.domain.regimes import TreatmentCondition
from moalloy.errors import SpaceError
from moalloy.spec.condition import ConditionSpec
from moalloy.spec.process import ChoiceProcessSpec, ProcessSpec, RangeProcessSpec
from moalloy.spec.space import ElementRange as ElementRangeSpec
from moalloy.spec.space import SpaceSpec

__all__ = ["build_space"]


def build_space(spec: SpaceSpec) -> DesignSpace:
    """Return the space that a problem file describes.

    Raises:
        SpaceError: A range holds no multiple of the step, the step doesn't divide 100, or a constraint
            uses a descriptor that lacks data for one of the elements.
    """
    symbols = tuple(spec.elements)
    elements = tuple(sorted(symbols, key=atomic_number))
    grid = Grid(elements, exact(spec.step), spec.basis, spec.groups)
    ranges = tuple(_grid_range(symbol, spec.elements[symbol], grid.step) for symbol in elements)
    process = tuple(_process(name, item) for name, item in spec.process.items())
    constraints, limits, conditions = _constraints(spec, grid, ranges, process)
    composition = CompositionSpace(ranges, grid.step, grid.basis, constraints, limits)
    return DesignSpace(symbols, composition, process, conditions)


def _constraints(
    spec: SpaceSpec, grid: Grid, ranges: Sequence[ElementRange], process: Sequence[ProcessVariable]
) -> tuple[tuple[Constraint, ...], tuple[DescriptorLimit, ...], tuple[TreatmentCondition, ...]]:
    constraints: list[Constraint] = []
    limits: list[DescriptorLimit] = []
    conditions: list[TreatmentCondition] = []
    if spec.count is not None:
        upper = len(ranges) if spec.count.max is None else spec.count.max
        label = f"count: {spec.count.min} to {upper} elements"
        constraints.append(CountConstraint(label, (1,) * len(ranges), spec.count.min, upper))
    largest = [item.upper for item in ranges]
    for item in spec.constraints:
        if isinstance(item, ConditionSpec):
            binding, treating = compile_condition(item, grid, process, largest=largest)
            constraints += binding
            conditions += treating
        else:
            linear, nonlinear = compile_constraint(item, grid)
            constraints += linear
            limits += nonlinear
    return tuple(constraints), tuple(limits), tuple(conditions)


def _grid_range(symbol: str, spec: ElementRangeSpec, step: Fraction) -> ElementRange:
    lower, upper = math.ceil(exact(spec.min) / step), math.floor(exact(spec.max) / step)
    if lower > upper:
        raise SpaceError(
            f"{symbol}: no multiple of the step {float(step):g} lies within [{spec.min:g}, {spec.max:g}];"
            " widen the range or take a finer step"
        )
    return ElementRange(symbol, lower, upper, spec.or_zero)


def _process(name: str, spec: ProcessSpec) -> ProcessVariable:
    if isinstance(spec, RangeProcessSpec):
        lower, upper = spec.range
        return continuous(name, lower, upper) if spec.step is None else stepped(name, lower, upper, spec.step)
    options = spec.choices if isinstance(spec, ChoiceProcessSpec) else (spec.value,)
    if all(isinstance(option, str) for option in options):
        return choices(name, [str(option) for option in options])
    if any(isinstance(option, str) for option in options):
        raise SpaceError(f"{name}: choices mix numbers and names")
    return choices(name, [float(option) for option in options])
