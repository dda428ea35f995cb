"""Checks of ``model``: which kinds learn, and which settings they take."""

from __future__ import annotations

from collections.abc import Iterator

from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.settings import KINDS
from moalloy.spec.tree import Issue, Path

__all__ = ["device_is_used", "kinds_are_known", "settings_are_used", "tuning_has_settings_to_try"]

# It finds its settings while it is fitted; a kind of another package comes as its package made it.
_TUNED = frozenset(KINDS) - {"gaussian_process"}


def kinds_are_known(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A kind is built in or offered by an installed package, and averaged once."""
    kinds = spec.model.kinds
    for position, kind in enumerate(kinds):
        path: Path = ("model", "kind") if isinstance(spec.model.kind, str) else ("model", "kind", position)
        if kind not in names.kinds:
            found = f"there is no model kind {kind!r}"
            hint = did_you_mean(kind, names.kinds) or "Install the package that offers it."
            yield Issue(path, found, f"one of {listing(names.kinds)}", hint)
        elif kind in kinds[:position]:
            yield Issue(path, f"{kind} is listed twice", "each kind once")


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
    has_trees = "xgboost" in spec.model.kinds or any(item.hurdle for item in spec.properties.values())
    if spec.model.settings is not None and not has_trees:
        found = f"settings are XGBoost's and have no effect on {listing(spec.model.kinds)}"
        yield Issue(("model", "settings"), found, severity="note")
