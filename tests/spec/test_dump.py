"""Resolved problem files and their hashes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from moalloy.spec import ProblemSpec, dump, load_spec, parse_spec, spec_hash

from .bank import VALID

TEXT = """\
version: 1
name: hashes
space: {elements: {Fe: [60, 100], B: [0, 20]}, step: 1, groups: {all: [Fe, B]}}
data: {mine: {table: mine.csv, group_by: lab}}
properties: {Bs: {data: mine, column: Bs_T}}
objectives: {Bs: {goal: max}, cost_USD_per_kg: {goal: min}}
"""

_TEXTS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x1F9FF, exclude_categories=["C", "Z"]) | st.just(" "),
    min_size=1,
)
_NUMBERS = st.floats(-1e14, 1e14, allow_nan=False).map(lambda value: value + 0.0)


@st.composite
def _specs(draw: st.DrawFn) -> ProblemSpec:
    """Return a valid spec with texts and numbers of every kind."""
    others = draw(st.lists(st.sampled_from(["B", "Si", "No", "N", "Y"]), unique=True, max_size=4))
    elements: dict[str, Any] = {"Fe": [0, 100]}
    for symbol in others:
        low, high = sorted(draw(st.tuples(st.floats(0, 100), st.floats(0, 100))))
        elements[symbol] = {"min": low, "max": high, "or_zero": draw(st.booleans())}
    names = draw(st.lists(st.from_regex(r"v_[a-z]{1,5}", fullmatch=True), unique=True, max_size=3))
    choices = st.lists(_NUMBERS, min_size=1, max_size=3, unique=True) | st.lists(
        _TEXTS, min_size=1, unique=True
    )
    return ProblemSpec.model_validate(
        {
            "version": 1,
            "name": draw(st.sampled_from(["x", "a.b", "No", "012", "1e-3", "true"])),
            "space": {
                "elements": elements,
                "step": draw(st.sampled_from([0.1, 1e-05, 2.5])),
                "process": {
                    name: draw(st.fixed_dictionaries({"choices": choices}) | _TEXTS) for name in names
                },
            },
            "data": {draw(_TEXTS): {"table": f"builtin:{draw(_TEXTS)}", "composition": {"Fe": draw(_TEXTS)}}},
            "objectives": {"mixing_entropy_J_per_mol_K": {"goal": "max", "threshold": draw(_NUMBERS)}},
            "optimize": {
                "algorithm": "random",
                "seeds": draw(st.lists(st.integers(0, 99), min_size=1, unique=True)),
            },
        }
    )


@settings(max_examples=40, deadline=None)
@given(_specs())
def test_written_problem_is_read_back_equal(spec: ProblemSpec) -> None:
    again = parse_spec(dump(spec))
    assert again == spec
    assert list(again.space.elements) == list(spec.space.elements)
    assert spec_hash(again) == spec_hash(spec)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_written_problem_means_the_same_to_readers_of_yaml_1_1_and_1_2(path: Any) -> None:
    text = dump(load_spec(path))
    old, new = YAML(typ="safe", pure=True), YAML(typ="safe", pure=True)
    old.version, new.version = (1, 1), (1, 2)
    content = new.load(text)
    assert old.load(text) == content
    assert parse_spec(text) == ProblemSpec.model_validate(content)


def test_defaults_are_written_out() -> None:
    text = dump(parse_spec(TEXT))
    for line in ["  basis: at%", "  algorithm: nsga2", "  interval: 0.9", "  seeds: [1]", "  risk: mean"]:
        assert line in text.splitlines()


def test_small_number_is_written_with_a_point() -> None:
    assert "step: 1.0e-05" in dump(parse_spec(TEXT.replace("step: 1", "step: 0.00001")))


def test_word_that_readers_disagree_on_is_quoted() -> None:
    assert '"No"' in dump(parse_spec(TEXT.replace("Bs_T", '"No"')))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1\nname: hashes", "name: hashes  # a comment\nversion: 1"),
        ("Fe: [60, 100]", "Fe: {min: 60.0, max: 100}"),
        ("step: 1, groups: {all: [Fe, B]}", "groups: {all: [Fe, B]}, step: 1.0, basis: at%"),
        ("mine.csv", "/elsewhere/mine.csv"),
        ("{goal: max}", "{goal: maximise}"),
    ],
)
def test_hash_depends_on_nothing_but_the_meaning(old: str, new: str) -> None:
    changed = TEXT.replace(old, new)
    assert changed != TEXT
    assert spec_hash(parse_spec(changed)) == spec_hash(parse_spec(TEXT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Fe: [60, 100], B: [0, 20]", "B: [0, 20], Fe: [60, 100]"),
        ("Bs: {goal: max}, cost_USD_per_kg: {goal: min}", "cost_USD_per_kg: {goal: min}, Bs: {goal: max}"),
        ("[60, 100]", "[60, 99.9]"),
        ("mine.csv", "yours.csv"),
        ("name: hashes", "name: hashed"),
    ],
)
def test_hash_changes_with_the_meaning(old: str, new: str) -> None:
    assert spec_hash(parse_spec(TEXT.replace(old, new))) != spec_hash(parse_spec(TEXT))
