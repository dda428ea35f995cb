"""What pydantic found wrong, in a chemist's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from moalloy.spec.base import REFUSED, UNRECOGNIZED
from moalloy.spec.nearest import did_you_mean, listing

__all__ = ["describe", "words"]

_TYPES = {
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "tuple_type": "a list in square brackets",
    "mapping_type": "a mapping, 'key: value'",
    "dict_type": "a mapping, 'key: value'",
    "model_type": "a mapping, 'key: value'",
    "model_attributes_type": "a mapping, 'key: value'",
    "finite_number": "a finite number",
    "string_too_short": "text that isn't empty",
    "string_pattern_mismatch": "letters, digits, '-', '_' and '.', beginning with a letter or a digit",
}
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_BOUNDS = {
    "greater_than_equal": ("ge", "at least {}"),
    "greater_than": ("gt", "more than {}"),
    "less_than_equal": ("le", "at most {}"),
    "less_than": ("lt", "less than {}"),
    "too_short": ("min_length", "a list of at least {}"),
    "too_long": ("max_length", "a list of at most {}"),
    "string_too_long": ("max_length", "at most {} characters"),
}


def describe(value: object) -> str:
    """Return what was found, as it looks in the file.

    >>> describe("72,5"), describe(True), describe([1.0, 2])
    ("found the text '72,5'", 'found true', 'found a list of 2')
    """
    if value is None:
        return "nothing is written here"
    if isinstance(value, bool):
        return f"found {str(value).lower()}"
    if isinstance(value, str):
        return f"found the text {value!r}" if value else "found an empty text"
    if isinstance(value, list | tuple):
        return f"found a list of {len(value)}"
    if isinstance(value, Mapping):
        return f"found a mapping with the keys {listing(str(key) for key in value)}"
    return f"found {value:g}" if isinstance(value, float) else f"found {value}"


def is_echo(error: ErrorDetails) -> bool:
    """Return whether a list is too short only without its entries that are wrong and told of themselves."""
    return error["type"] == "too_short" and len(error["input"]) >= error.get("ctx", {})["min_length"]


def words(error: ErrorDetails) -> tuple[str, str, str]:
    """Return what was found, what was expected and a hint for one of pydantic's errors."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == REFUSED:
        return str(context["found"]), str(context["expected"]), str(context["hint"])
    if kind == "literal_error":
        return _one_of(value, context)
    if kind in _BOUNDS:
        key, phrase = _BOUNDS[kind]
        found = f"found {len(value)} entries" if kind in ("too_short", "too_long") else describe(value)
        return found, phrase.format(context[key]), ""
    expected = error["msg"] if kind == UNRECOGNIZED else _TYPES.get(kind, error["msg"])
    return describe(value), expected, _type_hint(value, expected)


def _one_of(value: object, context: Mapping[str, Any]) -> tuple[str, str, str]:
    expected = str(context["expected"]).replace("'", "")
    options = expected.replace(" or ", ", ").split(", ")
    hint = did_you_mean(value, options) if isinstance(value, str) else ""
    return describe(value), expected if len(options) == 1 else f"one of {expected}", hint


def _type_hint(value: object, expected: str) -> str:
    if isinstance(value, str) and "number" in expected and _DECIMAL_COMMA.fullmatch(value):
        return f"Write the decimal with a point: {value.replace(',', '.')}."
    if isinstance(value, int | float) and not isinstance(value, bool) and expected == "text":
        return f'Put it in quotes if text is meant: "{value}".'
    return ""
