"""YAML text to a tree of nodes with their lines, without building a single Python object from it.

Works on the parser's events, so that the difference between ``No`` and ``"No"`` is still there to
see, tags run nothing, and each duplicate key still has its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from moalloy.errors import Fault
from moalloy.spec.scalars import Trap, read_key, read_scalar
from moalloy.spec.tree import Node, child_place

__all__ = ["read_tree"]

_DEEPEST = 20
_LARGEST = 50_000  # nodes; a few nested anchors can stand for billions


class _UnreadableError(Exception):
    """The text isn't YAML, or none that a problem file may hold; reading can't go on."""

    def __init__(self, line: int | None, found: str, expected: str = "", hint: str = "") -> None:
        super().__init__(found)
        self.line, self.found, self.expected, self.hint = line, found, expected, hint


def read_tree(
    text: str, *, file: str, place: str = "", has_lines: bool = True
) -> tuple[Node | None, list[Fault]]:
    """Return the tree of the first and only document in ``text``, and what is wrong with it.

    Args:
        text: YAML.
        file: What messages call the text.
        place: The place of the whole text, for a fragment of a file.
        has_lines: False for a fragment that isn't in a file; its nodes have no line.

    Returns:
        The tree, None where there is none to go on with, and the faults. A value that was refused
        stands in the tree as a broken node: its name is known, its content isn't.
    """
    reader = _Reader(_events(text), file, has_lines)
    try:
        root = reader.document(place)
    except _UnreadableError as error:
        line = error.line if has_lines else None
        return None, [*reader.faults, Fault(file, line, place, error.found, error.expected, error.hint)]
    return root, reader.faults


def _events(text: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        raise _syntax_fault(error, text) from None
    except YAMLError as error:  # a character that YAML forbids has a position and no line
        position = getattr(error, "position", 0)
        raise _UnreadableError(
            text.count("\n", 0, position) + 1,
            f"the character {text[position : position + 1]!r} may not stand in YAML",
            hint="Delete it.",
        ) from None


def _syntax_fault(error: MarkedYAMLError, text: str) -> _UnreadableError:
    mark = error.problem_mark or error.context_mark
    number = mark.line + 1 if mark is not None else None
    lines = text.splitlines()
    line = lines[number - 1] if number is not None and number <= len(lines) else ""
    problem = str(error.problem or error.context).replace("\\t", "tab")
    if "\t" in line:
        return _UnreadableError(number, "a tab", "spaces", "YAML indents and separates with spaces only.")
    context = f" {error.context}" if error.context and error.problem else ""
    return _UnreadableError(number, f"this isn't YAML: {problem}{context}", hint=_syntax_hint(problem, line))


def _syntax_hint(problem: str, line: str) -> str:
    if "mapping values are not allowed" in problem:
        return "Check the indentation, and put text that holds ': ' in quotes."
    if "cannot start any token" in problem:
        return "Put text that starts with %, @ or ` in quotes."
    if "<stream end>" in problem or "end of stream" in problem:
        return "A bracket, brace or quote that was opened is never closed."
    return "Check the brackets, the quotes and the indentation." if line else ""


@dataclass
class _Reader:
    """Descends through the events of one document and gathers faults on the way."""

    events: Iterator[Event]
    file: str
    has_lines: bool
    faults: list[Fault] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    n_nodes: int = 0

    def document(self, place: str) -> Node | None:
        event = next(self.events)
        while isinstance(event, StreamStartEvent | DocumentStartEvent):
            event = next(self.events)
        if isinstance(event, StreamEndEvent):
            return None
        root = self._node(event, place, depth=0)
        for rest in self.events:
            if isinstance(rest, DocumentStartEvent):
                found = "a second document begins after '---'"
                raise _UnreadableError(_line(rest), found, "one problem a file", "Split the file in two.")
        return root

    def _node(self, event: Event, place: str, depth: int) -> Node:
        """Return the node that begins with ``event``; a broken one where a fault was noted."""
        self._count(event, 1, depth)
        if isinstance(event, AliasEvent):
            return self._alias(event, place)
        node = self._value(event, place, depth)
        if tag := getattr(event, "tag", None):
            return self._refuse(
                event, place, f"the tag {_short(tag)}", "plain YAML without tags", "Delete it."
            )
        if anchor := getattr(event, "anchor", None):
            self.anchors[anchor] = node
        return node

    def _value(self, event: Event, place: str, depth: int) -> Node:
        if isinstance(event, MappingStartEvent):
            return Node(self._mapping(place, depth), self.file, self._line(event), place)
        if isinstance(event, SequenceStartEvent):
            return Node(self._sequence(place, depth), self.file, self._line(event), place)
        assert isinstance(event, ScalarEvent)
        value = _invisible(event.value) or (read_scalar(event.value) if event.style is None else event.value)
        if isinstance(value, Trap):
            return self._refuse(event, place, value.found, value.expected, value.hint)
        return Node(value, self.file, self._line(event), place)

    def _sequence(self, place: str, depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._node(event, child_place(place, len(items)), depth + 1))
        return tuple(items)

    def _mapping(self, place: str, depth: int) -> Mapping[str, Node]:
        entries: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._key(event, place, depth)
            node = self._node(next(self.events), child_place(place, key), depth + 1)
            if key == "<<" and getattr(event, "style", None) is None:
                merged = self._merge(event, node, place)
            elif key in lines:
                self._duplicate(event, child_place(place, key), lines[key])
            else:
                lines[key] = _line(event)
                entries[key] = replace(node, line=self._line(event))
        return {**entries, **{key: node for key, node in merged.items() if key not in entries}}

    def _key(self, event: Event, place: str, depth: int) -> str:
        if not isinstance(event, ScalarEvent) or event.tag:
            self._node(event, place, depth + 1)
            self._refuse(event, place, "a key that isn't a plain name", "a name before the colon", "")
            return "?"
        key = _invisible(event.value) or (read_key(event.value) if event.style is None else event.value)
        if isinstance(key, Trap):
            self._refuse(event, place, key.found, key.expected, key.hint)
            return str(event.value)
        return key

    def _alias(self, event: AliasEvent, place: str) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            found = f"*{event.anchor} refers to an anchor that isn't there"
            return self._refuse(event, place, found, f"&{event.anchor} somewhere above", "")
        self._count(event, node.size(), 0)
        return node.at(place)

    def _merge(self, event: Event, node: Node, place: str) -> dict[str, Node]:
        """Return the entries that ``<<`` brings in; of several mappings the first one wins."""
        merged: dict[str, Node] = {}
        for source in node.content if isinstance(node.content, tuple) else (node,):
            if isinstance(source.content, Mapping):
                fresh = {key: child for key, child in source.content.items() if key not in merged}
                merged |= {key: child.at(child_place(place, key)) for key, child in fresh.items()}
            elif not source.is_broken:
                self._refuse(event, place, "<< merges something that isn't a mapping", "<<: *anchor", "")
        return merged

    def _duplicate(self, event: Event, place: str, first_line: int) -> None:
        first = f", first on line {first_line}" if self.has_lines else ""
        self._refuse(
            event, place, f"this key is given twice{first}", "each key once", "Delete one of the two."
        )

    def _refuse(self, event: Event, place: str, found: str, expected: str, hint: str) -> Node:
        line = self._line(event)
        self.faults.append(Fault(self.file, line, place, found, expected, hint))
        return Node(None, self.file, line, place, is_broken=True)

    def _line(self, event: Event) -> int | None:
        return _line(event) if self.has_lines else None

    def _count(self, event: Event, n_nodes: int, depth: int) -> None:
        self.n_nodes += n_nodes
        if depth > _DEEPEST:
            raise _UnreadableError(_line(event), f"more than {_DEEPEST} levels of nesting", "a problem file")
        if self.n_nodes > _LARGEST:
            raise _UnreadableError(_line(event), f"more than {_LARGEST} values", "a problem file")


def _line(event: Event) -> int:
    mark = event.start_mark
    return 0 if mark is None else int(mark.line) + 1


def _short(tag: object) -> str:
    return str(tag).replace("tag:yaml.org,2002:", "!!")


def _invisible(text: str) -> Trap | None:
    """Return the trap of a character that nobody sees, such as a no-break space from a web page."""
    hidden = next((c for c in text if not c.isprintable() and c != "\n"), None)
    if hidden is None:
        return None
    found = f"the invisible character U+{ord(hidden):04X} in {text!r}"
    return Trap(found, "letters, digits, signs and plain spaces", "Type the text anew.")
