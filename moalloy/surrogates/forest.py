"""Boosted trees as bit vectors: every comparison of a tree at once, instead of one after the other.

The leaves of a tree are numbered from left to right, a bit each. A comparison that sends an alloy to the
right rules out the leaves of its left branch; of the leaves that are left when all comparisons have had
their say, the first is the one that the alloy falls into. There is nothing to wait for and no branch to
mispredict, so one instruction serves as many alloys as fit into a register (Lucchese et al., SIGIR 2015,
doi:10.1145/2766462.2767733; for several rows at a time: SIGIR 2016, doi:10.1145/2911451.2914758).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_LEAVES", "Forest"]

# Bits of a vector; a tree with more leaves becomes several, each 0 where the others speak.
MOST_LEAVES = 32
_NO_CHILD = -1


class Forest(NamedTuple):
    """The comparisons and leaves of all trees, one tree after the other, parents before their children.

    Attributes:
        feature: What each comparison looks at, shape ``(n_comparisons,)``.
        threshold: Values below it go left, shape ``(n_comparisons,)``.
        missing_left: Whether a missing value goes left, shape ``(n_comparisons,)``.
        left: Bits of the leaves in the left branch, shape ``(n_comparisons,)``.
        right: Bits of the leaves in the right branch, shape ``(n_comparisons,)``.
        first: Where the comparisons of each tree begin, and at last where they end, ``(n_trees + 1,)``.
        leaf: What a leaf adds, shape ``(n_leaves,)``.
        first_leaf: Where the leaves of each tree begin, shape ``(n_trees,)``.
        base: What the sum begins with.
    """

    feature: NDArray[np.uint32]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    left: NDArray[np.uint32]
    right: NDArray[np.uint32]
    first: NDArray[np.int64]
    leaf: NDArray[np.float32]
    first_leaf: NDArray[np.int64]
    base: np.float32

    @classmethod
    def of(cls, model: Mapping[str, Any]) -> Forest:
        """Read a model in XGBoost's JSON form.

        Raises:
            ValueError: It holds something that isn't boosted trees on numbers with one output.
        """
        learner = model["learner"]
        booster = learner["gradient_booster"]
        is_plain = booster["name"] == "gbtree" and set(booster["model"]["tree_info"]) <= {0}
        if not is_plain or any(tree["categories"] for tree in booster["model"]["trees"]):
            raise ValueError("expected boosted trees on numbers with one output")
        comparisons: list[_Comparison] = []
        leaves: list[float] = []
        first, first_leaf = [0], []
        for tree in booster["model"]["trees"]:
            for piece in _pieces(_root(tree)):
                first_leaf.append(len(leaves))
                _write(piece, comparisons, leaves)
                first.append(len(comparisons))
        feature, threshold, missing_left, left, right = (
            zip(*comparisons, strict=True) if comparisons else [()] * 5
        )
        return cls(
            feature=np.array(feature, dtype=np.uint32),
            threshold=np.array(threshold, dtype=np.float32),
            missing_left=np.array(missing_left, dtype=np.bool_),
            left=np.array(left, dtype=np.uint32),
            right=np.array(right, dtype=np.uint32),
            first=np.array(first, dtype=np.int64),
            leaf=np.array(leaves, dtype=np.float32),
            first_leaf=np.array(first_leaf, dtype=np.int64),
            base=_base(learner),
        )


_Comparison = tuple[int, float, bool, int, int]


@dataclass(frozen=True, slots=True)
class _Node:
    """A branching: both branches are nodes, or the numbers that leaves add."""

    feature: int
    threshold: float
    missing_left: bool
    left: _Node | float
    right: _Node | float
    n_leaves: int


def _root(tree: Mapping[str, Sequence[Any]]) -> _Node | float:
    """Return a tree of XGBoost's parallel lists, children before their parents."""
    nodes: dict[int, _Node | float] = {}
    # Children always have higher numbers than their parents.
    for i in reversed(range(len(tree["left_children"]))):
        left, right = tree["left_children"][i], tree["right_children"][i]
        condition = tree["split_conditions"][i]
        if left == _NO_CHILD:
            nodes[i] = condition
            continue
        nodes[i] = _Node(
            tree["split_indices"][i],
            condition,
            bool(tree["default_left"][i]),
            nodes[left],
            nodes[right],
            _n_leaves(nodes[left]) + _n_leaves(nodes[right]),
        )
    return nodes[0]


def _n_leaves(node: _Node | float) -> int:
    return node.n_leaves if isinstance(node, _Node) else 1


def _pieces(node: _Node | float, path: tuple[tuple[_Node, bool], ...] = ()) -> Iterator[_Node | float]:
    """Yield trees of at most 32 leaves that add up to ``node``, whose other branches add 0.

    Args:
        node: Where the piece begins.
        path: The branchings above it, each with whether the way goes left.
    """
    if _n_leaves(node) + len(path) > MOST_LEAVES and isinstance(node, _Node):
        yield from _pieces(node.left, (*path, (node, True)))
        yield from _pieces(node.right, (*path, (node, False)))
        return
    for above, goes_left in reversed(path):
        left, right = (node, 0.0) if goes_left else (0.0, node)
        node = replace(above, left=left, right=right, n_leaves=_n_leaves(node) + 1)
    yield node


def _write(node: _Node | float, comparisons: list[_Comparison], leaves: list[float]) -> None:
    """Append a tree's comparisons, parents first, and its leaves from left to right."""

    def walk(node: _Node | float, lowest: int) -> None:
        if not isinstance(node, _Node):
            leaves.append(node)
            return
        middle = lowest + _n_leaves(node.left)
        left = (1 << middle) - (1 << lowest)
        right = (1 << (middle + _n_leaves(node.right))) - (1 << middle)
        comparisons.append((node.feature, node.threshold, node.missing_left, left, right))
        walk(node.left, lowest)
        walk(node.right, middle)

    walk(node, 0)


def _base(learner: Mapping[str, Any]) -> np.float32:
    """Return what every score begins with: the base score, a classifier's as log-odds."""
    parameters = learner["learner_model_param"]
    base = np.float32(str(parameters["base_score"]).strip("[]"))
    if learner["objective"]["name"].startswith("binary:"):
        with np.errstate(divide="ignore"):  # rows of one class are certain
            odds = np.float32(1.0) / base - np.float32(1.0)
            return np.float32(-np.log(np.float64(odds)))
    return base
