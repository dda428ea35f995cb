"""Axes hold their data, and their ticks are round and few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from moalloy.report.quantities import Quantity
from moalloy.report.scales import dress, limits_of, number, ticks_between

LINEAR, LOG = Quantity("Bs", "Bs", "T", goal="max"), Quantity("Hc", "Hc", "A/m", is_log=True, goal="min")


@given(st.lists(st.floats(1e-6, 1e6), min_size=1), st.booleans())
def test_limits_enclose_all_values(values: list[float], is_log: bool) -> None:
    low, high = limits_of(LOG if is_log else LINEAR, np.array(values))
    assert low < min(values)
    assert high > max(values)


def test_limits_of_a_log_axis_leave_out_what_it_cannot_show() -> None:
    assert limits_of(LOG, np.array([0.0, np.nan, 1.0, 100.0])) == pytest.approx((10**-0.1, 10**2.1))


def test_limits_without_any_value_are_still_limits() -> None:
    low, high = limits_of(LOG, np.empty(0))
    assert 0 < low < high


@given(st.floats(-8, 8), st.floats(0.01, 12))
def test_log_ticks_lie_within_the_limits_and_are_few(start: float, decades: float) -> None:
    limits = (10.0**start, 10.0 ** (start + decades))
    ticks = ticks_between(LOG, limits)
    assert 1 <= len(ticks) <= 12 or decades < 0.5
    assert ((ticks >= limits[0]) & (ticks <= limits[1])).all()


@pytest.mark.parametrize("limits", [(2.0, 50.0), (5.1, 17.0), (0.3, 11.0), (9.5, 940.0)])
def test_a_log_axis_of_at_most_two_decades_has_several_ticks(limits: tuple[float, float]) -> None:
    assert len(ticks_between(LOG, limits)) >= 3


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.1, "0.1"), (-5.0, "−5"), (10000.0, "10000"), (1e-5, "10⁻⁵"), (2.5e6, "2.5×10⁶")],
)
def test_numbers_are_written_plainly_where_that_is_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_dressed_axis_has_name_unit_scale_and_direction() -> None:
    axes = Figure().add_subplot()
    dress(axes, "x", LINEAR, (0.0, 2.0))
    dress(axes, "y", LOG, (1.0, 1000.0))
    assert axes.get_xlabel() == "Bs (T)   better →"
    assert axes.get_ylabel() == "← better   Hc (A/m)"
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")
    assert axes.get_ylim() == (1.0, 1000.0)


def test_a_quantity_without_a_goal_has_no_arrow() -> None:
    assert Quantity("T", "T", "K").directed_label == "T (K)"


def test_goodness_turns_what_is_minimized_and_takes_logarithms() -> None:
    np.testing.assert_allclose(LOG.goodness(np.array([1.0, 100.0])), [0.0, -2.0])
    assert np.isnan(LOG.goodness(np.array([0.0]))).all()
