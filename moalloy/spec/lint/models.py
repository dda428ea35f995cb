"""Checks of ``model``: which kinds learn, what they see, and which settings they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.settings import KINDS
from moalloy.spec.tree import Issue, Path

__all__ = [
    "device_is_used",
    "features_are_assigned_once",
    "features_are_known",
    "kinds_are_known",
    "settings_are_used",
    "tuning_has_settings_to_try",
]

# It finds its settings while it is fitted; a kind of another package comes as its package made it.
_TUNED = frozenset(KINDS) - {"gaussian_process"}


def kinds_are_known(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A kind is built in or offered by an installed package, and averaged once."""
    kinds = spec.model.kinds
    for position, kind in enumerate(kinds):
        path: Path = ("model", "kind") if isinstance(spec.model.kind, str) else ("model", "kind", position)
        if kind not in names.kinds:
            yield _unknown(path, f"there is no model kind {kind!r}", kind, names.kinds)
        elif kind in kinds[:position]:
            yield Issue(path, f"{kind} is listed twice", "each kind once")


def features_are_known(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A set of features is built in or offered by an installed package."""
    for path, sets in _feature_lists(spec):
        for position, name in enumerate(sets):
            if name not in names.feature_sets:
                found = f"there are no features {name!r}"
                yield _unknown((*path, position), found, name, names.feature_sets)


def features_are_assigned_once(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """Feature sets go to properties that exist, each set once."""
    if isinstance(spec.model.features, Mapping):
        for name in spec.model.features:
            if name not in names.properties:
                found, expected = f"there is no property {name!r}", f"one of {listing(names.properties)}"
                yield Issue(
                    ("model", "features", name), found, expected, did_you_mean(name, names.properties)
                )
    for path, sets in _feature_lists(spec):
        if len(set(sets)) < len(sets):
            yield Issue(path, "a feature set is listed twice", "each set once")


def tuning_has_settings_to_try(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """Not every kind has settings that a search could choose."""
    fixed = [kind for kind in spec.model.kinds if kind in names.kinds and kind not in _TUNED]
    if spec.model.tune and fixed:
        found = f"tune has no effect on {listing(fixed)}: there are no settings to try"
        yield Issue(("model", "tune"), found, severity="note")


def device_is_used(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """Only XGBoost trains on a GPU."""
    others = [kind for kind in spec.model.kinds if kind in names.kinds and kind != "xgboost"]
    if spec.model.device != "cpu" and others:
        found = f"device: {spec.model.device} has no effect on {listing(others)}"
        yield Issue(("model", "device"), found, severity="note")


def settings_are_used(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """The settings are those of XGBoost's trees, which hurdles have whatever the kind."""
    has_trees = "xgboost" in spec.model.kinds or spec.grows_trees
    if spec.model.settings is not None and not has_trees:
        found = f"settings are XGBoost's and have no effect on {listing(spec.model.kinds)}"
        yield Issue(("model", "settings"), found, severity="note")


def _feature_lists(spec: ProblemSpec) -> list[tuple[Path, tuple[str, ...]]]:
    """Return the lists of feature sets in the file, with their paths."""
    path: Path = ("model", "features")
    features = spec.model.features
    if isinstance(features, Mapping):
        return [((*path, name), sets) for name, sets in features.items()]
    return [(path, features)]


def _unknown(path: Path, found: str, name: str, options: tuple[str, ...]) -> Issue:
    """Return the issue for a name that neither moalloy nor an installed package has."""
    hint = did_you_mean(name, options) or "Install the package that offers it."
    return Issue(path, found, f"one of {listing(options)}", hint)
