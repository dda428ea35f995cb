"""Moves made for compositions, on whole grid steps.

A move keeps the sum by construction: what one element loses another gains. Several are tried for each alloy
and the first valid one is taken, so most children need no repair.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.process import TreatmentLevels
from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["cross", "mutate", "offspring"]

_N_MOVES = 6
_N_CROSSINGS = 3
_FEW = 0.1
# Chance that a mutation leaves the composition alone and changes the treatment only, and the other way.
_TREATMENT_ONLY = 0.15
_COMPOSITION_ONLY = 0.6


def cross(space: DesignSpace, one: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return one child per pair of parents, shape ``(n_pairs, n_columns)``, each valid.

    Half of the children are mixtures of their parents, the others take a subset of elements from the
    second parent; each treatment comes from either parent. Where none of three attempts is valid once
    rounded, the first parent stands in; if that happens to many, what was tried last is repaired.
    """
    cross_next, made, treatments = _crossing(space, one, other, rng)
    unfit = _without_valid(cross_next, space, made, treatments, open_rows=np.arange(len(one)))
    return _settled(space, made, treatments, unfit, instead=one)


def mutate(space: DesignSpace, X: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return one mutant per alloy, shape ``(n_alloys, n_columns)``, each valid."""
    return offspring(space, X, X, np.zeros(len(X), dtype=np.bool_), rng)


def offspring(
    space: DesignSpace, one: FloatArray, other: FloatArray, is_mated: BoolArray, rng: np.random.Generator
) -> FloatArray:
    """Return one mutant per alloy of ``one``, those that are mated crossed before, each valid.

    Shape ``(n_alloys, n_columns)``. As `cross` and `mutate` one after the other, but what a crossing makes
    doesn't have to be valid before it is moved.
    """
    amounts, treatments = space.amounts(one), one[:, space.n_elements :].copy()
    mated = np.flatnonzero(is_mated)
    cross_next, made, treatments[mated] = _crossing(space, one[mated], other[mated], rng)
    is_found = cross_next(np.arange(len(mated)))
    amounts[mated[is_found]] = made[is_found]
    kind = rng.random(len(one))
    moves_composition = np.full(len(one), space.n_elements > 1)
    if space.process:
        moves_composition &= kind >= _TREATMENT_ONLY
        rows = np.flatnonzero(kind < 1.0 - _COMPOSITION_ONLY)
        treatments[rows] = _move_treatments(space, treatments[rows], rng)
    move_next, moved = _moving(space, amounts, moves_composition, rng)
    unchecked = np.flatnonzero(~moves_composition)
    open_rows = np.flatnonzero(moves_composition)
    unfit = _without_valid(move_next, space, moved, treatments, open_rows=open_rows, unchecked=unchecked)
    return _settled(space, moved, treatments, unfit, instead=one)


# Makes the next composition of some rows, given their numbers; returns which of them had one that keeps the
# rules of the space.
_MakeNext = Callable[[IntArray], BoolArray]


def _crossing(
    space: DesignSpace, one: FloatArray, other: FloatArray, rng: np.random.Generator
) -> tuple[_MakeNext, IntArray, FloatArray]:
    """Return what makes children of pairs, where it puts their grid amounts, and their treatments."""
    from moalloy.optimize.moves_kernel import Attempts, cross_rows

    n_pairs, n_elements = len(one), space.n_elements
    first, second = space.amounts(one), space.amounts(other)
    draws = rng.random((n_pairs, _N_CROSSINGS, 2 + n_elements))
    attempts = Attempts(draws, np.zeros(n_pairs, dtype=np.int64), first.copy())
    is_first = rng.random((n_pairs, len(space.process))) < 0.5
    treatments = np.where(is_first, one[:, n_elements:], other[:, n_elements:])

    def cross_next(rows: IntArray) -> BoolArray:
        return cross_rows(first, second, rows, attempts, space.rules)

    return cross_next, attempts.made, treatments


def _moving(
    space: DesignSpace, amounts: IntArray, moves: BoolArray, rng: np.random.Generator
) -> tuple[_MakeNext, IntArray]:
    """Return what moves compositions, of those that are to move, and where it puts their grid amounts."""
    from moalloy.optimize.moves_kernel import Attempts, move_rows

    draws = rng.random((len(amounts), _N_MOVES, 4))
    attempts = Attempts(draws, np.where(moves, 0, _N_MOVES), amounts.copy())
    least = np.maximum(space.rules.lower, 1)

    def move_next(rows: IntArray) -> BoolArray:
        return move_rows(amounts, rows, attempts, least, space.rules)

    return move_next, attempts.made


def _without_valid(
    make_next: _MakeNext,
    space: DesignSpace,
    made: IntArray,
    treatments: FloatArray,
    *,
    open_rows: IntArray,
    unchecked: IntArray | None = None,
) -> IntArray:
    """Make compositions until they are valid or the tries are used up; return the rows left over.

    Args:
        make_next: Makes them.
        space: Where they have to lie.
        made: Grid amounts as they were made last, shape ``(n_rows, n_elements)``.
        treatments: What goes with them, shape ``(n_rows, n_process)``.
        open_rows: Numbers of the rows to be made.
        unchecked: Numbers of those that are made already and may not be valid.
    """
    to_check = open_rows[:0] if unchecked is None else unchecked
    left = [open_rows[:0]]
    while len(open_rows) or len(to_check):
        is_found = make_next(open_rows)
        left.append(open_rows[~is_found])
        to_check = np.concatenate([open_rows[is_found], to_check])
        open_rows = to_check[~space.allows_by_rules(made[to_check], treatments[to_check])]
        to_check = to_check[:0]
    return np.concatenate(left)


def _settled(
    space: DesignSpace, made: IntArray, treatments: FloatArray, unfit: IntArray, *, instead: FloatArray
) -> FloatArray:
    """Return alloys of what was made; few unfit rows are those of ``instead``, many are repaired.

    A repair of a handful takes a third of the time of all moves. Where many find none, as on the line of an
    equation, repair is what moves them.
    """
    X = space.alloys(made, treatments)
    if len(unfit):
        X[unfit] = instead[unfit] if len(unfit) <= _FEW * len(X) else space.repair(X[unfit])
    return X


def _move_treatments(space: DesignSpace, treatments: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return treatments after a step of one variable: to a near level, or anywhere."""
    from moalloy.optimize.moves_kernel import move_treatments

    moved = treatments.copy()
    draws, normal = rng.random((len(moved), 3)), rng.standard_normal(len(moved))
    move_treatments(moved, draws, normal, TreatmentLevels.of(space.process))
    return moved
