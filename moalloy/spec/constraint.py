"""One entry of ``space.constraints``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, GetJsonSchemaHandler, Tag, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from moalloy.spec.around import AroundSpec
from moalloy.spec.base import Basis, Number, Strict, Text, refusal, unrecognized, written_as
from moalloy.spec.condition import ConditionSpec
from moalloy.spec.presence import ForbidSpec, GroupCountSpec, RequireSpec

__all__ = ["ConstraintSpec", "DescriptorLimitSpec", "LinearConstraintSpec"]


class LinearConstraintSpec(Strict):
    """A linear constraint such as `Si/B <= 2`; as {wt%: ...} or {at%: ...} in a basis of its own."""

    text: Text
    basis: Basis | None = None

    @property
    def label(self) -> str:
        """The line, with its basis where it has one of its own."""
        return self.text if self.basis is None else f"{self.basis}: {self.text}"

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

    @property
    def label(self) -> str:
        """The limit in words."""
        below = "" if self.min is None else f"{self.min:g} <= "
        above = "" if self.max is None else f" <= {self.max:g}"
        return f"{below}{self.descriptor}{above}"


_KEYS = {
    "count": "<count>",
    "forbid": "<forbid>",
    "require": "<require>",
    "with": "<require>",
    "around": "<around>",
    "within_at_pct": "<around>",
    "if": "<condition>",
    "then": "<condition>",
    "wt%": "<linear>",
    "at%": "<linear>",
    "descriptor": "<descriptor>",
    "min": "<descriptor>",
    "max": "<descriptor>",
}
_TAGS: dict[type[Strict], str] = {
    LinearConstraintSpec: "<linear>",
    DescriptorLimitSpec: "<descriptor>",
    GroupCountSpec: "<count>",
    ForbidSpec: "<forbid>",
    RequireSpec: "<require>",
    AroundSpec: "<around>",
    ConditionSpec: "<condition>",
}


def _constraint_kind(value: object) -> str | None:
    if isinstance(value, str):
        return "<linear>"
    if isinstance(value, dict):
        return next((tag for key, tag in _KEYS.items() if key in value), None)
    return next((tag for kind, tag in _TAGS.items() if isinstance(value, kind)), None)


ConstraintSpec = Annotated[
    Annotated[LinearConstraintSpec, Tag("<linear>")]
    | Annotated[DescriptorLimitSpec, Tag("<descriptor>")]
    | Annotated[GroupCountSpec, Tag("<count>")]
    | Annotated[ForbidSpec, Tag("<forbid>")]
    | Annotated[RequireSpec, Tag("<require>")]
    | Annotated[AroundSpec, Tag("<around>")]
    | Annotated[ConditionSpec, Tag("<condition>")],
    written_as(
        _constraint_kind,
        'text such as "Si/B <= 2", {wt%: "Nb <= 6"}, {descriptor: cost_USD_per_kg, max: 5},'
        " {count: [Nb, Zr], max: 1}, {forbid: [Nb, Zr]}, {require: Cu, with: Nb},"
        ' {around: Fe80B20, within_at_pct: 3} or {if: "Nb > 0", then: "Cu >= 0.5"}',
    ),
]
