"""From the ``space`` section of a problem file to a `DesignSpace`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from moalloy.domain.composition_space import Basis, CompositionSpace, ElementRange
from moalloy.domain.constraints import (
    CountConstraint,
    DescriptorLimit,
    GridConstraint,
    linear_constraint,
    ratio_constraint,
)
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.elements import atomic_number, exact_masses
from moalloy.domain.expressions import LinearTerm, parse_constraint
from moalloy.domain.process import ProcessVariable, choices, continuous, stepped
from moalloy.domain.values import LinearRatio
from moalloy.errors import SpaceError
from moalloy.features.descriptors import get_descriptor
from moalloy.spec.constraint import DescriptorLimitSpec, LinearConstraintSpec
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
    step = exact(spec.step)
    constraints: list[GridConstraint] = []
    limits: list[DescriptorLimit] = []
    if spec.count is not None:
        upper = len(elements) if spec.count.max is None else spec.count.max
        label = f"count: {spec.count.min} to {upper} elements"
        constraints.append(CountConstraint(label, (True,) * len(elements), spec.count.min, upper))
    for item in spec.constraints:
        if isinstance(item, LinearConstraintSpec):
            constraints += _linear(item, spec, elements, step)
        else:
            linear, nonlinear = _descriptor_limit(item, spec.basis, elements)
            constraints += linear
            limits += nonlinear
    ranges = tuple(_grid_range(symbol, spec.elements[symbol], step) for symbol in elements)
    composition = CompositionSpace(ranges, step, spec.basis, tuple(constraints), tuple(limits))
    process = tuple(_process(name, item) for name, item in spec.process.items())
    return DesignSpace(symbols, composition, process)


def exact(number: float) -> Fraction:
    """Return the decimal number that the user wrote: 0.1 is one tenth, not the nearest float."""
    return Fraction(repr(float(number)))


def _grid_range(symbol: str, spec: ElementRangeSpec, step: Fraction) -> ElementRange:
    lower, upper = math.ceil(exact(spec.min) / step), math.floor(exact(spec.max) / step)
    if lower > upper:
        raise SpaceError(
            f"{symbol}: no multiple of the step {float(step):g} lies within [{spec.min:g}, {spec.max:g}];"
            " widen the range or take a finer step"
        )
    return ElementRange(symbol, lower, upper, spec.or_zero)


def _linear(
    item: LinearConstraintSpec, spec: SpaceSpec, elements: Sequence[str], step: Fraction
) -> list[GridConstraint]:
    constraints: list[GridConstraint] = []
    for term in parse_constraint(item.text):
        factors = _by_element(term, spec.groups)
        if item.basis in (None, spec.basis):
            constraints.append(
                linear_constraint(item.text, factors, term.lower, term.upper, elements=elements, step=step)
            )
            continue
        hundredfold = tuple(100 * factors.get(symbol, Fraction(0)) for symbol in elements)
        ratio = LinearRatio(hundredfold, (Fraction(1),) * len(elements))
        weights = _to_other_basis(spec.basis, elements)
        label = f"{item.basis}: {item.text}"
        constraints += ratio_constraint(label, ratio, term.lower, term.upper, fraction_weights=weights)
    return constraints


def _by_element(term: LinearTerm, groups: Mapping[str, Sequence[str]]) -> dict[str, Fraction]:
    """Return the coefficients with every group replaced by its members."""
    factors: dict[str, Fraction] = {}
    for name, factor in term.coefficients.items():
        for symbol in groups.get(name, (name,)):
            factors[symbol] = factors.get(symbol, Fraction(0)) + factor
    return factors


def _to_other_basis(basis: Basis, elements: Sequence[str]) -> tuple[Fraction, ...]:
    masses = exact_masses(elements)
    return masses if basis == "at%" else tuple(1 / mass for mass in masses)


def _descriptor_limit(
    item: DescriptorLimitSpec, basis: Basis, elements: tuple[str, ...]
) -> tuple[tuple[GridConstraint, ...], tuple[DescriptorLimit, ...]]:
    descriptor = get_descriptor(item.descriptor)
    label = _limit_text(item)
    missing = descriptor.missing(elements)
    if missing:
        raise SpaceError(f"{label}: {item.descriptor} has no data for {', '.join(missing)}")
    ratio = descriptor.linear_ratio(elements)
    if ratio is None:
        return (), (DescriptorLimit(label, descriptor, elements, item.min, item.max),)
    ones = (Fraction(1),) * len(elements)
    weights = ones if basis == "at%" else _to_other_basis(basis, elements)
    lower = None if item.min is None else exact(item.min)
    upper = None if item.max is None else exact(item.max)
    return ratio_constraint(label, ratio, lower, upper, fraction_weights=weights), ()


def _limit_text(item: DescriptorLimitSpec) -> str:
    below = "" if item.min is None else f"{item.min:g} <= "
    above = "" if item.max is None else f" <= {item.max:g}"
    return f"{below}{item.descriptor}{above}"


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
