"""The ``objectives`` and ``limits`` sections: what is wanted and what is required."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from moalloy.spec.base import Number, Strict

__all__ = ["LimitSpec", "ObjectiveSpec"]

_SPELLINGS = {"maximise": "max", "maximize": "max", "minimise": "min", "minimize": "min"}


def _american(value: object) -> object:
    return _SPELLINGS.get(value, value) if isinstance(value, str) else value


Goal = Annotated[
    Literal["min", "max"],
    BeforeValidator(_american),
    WithJsonSchema({"enum": ["min", "max", *_SPELLINGS]}),
]


class ObjectiveSpec(Strict):
    """What to make of a property or descriptor: as large or as small as can be."""

    goal: Goal = Field(description="max or min.")
    threshold: Number | None = Field(
        default=None,
        description="The value worth having, in the property's unit; enters p_all, restricts nothing.",
    )


class LimitSpec(Strict):
    """A hard limit of the search on a property or descriptor, in its own unit."""

    min: Number | None = Field(default=None, description="Smallest value allowed.")
    max: Number | None = Field(default=None, description="Largest value allowed.")
