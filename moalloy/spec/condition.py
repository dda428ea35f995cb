"""What has to hold where something else does."""

from __future__ import annotations

from pydantic import Field, model_serializer

from moalloy.spec.base import Strict, Text

__all__ = ["ConditionSpec"]


class ConditionSpec(Strict):
    """Where `if` holds, `then` must hold as well; either side is about amounts or one process variable."""

    if_: Text = Field(
        alias="if", description='Such as "P > 0" (present), "Si >= 5" or "annealing_time_s >= 1800".'
    )
    then: Text = Field(description='Such as "annealing_time_s <= 1800", "Cu >= 0.5" or "route == ribbon".')

    @property
    def label(self) -> str:
        """The condition in words."""
        return f"if {self.if_} then {self.then}"

    @model_serializer
    def _as_written(self) -> dict[str, str]:
        return {"if": self.if_, "then": self.then}
