"""Does the file have the right keys, with values of the right kind?

Faults here don't hide what else is wrong: whatever holds a fault is taken out, and the rest still
becomes a spec that the linter can look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from moalloy.errors import Fault
from moalloy.spec.nearest import did_you_mean, listing, nearest
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.schema import known_keys
from moalloy.spec.tree import Issue, Node, Path
from moalloy.spec.wording import is_echo, words

__all__ = ["read_structure"]

_NAMED_IN_SPACE = frozenset({"elements", "groups", "constraints", "process"})
_NEVER_EMPTY: tuple[Path, ...] = (("space", "elements"), ("objectives",))
_STAND_INS: dict[str, Any] = {"version": 1, "name": "unnamed", "space": {}, "objectives": {}}


def read_structure(root: Node) -> tuple[ProblemSpec, Node, list[Fault]]:
    """Return what could be understood, the tree of that alone, and the faults in the rest.

    Where there are faults the spec is good for further checks only: entries are missing from it.
    """
    blanks = [path for path, node in root.walk() if node.content is None]
    errors = [error for error in _errors(root) if error["input"] is not None]
    issues = [*_blank_issues(root, blanks), *_issues(root, errors, blanks)]
    damaged = {_unit(path) for path in [*blanks, *_damaged(root, errors)]}
    sound = root.without(damaged)
    return _spec(sound), sound, [root.fault(issue) for issue in issues]


def _errors(root: Node) -> list[ErrorDetails]:
    try:
        ProblemSpec.model_validate(root.plain())
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


def _spec(sound: Node) -> ProblemSpec:
    plain = sound.plain()
    assert isinstance(plain, dict)
    filled = {**_STAND_INS, **plain}
    filled["space"] = {"elements": {}, **filled["space"]}
    return ProblemSpec.model_validate(filled)


def _damaged(root: Node, errors: Sequence[ErrorDetails]) -> Iterator[Path]:
    """Yield the paths that ``errors`` spoil; a section that only lacks a key is filled instead."""
    for error in errors:
        path = _path(root, error)
        if error["type"] != "missing" or len(path) > 1:
            yield path


def _unit(path: Path) -> Path:
    """Return the smallest part around ``path`` that the rest of the file can do without.

    One element, one property, one setting: something that has no half.
    """
    return path[:3] if path[:1] == ("space",) and path[1:2] and path[1] in _NAMED_IN_SPACE else path[:2]


def _path(root: Node, error: ErrorDetails) -> Path:
    """Return the path in the file; pydantic's has tags and the keys behind shorthands as well."""
    path: list[str | int] = []
    node = root
    for step in error["loc"]:
        child = node.children().get(step)
        if child is not None:
            path.append(step)
            node = child
    return tuple(path)


def _blank_issues(root: Node, blanks: Sequence[Path]) -> Iterator[Issue]:
    for path in blanks:
        node = root.find(*path)
        if node is not None and not node.is_broken:
            yield Issue(path, "nothing is written here", "a value", "Delete the key or give it one.")
    for path in _NEVER_EMPTY:
        node = root.find(*path)
        if node is not None and node.content == {}:
            yield Issue(path, "there are no entries", "at least one")


def _issues(root: Node, errors: Sequence[ErrorDetails], blanks: Sequence[Path]) -> Iterator[Issue]:
    unknown = [error for error in errors if error["type"] == "extra_forbidden"]
    meant = {(*error["loc"][:-1], _meant(error)) for error in unknown}
    for error in errors:
        path = _path(root, error)
        if error["type"] == "extra_forbidden":
            yield _unknown_key(error, path)
        elif error["type"] == "missing":
            if error["loc"] not in meant and error["loc"] not in blanks:
                yield Issue(path, f"the key {error['loc'][-1]!r} is missing", "", "Add it.")
        elif not is_echo(error):
            yield Issue(path, *words(error))


def _meant(error: ErrorDetails) -> str | None:
    return nearest(str(error["loc"][-1]), known_keys(error["loc"][:-1]))


def _unknown_key(error: ErrorDetails, path: Path) -> Issue:
    key, known = str(error["loc"][-1]), known_keys(error["loc"][:-1])
    if key in known:  # in another way of writing this entry
        return Issue(path, f"the key {key!r} doesn't go with the others", hint="Delete it, or the others.")
    return Issue(path, f"unknown key {key!r}", f"one of {listing(known)}", did_you_mean(key, known))
