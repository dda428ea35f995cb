"""The part of JSON Schema that moalloy's schema uses, checked by a deliberately simple reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]

_WORDS = {"title", "description", "default", "$schema", "$defs", "properties"}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
}


def accepts(schema: Schema, value: Any, root: Schema) -> bool:
    """Return whether ``value`` is valid; raises KeyError for a keyword this reader doesn't know."""
    return all(
        _accepts_keyword(keyword, schema, value, root) for keyword in schema if keyword not in _WORDS
    ) and _accepts_properties(schema, value, root)


def _accepts_keyword(keyword: str, schema: Schema, value: Any, root: Schema) -> bool:
    wanted = schema[keyword]
    match keyword:
        case "$ref":
            return accepts(root["$defs"][wanted.rsplit("/", 1)[1]], value, root)
        case "oneOf":
            return sum(accepts(way, value, root) for way in wanted) == 1
        case "additionalProperties":
            extra = set(value) - set(schema.get("properties", ())) if isinstance(value, dict) else ()
            return not extra if wanted is False else all(accepts(wanted, value[key], root) for key in extra)
        case "propertyNames":
            return not isinstance(value, dict) or all(accepts(wanted, key, root) for key in value)
        case "items":
            return not isinstance(value, list) or all(accepts(wanted, item, root) for item in value)
        case "prefixItems":
            pairs = zip(wanted, value, strict=False) if isinstance(value, list) else ()
            return all(accepts(way, item, root) for way, item in pairs)
    kind, rule = _RULES[keyword]
    return not isinstance(value, kind) or rule(wanted, value)


def _accepts_properties(schema: Schema, value: Any, root: Schema) -> bool:
    known = schema.get("properties", {})
    return not isinstance(value, dict) or all(
        accepts(known[key], value[key], root) for key in value if key in known
    )


def _is_of_type(wanted: str | list[str], value: Any) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


_Number = (int, float)
_RULES: dict[str, tuple[type | tuple[type, ...], Callable[[Any, Any], bool]]] = {
    "type": (object, _is_of_type),
    "enum": (object, lambda wanted, value: value in wanted),
    "const": (object, lambda wanted, value: type(value) is type(wanted) and value == wanted),
    "required": (dict, lambda wanted, value: set(wanted) <= set(value)),
    "minProperties": (dict, lambda wanted, value: len(value) >= wanted),
    "minItems": (list, lambda wanted, value: len(value) >= wanted),
    "maxItems": (list, lambda wanted, value: len(value) <= wanted),
    "minLength": (str, lambda wanted, value: len(value) >= wanted),
    "maxLength": (str, lambda wanted, value: len(value) <= wanted),
    "pattern": (str, lambda wanted, value: re.search(wanted, value) is not None),
    "minimum": (_Number, lambda wanted, value: value >= wanted),
    "maximum": (_Number, lambda wanted, value: value <= wanted),
    "exclusiveMinimum": (_Number, lambda wanted, value: value > wanted),
    "exclusiveMaximum": (_Number, lambda wanted, value: value < wanted),
}
