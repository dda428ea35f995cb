"""Faults in structure: none hides another, none makes another, none brings the loader down."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from moalloy.errors import ProblemFileError
from moalloy.spec import parse_spec

from .bank import VALID

_MISFITS = st.sampled_from(
    [
        *(None, True, -1, 0.5, 10**20, "x", "Fe", "1e-3", "", [], {}, [1, 2], [1, 2, 3], [None], ["x"]),
        *({"min": 1}, {"max": 3}, {"range": [1, 2]}, {"choices": [1, "a"]}, {"descriptor": "x"}, {"wt%": 3}),
    ]
)
_TREES = [YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) for path in VALID]


def _holders(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every list and mapping below ``tree`` with each of its keys."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _holders(tree[key])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_value_of_the_wrong_kind_gives_faults_and_nothing_worse(data: st.DataObject) -> None:
    tree = copy.deepcopy(data.draw(st.sampled_from(_TREES)))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(_holders(tree))))
        holder[key] = copy.deepcopy(data.draw(_MISFITS))
    try:
        spec = parse_spec(json.dumps(tree), file="misfit.yaml")
    except ProblemFileError as error:
        assert all(str(fault).startswith("misfit.yaml:1: ") for fault in error.faults)
    else:
        assert parse_spec(json.dumps(tree)) == spec


def test_key_that_belongs_to_another_way_of_writing_is_said_to_be_so() -> None:
    text = """{version: 1, name: x, objectives: {cost_USD_per_kg: {goal: min}}, space: {step: 1,
        elements: {Fe: [60, 100]}, process: {time_s: {choices: [1, 2], step: 1}}}}"""
    with pytest.raises(ProblemFileError, match="the key 'step' doesn't go with the others"):
        parse_spec(text)


def test_fault_in_one_entry_leaves_the_others_to_the_linter() -> None:
    text = """{version: 1, name: x, objectives: {cost_USD_per_kg: {goal: min}}, space: {step: 1,
        elements: {Fe: 7.., B: [20, 5]}, groups: {metal: [Fe]}, constraints: [metal <= 90]}}"""
    with pytest.raises(ProblemFileError, match="Swap them") as caught:
        parse_spec(text)
    assert [fault.place for fault in caught.value.faults] == ["space.elements.Fe", "space.elements.B"]
