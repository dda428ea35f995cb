"""What reads the trees during a search: XGBoost, our own kernel where there is enough to read, or a GPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.packed import n_trees
from moalloy.surrogates.trees import Device, why_no_gpu

__all__ = ["is_much_reading", "ready_to_screen", "ready_to_search"]

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


def ready_to_screen(
    models: Mapping[str, FittedSurrogate], *, n_alloys: float, device: Device, say: Callable[[str], None]
) -> Mapping[str, FittedSurrogate]:
    """Return models for a search that evaluates every alloy: on the GPU where that is asked for and there.

    There they predict the same but for float32's rounding; what is printed of the front is predicted by the
    models themselves.

    Args:
        models: The surrogates.
        n_alloys: About how many alloys are predicted.
        device: What the problem asks for.
        say: Told where trees are read, unless the CPU is asked for.
    """
    if device == "cuda":
        reason = why_no_gpu()
        if reason is None:
            say("search: trees are read on the GPU")
            return {name: surrogate.on_gpu() for name, surrogate in models.items()}
        say(f"search: model.device is cuda, but trees are read on the CPU: {reason}")
    return ready_to_search(models, n_alloys=n_alloys)
