"""Blocks of features, of which a ``Featurizer`` is put together.

Another package adds one by an entry point of the group ``moalloy.featurizers``: its name, and a
``Block``. What it returns is checked whenever it is asked, and it is tried out before anything learns
from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from moalloy.domain.values import Descriptor, FloatArray
from moalloy.features.block import Block
from moalloy.features.descriptors import physics_descriptors
from moalloy.features.families import families, family_names
from moalloy.features.foreign import guarded
from moalloy.features.present import PresentElements
from moalloy.features.registry import Registry, package_of
from moalloy.features.statistics import elemental_statistics, statistic_names

__all__ = ["BLOCKS", "Block", "feature_packages", "get_block"]


def _fraction_names(elements: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"x_{symbol}" for symbol in elements)


def _fraction_values(present: PresentElements, elements: Sequence[str]) -> FloatArray:
    return present.columns(elements)


def _statistic_names(_elements: Sequence[str]) -> tuple[str, ...]:
    return statistic_names()


def _statistic_values(present: PresentElements, _elements: Sequence[str]) -> FloatArray:
    return elemental_statistics(present)


def _family_names(_elements: Sequence[str]) -> tuple[str, ...]:
    return family_names()


def _family_values(present: PresentElements, _elements: Sequence[str]) -> FloatArray:
    return families(present)


def _physics_names(_elements: Sequence[str]) -> tuple[str, ...]:
    return tuple(_titled(descriptor) for descriptor in physics_descriptors())


def _physics_values(present: PresentElements, _elements: Sequence[str]) -> FloatArray:
    return np.column_stack([descriptor.of(present) for descriptor in physics_descriptors()])


def _titled(descriptor: Descriptor) -> str:
    return f"{descriptor.title} ({descriptor.unit})" if descriptor.unit else descriptor.title


_REGISTRY: Registry[Block] = Registry(
    "block of features",
    group="moalloy.featurizers",
    built_in={
        "fractions": lambda: Block(_fraction_names, _fraction_values),
        "families": lambda: Block(_family_names, _family_values, is_general=True),
        "statistics": lambda: Block(_statistic_names, _statistic_values, is_general=True),
        "physics": lambda: Block(_physics_names, _physics_values, is_general=True),
    },
    accepts=lambda thing: isinstance(thing, Block),
)

BLOCKS: Mapping[str, Block] = _REGISTRY
"""Every block by name; imported from another package when first looked up."""


def get_block(name: str) -> Block:
    """Return the block called ``name``.

    Raises:
        SpaceError: There is none; the message names the nearest. Or another package offers one
            that can't be used. Its block raises one, too, where it gives anything but features.
    """
    block, point = _REGISTRY.named(name), _REGISTRY.offer(name)
    return block if point is None else guarded(block, name, point.value)


def feature_packages(names: Sequence[str]) -> dict[str, str]:
    """Return the installed packages that blocks come from, with their versions; moalloy's own are left out.

    >>> feature_packages(["fractions", "physics"])
    {}
    """
    points = {name: _REGISTRY.offer(name) for name in names}
    return {name: package_of(point) for name, point in points.items() if point is not None}
