"""Which constraints narrow a space the most: the share of compositions that each removes by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.composition_space import CompositionSpace
from moalloy.errors import EmptySpaceError, SpaceError

__all__ = ["Removal", "removals"]

# Points behind filters are counted one by one up to here: a second.
_COUNTED = 500_000
_DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class Removal:
    """``share`` of the compositions that all other constraints leave break the one called ``label``.

    ``is_exact`` is False where the share is that of a sample.
    """

    label: str
    share: float
    is_exact: bool


def removals(space: CompositionSpace) -> list[Removal]:
    """Return what each constraint removes alone, the most first; those that can't be judged are left out.

    By counting the space without it. Where too many points would have to be checked one by one, by
    drawing from that space instead. Ranges of elements don't count as constraints.
    """
    labels = [item.label for item in space.constraints] + [item.label for item in space.descriptor_limits]
    found = [_removal(space, label) for label in dict.fromkeys(labels)]
    return sorted((item for item in found if item is not None), key=lambda item: -item.share)


def _removal(space: CompositionSpace, label: str) -> Removal | None:
    without = replace(
        space,
        constraints=tuple(item for item in space.constraints if item.label != label),
        descriptor_limits=tuple(item for item in space.descriptor_limits if item.label != label),
    )
    try:
        if _is_countable(space) and _is_countable(without):
            n_without = int(without.count())
            return Removal(label, 1.0 - int(space.count()) / n_without, is_exact=True) if n_without else None
        drawn = without.sample(_DRAWS, np.random.default_rng(0))
    except (EmptySpaceError, SpaceError):
        return None
    return Removal(label, 1.0 - float(space.contains(drawn).mean()), is_exact=False)


def _is_countable(space: CompositionSpace) -> bool:
    return not space.has_filters or space.n_ranks <= _COUNTED
