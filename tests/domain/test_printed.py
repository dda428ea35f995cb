"""Numbers are rounded to what their print-out reads as."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.printed import round_significant


def printed(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


@given(st.lists(st.floats(allow_infinity=False, allow_nan=False), max_size=30), st.integers(1, 9))
def test_any_number_is_what_its_print_out_reads_as(values: list[float], digits: int) -> None:
    expected = [printed(value, digits) for value in values]
    np.testing.assert_array_equal(round_significant(np.array(values), digits), expected)


@given(st.integers(1, 6), st.integers(-12, 12), st.integers(0, 10**6), st.integers(-2, 2))
def test_numbers_next_to_half_a_unit_are_too(digits: int, exponent: int, whole: int, ulps: int) -> None:
    value = (whole + 0.5) * 10.0**exponent
    for _ in range(abs(ulps)):
        value = np.nextafter(value, np.sign(ulps) * np.inf)
    assert round_significant(np.array([value]), digits)[0] == printed(value, digits)


@pytest.mark.parametrize("power", range(-12, 13))
def test_powers_of_ten_and_their_neighbors_are_too(power: int) -> None:
    value = 10.0**power
    values = np.array(
        [np.nextafter(value, 0.0), value, np.nextafter(value, np.inf), -value, value * 0.999996]
    )
    assert round_significant(values).tolist() == [printed(float(v), 5) for v in values]


def test_signs_zeros_shapes_and_what_is_no_number_are_kept() -> None:
    values = np.array([[-1.23456789, 0.0, -0.0], [np.nan, np.inf, -np.inf]])
    rounded = round_significant(values)
    assert rounded.shape == values.shape
    np.testing.assert_array_equal(rounded, [[-1.2346, 0.0, -0.0], [np.nan, np.inf, -np.inf]])
    assert np.signbit(rounded[0]).tolist() == [True, False, True]
