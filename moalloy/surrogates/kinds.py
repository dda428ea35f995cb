"""The kinds of models by name, and those that other packages offer.

Another package adds one by an entry point of the group ``moalloy.surrogates``: its name, and a class of
regressors that follow scikit-learn's conventions, a function without arguments that returns one, or one
itself. It goes in unchanged: seeded where it has a ``random_state``, and behind a filler for missing
values where its tags say that it can't take them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import EntryPoint
from typing import Any

from moalloy.features.registry import Registry, package_of
from moalloy.surrogates import recipes
from moalloy.surrogates.estimators import EstimatorLearner, Recipe, scikit_learn
from moalloy.surrogates.learner import Learner, Setting
from moalloy.surrogates.trees import Device, TreeLearner

__all__ = ["GROUP", "KINDS", "get_learner"]

GROUP = "moalloy.surrogates"

KINDS: Mapping[str, Callable[[], Learner]] = {
    "xgboost": TreeLearner,
    "random_forest": recipes.random_forest,
    "extra_trees": recipes.extra_trees,
    "gaussian_process": recipes.gaussian_process,
    "hist_gradient_boosting": recipes.hist_gradient_boosting,
    "ridge": recipes.ridge,
}
"""The built-in kinds: a function per name that makes the learner."""


def get_learner(name: str, *, device: Device = "cpu") -> Learner:
    """Return the learner called ``name``, with its default settings.

    Args:
        name: A key of `KINDS`, or what an installed package offers.
        device: Where XGBoost trains; the other kinds know the CPU only.

    Raises:
        SpaceError: There is no such kind; the message names the nearest. Or another package offers
            something under the name that can't be used.

    >>> get_learner("ridge").settings_to_dict()
    {'alpha': 300.0}
    """
    registry = _registry()
    thing, point = registry.named(name), registry.offer(name)
    if point is not None:
        return _foreign(point, thing)
    learner: Learner = replace(thing, device=device) if isinstance(thing, TreeLearner) else thing
    return learner


def _registry() -> Registry[Any]:
    """Return the registry, made anew: packages may come while a session runs."""
    return Registry("model kind", group=GROUP, built_in=KINDS, accepts=_is_offer)


def _is_offer(thing: object) -> bool:
    return callable(thing) or (hasattr(thing, "fit") and hasattr(thing, "predict"))


def _foreign(point: EntryPoint, thing: Any) -> EstimatorLearner:
    """Return the learner for what another package offers."""
    engine = f"{package_of(point)}, {scikit_learn()}"
    recipe = Recipe(functools.partial(_made_foreign, thing), engine, source=point.value)
    return EstimatorLearner(point.name, recipe)


def _made_foreign(thing: Any, _settings: Mapping[str, Setting]) -> Any:
    from sklearn.base import clone

    return thing() if callable(thing) else clone(thing)
