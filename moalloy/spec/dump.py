"""A problem as resolved, back in YAML, and its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from moalloy.spec.problem import ProblemSpec
from moalloy.spec.scalars import read_scalar
from moalloy.spec.tree import Plain

__all__ = ["dump", "spec_hash"]

_PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./%-]*")
_SOMETIMES_TRUE = frozenset("yYnN")  # few readers follow YAML 1.1 as far as that
_WIDTH = 100


def dump(spec: ProblemSpec) -> str:
    """Return YAML that says the same as ``spec``, with every default written out.

    Reading it gives an equal spec. Keys without a value, such as an open bound, stay out.
    """
    return "\n".join(_block(_plain(spec), 0)) + "\n"


def spec_hash(spec: ProblemSpec) -> str:
    """Return the SHA-256 of what ``spec`` says, in hexadecimal.

    Comments, layout, defaults written out or not, and the order of keys make no difference, except
    where the order has a meaning: that of elements, process variables and objectives is the order
    of columns. Of the path of a table or a start only the last part counts, since its
    content has a hash of its own.
    """
    plain = _plain(spec)
    space = plain["space"]
    for section, key in ((space, "elements"), (space, "process"), (plain, "objectives")):
        section[key] = list(section[key].items())
    for table in plain["data"].values():
        table["table"] = PurePath(table["table"]).name
    if "start" in plain["optimize"]:
        plain["optimize"]["start"] = [PurePath(source).name for source in plain["optimize"]["start"]]
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _plain(spec: ProblemSpec) -> dict[str, Any]:
    return spec.model_dump(mode="json", exclude_none=True)


def _block(mapping: Mapping[str, Plain], depth: int) -> list[str]:
    """Return the lines of a block mapping; what fits on a line goes on one."""
    lines: list[str] = []
    for key, value in mapping.items():
        head = f"{'  ' * depth}{_text(key)}:"
        flow = _flow(value)
        if isinstance(value, dict) and value and (depth == 0 or len(head) + len(flow) > _WIDTH):
            lines += [head, *_block(value, depth + 1)]
        elif isinstance(value, list) and len(head) + len(flow) > _WIDTH:
            lines += [head, *(f"{'  ' * (depth + 1)}- {_flow(item)}" for item in value)]
        else:
            lines.append(f"{head} {flow}")
    return lines


def _flow(value: Plain) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, str):
        return _text(value)
    return str(value).lower() if isinstance(value, bool) else _number(value)


def _number(value: float | int | None) -> str:
    """Return the shortest decimal that every YAML reader takes for this number."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    digits, exponent, power = repr(value).partition("e")
    return f"{digits}.0e{power}" if exponent and "." not in digits else digits + exponent + power


def _text(text: str) -> str:
    """Return ``text`` bare where every YAML reader takes it for this text, and in quotes elsewhere."""
    if _PLAIN_WORD.fullmatch(text) and read_scalar(text) == text and text not in _SOMETIMES_TRUE:
        return text
    escaped = (_escape(character) for character in text)
    return f'"{"".join(escaped)}"'


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"
