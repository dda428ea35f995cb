"""The ``model`` and ``optimize`` sections: how to learn and how to search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, Tag, WithJsonSchema

from moalloy.spec.algorithms import ALGORITHMS, Algorithm
from moalloy.spec.base import Flag, Listed, Number, Strict, Text, Whole, shape_of, unrecognized, written_as

__all__ = [
    "ALGORITHMS",
    "DEFAULT_FEATURES",
    "FEATURE_SETS",
    "KINDS",
    "Algorithm",
    "ModelSpec",
    "OptimizeSpec",
    "StagnationSpec",
    "TreeSettingsSpec",
]

# Installed packages may offer more of both.
FEATURE_SETS = ("fractions", "families", "statistics", "physics")
DEFAULT_FEATURES = ("fractions", "families", "physics")
KINDS = (
    "xgboost",
    "random_forest",
    "extra_trees",
    "gaussian_process",
    "hist_gradient_boosting",
    "ridge",
)

_Seed = Annotated[Whole, Field(ge=0)]
_Kinds = Annotated[tuple[Text, ...], Field(min_length=1)]
_Points = Annotated[tuple[Mapping[str, Number], ...], Field(min_length=1)]
_FeatureSets = Annotated[tuple[Text, ...], Field(min_length=1)]


def _share_or_none(value: object) -> float | str:
    if value == "none" or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1):
        return value if isinstance(value, str) else float(value)
    raise unrecognized("a share from 0 to below 1, such as 0.02, or none")


_Window = Annotated[
    float | Literal["none"],
    PlainValidator(_share_or_none),
    WithJsonSchema({"oneOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 1}, {"const": "none"}]}),
]


class TreeSettingsSpec(Strict):
    """Settings of XGBoost's trees; what isn't said keeps its default."""

    n_trees: Annotated[Whole, Field(ge=1, le=100_000)] | None = Field(
        default=None, description="Rounds of boosting in each member, a tree each."
    )
    depth: Annotated[Whole, Field(ge=1, le=16)] | None = Field(
        default=None, description="Comparisons on the way to a leaf, at most."
    )
    learning_rate: Annotated[Number, Field(gt=0, le=1)] | None = Field(
        default=None, description="Share of what a tree learned that is kept."
    )
    subsample: Annotated[Number, Field(gt=0, le=1)] | None = Field(
        default=None, description="Share of the rows that a tree is grown from."
    )
    colsample_bynode: Annotated[Number, Field(gt=0, le=1)] | None = Field(
        default=None, description="Share of the features that a comparison is chosen from."
    )
    min_child_weight: Annotated[Number, Field(ge=0)] | None = Field(
        default=None, description="Rows in a leaf, at least."
    )
    reg_lambda: Annotated[Number, Field(ge=0)] | None = Field(
        default=None, description="Penalty on the squares of what leaves add."
    )
    n_thresholds: Annotated[Whole, Field(ge=0, le=1000)] | None = Field(
        default=None,
        description="Thresholds of a feature, drawn at random every 20 trees; 0 lets XGBoost place them.",
    )


class ModelSpec(Strict):
    """How the properties are learned."""

    kind: Annotated[
        Annotated[Text, Tag("<text>")] | Annotated[_Kinds, Tag("<list>")],
        written_as(shape_of, "a kind such as xgboost, or a list of kinds to average"),
    ] = Field(default="xgboost", description="The kind of surrogate model, or several to average.")
    members: Annotated[Whole, Field(ge=2, le=1000)] = Field(
        default=10, description="Number of models in the ensemble."
    )
    interval: Annotated[Number, Field(gt=0.5, lt=1)] = Field(
        default=0.9, description="Share of measurements that the printed intervals are meant to hold."
    )
    seed: _Seed = Field(default=0, description="Seed of the models; independent of the seeds of the search.")
    tune: Annotated[Whole, Field(ge=0)] = Field(
        default=0,
        description="Number of settings tried to tune each model, inside its folds; 0 keeps the defaults.",
    )
    settings: TreeSettingsSpec | None = Field(
        default=None, description="Settings of XGBoost's trees, where they aren't to be the default ones."
    )
    features: Annotated[
        Annotated[_FeatureSets, Tag("<list>")] | Annotated[Mapping[str, _FeatureSets], Tag("<mapping>")],
        written_as(shape_of, "a list such as [fractions, physics], or {property: list, ...}"),
    ] = Field(
        default=DEFAULT_FEATURES,
        description="What the models see of an alloy, for all properties or property by property.",
    )
    device: Literal["cpu", "cuda"] = Field(
        default="cpu",
        description="Where XGBoost is trained, and where it reads trees if every alloy is evaluated.",
    )
    repeats: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None, description="Repeats of the validation; as many as fit in about a minute where omitted."
    )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds whose predictions are averaged; a single one for most problems."""
        return (self.kind,) if isinstance(self.kind, str) else self.kind

    @property
    def settings_given(self) -> dict[str, float | int]:
        """The settings of trees that the file gives."""
        return {} if self.settings is None else self.settings.model_dump(exclude_none=True)

    def features_of(self, name: str) -> tuple[str, ...]:
        """Return the feature sets of property ``name``; the default ones where the file doesn't say."""
        if isinstance(self.features, Mapping):
            return self.features.get(name, DEFAULT_FEATURES)
        return self.features


class StagnationSpec(Strict):
    """When a search has stopped getting anywhere."""

    generations: Annotated[Whole, Field(ge=1, le=1_000_000)] = Field(
        default=30, description="Generations to look back."
    )
    tolerance: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=0.001,
        description="Growth of the hypervolume over them, as a share of it, that counts as none.",
    )


class OptimizeSpec(Strict):
    """How the space is searched."""

    algorithm: Algorithm = Field(
        default="nsga2",
        description=(
            "The search algorithm; exhaustive evaluates every alloy, auto does so where that is quick and"
            " takes nsga2 elsewhere."
        ),
    )
    population: Annotated[Whole, Field(ge=4, le=1_000_000)] = Field(
        default=200, description="Alloys in each generation."
    )
    generations: Annotated[Whole, Field(ge=1, le=1_000_000)] = Field(
        default=200, description="Number of generations."
    )
    max_evaluations: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None, description="A search ends before it would evaluate more alloys than this."
    )
    max_seconds: Annotated[Number, Field(gt=0)] | None = Field(
        default=None,
        description="Each search ends after the generation that passes this time; the front then depends on"
        " the machine.",
    )
    stagnation: StagnationSpec | None = Field(
        default=None, description="Each search ends when its hypervolume has stopped growing."
    )
    seeds: Annotated[tuple[_Seed, ...], Field(min_length=1)] = Field(
        default=(1,), description="One independent search per seed; the front is taken over all of them."
    )
    risk: Literal["mean", "lower", "p_all"] = Field(
        default="mean",
        description=(
            "What is optimized: the mean prediction, the unfavorable end of its interval (lower), or the"
            " chance to meet each threshold (p_all)."
        ),
    )
    domain: Literal["any", "inside"] = Field(
        default="any",
        description=(
            "Where the front may lie: anywhere in the space (any), or only where measured alloys support the"
            " models of all objectives (inside)."
        ),
    )
    scalarize: Mapping[str, Annotated[Number, Field(gt=0)]] | None = Field(
        default=None,
        description="Weights that make one objective of several, on what is minimized; log scales as ln.",
    )
    reference_points: _Points | None = Field(
        default=None,
        description=(
            "Points that rnsga2 aims at, each with a value for every objective in its unit; they need not"
            " be attainable."
        ),
    )
    per_system: Flag | None = Field(
        default=None,
        description=(
            "One search for each chemical system of the space in place of one for all, each with this budget;"
            " the front is taken over all of them."
        ),
    )
    start: Listed | None = Field(
        default=None,
        description=(
            "Alloys to start from: run folders, whose fronts are taken, or tables of compositions; paths are"
            " relative to this file."
        ),
    )

    window: _Window = Field(
        default=0.02,
        description=(
            "How much worse an alloy within a composition window may be predicted, as a share of each"
            " objective's span between the ideal and the reference point; 0: no worse; none: no windows."
        ),
    )

    @property
    def most_evaluations(self) -> int:
        """Alloys that one search evaluates at most."""
        planned = self.population * self.generations
        return planned if self.max_evaluations is None else min(planned, self.max_evaluations)

    @property
    def may_end_early(self) -> bool:
        """Whether a search may end before that."""
        return self.max_seconds is not None or self.stagnation is not None
