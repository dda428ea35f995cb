"""Checks of the conditions among ``space.constraints``."""

from __future__ import annotations

from collections.abc import Iterator

from moalloy.domain.clauses import AmountClause, Clause, PresenceClause, ProcessClause, parse_clause
from moalloy.errors import SpaceError
from moalloy.spec.condition import ConditionSpec
from moalloy.spec.lint.constraints import unknown_names
from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.process import ChoiceProcessSpec, FixedProcessSpec, ProcessSpec, RangeProcessSpec
from moalloy.spec.tree import Issue, Path

__all__ = ["conditions_are_readable"]


def conditions_are_readable(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """Both sides of a condition compare amounts, or one process variable, with what there is."""
    for position, item in enumerate(spec.space.constraints):
        if isinstance(item, ConditionSpec):
            path: Path = ("space", "constraints", position)
            for key, text in (("if", item.if_), ("then", item.then)):
                yield from _side(text, (*path, key), spec, names)


def _side(text: str, path: Path, spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    try:
        clause: Clause = parse_clause(text, process=tuple(names.process))
    except SpaceError as error:
        yield Issue(path, str(error))
        return
    match clause:
        case PresenceClause():
            yield from unknown_names(clause.names, path, names)
        case AmountClause():
            yield from unknown_names(
                [name for term in clause.terms for name in term.coefficients], path, names
            )
        case ProcessClause() if clause.variable in spec.space.process:
            yield from _comparison(clause, spec.space.process[clause.variable], path)


def _comparison(clause: ProcessClause, variable: ProcessSpec, path: Path) -> Iterator[Issue]:
    name = clause.variable
    if isinstance(variable, RangeProcessSpec):
        if clause.choice is not None:
            yield Issue(path, f"{name} is compared with {clause.choice!r}", "a number")
        elif variable.step is None and clause.lower is not None and clause.lower == clause.upper:
            yield Issue(path, f"{name} is continuous", "<= or >=", "Give it a step to compare with ==.")
        return
    options = _options(variable)
    is_named = isinstance(options[0], str)
    asked = clause.choice if clause.choice is not None else clause.lower
    if is_named and clause.choice is None:
        yield Issue(path, f"{name} is compared with a number", f"one of {_texts(options)}")
    elif (clause.choice is not None or clause.lower == clause.upper) and asked not in options:
        found = f"{name} is compared with {asked if isinstance(asked, str) else f'{asked:g}'}"
        hint = did_you_mean(asked, map(str, options)) if isinstance(asked, str) else ""
        yield Issue(path, found, f"one of {_texts(options)}", hint)


def _options(variable: ChoiceProcessSpec | FixedProcessSpec) -> tuple[float | str, ...]:
    return variable.choices if isinstance(variable, ChoiceProcessSpec) else (variable.value,)


def _texts(options: tuple[float | str, ...]) -> str:
    return listing(option if isinstance(option, str) else f"{option:g}" for option in options)
