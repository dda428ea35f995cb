"""The JSON Schema of the problem file, for completion and hover texts in editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from moalloy.domain.elements import SYMBOLS
from moalloy.spec.algorithms import known_algorithms
from moalloy.spec.offered import known_feature_sets, known_kinds
from moalloy.spec.problem import ProblemSpec

__all__ = ["json_schema", "known_keys"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _EditorSchema(GenerateJsonSchema):
    """Leaves out what editors would offer and the loader refuse: empty values."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if "default" in described and described["default"] is None:
            return {key: value for key, value in described.items() if key != "default"}
        return described


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a problem file.

    Completes keys, element symbols, and the descriptors, kinds of models, sets of features and algorithms
    installed here.

    >>> json_schema()["properties"]["name"]["description"]
    'Short name of the problem; the folder of its results is called so.'
    """
    from moalloy.features.descriptors import DESCRIPTORS  # loads numpy, which `check` of a file may not need

    schema = {"$schema": _DIALECT, **deepcopy(_generated())}
    definitions = schema["$defs"]
    definitions["SpaceSpec"]["properties"]["elements"]["propertyNames"] = {"enum": list(SYMBOLS)}
    definitions["DescriptorLimitSpec"]["properties"]["descriptor"]["enum"] = list(DESCRIPTORS)
    for way in definitions["ModelSpec"]["properties"]["kind"]["oneOf"]:
        way.get("items", way)["enum"] = list(known_kinds())
    for way in definitions["ModelSpec"]["properties"]["features"]["oneOf"]:
        way.get("additionalProperties", way)["items"]["enum"] = list(known_feature_sets())
    definitions["OptimizeSpec"]["properties"]["algorithm"]["enum"] = list(known_algorithms())
    return schema


def known_keys(path: Sequence[str | int]) -> tuple[str, ...]:
    """Return the keys that the mapping at ``path`` may have; a name of the user's own is any step.

    >>> known_keys(("properties", "Bs", "hurdle"))
    ('data', 'column', 'positive', 'negatives')
    """
    schema = _generated()
    nodes = [schema]
    for step in path:
        if not str(step).startswith("<"):  # a tag of pydantic's, and no key
            nodes = [child for node in nodes for child in _below(node, step)]
    return tuple(dict.fromkeys(key for node in nodes for key in node.get("properties", {})))


@cache
def _generated() -> dict[str, Any]:
    return ProblemSpec.model_json_schema(schema_generator=_EditorSchema)


def _below(schema: Mapping[str, Any], step: str | int) -> list[dict[str, Any]]:
    """Return the schemas of the child ``step``, one for each way in which it may be written."""
    if isinstance(step, int):
        children = [schema["items"]] if isinstance(schema.get("items"), dict) else []
    else:
        children = [
            child
            for child in (schema.get("properties", {}).get(step), schema.get("additionalProperties"))
            if child
        ][:1]
    return [way for child in children if isinstance(child, dict) for way in _ways(child)]


def _ways(schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in schema:
        return _ways(_generated()["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    ways = [way for word in ("oneOf", "anyOf", "allOf") for way in schema.get(word, ())]
    return [found for way in ways for found in _ways(way)] or [schema]
