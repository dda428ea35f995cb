"""Constraints on which elements are present: counts of a group, forbidden and required together."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_serializer

from moalloy.spec.base import Listed, Strict, Text, Whole

__all__ = ["ForbidSpec", "GroupCountSpec", "RequireSpec"]


class GroupCountSpec(Strict):
    """How many of some elements are present: at most one of Nb, Zr and Mo."""

    count: Listed = Field(description="A group, or a list of elements and groups.")
    min: Annotated[Whole, Field(ge=0)] | None = Field(
        default=None, description="Smallest number of them present."
    )
    max: Annotated[Whole, Field(ge=0)] | None = Field(
        default=None, description="Largest number of them present."
    )

    @property
    def label(self) -> str:
        """The constraint in words."""
        below = "" if self.min is None else f"{self.min} <= "
        above = "" if self.max is None else f" <= {self.max}"
        return f"{below}count of {', '.join(self.count)}{above}"


class ForbidSpec(Strict):
    """Elements that are never all present at once."""

    forbid: Annotated[tuple[Text, ...], Field(min_length=2)] = Field(
        description="Two or more elements that never go together, all of them at once."
    )

    @property
    def label(self) -> str:
        """The constraint in words."""
        return f"forbid {', '.join(self.forbid)} together"


class RequireSpec(Strict):
    """An element that another one needs: where `with` is present, `require` is too."""

    require: Text = Field(description="The element that has to be there; of a group, at least one member.")
    with_: Text = Field(alias="with", description="The element that needs it; of a group, any member.")

    @property
    def label(self) -> str:
        """The constraint in words."""
        return f"require {self.require} with {self.with_}"

    @model_serializer
    def _as_written(self) -> dict[str, str]:
        return {"require": self.require, "with": self.with_}
