"""``--set a.b=c``: values from the command line, grafted onto the tree of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from moalloy.errors import Fault
from moalloy.spec.source import read_tree
from moalloy.spec.tree import Node, child_place

__all__ = ["override"]


def override(root: Node, setting: str) -> tuple[Node, list[Fault]]:
    """Return the tree with ``setting`` applied, and what is wrong with the setting.

    Args:
        root: The tree of the file.
        setting: ``space.step=0.5``; what follows the first ``=`` is YAML. Keys on the way that the
            file doesn't have are added; whether the problem file knows them is for later to say.
    """
    file = f"--set {setting}"
    key, equals, text = setting.partition("=")
    steps = [step.strip() for step in key.split(".")]
    if not equals or not all(steps):
        hint = "For example: --set optimize.population=100"
        return root, [Fault(file, None, "", "no setting", "a dotted key, '=' and a value", hint)]
    place = ".".join(steps)
    value, faults = read_tree(text, file=file, place=place, has_lines=False)
    if value is None:
        blank = Fault(file, None, place, "nothing is written after '='", "a value")
        return root, faults or [blank]
    blocked = _blocked(root, steps[:-1])
    if blocked is not None:
        hint = f"Set it as a whole: --set {blocked}=..."
        return root, [*faults, Fault(file, None, place, f"{blocked} is not a mapping in the file", "", hint)]
    return _graft(root, steps, value), faults


def _blocked(root: Node, steps: list[str]) -> str | None:
    """Return the place of the first node on the way that can't have keys."""
    node: Node | None = root
    for step in steps:
        node = node.find(step) if node is not None else None
        if node is not None and not isinstance(node.content, Mapping):
            return node.place
    return None


def _graft(node: Node, steps: list[str], value: Node) -> Node:
    step, *rest = steps
    content = dict(node.content) if isinstance(node.content, Mapping) else {}
    if not rest:
        content[step] = value
    else:
        new = Node({}, value.file, None, child_place(node.place, step))
        content[step] = _graft(content.get(step, new), rest, value)
    return replace(node, content=content)
