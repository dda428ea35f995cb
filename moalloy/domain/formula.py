"""Reading a formula: from the text of a paper to whole-number shares per element.

The grammar: element symbols with amounts, round, square or curly brackets with an amount behind
them, ``bal.`` for the balance; subscripts in Unicode, HTML or TeX; spaces between parts. For
weight percent also ``Fe-9Si-3B``, the balance element first. What the amounts mean is said in
`moalloy.domain.shares`.

"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from moalloy.domain.elements import atomic_number, is_element
from moalloy.domain.shares import DECIMALS, UNIT, Term, combine
from moalloy.errors import CompositionError

__all__ = ["Basis", "Shares", "is_name", "read_shares"]

Basis = Literal["at%", "wt%"]

# Longer than any formula; keeps the depth of nesting and the size of the integers small.
MAX_LENGTH = 200

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_MARKUP = re.compile(r"</?su[bp]>|\$|_\{([^{}]*)\}|_")
_DASHES = re.compile(r"\s*[-‐‑‒–−]\s*")
_UNIT = re.compile(r"\s*[(\[]?\s*\b(at|wt|mass|mol)\.?\s*%\s*[)\]]?\s*$")
_LEADING_BALANCE = re.compile(r"^\s*[Bb]al(?:ance)?\b\.?[-\s]*([A-Z][a-z]?)")
_BALANCE_IN_BRACKETS = re.compile(r"\(\s*([Bb]al(?:ance)?\.?)\s*\)")
_WEIGHT_NOTATION = re.compile(r"(?:\d+\.?\d*)?[A-Z][a-z]?(?:bal\.)?(?:-(?:\d+\.?\d*|\.\d+)[A-Z][a-z]?)+")
_WEIGHT_TERM = re.compile(r"([\d.]*)([A-Z][a-z]?)")
_TOKEN = re.compile(
    # 'Nbal.' is nitrogen as the balance, for 'Nb' with 'al.' is nothing
    r"\s*(?:([A-Z](?:(?!bal)[a-z])?)|([(\[{])|([)\]}])|(\S))"
    r"(?:\s*(\d+\.?\d*|\.\d+|[Bb]al(?:ance)?\.?))?"
)
_OTHER_CASE = re.compile(r"([A-Z]{1,2}|[a-z]{1,2})\d[\d.]*")
_NAME = re.compile(r"^\W*\d|[a-z]{2,}|[A-Z]{4,}|^[A-Z]{1,2}[-\s]?\d{1,3}$")


@dataclass(frozen=True, slots=True)
class Shares:
    """Whole-number shares per element, and the percentages' total as written, where farthest from 100."""

    parts: Mapping[str, int]
    written_total: Fraction


class _Token(NamedTuple):
    """An element or a bracket with the amount behind it; what it isn't is empty."""

    element: str
    open: str
    close: str
    other: str
    amount: str


def read_shares(text: str, *, basis: Basis = "at%") -> Shares:
    """Return the shares of the elements in a formula, as atoms or, with ``wt%``, as mass.

    Args:
        text: The formula; the modules say what can be written and what it means.
        basis: What the amounts are. ``wt%`` allows percent and parts of one, but no ratios.

    Raises:
        CompositionError: The text isn't a formula, names an unknown element, has unbalanced
            brackets, a zero or negative amount, or amounts that don't sum to 100.

    >>> read_shares("(Fe0.75B0.25)96Nb4").parts
    {'Fe': 18, 'B': 6, 'Nb': 1}
    """
    plain = _plain(text, basis=basis)
    if _WEIGHT_NOTATION.fullmatch(plain):
        terms = _weight_terms(text, plain, basis=basis)
    else:
        tokens = list(map(_Token._make, _TOKEN.findall(plain)))
        terms, end = _read_level(text, tokens, 0, closing="")
        if end < len(tokens):
            raise CompositionError(f"'{text}': '{tokens[end].close}' closes a bracket that was never opened.")
    level = combine(text, terms)
    if level.is_ratio and len(level.parts) == 1:
        raise _fault(text, "one element alone is 100; expected others beside it.")
    if level.has_ratios and basis == "wt%":
        raise CompositionError(f"'{text}' gives ratios of atoms, but weight percent were asked for.")
    divisor = math.gcd(*level.parts.values())
    parts = {symbol: part // divisor for symbol, part in level.parts.items()}
    return Shares(parts, Fraction(level.written_units, UNIT))


def is_name(text: str) -> bool:
    """Whether a text that can't be read looks like a name or a label, and not like a mistyped formula.

    >>> is_name("VITROPERM 500"), is_name("Sample 3"), is_name("17"), is_name("Fe80Xx20")
    (True, True, True, False)
    """
    return _NAME.search(_BALANCE_IN_BRACKETS.sub("", re.sub(r"[Bb]al(?:ance)?\.?", "", text))) is not None


def _plain(text: str, *, basis: Basis) -> str:
    """Return the text without typography: one kind of dash, digits on the line, no unit behind."""
    if len(text) > MAX_LENGTH:
        raise CompositionError(f"'{text[:40]}…' has {len(text)} characters: not a formula.")
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isalnum() and plain.isascii():
        return plain
    plain = _MARKUP.sub(lambda match: match.group(1) or "", plain)
    unit = _UNIT.search(plain)
    if unit:
        stated = "wt%" if unit.group(1) in {"wt", "mass"} else "at%"
        if stated != basis:
            raise CompositionError(f"'{text}' says {stated}, but {basis} was asked for.")
        plain = plain[: unit.start()]
    plain = _BALANCE_IN_BRACKETS.sub(r"\1", plain)
    return _LEADING_BALANCE.sub(r"\1bal.", _DASHES.sub("-", plain))


def _weight_terms(text: str, plain: str, *, basis: Basis) -> list[Term]:
    """Return the terms of ``Fe-9Si-3B``; the first element, without a number, is the balance."""
    if basis != "wt%":
        raise CompositionError(
            f"'{text}' is how weight percent are written; say basis wt%, or write at.% as Fe80B20."
        )
    return [
        _element_term(text, symbol, _units(text, number) if number else None)
        for number, symbol in _WEIGHT_TERM.findall(plain)
    ]


def _read_level(text: str, tokens: list[_Token], start: int, *, closing: str) -> tuple[list[Term], int]:
    """Return the terms from token ``start`` to the closing bracket, and that bracket's index."""
    terms: list[Term] = []
    at = start
    while at < len(tokens) and not tokens[at].close:
        token = tokens[at]
        if token.element:
            terms.append(_element_term(text, token.element, _amount(text, token.amount)))
        elif token.open and not token.amount:
            inner, at = _read_level(text, tokens, at + 1, closing=_BRACKETS[token.open])
            level = combine(text, inner)
            amount = _amount(text, tokens[at].amount)
            terms.append(Term(level.parts, level.one, amount, level.written_units, level.has_ratios))
        else:
            raise _unreadable(text, token)
        at += 1
    if closing and (at == len(tokens) or tokens[at].close != closing):
        raise CompositionError(f"'{text}': a bracket isn't closed by '{closing}'.")
    return terms, at


def _unreadable(text: str, token: _Token) -> CompositionError:
    advice = {
        ",": "Write decimals with a point.",
        "-": "Amounts are positive numbers; a list of elements without amounts isn't a formula.",
        "%": "Leave the percent sign out.",
        "x": "Put a number in place of the variable.",
    }.get(token.other, "Expected an element with its amount, as in Fe73.5Si13.5B9Nb3Cu1.")
    return _fault(text, f"'{token.open}{token.other}{token.amount}' can't be read. {advice}")


def _amount(text: str, written: str) -> int | None:
    """Return an amount in units: 1 where none is written, None for the balance."""
    if not written:
        return UNIT
    if written[0] in "Bb":
        return None
    units = _units(text, written)
    if units == 0:
        raise CompositionError(f"'{text}' has an amount of zero; leave that element out.")
    return units


def _units(text: str, number: str) -> int:
    whole, _, decimals = number.partition(".")
    if len(decimals) > DECIMALS:
        raise CompositionError(f"'{text}': {number} has more than {DECIMALS} decimals; round it.")
    return int(whole + decimals.ljust(DECIMALS, "0"))


def _element_term(text: str, symbol: str, amount: int | None) -> Term:
    try:
        atomic_number(symbol)
    except CompositionError as error:
        raise _fault(text, f"{error}") from None
    return Term({symbol: 1}, 1, amount)


def _fault(text: str, message: str) -> CompositionError:
    """Return the error for a text that can't be read, which may well be a name."""
    words = _OTHER_CASE.findall(text)
    symbols = [word.capitalize() for word in words]
    if symbols != words and _OTHER_CASE.sub("", text) == "" and all(map(is_element, symbols)):
        return CompositionError(f"'{text}': write each symbol with one capital, such as {symbols[0]}.")
    if is_name(text):
        return CompositionError(f"'{text}' is a name, not a formula.")
    return CompositionError(f"'{text}': {message}")
