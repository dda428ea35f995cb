"""Blocks of features, of which a ``Featurizer`` is put together.

Another package adds one by an entry point of the group ``moalloy.featurizers``: its name, and a
``Block``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import Descriptor, FloatArray
from moalloy.features.descriptors import physics_descriptors
from moalloy.features.families import families, family_names
from moalloy.features.present import PresentElements
from moalloy.features.registry import Registry
from moalloy.features.statistics import elemental_statistics, statistic_names

__all__ = ["BLOCKS", "Block", "get_block"]


@dataclass(frozen=True, slots=True)
class Block:
    """Features that belong together.

    Attributes:
        names: Names of the features, given the elements whose fractions are features.
        values: The features, shape ``(n_alloys, n_names)``, given the alloys and those elements.
            The row of an alloy must not depend on the other alloys, to the last bit.
        is_general: The values don't depend on those elements, so models of other elements share them.
    """

    names: Callable[[Sequence[str]], tuple[str, ...]]
    values: Callable[[PresentElements, Sequence[str]], FloatArray]
    is_general: bool = False


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
            that can't be used.
    """
    return _REGISTRY.named(name)
