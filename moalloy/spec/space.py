"""The ``space`` section: which alloys may be made, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from moalloy.spec.base import Basis, Number, Strict, Text, Whole, one_of, refusal, unrecognized
from moalloy.spec.constraint import ConstraintSpec
from moalloy.spec.process import ProcessSpec

__all__ = ["CountSpec", "ElementRange", "SpaceSpec"]

_PAIR = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


class ElementRange(Strict):
    """How much of an element an alloy may hold: [low, high], one fixed amount, or {min, max, or_zero}."""

    min: Number = Field(description="Smallest amount, in the unit of `basis`.")
    max: Number = Field(description="Largest amount, in the unit of `basis`.")
    or_zero: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="true: the element may also be absent altogether."
    )

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"min": value, "max": value}
        if isinstance(value, list):
            return {"min": value[0], "max": value[1]} if len(value) == 2 else _refuse_pair(value)
        if not isinstance(value, dict | ElementRange):
            raise unrecognized("[low, high], one number or {min: ..., max: ...}")
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return _with_shorthands(schema, handler, _PAIR, {"type": "number"})


class CountSpec(Strict):
    """How many elements an alloy holds: one number, or {min, max}."""

    min: Annotated[Whole, Field(ge=1)] = Field(default=1, description="Smallest number of elements present.")
    max: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None, description="Largest number of elements present; all of them where omitted."
    )

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return {"min": value, "max": value}
        if not isinstance(value, dict | CountSpec):
            raise unrecognized("a whole number or {min: ..., max: ...}")
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return _with_shorthands(schema, handler, {"type": "integer", "minimum": 1})


class SpaceSpec(Strict):
    """Which alloys may be made: elements and their bounds, the step of the balance, constraints, process."""

    basis: Basis = Field(default="at%", description="The unit of every amount in this section: at% or wt%.")
    elements: Mapping[str, ElementRange] = Field(
        description="The elements and how much of each, in the unit of `basis`.",
        json_schema_extra={"minProperties": 1},
    )
    step: Annotated[Number, Field(gt=0, le=100)] = Field(
        default=0.1, description="What the balance resolves: amounts are multiples of it, their sum is 100."
    )
    count: CountSpec | None = Field(default=None, description="How many elements an alloy holds.")
    groups: Mapping[str, tuple[Text, ...]] = Field(
        default_factory=dict, description="Names for sums of elements, for use in constraints."
    )
    constraints: tuple[ConstraintSpec, ...] = Field(
        default=(),
        description="What every alloy must satisfy, such as `12 <= B + Si <= 26`.",
    )
    process: Mapping[str, ProcessSpec] = Field(
        default_factory=dict, description="How the alloy is made: variables that the search may set."
    )


def _refuse_pair(value: list[object]) -> object:
    hint = "Decimals are written with a point: 72.5." if len(value) in (3, 4) else ""
    raise refusal(f"found a list of {len(value)}", "two numbers, [low, high]", hint)


def _with_shorthands(
    schema: CoreSchema, handler: GetJsonSchemaHandler, *shorthands: Mapping[str, Any]
) -> JsonSchemaValue:
    return one_of(handler.resolve_ref_schema(handler(schema)), *shorthands)
