"""Constraints on grid amounts are integer inequalities."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.constraints import (
    CountConstraint,
    LinearConstraint,
    is_int64_safe,
    linear_constraint,
    ratio_constraint,
)
from moalloy.domain.values import LinearRatio
from moalloy.errors import SpaceError

ONE = Fraction(1)


def test_a_linear_constraint_is_brought_to_the_smallest_whole_numbers() -> None:
    item = linear_constraint(
        "Si/B <= 2",
        {"Si": ONE, "B": Fraction(-2)},
        None,
        Fraction(0),
        elements=["B", "Si"],
        step=Fraction(1, 10),
    )
    assert (item.coefficients, item.lower, item.upper) == ((-2, 1), None, 0)


def test_bounds_between_grid_points_are_rounded_inwards() -> None:
    item = linear_constraint(
        "0.7 <= B <= 2.2", {"B": ONE}, Fraction("0.7"), Fraction("2.2"), elements=["B"], step=Fraction(1, 2)
    )
    assert (item.coefficients, item.lower, item.upper) == ((1,), 2, 4)


def test_a_constraint_without_elements_is_refused() -> None:
    with pytest.raises(SpaceError, match=r"metalloid <= 3: every element drops out"):
        linear_constraint("metalloid <= 3", {}, None, ONE, elements=["Fe"], step=ONE)


def test_a_ratio_bounds_each_side_by_a_linear_constraint() -> None:
    ratio = LinearRatio((Fraction(2), Fraction(6)), (ONE, ONE))
    lower, upper = ratio_constraint(
        "3 <= r <= 5", ratio, Fraction(3), Fraction(5), fraction_weights=[ONE, ONE]
    )
    # 3 <= (2a + 6b) / (a + b) <= 5  is  -a + 3b >= 0  and  -3a + b <= 0
    assert (lower.coefficients, lower.lower, lower.upper) == ((-1, 3), 0, None)
    assert (upper.coefficients, upper.lower, upper.upper) == ((-3, 1), None, 0)


def test_a_ratio_that_every_alloy_meets_leaves_no_constraint() -> None:
    ratio = LinearRatio((Fraction(8), Fraction(8)), (ONE, ONE))
    assert ratio_constraint("r <= 8", ratio, None, Fraction(8), fraction_weights=[ONE, ONE]) == ()


@given(
    st.lists(st.tuples(st.integers(-(2**70), 2**70), st.integers(0, 1000)), min_size=1, max_size=6),
    st.integers(-(2**75), 2**75),
)
def test_sums_beyond_int64_are_decided_exactly(pairs: list[tuple[int, int]], upper: int) -> None:
    coefficients, amounts = zip(*pairs, strict=True)
    item = LinearConstraint("wide", coefficients, None, upper)
    exact = sum(factor * amount for factor, amount in pairs)
    if any(coefficients):
        assert item.satisfied(np.array([amounts]))[0] == (exact <= upper)


def test_many_large_coefficients_are_known_to_leave_int64() -> None:
    item = LinearConstraint("wide", (2**50,) * 20, None, 0)
    assert is_int64_safe(item, [100] * 20)
    assert not is_int64_safe(item, [1000] * 20)


def test_a_count_sees_its_members_only() -> None:
    item = CountConstraint("at most one", (True, True, False), None, 1)
    amounts = np.array([[1, 0, 1], [1, 1, 1], [0, 0, 1]])
    assert item.satisfied(amounts).tolist() == [True, False, True]
    assert item.excess(amounts).tolist() == [0.0, 1.0, 0.0]


def test_the_excess_is_the_distance_from_the_bounds() -> None:
    item = LinearConstraint("band", (1, 2), 4, 6)
    assert item.excess(np.array([[0, 0], [1, 2], [4, 4]])).tolist() == [2.0, 0.0, 3.0]
