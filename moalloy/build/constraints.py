"""From one entry of ``space.constraints`` to constraints on grid amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from moalloy.domain.composition import parse_formula
from moalloy.domain.constraints import (
    CountConstraint,
    DescriptorLimit,
    GridConstraint,
    LinearConstraint,
    linear_constraint,
    ratio_constraint,
    window_constraint,
)
from moalloy.domain.elements import exact_masses
from moalloy.domain.expressions import LinearTerm, parse_constraint
from moalloy.domain.values import LinearRatio
from moalloy.errors import SpaceError
from moalloy.features.descriptors import get_descriptor
from moalloy.spec.around import AroundSpec
from moalloy.spec.base import Basis
from moalloy.spec.constraint import DescriptorLimitSpec, LinearConstraintSpec
from moalloy.spec.presence import ForbidSpec, GroupCountSpec, RequireSpec

__all__ = ["Grid", "PlainConstraintSpec", "compile_constraint", "exact"]

PlainConstraintSpec = (
    LinearConstraintSpec | DescriptorLimitSpec | GroupCountSpec | ForbidSpec | RequireSpec | AroundSpec
)


@dataclass(frozen=True, slots=True)
class Grid:
    """What the amounts mean that constraints speak of.

    Attributes:
        elements: Symbols in rising atomic number.
        step: Percent of ``basis`` that one grid step is.
        basis: Of which amounts are percent.
        groups: Names for sets of elements.
    """

    elements: tuple[str, ...]
    step: Fraction
    basis: Basis
    groups: Mapping[str, Sequence[str]]

    def members(self, name: str) -> Sequence[str]:
        """Return the elements that a name stands for: a group's members, or the element itself."""
        return self.groups.get(name, (name,))

    def presence(self, weights: Mapping[str, int]) -> tuple[int, ...]:
        """Return one weight per element."""
        return tuple(weights.get(symbol, 0) for symbol in self.elements)

    def linear(self, label: str, term: LinearTerm) -> LinearConstraint:
        """Return a linear term over elements and groups as a constraint on amounts."""
        factors = self.by_element(term)
        return linear_constraint(
            label, factors, term.lower, term.upper, elements=self.elements, step=self.step
        )

    def by_element(self, term: LinearTerm) -> dict[str, Fraction]:
        """Return the coefficients with every group replaced by its members."""
        factors: dict[str, Fraction] = {}
        for name, factor in term.coefficients.items():
            for symbol in self.members(name):
                factors[symbol] = factors.get(symbol, Fraction(0)) + factor
        return factors

    @property
    def fraction_weights(self) -> tuple[Fraction, ...]:
        """What amounts are multiplied by to be proportional to atomic fractions."""
        masses = exact_masses(self.elements)
        return (Fraction(1),) * len(masses) if self.basis == "at%" else tuple(1 / mass for mass in masses)


def exact(number: float) -> Fraction:
    """Return the decimal number that the user wrote: 0.1 is one tenth, not the nearest float."""
    return Fraction(repr(float(number)))


def compile_constraint(
    item: PlainConstraintSpec, grid: Grid
) -> tuple[list[GridConstraint], list[DescriptorLimit]]:
    """Return the constraints that an entry stands for; limits are those without a linear form.

    Raises:
        SpaceError: A descriptor lacks data for an element, or every element drops out of a line.
    """
    match item:
        case LinearConstraintSpec():
            return _linear(item, grid), []
        case DescriptorLimitSpec():
            return _descriptor_limit(item, grid)
        case GroupCountSpec():
            members = {symbol: 1 for name in item.count for symbol in grid.members(name)}
            return [CountConstraint(item.label, grid.presence(members), item.min, item.max)], []
        case ForbidSpec():
            together = dict.fromkeys(item.forbid, 1)
            return [CountConstraint(item.label, grid.presence(together), None, len(together) - 1)], []
        case RequireSpec():
            return _required(item, grid), []
        case AroundSpec():
            center = parse_formula(item.around).at_pct
            within = exact(item.within_at_pct)
            window = window_constraint(item.label, center, within, elements=grid.elements, step=grid.step)
            return [window], []


def _linear(item: LinearConstraintSpec, grid: Grid) -> list[GridConstraint]:
    constraints: list[GridConstraint] = []
    for term in parse_constraint(item.text):
        if item.basis in (None, grid.basis):
            constraints.append(grid.linear(item.text, term))
            continue
        factors = grid.by_element(term)
        hundredfold = tuple(100 * factors.get(symbol, Fraction(0)) for symbol in grid.elements)
        ratio = LinearRatio(hundredfold, (Fraction(1),) * len(grid.elements))
        masses = exact_masses(grid.elements)
        weights = masses if grid.basis == "at%" else tuple(1 / mass for mass in masses)
        constraints += ratio_constraint(item.label, ratio, term.lower, term.upper, fraction_weights=weights)
    return constraints


def _required(item: RequireSpec, grid: Grid) -> list[GridConstraint]:
    """Return one constraint per element that needs another: those required less itself aren't below 0."""
    constraints: list[GridConstraint] = []
    for symbol in grid.members(item.with_):
        weights = dict.fromkeys(grid.members(item.require), 1)
        # A member of both needs nothing but itself.
        if symbol not in weights:
            needs = grid.presence(weights | {symbol: -1})
            constraints.append(CountConstraint(item.label, needs, 0, None))
    return constraints


def _descriptor_limit(
    item: DescriptorLimitSpec, grid: Grid
) -> tuple[list[GridConstraint], list[DescriptorLimit]]:
    descriptor = get_descriptor(item.descriptor)
    missing = descriptor.missing(grid.elements)
    if missing:
        raise SpaceError(f"{item.label}: {item.descriptor} has no data for {', '.join(missing)}")
    ratio = descriptor.linear_ratio(grid.elements)
    if ratio is None:
        return [], [DescriptorLimit(item.label, descriptor, grid.elements, item.min, item.max)]
    lower = None if item.min is None else exact(item.min)
    upper = None if item.max is None else exact(item.max)
    weights = grid.fraction_weights
    return list(ratio_constraint(item.label, ratio, lower, upper, fraction_weights=weights)), []
