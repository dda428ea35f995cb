"""The whole problem file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PrivateAttr

from moalloy.errors import Fault, Severity
from moalloy.spec.base import Strict, Text, unrecognized
from moalloy.spec.data import HurdleSpec, PropertySpec, TableSpec
from moalloy.spec.goals import LimitSpec, ObjectiveSpec
from moalloy.spec.settings import ModelSpec, OptimizeSpec
from moalloy.spec.space import SpaceSpec
from moalloy.spec.tree import Issue, Node

__all__ = ["Origin", "ProblemSpec"]

_GLASSES, _RIBBONS = "builtin:glass_forming", "builtin:fe_soft_magnetic"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a spec was read; two specs that say the same are equal wherever they stand."""

    root: Node | None = field(default=None, compare=False)
    path: Path | None = field(default=None, compare=False)
    faults: tuple[Fault, ...] = field(default=(), compare=False)


def _not_true(value: object) -> object:
    """Refuse ``true``, which Python takes for 1."""
    if isinstance(value, bool):
        raise unrecognized("1")
    return value


class ProblemSpec(Strict):
    """A moalloy problem: what may be made, what is known, what is wanted."""

    version: Annotated[Literal[1], BeforeValidator(_not_true)] = Field(
        description="Version of this file's format; 1."
    )
    name: Annotated[Text, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = Field(
        description="Short name of the problem; the folder of its results is called so."
    )
    space: SpaceSpec = Field(description="Which alloys may be made, and how.")
    data: Mapping[str, TableSpec] = Field(
        default_factory=dict, description="Tables of measured alloys, by a name of your choice."
    )
    properties: Mapping[str, PropertySpec] = Field(
        default_factory=dict,
        description="Properties that are learned from the tables, by a name of your choice.",
    )
    objectives: Mapping[str, ObjectiveSpec] = Field(
        description="What to maximize or minimize: properties or descriptors.",
        json_schema_extra={"minProperties": 1},
    )
    limits: Mapping[str, LimitSpec] = Field(
        default_factory=dict, description="Hard limits on properties or descriptors, objectives or not."
    )
    model: ModelSpec = Field(default_factory=ModelSpec, description="The models, and how they are fitted.")
    optimize: OptimizeSpec = Field(default_factory=OptimizeSpec, description="The search, and its length.")

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def grows_trees(self) -> bool:
        """Whether XGBoost learns anything: the properties, or their hurdles, which are its own always."""
        is_kind = "xgboost" in self.model.kinds and len(self.properties) > 0
        return is_kind or any(item.hurdle is not None for item in self.properties.values())

    @property
    def path(self) -> Path | None:
        """The file that this spec was read from; None for text."""
        return self._origin.path

    @property
    def folder(self) -> Path | None:
        """The folder of that file, which relative table paths were resolved against."""
        return None if self._origin.path is None else self._origin.path.parent

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Warnings and notes that came up while the file was read; none of them is an error."""
        return self._origin.faults

    def fault(
        self,
        *path: str | int,
        found: str,
        expected: str = "",
        hint: str = "",
        severity: Severity = "error",
    ) -> Fault:
        """Return a fault with the file and line of the key at ``path``, for checks that come later.

        >>> from moalloy.spec import parse_spec
        >>> text = "version: 1\\nname: x\\nspace: {elements: {Fe: [0, 100], B: [0, 20]}}\\n"
        >>> spec = parse_spec(text + "objectives: {cost_USD_per_kg: {goal: min}}", file="x.yaml")
        >>> print(spec.fault("space", "elements", "B", found="no row has it", severity="warning"))
        x.yaml:3: space.elements.B: no row has it.
        """
        root = self._origin.root or Node(None, "<spec>", None)
        return root.fault(Issue(path, found, expected, hint, severity))

    def negatives_of(self, hurdle: HurdleSpec) -> tuple[str, ...]:
        """Return the tables whose alloys a hurdle takes for a no: those that it names, or ribbons.

        No alloy of five elements or more in the built-in table of glasses says no, and the ribbons of the
        built-in table of soft magnets aren't in it; nobody is known to have cast them thicker.
        """
        if hurdle.negatives is not None:
            return hurdle.negatives
        told_by = self.data.get(hurdle.data)
        if told_by is None or told_by.table != _GLASSES:
            return ()
        return tuple(name for name, item in self.data.items() if item.table == _RIBBONS)

    def read_from(self, origin: Origin) -> ProblemSpec:
        """Return the same spec, knowing where it was read."""
        spec = self.model_copy()
        spec._origin = origin
        return spec
