"""What reads the trees during a search: XGBoost, or where there is enough to read our own kernel."""

from __future__ import annotations

from collections.abc import Mapping

from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.packed import n_trees

__all__ = ["is_much_reading", "ready_to_search"]

# Trees times alloys from which the kernel's start pays: it saves about 10 ns a tree and alloy, and takes
# about 2 s to import, to load and to pack what a problem has.
_MUCH_READING = 2e8


def is_much_reading(n_trees: int, *, n_alloys: float) -> bool:
    """Return whether the kernel pays where so many trees are read for so many alloys."""
    return n_alloys * n_trees >= _MUCH_READING


def ready_to_search(
    models: Mapping[str, FittedSurrogate], *, n_alloys: float
) -> Mapping[str, FittedSurrogate]:
    """Return models that predict the same to the last bit, the faster for about ``n_alloys`` alloys.

    The number of trees and of alloys decides and no clock, though it changes nothing but the time.
    """
    if not is_much_reading(sum(n_trees(item.model) for item in models.values()), n_alloys=n_alloys):
        return models
    return {name: surrogate.packed() for name, surrogate in models.items()}
