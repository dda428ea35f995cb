"""What every model of the problem file shares: strict, frozen, and with faults in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

__all__ = [
    "REFUSED",
    "UNRECOGNIZED",
    "Basis",
    "Flag",
    "Listed",
    "Number",
    "NumberOrText",
    "Strict",
    "Text",
    "Whole",
    "one_of",
    "refusal",
    "shape_of",
    "unrecognized",
    "written_as",
]

REFUSED = "moalloy_refused"  # the type of pydantic errors that carry our own words
UNRECOGNIZED = "moalloy_unrecognized"  # of those that say only what was expected

Basis = Literal["at%", "wt%"]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Text = Annotated[str, Field(strict=True, min_length=1)]
# True or not said: what is off by default then has one way to be written, and one hash.
Flag = Annotated[bool, Field(strict=True), AfterValidator(lambda value: value or None)]


class Strict(BaseModel):
    """A model that can't be changed once read and refuses keys it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def refusal(found: str, expected: str, hint: str = "") -> PydanticCustomError:
    """Return the error that a validator raises to put a fault in its own words."""
    context = {"found": found, "expected": expected, "hint": hint}
    return PydanticCustomError(REFUSED, "{found}; expected {expected}", context)


def unrecognized(expected: str) -> PydanticCustomError:
    """Return the error for a value of the wrong kind; what was found is put in words later."""
    return PydanticCustomError(UNRECOGNIZED, "{expected}", {"expected": expected})


def _number_or_text(value: object) -> float | str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value:
        return value
    raise unrecognized("a number or text")


NumberOrText = Annotated[
    float | str, PlainValidator(_number_or_text), WithJsonSchema({"type": ["number", "string"]})
]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Listed = Annotated[
    tuple[Text, ...],
    Field(min_length=1),
    BeforeValidator(_listed),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
            ]
        }
    ),
]


def shape_of(value: object) -> str | None:
    """Return the tag that tells apart the ways of writing one key: text, a list or a mapping.

    Tags stand in angle brackets, which no key of a problem file has: they get into the paths of
    pydantic's errors and must not be taken for keys there.
    """
    if isinstance(value, Mapping):
        return "<mapping>"
    if isinstance(value, list | tuple):
        return "<list>"
    return "<text>" if isinstance(value, str) else None


def written_as(kind: Callable[[object], str | None], expected: str) -> Discriminator:
    """Return what picks one of several tagged ways of writing a key, or expects ``expected``."""
    return Discriminator(kind, custom_error_type=UNRECOGNIZED, custom_error_message=expected)


def one_of(schema: Mapping[str, Any], *shorthands: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a model that may also be written in a shorter way."""
    words = {key: schema[key] for key in ("title", "description") if key in schema}
    full = {key: value for key, value in schema.items() if key not in words}
    return {**words, "oneOf": [full, *shorthands]}
