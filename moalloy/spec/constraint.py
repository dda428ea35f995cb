"""One entry of ``space.constraints``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, GetJsonSchemaHandler, Tag, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from moalloy.spec.base import Basis, Number, Strict, Text, refusal, unrecognized, written_as

__all__ = ["ConstraintSpec", "DescriptorLimitSpec", "LinearConstraintSpec"]


class LinearConstraintSpec(Strict):
    """A linear constraint such as `Si/B <= 2`; as {wt%: ...} or {at%: ...} in a basis of its own."""

    text: Text
    basis: Basis | None = None

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: object) -> object:
        if isinstance(value, str):
            return {"text": value}
        if isinstance(value, dict) and len(value) == 1 and (basis := next(iter(value))) in ("wt%", "at%"):
            if not isinstance(value[basis], str):
                raise unrecognized('text such as "Nb <= 6"')
            return {"text": value[basis], "basis": basis}
        if isinstance(value, dict) and not value.keys() <= cls.model_fields.keys():
            raise refusal(f"found the keys {', '.join(value)}", 'one key only, as in {wt%: "Nb <= 6"}')
        return value

    @model_serializer
    def _shorten(self) -> str | dict[str, str]:
        return self.text if self.basis is None else {self.basis: self.text}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        one_basis = [
            {
                "type": "object",
                "properties": {basis: {"type": "string", "description": f"The constraint, in {basis}."}},
                "required": [basis],
                "additionalProperties": False,
            }
            for basis in ("wt%", "at%")
        ]
        return {"description": cls.__doc__, "oneOf": [{"type": "string", "minLength": 1}, *one_basis]}


class DescriptorLimitSpec(Strict):
    """A limit on a number that follows from the composition alone, such as its cost."""

    descriptor: Text = Field(description="Name of the descriptor; it ends in the unit of the limits.")
    min: Number | None = Field(default=None, description="Smallest value allowed, in the descriptor's unit.")
    max: Number | None = Field(default=None, description="Largest value allowed, in the descriptor's unit.")


def _constraint_kind(value: object) -> str | None:
    if isinstance(value, DescriptorLimitSpec) or (
        isinstance(value, dict) and value.keys() & DescriptorLimitSpec.model_fields.keys()
    ):
        return "<descriptor>"
    if isinstance(value, str | LinearConstraintSpec) or (
        isinstance(value, dict) and value.keys() & {"wt%", "at%"}
    ):
        return "<linear>"
    return None


ConstraintSpec = Annotated[
    Annotated[LinearConstraintSpec, Tag("<linear>")] | Annotated[DescriptorLimitSpec, Tag("<descriptor>")],
    written_as(
        _constraint_kind,
        'text such as "Si/B <= 2", {wt%: "Nb <= 6"} or {descriptor: cost_USD_per_kg, max: 5}',
    ),
]
