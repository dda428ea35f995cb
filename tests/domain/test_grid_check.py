"""All constraints at once say what each says alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.constraints import Constraint, CountConstraint, LinearConstraint, WindowConstraint
from moalloy.domain.grid_check import GridCheck
from moalloy.domain.values import BoolArray, IntArray

TOTAL = 12


def alone(amounts: IntArray, constraints: list[Constraint]) -> BoolArray:
    """Ranges 2..8, 0..12 and 1..9 or 0, a sum of 12, then each constraint by itself."""
    a, b, c = amounts.T
    valid = (
        (a >= 2) & (a <= 8) & (b >= 0) & (b <= 12) & ((c >= 1) & (c <= 9) | (c == 0)) & (a + b + c == TOTAL)
    )
    for constraint in constraints:
        valid[valid] = constraint.satisfied(amounts[valid])
    return np.asarray(valid, dtype=np.bool_)


def together(amounts: IntArray, constraints: list[Constraint]) -> BoolArray:
    return GridCheck.of([2, 0, 1], [8, 12, 9], [False, False, True], constraints, total=TOTAL)(amounts)


BOUND = st.one_of(st.none(), st.integers(-30, 30))
CONSTRAINTS = st.lists(
    st.one_of(
        st.builds(LinearConstraint, st.just("sum"), st.tuples(*[st.integers(-5, 5)] * 3), BOUND, BOUND),
        st.builds(CountConstraint, st.just("count"), st.tuples(*[st.integers(-1, 1)] * 3), BOUND, BOUND),
        st.builds(WindowConstraint, st.just("near"), st.just(1), st.just((6, 4, 2)), st.integers(0, 12)),
    ),
    max_size=4,
)


@given(CONSTRAINTS, st.integers(0, 1000))
def test_all_constraints_at_once_say_what_each_says_alone(constraints: list[Constraint], seed: int) -> None:
    rng = np.random.default_rng(seed)
    amounts = rng.integers(-1, 11, (60, 3))
    amounts[:50, 1] = TOTAL - amounts[:50, 0] - amounts[:50, 2]
    np.testing.assert_array_equal(together(amounts, constraints), alone(amounts, constraints))


def test_coefficients_beyond_64_bits_are_decided_exactly() -> None:
    huge = 10**30
    item = LinearConstraint("A <= B", (huge, -huge, 1), None, 0)
    amounts = np.array([[6, 6, 0], [5, 6, 1], [6, 5, 1]])
    assert together(amounts, [item]).tolist() == [True, True, False]


def test_rows_far_outside_the_ranges_are_no_trouble() -> None:
    far = np.array([[2**62, -(2**62), TOTAL], [6, 6, 0]])
    item = LinearConstraint("sum", (2**20, 2**20, 1), 0, None)
    assert together(far, [item]).tolist() == [False, True]


def test_no_rows_are_no_trouble() -> None:
    assert len(together(np.zeros((0, 3), dtype=np.int64), [CountConstraint("c", (1, 1, 1), 1, 2)])) == 0
