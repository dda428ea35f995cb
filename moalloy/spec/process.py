"""One entry of ``space.process``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, GetJsonSchemaHandler, Tag, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from moalloy.spec.base import Number, NumberOrText, Strict, written_as

__all__ = ["ChoiceProcessSpec", "FixedProcessSpec", "ProcessSpec", "RangeProcessSpec"]


class RangeProcessSpec(Strict):
    """A process variable with any value, or any step, within a range."""

    range: Annotated[
        tuple[Number, Number], Field(description="[lowest, highest], in the variable's own unit.")
    ]
    step: Annotated[Number, Field(gt=0)] | None = Field(
        default=None,
        description="Distance of the values, counted from the lower bound; continuous where omitted.",
    )


class ChoiceProcessSpec(Strict):
    """A process variable with a few values to choose from, all numbers or all names."""

    choices: Annotated[tuple[NumberOrText, ...], Field(min_length=1)] = Field(
        description="The values to choose from: all numbers or all names."
    )


class FixedProcessSpec(Strict):
    """A process variable with one value only."""

    value: NumberOrText

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: object) -> object:
        return value if isinstance(value, dict | FixedProcessSpec) else {"value": value}

    @model_serializer
    def _shorten(self) -> float | str:
        return self.value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"description": cls.__doc__, "type": ["number", "string"]}


def _process_kind(value: object) -> str | None:
    if isinstance(value, RangeProcessSpec) or (isinstance(value, dict) and "range" in value):
        return "<range>"
    if isinstance(value, ChoiceProcessSpec) or (isinstance(value, dict) and "choices" in value):
        return "<choices>"
    is_single = isinstance(value, str | int | float | FixedProcessSpec) and not isinstance(value, bool)
    return "<fixed>" if is_single else None


ProcessSpec = Annotated[
    Annotated[RangeProcessSpec, Tag("<range>")]
    | Annotated[ChoiceProcessSpec, Tag("<choices>")]
    | Annotated[FixedProcessSpec, Tag("<fixed>")],
    written_as(_process_kind, "{range: [low, high], step: ...}, {choices: [...]} or one value"),
]
