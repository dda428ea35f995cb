"""The chemical systems of a space: which elements can be present together, and the space of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.diagram import Diagram, Layer
from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["is_of_system", "restricted", "system_name", "systems", "systems_of"]

_LOOK_AT_ALL = 100_000


def systems(space: DesignSpace) -> Iterator[tuple[str, ...]]:
    """Yield each set of elements that at least one alloy is made of, in the order of the space's columns.

    They are read off the decision diagram one by one, so that the first thousand of a million cost no more
    than a thousand. Constraints that stay outside the diagram are looked at system by system.
    """
    seen: set[frozenset[str]] = set()
    for regime in space.regimes:
        symbols = regime.composition.elements
        for columns in _supports(regime.composition.diagram):
            present = frozenset(symbols[column] for column in columns)
            if present in seen:
                continue
            seen.add(present)
            system = tuple(symbol for symbol in space.elements if symbol in present)
            if not regime.composition.has_filters or _has_alloys(restricted(space, system)):
                yield system


def restricted(space: DesignSpace, system: Collection[str]) -> DesignSpace:
    """Return the alloys of ``space`` that are made of exactly these elements, in the same columns."""
    ranges = tuple(_range(item, is_present=item.symbol in system) for item in space.composition.ranges)
    return replace(space, composition=replace(space.composition, ranges=ranges))


def is_of_system(space: DesignSpace, X: FloatArray, system: Collection[str]) -> BoolArray:
    """Return which alloys are made of exactly the elements of ``system``, shape ``(n_alloys,)``."""
    expected = np.array([symbol in system for symbol in space.elements])
    return np.asarray(((X[:, : space.n_elements] > 0) == expected).all(axis=1), dtype=np.bool_)


def systems_of(space: DesignSpace, X: FloatArray) -> list[str]:
    """Return the name of each alloy's system, elements in the order of the columns."""
    present = X[:, : space.n_elements] > 0
    return [
        system_name([s for s, is_here in zip(space.elements, row, strict=True) if is_here]) for row in present
    ]


def system_name(system: Collection[str]) -> str:
    """Return a system as people write it.

    >>> system_name(("Fe", "B", "Si"))
    'Fe-B-Si'
    """
    return "-".join(system)


def _range(item: ElementRange, *, is_present: bool) -> ElementRange:
    if not is_present:
        return ElementRange(item.symbol, 0, 0)
    return ElementRange(item.symbol, max(item.lower, 1), item.upper)


def _has_alloys(space: DesignSpace) -> bool:
    return any(_has_points(regime.composition) for regime in space.regimes)


def _has_points(composition: CompositionSpace) -> bool:
    # Looking at each of so few is quicker than a search that gives up, and certain.
    if composition.n_ranks <= _LOOK_AT_ALL:
        return composition.count() > 0
    return composition.has_points()


def _supports(diagram: Diagram) -> Iterator[tuple[int, ...]]:
    """Yield each set of columns that are above zero in at least one point, once."""
    if diagram.n_points:
        yield from _supports_from(diagram.layers, np.zeros(1, dtype=np.int64))


def _supports_from(layers: tuple[Layer, ...], nodes: IntArray) -> Iterator[tuple[int, ...]]:
    """Yield the same for the ways on from ``nodes`` of the first layer.

    Every node has a completion, so no branch is followed in vain.
    """
    if not layers:
        yield ()
        return
    column = layers[0].column
    for is_present, head in ((True, (column,)), (False, ())):
        reached = _reached(layers[0], nodes, is_present=is_present)
        if len(reached):
            for tail in _supports_from(layers[1:], reached):
                yield head + tail


def _reached(layer: Layer, nodes: IntArray, *, is_present: bool) -> IntArray:
    """Return the nodes of the next layer that amounts above zero, or zero itself, lead to."""
    n_runs = layer.start[nodes + 1] - layer.start[nodes]
    offset = np.arange(int(n_runs.sum())) - np.repeat(np.cumsum(n_runs) - n_runs, n_runs)
    runs = np.repeat(layer.start[nodes], n_runs) + offset
    child, amount, length = layer.child[runs], layer.amount[runs], layer.length[runs]
    # Amounts rise within a run, so zero can only be its first.
    has_zero = amount == 0
    first = child + has_zero if is_present else child[has_zero]
    end = child + length if is_present else child[has_zero] + 1
    # Runs overlap: count the beginnings less the ends instead of writing them out.
    change = np.zeros(len(layer.nodes_before), dtype=np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, end, -1)
    return np.flatnonzero(np.cumsum(change)[:-1] > 0)
