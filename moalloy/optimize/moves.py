"""Moves made for compositions, on whole grid steps.

A move keeps the sum by construction: what one element loses another gains. Several candidates are
drawn for each alloy and the first valid one is taken, so most children need no repair.
"""

from __future__ import annotations

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["cross", "mutate"]

_N_CANDIDATES = 6
_N_CROSSINGS = 3
_FEW = 0.1
# Kinds of moves and their shares: any amount from one element to another, an exchange of two amounts, all
# of an element given away, an absent element brought in, one step of the grid.
_TRANSFER, _SWAP, _DROP, _ADD, _STEP = range(5)
_MOVE_SHARES = (0.45, 0.1, 0.1, 0.1, 0.25)
# Chance that a mutation leaves the composition alone and changes the treatment only, and the other way.
_TREATMENT_ONLY = 0.15
_COMPOSITION_ONLY = 0.6


def cross(space: DesignSpace, one: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return one child per pair of parents, shape ``(n_pairs, n_columns)``, each valid.

    Half of the children are mixtures of their parents, the others take a subset of elements from the
    second parent; each treatment comes from either parent. What none of three attempts makes valid by
    rounding alone is repaired.
    """
    children = np.empty_like(one)
    open_rows = np.arange(len(one))
    for _ in range(_N_CROSSINGS):
        targets = _between(space, one[open_rows], other[open_rows], rng)
        rounded, is_good = space.round(targets)
        children[open_rows[is_good]] = rounded[is_good]
        open_rows = open_rows[~is_good]
        if len(open_rows) == 0:
            return children
    children[open_rows] = one[open_rows] if _are_few(open_rows, one) else space.repair(targets[~is_good])
    return children


def _between(space: DesignSpace, one: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return what a child of each pair would be without grid and constraints, shape as the parents."""
    n_pairs, n_elements = len(one), space.n_elements
    share = rng.uniform(-0.25, 1.25, (n_pairs, 1))
    mixture = one[:, :n_elements] + share * (other[:, :n_elements] - one[:, :n_elements])
    takes = rng.random((n_pairs, n_elements)) < 0.5
    exchange = np.where(takes, other[:, :n_elements], one[:, :n_elements])
    exchange = exchange / np.maximum(exchange.sum(axis=1, keepdims=True), 1e-9)
    is_mixture = rng.random((n_pairs, 1)) < 0.5
    treatment = np.where(
        rng.random((n_pairs, len(space.process))) < 0.5, one[:, n_elements:], other[:, n_elements:]
    )
    return np.column_stack([np.where(is_mixture, mixture, exchange), treatment])


def mutate(space: DesignSpace, X: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return one mutant per alloy, shape ``(n_alloys, n_columns)``, each valid."""
    kind = rng.random(len(X))
    has_process = bool(space.process)
    moves_composition = np.full(len(X), True) if not has_process else kind >= _TREATMENT_ONLY
    moves_treatment = has_process & (kind < 1.0 - _COMPOSITION_ONLY)
    mutants = X.copy()
    rows = np.flatnonzero(moves_composition)
    mutants[rows] = _move_compositions(space, X[rows], rng)
    rows = np.flatnonzero(moves_treatment)
    mutants[rows, space.n_elements :] = _move_treatments(space, X[rows], rng)
    # A treatment that moves may leave what its composition goes with.
    return space.repair(mutants) if space.conditions else mutants


def _move_compositions(space: DesignSpace, X: FloatArray, rng: np.random.Generator) -> FloatArray:
    if len(X) == 0 or space.n_elements < 2:
        return X
    amounts, treatments = space.amounts(X), X[:, space.n_elements :]
    by_symbol = {item.symbol: max(1, item.lower) for item in space.composition.ranges}
    least = np.array([by_symbol[symbol] for symbol in space.elements])
    moved = amounts.copy()
    open_rows = np.arange(len(X))
    # One candidate does for most; for the others all the rest are tried at once.
    for n_candidates in (1, _N_CANDIDATES - 1):
        candidates = _moved(np.repeat(amounts[open_rows], n_candidates, axis=0), least, rng)
        is_good = space.allows(candidates, np.repeat(treatments[open_rows], n_candidates, axis=0))
        first, found = _first_good(is_good.reshape(-1, n_candidates))
        # The first good one, and where none is the last: it is repaired.
        moved[open_rows] = candidates.reshape(len(open_rows), n_candidates, -1)[np.arange(len(first)), first]
        open_rows = open_rows[~found]
        if len(open_rows) == 0:
            break
    if _are_few(open_rows, X):
        moved[open_rows] = amounts[open_rows]
        return space.alloys(moved, treatments)
    result = space.alloys(moved, treatments)
    result[open_rows] = space.repair(result[open_rows])
    return result


def _are_few(rows: IntArray, X: FloatArray) -> bool:
    """Whether so few of the alloys found no valid move that they can stay as they are.

    A repair of a handful takes a third of the time of all moves. Where many find none, as on the line of an
    equation, repair is what moves them.
    """
    return len(rows) <= _FEW * len(X)


def _first_good(is_good: BoolArray) -> tuple[IntArray, BoolArray]:
    """Return the first good column of each row, the last one where none is, and where one is."""
    found = np.asarray(is_good.any(axis=1), dtype=np.bool_)
    first = np.where(found, is_good.argmax(axis=1), is_good.shape[1] - 1)
    return first.astype(np.int64), found


def _moved(amounts: IntArray, least: IntArray, rng: np.random.Generator) -> IntArray:
    """Return each row after one random move; the sum stays, the ranges may break.

    Args:
        amounts: Grid amounts, shape ``(n_alloys, n_elements)``.
        least: The least amount above zero of each element, shape ``(n_elements,)``.
        rng: Source of the moves.
    """
    n_rows, n_elements = amounts.shape
    rows = np.arange(n_rows)
    kind = np.asarray(rng.choice(len(_MOVE_SHARES), size=n_rows, p=_MOVE_SHARES), dtype=np.int64)
    giver = _random_column(amounts > 0, rng)
    anyone = (giver + rng.integers(1, n_elements, n_rows)) % n_elements
    is_absent = amounts == 0
    adds = (kind == _ADD) & is_absent.any(axis=1)
    taker = np.where(adds, _random_column(is_absent, rng), anyone)
    # Where every element is there already, one of them takes a step.
    kind[(kind == _ADD) & ~adds] = _STEP
    has, gets = amounts[rows, giver], amounts[rows, taker]
    # Sizes from one step to the whole amount, small ones more often.
    size = np.maximum(1, np.rint(has ** rng.random(n_rows))).astype(np.int64)
    is_kind = [kind == number for number in (_SWAP, _DROP, _ADD, _STEP)]
    moved = np.select(is_kind, [has - gets, has, np.maximum(size, least[taker]), 1], default=size)
    result = amounts.copy()
    result[rows, giver] -= moved
    result[rows, taker] += moved
    return result


def _random_column(allowed: BoolArray, rng: np.random.Generator) -> IntArray:
    """Return one allowed column per row, uniformly."""
    priority = np.where(allowed, rng.random(allowed.shape), -1.0)
    return np.asarray(priority.argmax(axis=1), dtype=np.int64)


def _move_treatments(space: DesignSpace, X: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the process columns after a step of one variable: to a near level, or anywhere."""
    treatment = X[:, space.n_elements :].copy()
    chosen = rng.integers(len(space.process), size=len(X))
    for i, variable in enumerate(space.process):
        rows = np.flatnonzero(chosen == i)
        anywhere = variable.sample(len(rows), rng)
        if variable.levels is None:
            reach = 0.1 * (variable.upper - variable.lower)
            near = variable.snap(treatment[rows, i] + reach * rng.standard_normal(len(rows)))
        else:
            steps = rng.integers(1, 4, len(rows)) * rng.choice([-1, 1], len(rows))
            level = np.clip(variable.level_of(treatment[rows, i]) + steps, 0, variable.n_levels - 1)
            near = np.asarray(variable.levels)[level]
        treatment[rows, i] = np.where(rng.random(len(rows)) < 0.3, anywhere, near)
    return treatment
