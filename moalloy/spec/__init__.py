"""The YAML border: what a problem file says, read, checked and written back.

Only this package knows pydantic and a YAML parser. What it hands on is a ``ProblemSpec``: the
file's words, complete and consistent; what runs is made of it elsewhere.
"""

from moalloy.spec.constraint import DescriptorLimitSpec, LinearConstraintSpec
from moalloy.spec.data import HurdleSpec, PropertySpec, TableSpec
from moalloy.spec.dump import dump, spec_hash
from moalloy.spec.goals import LimitSpec, ObjectiveSpec
from moalloy.spec.load import load_spec, parse_spec
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.process import ChoiceProcessSpec, FixedProcessSpec, RangeProcessSpec
from moalloy.spec.schema import json_schema
from moalloy.spec.settings import ALGORITHMS, FEATURE_SETS, ModelSpec, OptimizeSpec
from moalloy.spec.space import CountSpec, ElementRange, SpaceSpec

__all__ = [
    "ALGORITHMS",
    "FEATURE_SETS",
    "ChoiceProcessSpec",
    "CountSpec",
    "DescriptorLimitSpec",
    "ElementRange",
    "FixedProcessSpec",
    "HurdleSpec",
    "LimitSpec",
    "LinearConstraintSpec",
    "ModelSpec",
    "ObjectiveSpec",
    "OptimizeSpec",
    "ProblemSpec",
    "PropertySpec",
    "RangeProcessSpec",
    "SpaceSpec",
    "TableSpec",
    "dump",
    "json_schema",
    "load_spec",
    "parse_spec",
    "spec_hash",
]
