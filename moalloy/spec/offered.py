"""The names that ``model.kind`` and ``model.features`` may have, those of installed packages among them.

By name alone: nothing of theirs is imported before it is to learn something.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from moalloy.spec.settings import FEATURE_SETS, KINDS

__all__ = ["known_feature_sets", "known_kinds"]


def known_kinds() -> tuple[str, ...]:
    """Return the built-in kinds of models, then those that installed packages offer."""
    return (*KINDS, *_offered("moalloy.surrogates"))


def known_feature_sets() -> tuple[str, ...]:
    """Return the built-in sets of features, then those that installed packages offer."""
    return (*FEATURE_SETS, *_offered("moalloy.featurizers"))


def _offered(group: str) -> list[str]:
    return sorted(point.name for point in entry_points(group=group))
