"""From ``{if: ..., then: ...}`` to constraints on compositions and conditions on treatments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from moalloy.build.constraints import Grid
from moalloy.domain.clauses import AmountClause, Clause, PresenceClause, ProcessClause, parse_clause
from moalloy.domain.conditional import AnyOf, Release, one_sided, released
from moalloy.domain.constraints import Constraint, CountConstraint, LinearConstraint
from moalloy.domain.process import ProcessVariable
from moalloy.domain.regimes import ProcessTest, TreatmentCondition
from moalloy.spec.condition import ConditionSpec

__all__ = ["compile_condition"]

_Sum = LinearConstraint | CountConstraint


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a condition on compositions: all of ``sums`` hold."""

    sums: tuple[_Sum, ...]

    def denied(self) -> list[_Sum]:
        """Return constraints of which at least one holds where this side doesn't."""
        return [_denied(side) for item in self.sums for side in one_sided(item)]


def compile_condition(
    item: ConditionSpec, grid: Grid, process: Sequence[ProcessVariable], *, largest: Sequence[int]
) -> tuple[list[Constraint], list[TreatmentCondition]]:
    """Return what a condition asks of compositions alone, and of treatments.

    Args:
        item: The condition.
        grid: What amounts mean.
        process: The process variables.
        largest: The largest amount of each element, in grid steps.
    """
    names = [variable.name for variable in process]
    cause, effect = (parse_clause(text, process=names) for text in (item.if_, item.then))
    label = item.label
    if isinstance(cause, ProcessClause):
        given = (_test(cause, process), True)
        if isinstance(effect, ProcessClause):
            return [], [TreatmentCondition(label, (given, (_test(effect, process), False)), None)]
        sums = tuple(replace(sum_, label=label) for sum_ in _side(label, effect, grid).sums)
        return [], [TreatmentCondition(label, (given,), sums)]
    side = _side(label, cause, grid)
    if isinstance(effect, ProcessClause):
        broken = (_test(effect, process), False)
        return [], [TreatmentCondition(label, (broken,), (_one_of(label, side.denied()),))]
    return _between_compositions(label, side, _side(label, effect, grid), largest), []


def _between_compositions(
    label: str, cause: _Side, effect: _Side, largest: Sequence[int]
) -> list[Constraint]:
    releases = _releases(cause, largest)
    if releases is None:
        options = [(option,) for option in cause.denied()]
        return [AnyOf(label, (*options, effect.sums))]
    return [
        constraint
        for group in releases
        for inner in effect.sums
        for constraint in released(label, inner, group, largest=largest)
    ]


def _releases(cause: _Side, largest: Sequence[int]) -> list[list[Release]] | None:
    """Return amounts of single elements, in groups: the effect must hold unless each group has one of them.

    None where the cause is about a sum of several elements, which no single amount decides.
    """
    sides = [side for item in cause.sums for side in one_sided(item)]
    if len(sides) != 1:
        return None
    (side,) = sides
    if isinstance(side, CountConstraint):
        columns = [i for i, weight in enumerate(side.weights) if weight]
        if side.upper is not None:  # none of them is present, unless one is
            return [[Release(i, 1, max(1, largest[i])) for i in columns]]
        return [[Release(i, 0, 0)] for i in columns]  # any of them is present: each by itself binds
    columns = [i for i, factor in enumerate(side.coefficients) if factor]
    if len(columns) != 1:
        return None
    denied = _denied(side)
    (column,) = columns
    inside = [k for k in range(largest[column] + 1) if _allows(denied, column, k)]
    return [[Release(column, inside[0], inside[-1])]] if inside else [[Release(column, -1, -1)]]


def _allows(item: _Sum, column: int, amount: int) -> bool:
    assert isinstance(item, LinearConstraint)
    total = item.coefficients[column] * amount
    return (item.lower is None or total >= item.lower) and (item.upper is None or total <= item.upper)


def _one_of(label: str, options: Sequence[_Sum]) -> Constraint:
    return options[0] if len(options) == 1 else AnyOf(label, tuple((option,) for option in options))


def _denied(side: _Sum) -> _Sum:
    """Return what holds where a one-sided constraint doesn't: sums are whole numbers."""
    if side.lower is not None:
        return replace(side, lower=None, upper=side.lower - 1)
    assert side.upper is not None
    return replace(side, lower=side.upper + 1, upper=None)


def _side(label: str, clause: Clause, grid: Grid) -> _Side:
    match clause:
        case PresenceClause():
            members = {symbol: 1 for name in clause.names for symbol in grid.members(name)}
            lower, upper = (1, None) if clause.is_present else (None, 0)
            return _Side((CountConstraint(label, grid.presence(members), lower, upper),))
        case AmountClause():
            sums = tuple(replace(grid.linear(label, term), unit=None) for term in clause.terms)
            return _Side(sums)
        case ProcessClause():
            raise TypeError(f"{label}: {clause.variable} is no matter of compositions")


def _test(clause: ProcessClause, process: Sequence[ProcessVariable]) -> ProcessTest:
    (variable,) = (item for item in process if item.name == clause.variable)
    if clause.choice is not None:
        at = float((variable.names or ()).index(clause.choice))
        return ProcessTest(clause.variable, at, at)
    lower = -math.inf if clause.lower is None else clause.lower
    upper = math.inf if clause.upper is None else clause.upper
    return ProcessTest(clause.variable, lower, upper)
