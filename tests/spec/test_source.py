"""From YAML text to nodes that know their lines."""

from __future__ import annotations

import pytest

from moalloy.spec.source import read_tree
from moalloy.spec.tree import Issue, Node

TEXT = """\
space:
  elements:
    Fe: [72, 87]

    Si:
      min: 1
  constraints:
    - Si <= 3
    - {wt%: "Nb <= 6"}
"""


def _tree(text: str) -> Node:
    root, faults = read_tree(text, file="p.yaml")
    assert faults == []
    assert root is not None
    return root


@pytest.mark.parametrize(
    ("path", "line", "place"),
    [
        (("space",), 1, "space"),
        (("space", "elements", "Fe", 1), 3, "space.elements.Fe#2"),
        (("space", "elements", "Si"), 5, "space.elements.Si"),
        (("space", "elements", "Si", "min"), 6, "space.elements.Si.min"),
        (("space", "constraints", 1, "wt%"), 9, "space.constraints#2.wt%"),
    ],
)
def test_node_knows_its_line_and_place(path: tuple[str | int, ...], line: int, place: str) -> None:
    node = _tree(TEXT).find(*path)
    assert node is not None
    assert (node.line, node.place) == (line, place)


def test_path_that_is_not_there_has_no_node_and_the_line_of_its_parent() -> None:
    root = _tree(TEXT)
    assert root.find("space", "elements", "P") is None
    assert root.fault(Issue(("space", "elements", "Fe", "max"), "x")).line == 3


def test_plain_values_are_those_of_the_text() -> None:
    assert _tree("a: [1, 0.5, 'No', true, ~]\nb: {c: x}\n").plain() == {
        "a": [1, 0.5, "No", True, None],
        "b": {"c": "x"},
    }


def test_explicit_key_wins_over_a_merged_one_and_the_first_of_several_merges() -> None:
    root = _tree("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\n")
    assert root.find("c") is not None
    assert root.plain() == {"a": {"x": 1, "y": 1}, "b": {"y": 2, "z": 2}, "c": {"x": 3, "y": 1, "z": 2}}


def test_repeated_anchor_has_its_own_place() -> None:
    node = _tree("a: &a {x: 1}\nb: *a\n").find("b", "x")
    assert node is not None
    assert node.place == "b.x"


def test_anchor_inside_itself_is_refused() -> None:
    _, faults = read_tree("a: &a [*a]\n", file="p.yaml")
    assert [str(fault) for fault in faults] == [
        "p.yaml:1: a#1: *a refers to an anchor that isn't there; expected &a somewhere above."
    ]


def test_refused_value_keeps_its_name_in_the_tree() -> None:
    root, faults = read_tree("a: 012\nb: 1\n", file="p.yaml")
    assert root is not None
    assert root.plain() == {"a": None, "b": 1}
    assert len(faults) == 1


def test_tree_without_some_paths_keeps_the_rest() -> None:
    pruned = _tree(TEXT).without({("space", "elements", "Fe"), ("space", "constraints", 0)})
    assert pruned.plain() == {"space": {"elements": {"Si": {"min": 1}}, "constraints": [{"wt%": "Nb <= 6"}]}}
    assert pruned.fault(Issue(("space", "constraints", 0), "x")).line == 9
