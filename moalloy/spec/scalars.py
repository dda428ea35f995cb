"""What an unquoted word in a problem file stands for, and which words YAML readers disagree on.

A YAML 1.1 reader takes ``No`` for false, ``1e-3`` for text and ``012`` for ten; a YAML 1.2 reader
takes the first for text, the second for a number and the third for twelve. moalloy accepts only
what every reader understands alike, so that a file means the same everywhere. One exception:
``Y`` and ``N`` are yttrium and nitrogen, although YAML 1.1 would let them be truth values. Hardly any
reader does.

Source: YAML 1.1 types (yaml.org/type: bool, int, float) and YAML 1.2.2, section 10.3, core schema.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

__all__ = ["Scalar", "Trap", "read_key", "read_scalar"]

Scalar = str | int | float | bool | None

_BOOLEANS = {word: word.casefold() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FALSE_FRIENDS = frozenset(
    spelling for word in ("yes", "no", "on", "off") for spelling in (word, word.title(), word.upper())
)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_POINTLESS_EXPONENT = re.compile(r"([-+]?[0-9]+)([eE][-+]?[0-9]+)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
_OTHER_BASE = re.compile(r"[-+]?0[xob][0-9a-fA-F_]+")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_UNDERSCORED = re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|Inf|INF|nan|NaN|NAN|infinity|Infinity)")

_LARGEST_DIGITS = 15  # a double holds any integer of 15 digits exactly


@dataclass(frozen=True, slots=True)
class Trap:
    """An unquoted word that can't be trusted: what was found, what was expected, what to write."""

    found: str
    expected: str
    hint: str


def read_scalar(text: str) -> Scalar | Trap:
    """Return the value of an unquoted word, or the trap it is.

    >>> read_scalar("0.5"), read_scalar("true"), read_scalar("A/m")
    (0.5, True, 'A/m')
    >>> read_scalar("1e-3").hint
    'Write 1.0e-3, or "1e-3" in quotes if text is meant.'
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
        return _number(text)
    return _trap(text) or text


def read_key(text: str) -> str | Trap:
    """Return an unquoted key as text, or the trap it is.

    >>> read_key("Fe"), read_key("N"), read_key("Y")
    ('Fe', 'N', 'Y')
    >>> read_key("No").hint
    'Write "No" in quotes: unquoted, the symbol of nobelium reads as false.'
    """
    if text in _FALSE_FRIENDS and text.casefold() == "no":
        hint = f'Write "{text}" in quotes: unquoted, the symbol of nobelium reads as false.'
        return Trap(f"the key {text} is read as 'false' by many YAML readers", "a name", hint)
    if text in _FALSE_FRIENDS or text in _BOOLEANS:
        return Trap(f"the key {text} is a truth value in YAML", "a name", f'Write "{text}" in quotes.')
    if text in _NULLS:
        return Trap("a key is empty", "a name before the colon", "")
    return text


def _number(text: str) -> int | float | Trap:
    value = int(text) if _INTEGER.fullmatch(text) and len(text) <= _LARGEST_DIGITS else float(text)
    if not math.isfinite(value) or abs(value) >= 10**_LARGEST_DIGITS:
        shown = text if len(text) <= 24 else f"{text[:20]}..."
        return Trap(f"the number {shown}", f"a number below 1.0e{_LARGEST_DIGITS}", "")
    return value + 0  # minus zero becomes zero, so that equal files have equal hashes


def _trap(text: str) -> Trap | None:
    quoted = f'"{text}" in quotes if text is meant'
    if text in _FALSE_FRIENDS:
        truth = "false" if text.casefold() in {"no", "off"} else "true"
        found = f"{text} is read as {truth} by some YAML readers and as text by others"
        return Trap(found, f"{truth}, or quoted text", f"Write {truth}, or {quoted}.")
    if match := _POINTLESS_EXPONENT.fullmatch(text):
        found = f"{text} is read as text by some YAML readers and as a number by others"
        hint = f"Write {match[1]}.0{match[2]}, or {quoted}."
        return Trap(found, "a number with a decimal point", hint)
    if _LEADING_ZERO.fullmatch(text):
        found = f"{text} is read as an octal number by some YAML readers"
        return Trap(found, "a number without leading zeros", f"Write {_without_zeros(text)}, or {quoted}.")
    if _NOT_FINITE.fullmatch(text):
        return Trap(
            f"{text} is not a finite number",
            "a finite number",
            f"Leave an open bound out, or write {quoted}.",
        )
    if any(pattern.fullmatch(text) for pattern in (_OTHER_BASE, _SEXAGESIMAL, _UNDERSCORED)):
        found = f"{text} is read as a number by some YAML readers and as text by others"
        return Trap(found, "a plain decimal number", f"Write it in digits, or {quoted}.")
    return None


def _without_zeros(text: str) -> str:
    sign = text[0] if text[0] in "+-" else ""
    return sign + (text.lstrip("+-").replace("_", "").lstrip("0") or "0")
