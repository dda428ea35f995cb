"""Building the decision diagram of a set of additive constraints, layer by layer.

Partial sums that can no longer break a constraint are merged into one state, and edges from which no
completion exists are removed; nodes that leave the same choices are merged. What is left is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.constraints import GridConstraint
from moalloy.domain.diagram import Diagram, Layer, expand_runs
from moalloy.domain.values import FloatArray, IntArray

__all__ = ["DiagramTooLargeError", "build_diagram"]

# Runs are kept, 32 bytes each; edges of one layer and pairs of state and amount pass by, 70 and 1 bytes.
_MAX_RUNS = 4_000_000
_MAX_EDGES_OF_A_LAYER = 4_000_000
_MAX_PAIRS = 16_000_000
# Merging nodes with equal futures goes node by node in Python, a microsecond each.
_MAX_COMPARED_NODES = 100_000
_NO_BOUND = np.int64(2**62)
_INT64_SAFE = 2**62


class DiagramTooLargeError(Exception):
    """The diagram would pass the limit on its size; a constraint must be left out of it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """A layer on the way forward, as in `Layer`: its edges may still lead nowhere."""

    column: int
    n_nodes: int
    parent: IntArray
    child: IntArray
    amount: IntArray
    length: IntArray


def build_diagram(
    values: Sequence[IntArray], constraints: Sequence[GridConstraint], *, max_edges: int
) -> Diagram:
    """Return the diagram of ``{k : k_i in values[i], every constraint holds}``.

    Args:
        values: The amounts allowed for each column, ascending.
        constraints: Additive constraints, all their partial sums within int64. Runs follow the
            last one, so the sum belongs there.
        max_edges: Where to give up. A million edges take about half a second.

    Raises:
        DiagramTooLargeError: More than ``max_edges``, or more than fit into some 500 MB.
    """
    order = _decision_order(values, constraints)
    tables = [_contribution_table(values[column], column, constraints) for column in order]
    bounds = _bounds(constraints)
    least_after, most_after = _remaining(tables)
    states = np.zeros((len(constraints), 1), dtype=np.int64)
    layers: list[_Runs] = []
    n_runs = n_edges = 0
    for depth, column in enumerate(order):
        remaining = (least_after[depth + 1], most_after[depth + 1])
        # Trying pairs of state and amount that give no edge costs time as well.
        if states.shape[1] * tables[depth].shape[1] > min(_MAX_PAIRS, 8 * max_edges):
            raise DiagramTooLargeError
        parent, choice, reached = _expand(states, tables[depth], bounds, remaining)
        n_edges += len(parent)
        if n_edges > max_edges:
            raise DiagramTooLargeError
        n_nodes = states.shape[1]
        states, child = _merge(reached)
        layers.append(_as_runs(column, n_nodes, parent, child, values[column][choice]))
        n_runs += len(layers[-1].length)
        if n_runs > _MAX_RUNS:
            raise DiagramTooLargeError
    return _finish(layers, n_columns=len(values), n_leaves=states.shape[1])


def _contribution_table(values: IntArray, column: int, constraints: Sequence[GridConstraint]) -> IntArray:
    """Shape ``(n_constraints, n_values)``."""
    return np.array([constraint.contributions(column, values) for constraint in constraints], dtype=np.int64)


def _bounds(constraints: Sequence[GridConstraint]) -> tuple[IntArray, IntArray]:
    lower = [-_NO_BOUND if item.lower is None else item.lower for item in constraints]
    upper = [_NO_BOUND if item.upper is None else item.upper for item in constraints]
    return np.array(lower, dtype=np.int64), np.array(upper, dtype=np.int64)


def _remaining(tables: Sequence[IntArray]) -> tuple[list[IntArray], list[IntArray]]:
    """Return the least and the most that the elements from each depth on can still add."""
    n_constraints = tables[0].shape[0]
    least = [np.zeros(n_constraints, dtype=np.int64)]
    most = [np.zeros(n_constraints, dtype=np.int64)]
    for table in reversed(tables):
        least.append(least[-1] + table.min(axis=1))
        most.append(most[-1] + table.max(axis=1))
    return least[::-1], most[::-1]


def _expand(
    states: IntArray,
    table: IntArray,
    bounds: tuple[IntArray, IntArray],
    remaining: tuple[IntArray, IntArray],
) -> tuple[IntArray, IntArray, IntArray]:
    """Return parent, choice and new state of every edge that can still lead to a valid point.

    Constraints are rows: states have shape ``(n_constraints, n_states)``. Memory: ``n_states *
    n_values`` bools, plus 8 bytes per constraint for the edges that are kept.
    """
    lower, upper = bounds
    least, most = remaining
    keep = np.ones((states.shape[1], table.shape[1]), dtype=np.bool_)
    for c in range(len(table)):
        from_below, from_above = lower[c] - most[c] - states[c], upper[c] - least[c] - states[c]
        keep &= (table[c] >= from_below[:, None]) & (table[c] <= from_above[:, None])
    parent, choice = np.nonzero(keep)
    if len(parent) > _MAX_EDGES_OF_A_LAYER:
        raise DiagramTooLargeError
    reached = states[:, parent] + table[:, choice]
    for c, sums in enumerate(reached):
        # A settled constraint holds whatever follows: one representative sum stands for them all.
        settled = (sums >= lower[c] - least[c]) & (sums <= upper[c] - most[c])
        sums[settled] = sums[settled].min(initial=_NO_BOUND)
    return parent, choice, reached


def _merge(reached: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct states in lexicographic order, and the index of each row among them."""
    if reached.size == 0:
        return reached[:, :1], np.zeros(reached.shape[1], dtype=np.int64)
    key, n_keys = np.zeros(reached.shape[1], dtype=np.int64), 1
    for sums in reached:
        digit, n_digits = sums - sums.min(), int(np.ptp(sums)) + 1
        if n_keys * n_digits >= _INT64_SAFE:
            # Ranks say as much as the sums themselves, and there are no more of them than edges.
            (key, n_keys), (digit, n_digits) = _ranks(key), _ranks(digit)
        key, n_keys = key * n_digits + digit, n_keys * n_digits
    first, inverse = _number(key, n_keys)
    return reached[:, first], inverse


def _ranks(values: IntArray) -> tuple[IntArray, int]:
    """Return each value's place among the distinct ones, and how many of those there are."""
    distinct, inverse = np.unique(values, return_inverse=True)
    return inverse.astype(np.int64), len(distinct)


def _number(key: IntArray, total: int) -> tuple[IntArray, IntArray]:
    """Return the position of one edge per distinct key, by rising key, and each edge's place among them."""
    if total > 8 * len(key):
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        return first, inverse.astype(np.int64)
    # Keys are dense: a table of where they occur needs no sorting.
    seen = np.full(total, -1, dtype=np.int64)
    seen[key] = np.arange(len(key))
    occurs = seen >= 0
    return seen[occurs], (np.cumsum(occurs) - 1)[key]


def _as_runs(column: int, n_nodes: int, parent: IntArray, child: IntArray, amount: IntArray) -> _Runs:
    """Gather edges, sorted by parent and amount, whose amounts and children both rise by one."""
    goes_on = (np.diff(parent) == 0) & (np.diff(child) == 1) & (np.diff(amount) == 1)
    first = np.flatnonzero(np.append(True, ~goes_on)[: len(parent)])
    length = np.diff(np.append(first, len(parent)))
    return _Runs(column, n_nodes, parent[first], child[first], amount[first], length)


def _finish(raw: Sequence[_Runs], *, n_columns: int, n_leaves: int) -> Diagram:
    """Go from the last layer back: drop edges without completion, merge nodes with equal futures, count."""
    number = np.zeros(n_leaves, dtype=np.int64)  # what is filled is valid: all leaves are one node
    completions = np.ones(min(1, n_leaves), dtype=np.int64)
    layers: list[Layer] = []
    for item in reversed(raw):
        runs = _renumbered(item, number)
        runs, start, number = _merge_equal_nodes(runs)
        nodes_before = _running_total(completions)
        runs_before = _running_total(nodes_before[runs.child + runs.length] - nodes_before[runs.child])
        layers.append(
            Layer(item.column, start, runs.child, runs.amount, runs.length, nodes_before, runs_before)
        )
        completions = np.diff(runs_before[start])
    n_points = int(completions[0]) if len(completions) else 0
    return Diagram(n_columns, n_points, tuple(reversed(layers)))


def _renumbered(layer: _Runs, number: IntArray) -> _Runs:
    """Let the edges lead to ``number[child]``, and drop those for which that is negative."""
    if np.array_equal(number, np.arange(len(number))):
        return layer
    run, child, amount = expand_runs(layer.child, layer.amount, layer.length)
    keep = number[child] >= 0
    return _as_runs(layer.column, layer.n_nodes, layer.parent[run[keep]], number[child[keep]], amount[keep])


def _merge_equal_nodes(layer: _Runs) -> tuple[_Runs, IntArray, IntArray]:
    """Return the runs of distinct nodes, where each node's begin, and the new number of each node.

    Nodes with the same runs have the same completions. Dead ones, without any, get -1.
    """
    nodes, start = np.unique(layer.parent, return_index=True)
    start = np.append(start, len(layer.parent)).astype(np.int64)
    number = np.full(layer.n_nodes, -1, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    if len(nodes) > _MAX_COMPARED_NODES:
        return layer, start, number
    content = np.column_stack([layer.child, layer.amount, layer.length])
    seen: dict[bytes, int] = {}
    pairs = zip(start[:-1].tolist(), start[1:].tolist(), strict=True)
    merged = np.array([seen.setdefault(content[i:j].tobytes(), len(seen)) for i, j in pairs], dtype=np.int64)
    number[nodes] = merged
    is_first = np.diff(np.maximum.accumulate(merged), prepend=-1) > 0
    kept = np.repeat(is_first, np.diff(start))
    runs = _Runs(
        layer.column, len(seen), layer.parent[kept], layer.child[kept], layer.amount[kept], layer.length[kept]
    )
    return runs, np.append(0, np.cumsum(np.diff(start)[is_first])).astype(np.int64), number


def _running_total(counts: IntArray) -> IntArray:
    """Return the sums of the first 0, 1, ... counts: Python's integers where int64 could overflow."""
    if counts.dtype != object and float(counts.astype(np.float64).sum()) >= _INT64_SAFE:
        counts = counts.astype(object)
    return np.concatenate((np.zeros(1, dtype=counts.dtype), np.cumsum(counts)))


def _decision_order(values: Sequence[IntArray], constraints: Sequence[GridConstraint]) -> list[int]:
    """Return the columns in an order that keeps few constraints half decided at any time.

    Greedy: next comes the column after which the product of the widths of the half-decided
    constraints is least; ties go to the lower column.
    """
    spans = np.array(
        [
            [np.ptp(item.contributions(column, amounts)) for item in constraints]
            for column, amounts in enumerate(values)
        ],
        dtype=np.float64,
    ).reshape(len(values), len(constraints))
    order: list[int] = []
    rest = list(range(len(values)))
    while rest:
        costs = [_frontier(spans, [*order, column]) for column in rest]
        order.append(rest.pop(int(np.argmin(costs))))
    return order


def _frontier(spans: FloatArray, decided: Sequence[int]) -> float:
    """Return the logarithm of the number of states that could be told apart once ``decided`` is filled."""
    done = spans[list(decided)].sum(axis=0)
    # Floats lose whole numbers beyond 2**53, and with them the sign of a difference near 0.
    open_ = np.maximum(0.0, spans.sum(axis=0) - done)
    return float(np.log1p(np.minimum(done, open_)).sum() + 1e-6 * np.log1p(done).sum())
