"""One alloy's move or crossing at a time, in whole grid steps: what `moves` asks for, compiled.

All chance comes in as arrays of numbers drawn before, so what is made doesn't depend on who compiles it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from moalloy.compiled import compiled
from moalloy.domain.grid_check import GridRules
from moalloy.domain.process import TreatmentLevels
from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["Attempts", "cross_rows", "move_rows", "move_treatments"]

# Kinds of moves, each up to its number from the one before: any amount from one element to another, an
# exchange of two amounts, all of an element given away, an absent element brought in; beyond, a grid step.
_TRANSFER, _SWAP, _DROP, _ADD = 0.45, 0.55, 0.65, 0.75
# How far a mixture may go beyond its parents, and back from them.
_BEYOND = 0.25
# How often a treatment goes anywhere, and how far else, as a share of the range of a continuous one.
_ANYWHERE, _REACH = 0.3, 0.1


class Attempts(NamedTuple):
    """What was made of each alloy so far, and the chance that goes on from there.

    Attributes:
        draws: From 0 to below 1, shape ``(n_alloys, n_tries, n_draws)``; a move takes 4, a crossing 2 and one
            for each element.
        tried: How many tries each alloy has used, shape ``(n_alloys,)``; raised by each.
        made: Grid amounts as the last try left them, shape ``(n_alloys, n_elements)``.
    """

    draws: FloatArray
    tried: IntArray
    made: IntArray


@compiled
def move_rows(
    amounts: IntArray, rows: IntArray, attempts: Attempts, least: IntArray, rules: GridRules
) -> BoolArray:
    """Move some alloys until they keep the rules; return which of them do, shape ``(n_rows,)``.

    Args:
        amounts: Grid amounts of two elements or more, shape ``(n_alloys, n_elements)``.
        rows: Numbers of those that need a move, shape ``(n_rows,)``.
        attempts: Takes in what is made.
        least: The least amount above zero of each element, shape ``(n_elements,)``.
        rules: What amounts have to keep.
    """
    draws, tried, made = attempts
    found = np.zeros(len(rows), np.bool_)
    for i in range(len(rows)):
        row = rows[i]
        while tried[row] < draws.shape[1] and not found[i]:
            made[row] = amounts[row]
            _move(made[row], draws[row, tried[row]], least)
            tried[row] += 1
            found[i] = _keeps(made[row], rules)
    return found


@compiled
def cross_rows(
    one: IntArray, other: IntArray, rows: IntArray, attempts: Attempts, rules: GridRules
) -> BoolArray:
    """Cross some pairs until their children keep the rules; return which do, shape ``(n_rows,)``.

    Args:
        one: Grid amounts of the first parents, shape ``(n_alloys, n_elements)``.
        other: Those of the second, same shape.
        rows: Numbers of the pairs that need a child, shape ``(n_rows,)``.
        attempts: Takes in what is made.
        rules: What amounts have to keep.
    """
    draws, tried, made = attempts
    found = np.zeros(len(rows), np.bool_)
    target = np.empty(one.shape[1])
    for i in range(len(rows)):
        row = rows[i]
        while tried[row] < draws.shape[1] and not found[i]:
            _blend(one[row], other[row], draws[row, tried[row]], rules.total, target)
            _round(target, rules, made[row])
            tried[row] += 1
            found[i] = _keeps(made[row], rules)
    return found


@compiled
def move_treatments(
    treatments: FloatArray, draws: FloatArray, normal: FloatArray, variables: TreatmentLevels
) -> None:
    """Change one variable of each treatment: to a near value, or to any.

    Args:
        treatments: Shape ``(n_alloys, n_process)``, one variable at least; changed here.
        draws: From 0 to below 1, shape ``(n_alloys, 3)``.
        normal: Draws of a standard normal distribution, shape ``(n_alloys,)``.
        variables: What they may be.
    """
    for row in range(len(treatments)):
        i = int(draws[row, 0] * treatments.shape[1])
        goes_anywhere, draw = draws[row, 1] < _ANYWHERE, draws[row, 2]
        levels = variables.levels[variables.first[i] : variables.first[i + 1]]
        lower, upper = variables.lower[i], variables.upper[i]
        if len(levels) == 0:
            near = treatments[row, i] + _REACH * (upper - lower) * normal[row]
            value = lower + draw * (upper - lower) if goes_anywhere else near
            treatments[row, i] = min(max(value, lower), upper)
            continue
        # One to three levels, down or up.
        step = int(draw * 6) - 3
        level = np.searchsorted(levels, treatments[row, i]) + (step if step < 0 else step + 1)
        if goes_anywhere:
            level = int(draw * len(levels))
        treatments[row, i] = levels[min(max(level, 0), len(levels) - 1)]


@compiled
def _move(row: IntArray, draws: FloatArray, least: IntArray) -> None:
    """Let one element give to another; the sum stays, the ranges may break."""
    n_present = 0
    for amount in row:
        n_present += amount > 0
    n_absent = len(row) - n_present
    kind = draws[0]
    giver = _numbered(row, int(draws[1] * n_present), True)
    adds = _DROP <= kind < _ADD and n_absent > 0
    if adds:
        taker = _numbered(row, int(draws[2] * n_absent), False)
    else:
        taker = (giver + 1 + int(draws[2] * (len(row) - 1))) % len(row)
    has, gets = row[giver], row[taker]
    # Sizes from one step to the whole amount, small ones more often.
    size = max(1, int(np.rint(has ** draws[3])))
    if kind < _TRANSFER:
        step = size
    elif kind < _SWAP:
        step = has - gets
    elif kind < _DROP:
        step = has
    elif adds:
        step = max(size, least[taker])
    else:
        step = 1
    row[giver] -= step
    row[taker] += step


@compiled
def _numbered(row: IntArray, number: int, is_present: bool) -> int:
    """Return the column of the element with this number among the present or the absent ones."""
    for column in range(len(row)):
        if (row[column] > 0) == is_present:
            if number == 0:
                return column
            number -= 1
    return 0


@compiled
def _blend(one: IntArray, other: IntArray, draws: FloatArray, total: int, target: FloatArray) -> None:
    """Write what a child would be without grid and constraints: a mixture, or elements of either parent."""
    if draws[0] < 0.5:
        share = (1.0 + 2.0 * _BEYOND) * draws[1] - _BEYOND
        for i in range(len(one)):
            target[i] = one[i] + share * (other[i] - one[i])
        return
    sum_ = 0
    for i in range(len(one)):
        amount = other[i] if draws[2 + i] < 0.5 else one[i]
        target[i] = amount
        sum_ += amount
    for i in range(len(one)):
        target[i] *= total / max(sum_, 1)


@compiled
def _round(target: FloatArray, rules: GridRules, point: IntArray) -> None:
    """Write the point of the grid that is nearest by ranges and sum alone.

    Rounded, it is the nearest of its own sum, and the cheapest unit step keeps it so.
    """
    missing = rules.total
    for i in range(len(target)):
        lower = 0 if rules.may_be_absent[i] else rules.lower[i]
        point[i] = min(max(int(np.rint(target[i])), lower), rules.upper[i])
        missing -= point[i]
    while missing != 0:
        sign = 1 if missing > 0 else -1
        best, least_cost = -1, np.inf
        for i in range(len(target)):
            lower = 0 if rules.may_be_absent[i] else rules.lower[i]
            has_room = point[i] < rules.upper[i] if sign > 0 else point[i] > lower
            cost = sign * (point[i] - target[i])
            if has_room and cost < least_cost:
                best, least_cost = i, cost
        if best < 0:
            return
        point[best] += sign
        missing -= sign


@compiled
def _keeps(row: IntArray, rules: GridRules) -> bool:
    """Return whether amounts keep the rules, as `GridCheck` says it of many."""
    total = 0
    for i in range(len(row)):
        is_inside = rules.lower[i] <= row[i] <= rules.upper[i]
        if not (is_inside or (rules.may_be_absent[i] and row[i] == 0)):
            return False
        total += row[i]
    if total != rules.total:
        return False
    # Only now: beyond the ranges, sums might leave int64.
    for j in range(rules.linear.shape[1]):
        sum_ = 0
        for i in range(len(row)):
            sum_ += row[i] * rules.linear[i, j]
        if not rules.linear_lower[j] <= sum_ <= rules.linear_upper[j]:
            return False
    for j in range(rules.counts.shape[1]):
        sum_ = 0
        for i in range(len(row)):
            sum_ += rules.counts[i, j] if row[i] > 0 else 0
        if not rules.counts_lower[j] <= sum_ <= rules.counts_upper[j]:
            return False
    return True
