"""The JSON Schema agrees with the loader, and has hover texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from moalloy.spec import ALGORITHMS, KINDS, json_schema
from moalloy.spec.schema import known_keys

from .bank import INVALID, VALID
from .json_schema import accepts

# What only the loader knows: duplicates, tags and traps are no matter of schemas.
STRUCTURE = [path for path in INVALID if path.stem.startswith("structure_")]


def _is_valid(path: Path) -> bool:
    schema = json_schema()
    return accepts(schema, YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), schema)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_schema_accepts_what_the_loader_accepts(path: Path) -> None:
    assert _is_valid(path)


@pytest.mark.parametrize("path", STRUCTURE, ids=lambda path: path.stem)
def test_schema_refuses_what_the_loader_finds_wrong_in_structure(path: Path) -> None:
    assert not _is_valid(path)


def _undescribed(schema: dict[str, Any]) -> Iterator[str]:
    for name, definition in {"ProblemSpec": schema, **schema["$defs"]}.items():
        ways = [definition, *definition.get("oneOf", [])]
        for way in ways:
            for key, field in way.get("properties", {}).items():
                if "description" not in field:
                    yield f"{name}.{key}"


def test_every_key_has_a_hover_text() -> None:
    assert list(_undescribed(json_schema())) == []


def test_schema_is_plain_json_of_the_2020_12_draft() -> None:
    schema = json.loads(json.dumps(json_schema()))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_schema_completes_symbols_descriptors_kinds_and_algorithms() -> None:
    definitions = json_schema()["$defs"]
    assert "Fe" in definitions["SpaceSpec"]["properties"]["elements"]["propertyNames"]["enum"]
    assert "cost_USD_per_kg" in definitions["DescriptorLimitSpec"]["properties"]["descriptor"]["enum"]
    one, several = definitions["ModelSpec"]["properties"]["kind"]["oneOf"]
    assert tuple(one["enum"]) == tuple(several["items"]["enum"]) == KINDS
    assert tuple(definitions["OptimizeSpec"]["properties"]["algorithm"]["enum"]) == ALGORITHMS


def test_known_keys_are_those_of_every_way_of_writing() -> None:
    assert known_keys(("space", "elements", "Fe")) == ("min", "max", "or_zero")
    assert known_keys(("space", "process", "time_s")) == ("range", "step", "choices")


def test_below_a_single_value_there_are_no_keys() -> None:
    assert known_keys(("name", "x")) == ()
