"""The names that ``model.kind`` may have."""

from __future__ import annotations

from importlib.metadata import entry_points

from moalloy.spec.settings import KINDS

__all__ = ["known_kinds"]

_GROUP = "moalloy.surrogates"


def known_kinds() -> tuple[str, ...]:
    """Return the built-in kinds of models, then those that installed packages offer.

    By name alone: nothing of theirs is imported before it is to learn something.
    """
    return (*KINDS, *sorted(point.name for point in entry_points(group=_GROUP)))
