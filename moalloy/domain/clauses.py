"""The two sides of a condition: about the presence of elements, their amounts, or a process variable."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from moalloy.domain.expressions import LinearTerm, parse_constraint
from moalloy.errors import SpaceError

__all__ = ["AmountClause", "Clause", "PresenceClause", "ProcessClause", "parse_clause"]


@dataclass(frozen=True, slots=True)
class PresenceClause:
    """At least one of ``names``, elements or groups, is present; or none of them."""

    names: tuple[str, ...]
    is_present: bool


@dataclass(frozen=True, slots=True)
class AmountClause:
    """All of some linear terms hold."""

    terms: tuple[LinearTerm, ...]


@dataclass(frozen=True, slots=True)
class ProcessClause:
    """``lower <= variable <= upper``, None for open; or the variable is the named ``choice``."""

    variable: str
    lower: float | None = None
    upper: float | None = None
    choice: str | None = None


Clause = PresenceClause | AmountClause | ProcessClause


def parse_clause(text: str, *, process: Collection[str]) -> Clause:
    """Return what one side of a condition says.

    Args:
        text: A comparison, such as ``P > 0``, ``Nb + Zr >= 2``, ``time_s <= 1800`` or ``route == rod``.
        process: The names of the process variables.

    Raises:
        SpaceError: It can't be read; the message says what can.

    >>> parse_clause("P > 0", process=["time_s"])
    PresenceClause(names=('P',), is_present=True)
    >>> parse_clause("time_s <= 1800", process=["time_s"])
    ProcessClause(variable='time_s', lower=None, upper=1800.0, choice=None)
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return AmountClause(parse_constraint(text))  # which says what is wrong
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if isinstance(tree, ast.Compare) and names & set(process):
        return _process_clause(tree, text, process)
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1:
        presence = _presence(tree.left, tree.ops[0], tree.comparators[0], text)
        if presence is not None:
            return presence
    return AmountClause(parse_constraint(text))


def _presence(left: ast.expr, operator: ast.cmpop, right: ast.expr, text: str) -> PresenceClause | None:
    """Return what ``amounts > 0`` or ``amounts == 0`` says, None for other comparisons."""
    if isinstance(operator, ast.Lt):
        left, operator, right = right, ast.Gt(), left
    if not isinstance(operator, ast.Gt | ast.Eq):
        return None
    is_zero = isinstance(right, ast.Constant) and right.value == 0 and not isinstance(right.value, bool)
    if not is_zero:
        if isinstance(operator, ast.Gt):
            raise SpaceError(f"{text!r}: > and < say that something is present, as in 'P > 0'; use >= or <=")
        return None
    (term,) = parse_constraint(f"({ast.unparse(left)}) >= 0")
    if term.lower != 0 or any(factor < 0 for factor in term.coefficients.values()):
        if isinstance(operator, ast.Gt):
            raise SpaceError(f"{text!r}: write a sum of elements and groups, as in 'Nb + Zr > 0'")
        return None
    return PresenceClause(tuple(term.coefficients), isinstance(operator, ast.Gt))


def _process_clause(tree: ast.Compare, text: str, process: Collection[str]) -> ProcessClause:
    sides = [tree.left, *tree.comparators]
    lower, upper, choice, variables = None, None, None, set()
    for left, operator, right in zip(sides[:-1], tree.ops, sides[1:], strict=True):
        is_first = isinstance(left, ast.Name) and left.id in process
        name, value = (left, right) if is_first else (right, left)
        if not isinstance(name, ast.Name) or name.id not in process:
            raise _unreadable(text)
        variables.add(name.id)
        found = _value(value, text)
        match operator:
            case ast.Eq() if isinstance(found, str):
                choice = found
            case ast.Eq() if not isinstance(found, str):
                lower = upper = found
            case ast.LtE() | ast.GtE() if not isinstance(found, str):
                if isinstance(operator, ast.LtE) == is_first:
                    upper = found
                else:
                    lower = found
            case _:
                raise _unreadable(text)
    if len(variables) > 1:
        raise _unreadable(text)
    return ProcessClause(variables.pop(), lower, upper, choice)


def _value(node: ast.expr, text: str) -> float | str:
    """Return a number, or the name of a choice, in quotes or without."""
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as number):
            return float(Fraction(repr(number)))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -float(number)
        case ast.Constant(value=str() as name) | ast.Name(id=name):
            return name
    raise _unreadable(text)


def _unreadable(text: str) -> SpaceError:
    return SpaceError(
        f"{text!r} can't be read; compare one process variable with a number by <=, >= or ==,"
        " or with one of its choices by =="
    )
