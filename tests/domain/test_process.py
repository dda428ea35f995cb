"""Process variables: levels, ranges and names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.process import choices, continuous, stepped
from moalloy.errors import SpaceError


def test_steps_count_from_the_lower_bound_and_are_exact_decimals() -> None:
    assert stepped("T", 0.1, 0.7, 0.1).levels == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


def test_a_step_that_misses_the_upper_bound_stops_below_it() -> None:
    assert stepped("T", 653, 670, 10).levels == (653.0, 663.0)


def test_a_value_half_way_goes_to_the_smaller_level() -> None:
    assert stepped("T", 0, 20, 10).snap(np.array([5.0, 5.1, -9.0, 99.0])).tolist() == [0, 10, 0, 20]


def test_a_fixed_value_is_one_level() -> None:
    variable = choices("T", [873.0])
    assert variable.snap(np.array([-1e300, 1e300])).tolist() == [873.0, 873.0]
    assert variable.sample(2, np.random.default_rng(0)).tolist() == [873.0, 873.0]


def test_a_named_choice_is_its_index() -> None:
    route = choices("route", ["ribbon", "rod"])
    assert route.levels == (0.0, 1.0)
    assert route.text(1.0) == "rod"
    assert route.contains(np.array([0.0, 0.5, 2.0])).tolist() == [True, False, False]


def test_number_choices_are_sorted_and_written_without_trailing_zeros() -> None:
    time = choices("t", [3600, 600.5])
    assert time.levels == (600.5, 3600.0)
    assert time.text(3600.0) == "3600"


def test_a_continuous_variable_holds_every_value_of_its_range() -> None:
    variable = continuous("p", 1, 2)
    assert variable.contains(np.array([1.0, 1.5, 2.0, 2.1, np.nan])).tolist() == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert variable.snap(np.array([0.0, 1.5])).tolist() == [1.0, 1.5]


def test_a_continuous_variable_has_no_number_of_levels() -> None:
    with pytest.raises(SpaceError, match=r"p is continuous.*give it a step"):
        _ = continuous("p", 1, 2).n_levels


@given(st.floats(-1e6, 1e6), st.integers(1, 50), st.sampled_from([0.1, 0.25, 1.0, 7.5]))
def test_snapping_gives_the_nearest_level(value: float, n_steps: int, step: float) -> None:
    variable = stepped("T", -10, -10 + n_steps * step, step)
    assert variable.levels is not None
    snapped = variable.snap(np.array([value]))[0]
    assert snapped in variable.levels
    assert abs(snapped - value) == min(abs(level - value) for level in variable.levels)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: continuous("T", 2, 1), "starts at 2 and ends at 1; swap them"),
        (lambda: continuous("T", 0, float("inf")), "must be finite"),
        (lambda: stepped("T", 0, 1, 0), "step 0 must be above 0"),
        (lambda: stepped("T", 0, 1, 1e-9), "too many; raise the step"),
        (lambda: choices("T", []), "no choices"),
        (lambda: choices("T", [1, 1.0]), "listed twice"),
    ],
)
def test_what_makes_no_variable_is_refused(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(SpaceError, match=message):
        make()
