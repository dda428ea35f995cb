"""The YAML border: what a problem file says, read, checked and written back.

Only this package knows pydantic and a YAML parser. What it hands on is a ``ProblemSpec``: the
file's words, complete and consistent; what runs is made of it elsewhere.
"""

from moalloy.spec.around import AroundSpec
from moalloy.spec.condition import ConditionSpec
from moalloy.spec.constraint import DescriptorLimitSpec, LinearConstraintSpec
from moalloy.spec.data import HurdleSpec, PropertySpec, TableSpec
from moalloy.spec.dump import dump, spec_hash
from moalloy.spec.goals import LimitSpec, ObjectiveSpec
from moalloy.spec.load import load_spec, parse_spec
from moalloy.spec.presence import ForbidSpec, GroupCountSpec, RequireSpec
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.process import ChoiceProcessSpec, FixedProcessSpec, RangeProcessSpec
from moalloy.spec.schema import json_schema
from moalloy.spec.settings import (
    ALGORITHMS,
    FEATURE_SETS,
    KINDS,
    ModelSpec,
    OptimizeSpec,
    StagnationSpec,
)
from moalloy.spec.space import CountSpec, ElementRange, SpaceSpec

__all__ = [
    "ALGORITHMS",
    "FEATURE_SETS",
    "KINDS",
    "AroundSpec",
    "ChoiceProcessSpec",
    "ConditionSpec",
    "CountSpec",
    "DescriptorLimitSpec",
    "ElementRange",
    "FixedProcessSpec",
    "ForbidSpec",
    "GroupCountSpec",
    "HurdleSpec",
    "LimitSpec",
    "LinearConstraintSpec",
    "ModelSpec",
    "ObjectiveSpec",
    "OptimizeSpec",
    "ProblemSpec",
    "PropertySpec",
    "RangeProcessSpec",
    "RequireSpec",
    "SpaceSpec",
    "StagnationSpec",
    "TableSpec",
    "dump",
    "json_schema",
    "load_spec",
    "parse_spec",
    "spec_hash",
]
