"""What each constraint removes by itself."""

from __future__ import annotations

from fractions import Fraction

import pytest

from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.conditional import AnyOf
from moalloy.domain.constraints import Constraint, CountConstraint, LinearConstraint
from moalloy.domain.tightness import Removal, removals

RANGES = tuple(ElementRange(symbol, 0, 5) for symbol in ("B", "Si", "Fe"))
NO_IRON = LinearConstraint("no iron", (0, 0, 1), None, 0)
APART = CountConstraint("apart", (1, 1, 0), None, 1)
NOTHING = LinearConstraint("nothing", (1, 1, 1), 0, None)


def space(*constraints: Constraint) -> CompositionSpace:
    return CompositionSpace(RANGES, Fraction(20), constraints=constraints)


def test_the_constraint_that_removes_most_comes_first() -> None:
    # 21 compositions; APART leaves 11 of them, NO_IRON 6, both together the two pure elements.
    by_apart, by_nothing = removals(space(APART, NOTHING))
    assert by_apart == Removal("apart", 1 - 11 / 21, is_exact=True)
    assert by_nothing == Removal("nothing", 0.0, is_exact=True)
    by_iron, by_apart = removals(space(APART, NO_IRON))
    assert by_iron == Removal("no iron", 1 - 2 / 11, is_exact=True)
    assert by_apart == Removal("apart", 1 - 2 / 6, is_exact=True)


def test_points_behind_a_filter_are_counted_too() -> None:
    either = AnyOf("either", ((NO_IRON,), (APART,)))
    assert removals(space(either)) == [Removal("either", 1 - (6 + 11 - 2) / 21, is_exact=True)]


def test_large_spaces_behind_a_filter_are_sampled() -> None:
    ranges = tuple(ElementRange(symbol, 0, 2000) for symbol in ("B", "Si", "Fe"))
    half = LinearConstraint("half", (1, 0, 0), 1000, None)
    either = AnyOf("either", ((NO_IRON,), (half,)))
    (found,) = removals(CompositionSpace(ranges, Fraction(1, 20), constraints=(either,)))
    assert not found.is_exact
    # A quarter of the triangle has B of half or more.
    assert found.share == pytest.approx(0.75, abs=0.02)


def test_constraints_that_leave_nothing_without_help_are_left_out() -> None:
    impossible = LinearConstraint("impossible", (1, 0, 0), 6, None)
    assert [item.label for item in removals(space(impossible, APART))] == ["impossible"]
