"""Constraint lines as people write them, parsed into linear terms with exact coefficients.

``12 <= metalloid <= 26``, ``Si/B <= 2`` and ``2*Nb + Cu >= 1`` all become
``lower <= sum_i a_i x_i <= upper`` over element and group names, with rational ``a_i``. A ratio is
multiplied out, so it stays legal where its denominator is zero: ``Si/B <= 2`` then reads ``Si <= 0``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from moalloy.errors import SpaceError

__all__ = ["LinearTerm", "parse_constraint"]

_OPERATORS: Mapping[type[ast.cmpop], str] = {ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "=="}


@dataclass(frozen=True, slots=True)
class LinearTerm:
    """``lower <= sum_i coefficients[i] * amount_i <= upper``; None leaves a side open."""

    coefficients: Mapping[str, Fraction]
    lower: Fraction | None
    upper: Fraction | None


@dataclass(frozen=True, slots=True)
class _Affine:
    """``constant + sum_i coefficients[i] * x_i``, the value of one side while it is parsed."""

    constant: Fraction = Fraction(0)
    coefficients: Mapping[str, Fraction] = field(default_factory=dict)

    def plus(self, other: _Affine, factor: Fraction) -> _Affine:
        merged = dict(self.coefficients)
        for name, value in other.coefficients.items():
            merged[name] = merged.get(name, Fraction(0)) + factor * value
        kept = {name: value for name, value in merged.items() if value}
        return _Affine(self.constant + factor * other.constant, kept)

    def times(self, factor: Fraction) -> _Affine:
        return _Affine().plus(self, factor)


@dataclass(frozen=True, slots=True)
class _Ratio:
    """One side of a comparison: ``above / below``."""

    above: _Affine
    below: _Affine = field(default_factory=lambda: _Affine(Fraction(1)))

    @property
    def is_linear(self) -> bool:
        return not self.below.coefficients


def parse_constraint(text: str) -> tuple[LinearTerm, ...]:
    """Return the linear terms that ``text`` stands for; all of them must hold.

    Args:
        text: One comparison or a chain of them over element and group names.

    Returns:
        One term per distinct linear form; the bounds of a chain are gathered in one term.

    Raises:
        SpaceError: The line isn't a comparison of linear terms; the message says what is.

    >>> term, = parse_constraint("12 <= B + Si <= 26")
    >>> dict(term.coefficients), term.lower, term.upper
    ({'B': Fraction(1, 1), 'Si': Fraction(1, 1)}, Fraction(12, 1), Fraction(26, 1))
    >>> parse_constraint("Si/B <= 2")[0].coefficients
    {'Si': Fraction(1, 1), 'B': Fraction(-2, 1)}
    """
    tree = _parse(text)
    if not isinstance(tree, ast.Compare):
        raise SpaceError(f"{text!r} is no comparison; write one such as '12 <= metalloid <= 26'")
    try:
        sides = [_side(node, text) for node in (tree.left, *tree.comparators)]
    except RecursionError:
        raise SpaceError(f"'{text[:40]}...' is too long; gather elements in a group") from None
    terms: dict[tuple[tuple[str, Fraction], ...], LinearTerm] = {}
    for left, operator, right in zip(sides[:-1], tree.ops, sides[1:], strict=True):
        for term in _compare(left, _symbol(operator, text), right, text):
            key = tuple(sorted(term.coefficients.items()))
            terms[key] = _intersect(terms[key], term) if key in terms else term
    return tuple(terms.values())


def _parse(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        hint = " A single '=' is written '=='." if "=" in text.replace("<=", "").replace(">=", "") else ""
        raise SpaceError(
            f"{text!r} can't be read; write a comparison such as '12 <= B + Si <= 26'.{hint}"
        ) from None


def _symbol(operator: ast.cmpop, text: str) -> str:
    if type(operator) not in _OPERATORS:
        raise SpaceError(f"{text!r} uses an operator that isn't offered; use <=, >= or ==")
    return _OPERATORS[type(operator)]


def _side(node: ast.expr, text: str) -> _Ratio:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        below = _affine(node.right, text)
        if below.coefficients:
            return _Ratio(_affine(node.left, text), _nonnegative(below, text))
    return _Ratio(_affine(node, text))


def _nonnegative(below: _Affine, text: str) -> _Affine:
    if below.constant < 0 or any(value < 0 for value in below.coefficients.values()):
        raise SpaceError(f"{text!r} divides by something that could be negative; multiply the ratio out")
    return below


def _affine(node: ast.expr, text: str) -> _Affine:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value):
            return _Affine(_exact(value, text))
        case ast.Name(id=name):
            return _Affine(coefficients={name: Fraction(1)})
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _affine(inner, text).times(Fraction(-1))
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _affine(inner, text)
        case ast.BinOp(left=left, op=operator, right=right):
            return _combine(_affine(left, text), operator, _affine(right, text), text)
    raise SpaceError(
        f"{text!r}: {ast.unparse(node)!r} isn't a number, an element or a group;"
        " constraints are linear terms of elements and groups"
    )


def _combine(left: _Affine, operator: ast.operator, right: _Affine, text: str) -> _Affine:
    match operator:
        case ast.Add():
            return left.plus(right, Fraction(1))
        case ast.Sub():
            return left.plus(right, Fraction(-1))
        case ast.Mult() if not left.coefficients:
            return right.times(left.constant)
        case ast.Mult() if not right.coefficients:
            return left.times(right.constant)
        case ast.Div() if not right.coefficients and right.constant:
            return left.times(1 / right.constant)
    raise SpaceError(
        f"{text!r} isn't linear; products and powers of elements aren't offered,"
        " and a ratio must stand alone on its side, as in 'Si/B <= 2'"
    )


def _exact(value: float, text: str) -> Fraction:
    try:
        return Fraction(repr(value))
    except (ValueError, OverflowError):
        raise SpaceError(f"{text!r} holds a number that isn't finite") from None


def _compare(left: _Ratio, symbol: str, right: _Ratio, text: str) -> list[LinearTerm]:
    """Return ``left symbol right`` as linear terms, with any ratio multiplied out."""
    if left.is_linear and right.is_linear:
        difference = left.above.plus(right.above, Fraction(-1))
    elif right.is_linear and not right.above.coefficients:
        difference = left.above.plus(left.below, -right.above.constant)
    elif left.is_linear and not left.above.coefficients:
        difference = right.below.times(left.above.constant).plus(right.above, Fraction(-1))
    else:
        raise SpaceError(f"{text!r} compares a ratio with something else than a number")
    if not difference.coefficients:
        raise SpaceError(f"{text!r} compares numbers only; name an element or a group")
    return [_oriented(difference, symbol)]


def _oriented(difference: _Affine, symbol: str) -> LinearTerm:
    """Return ``difference symbol 0``; the first coefficient is made positive so that chains gather."""
    bound = -difference.constant
    lower = bound if symbol in (">=", "==") else None
    upper = bound if symbol in ("<=", "==") else None
    if next(iter(difference.coefficients.values())) > 0:
        return LinearTerm(difference.coefficients, lower, upper)
    flipped = {name: -value for name, value in difference.coefficients.items()}
    return LinearTerm(flipped, None if upper is None else -upper, None if lower is None else -lower)


def _intersect(one: LinearTerm, other: LinearTerm) -> LinearTerm:
    lowers = [bound for bound in (one.lower, other.lower) if bound is not None]
    uppers = [bound for bound in (one.upper, other.upper) if bound is not None]
    return LinearTerm(one.coefficients, max(lowers, default=None), min(uppers, default=None))
