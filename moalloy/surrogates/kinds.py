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
from importlib.metadata import entry_points
from typing import Any

from moalloy.features.registry import Registry
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
    thing = _registry().named(name)
    if isinstance(thing, TreeLearner):
        return replace(thing, device=device)
    return thing if isinstance(thing, EstimatorLearner) else _foreign(name, thing)


def _registry() -> Registry[Any]:
    """Return the registry, made anew: packages may come while a session runs."""
    return Registry("model kind", group=GROUP, built_in=KINDS, accepts=_is_offer)


def _is_offer(thing: object) -> bool:
    return callable(thing) or (hasattr(thing, "fit") and hasattr(thing, "predict"))


def _foreign(name: str, thing: Any) -> EstimatorLearner:
    """Return the learner for what another package offers as ``name``."""
    (point,) = entry_points(group=GROUP, name=name)
    package = f"{point.dist.name} {point.dist.version}, " if point.dist is not None else ""
    recipe = Recipe(functools.partial(_made_foreign, thing), f"{package}{scikit_learn()}", source=point.value)
    return EstimatorLearner(name, recipe)


def _made_foreign(thing: Any, _settings: Mapping[str, Setting]) -> Any:
    from sklearn.base import clone

    return thing() if callable(thing) else clone(thing)
