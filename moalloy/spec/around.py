"""A window around a named alloy."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from moalloy.spec.base import Number, Strict, Text, one_of

__all__ = ["AroundSpec"]


class AroundSpec(Strict):
    """Alloys that differ from a named one in few of their atoms."""

    around: Text = Field(description="Formula of the named alloy.")
    within_at_pct: Annotated[Number, Field(gt=0, le=100)] = Field(
        description="Share of the atoms that may differ, in at.%: half the sum of all differences."
    )

    @property
    def label(self) -> str:
        """The constraint in words."""
        return f"within {self.within_at_pct:g} at.% of {self.around}"

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("around"), dict):
            inner = dict(value["around"])
            others = {key: item for key, item in value.items() if key != "around"}
            return {**({"around": inner.pop("formula")} if "formula" in inner else {}), **inner, **others}
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        full = handler.resolve_ref_schema(handler(schema))
        properties: dict[str, Any] = full["properties"]
        nested = {
            "type": "object",
            "properties": {"formula": properties["around"], "within_at_pct": properties["within_at_pct"]},
            "required": ["formula", "within_at_pct"],
            "additionalProperties": False,
        }
        named = {**nested, "description": "The named alloy and how far from it."}
        wrapped = {
            "type": "object",
            "properties": {"around": named},
            "required": ["around"],
            "additionalProperties": False,
        }
        return one_of(full, wrapped)
