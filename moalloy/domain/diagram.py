"""A decision diagram of all grid points that meet a set of additive constraints.

Elements are decided one after the other. A node of layer ``l`` stands for all ways to fill the first
``l`` elements that leave the same partial sums of every constraint; an edge is the amount given to the
next element. Each path from the root to the last layer is one valid composition and each valid
composition is one path, so counting, uniform sampling, ranking and the nearest point are walks through
the diagram and never trial and error.

Edges are kept as runs: neighboring amounts that lead to neighboring nodes. Where only the sum and the
number of elements are constrained, a node has one or two runs instead of a thousand edges.

Layered diagrams of this kind: Bergman, Cire, van Hoeve, Hooker, *Decision Diagrams for Optimization*,
Springer 2016, chapter 3. `diagram_builder.build_diagram` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["Diagram", "Layer", "expand_runs"]

# Rows times edges held at once by `nearest`, 8 bytes each; a block of that stays in the cache.
_NEAREST_BLOCK = 400_000
_INT64_SAFE = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The runs of one element, grouped by parent node.

    Run ``r`` gives the amounts ``amount[r] + j`` and leads to the nodes ``child[r] + j`` for
    ``0 <= j < length[r]``. ``start`` has one entry per node and one more. ``nodes_before[i]`` counts the
    completions of the first ``i`` nodes of the next layer, ``runs_before[r]`` those of the first ``r``
    runs of this one; both are Python's integers where int64 would overflow.
    """

    column: int
    start: IntArray
    child: IntArray
    amount: IntArray
    length: IntArray
    nodes_before: IntArray
    runs_before: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """A layer with its runs written out: what a search over all edges reads."""

    column: int
    start: IntArray
    child: IntArray
    amount: IntArray


@dataclass(frozen=True, eq=False)
class Diagram:
    """All points that meet the constraints; ``n_points`` of them, an exact integer."""

    n_columns: int
    n_points: int
    layers: tuple[Layer, ...]

    @cached_property
    def n_edges(self) -> int:
        """Edges over all layers: the cost of one `nearest` query."""
        return sum(int(layer.length.sum()) for layer in self.layers)

    def sample(self, n: int, rng: np.random.Generator) -> IntArray:
        """Return ``n`` points drawn uniformly with replacement, shape ``(n, n_columns)``."""
        if self.n_points < _INT64_SAFE:
            return self.unrank(rng.integers(self.n_points, size=n))
        # 8 bytes more than needed: the remainder favors no rank by more than one part in 2**64.
        n_bytes = self.n_points.bit_length() // 8 + 9
        draws = [int.from_bytes(rng.bytes(n_bytes), "little") % self.n_points for _ in range(n)]
        return self.unrank(np.array(draws, dtype=object))

    def unrank(self, ranks: IntArray) -> IntArray:
        """Return the points with the given ranks, shape ``(n, n_columns)``; below ``n_points``."""
        points = np.zeros((len(ranks), self.n_columns), dtype=np.int64)
        node = np.zeros(len(ranks), dtype=np.int64)
        rest = ranks
        for layer in self.layers:
            position = layer.runs_before[layer.start[node]] + rest.astype(layer.runs_before.dtype)
            run = np.searchsorted(layer.runs_before, position, side="right") - 1
            within = layer.nodes_before[layer.child[run]] + (position - layer.runs_before[run])
            node = np.searchsorted(layer.nodes_before, within, side="right") - 1
            points[:, layer.column] = layer.amount[run] + (node - layer.child[run])
            rest = within - layer.nodes_before[node]
        return points

    def nearest(self, targets: FloatArray) -> IntArray:
        """Return the point nearest to each target in Euclidean distance, shape ``(n, n_columns)``.

        Ties go to the smaller amount of the element that is decided first. Cost and memory are
        ``n_edges`` a row; rows go through in blocks.
        """
        block = max(1, _NEAREST_BLOCK // max(1, self.n_edges))
        parts = [self._nearest(targets[i : i + block]) for i in range(0, len(targets), block)]
        return np.concatenate(parts) if parts else np.zeros((0, self.n_columns), dtype=np.int64)

    def _nearest(self, targets: FloatArray) -> IntArray:
        costs_after = [np.zeros((len(targets), 1))]
        for layer in reversed(self._written_out):
            edge_cost = (layer.amount - targets[:, layer.column, None]) ** 2
            edge_cost += costs_after[-1][:, layer.child]
            costs_after.append(np.minimum.reduceat(edge_cost, layer.start[:-1], axis=1))
        costs_after.reverse()
        points = np.zeros((len(targets), self.n_columns), dtype=np.int64)
        rows = np.arange(len(targets))
        node = np.zeros(len(targets), dtype=np.int64)
        for layer, after in zip(self._written_out, costs_after[1:], strict=True):
            edges, exists = _edges_of(layer, node)
            cost = (layer.amount[edges] - targets[:, layer.column, None]) ** 2
            cost += after[rows[:, None], layer.child[edges]]
            edge = edges[rows, np.where(exists, cost, np.inf).argmin(axis=1)]
            points[:, layer.column] = layer.amount[edge]
            node = layer.child[edge]
        return points

    @cached_property
    def _written_out(self) -> tuple[_Edges, ...]:
        """Every layer edge by edge, 16 bytes each."""
        layers = []
        for layer in self.layers:
            run, child, amount = expand_runs(layer.child, layer.amount, layer.length)
            start = np.searchsorted(run, layer.start)
            layers.append(_Edges(layer.column, start.astype(np.int64), child, amount))
        return tuple(layers)

    def amounts_in_use(self) -> tuple[IntArray, ...]:
        """Return, per column, the sorted amounts that occur in at least one point."""
        by_column = {}
        for layer in self.layers:
            runs = np.unique(np.column_stack([layer.amount, layer.length]), axis=0)
            amounts = [np.arange(first, first + length) for first, length in runs]
            by_column[layer.column] = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *amounts]))
        return tuple(by_column[column] for column in range(self.n_columns))


def expand_runs(child: IntArray, amount: IntArray, length: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return run, child and amount of every edge, in order.

    >>> expand_runs(np.array([4]), np.array([7]), np.array([2]))
    (array([0, 0]), array([4, 5]), array([7, 8]))
    """
    run = np.repeat(np.arange(len(length)), length)
    offset = np.arange(len(run)) - np.repeat(np.cumsum(length) - length, length)
    return run, child[run] + offset, amount[run] + offset


def _edges_of(layer: _Edges, node: IntArray) -> tuple[IntArray, BoolArray]:
    """Return the edges of each row's node, padded to the same number, and which of them exist."""
    n_edges = layer.start[node + 1] - layer.start[node]
    offset = np.arange(int(n_edges.max(initial=1)))
    exists = offset[None, :] < n_edges[:, None]
    return np.where(exists, layer.start[node][:, None] + offset, layer.start[node][:, None]), exists
