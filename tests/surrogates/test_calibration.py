"""Calibration: closed forms, and that intervals hold on groups that nobody saw."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.surrogates.calibration import Calibration, calibrate
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.training import Inputs, ProcessInput, TrainingRows
from tests.measured_alloys import ELEMENTS, measured_rows, with_furnace
from tests.surrogates.small import INPUTS, small_plan

SEEN = np.zeros(9)


def test_quantiles_of_nine_errors_are_the_errors_in_units_of_their_mean() -> None:
    # Levels k / (n + 1): of the errors 1..9 the fifth is the median, the mean absolute error is 5.
    calibration = calibrate(np.arange(1.0, 10.0), SEEN)
    assert calibration.base == pytest.approx(5.0)
    assert calibration.quantile(0.5) == pytest.approx(1.0)
    np.testing.assert_allclose(calibration.quantiles(np.array([0.1, 0.9])), [0.2, 1.8])
    np.testing.assert_allclose(calibration.probability_below(np.array([-9.0, 1.0, 9.0])), [0.1, 0.5, 0.9])


def test_the_standard_deviation_is_that_of_the_errors() -> None:
    errors = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    calibration = calibrate(errors, np.zeros(5))
    assert calibration.base * calibration.std_ratio == pytest.approx(np.sqrt(2.0))


def test_errors_that_grow_with_distance_widen_the_interval() -> None:
    distances = np.linspace(0.0, 10.0, 50)
    calibration = calibrate((0.1 + 0.02 * distances) * np.tile([1.0, -1.0], 25), distances)
    assert calibration.slope_per_at_pct == pytest.approx(0.02)
    assert calibration.base == pytest.approx(0.1)


def test_intervals_stop_widening_beyond_the_distances_that_were_seen() -> None:
    distances = np.linspace(0.0, 10.0, 50)
    calibration = calibrate(0.1 + 0.02 * distances, distances)
    near, far, farther = calibration.difficulty(np.array([5.0, 10.0, 80.0]))
    assert near < far == farther


def test_errors_that_shrink_with_distance_leave_the_interval_alone() -> None:
    distances = np.linspace(0.0, 10.0, 50)
    assert calibrate(1.0 - 0.05 * distances, distances).slope_per_at_pct == 0.0


@pytest.mark.parametrize("distance", [0.0, 5.0, np.inf])
def test_one_distance_for_all_rows_gives_no_slope(distance: float) -> None:
    rounding = np.tile([0.0, 1e-15], 10)
    calibration = calibrate(np.linspace(-1.0, 1.0, 20), np.full(20, distance) + rounding)
    assert calibration.slope_per_at_pct == 0.0
    assert np.isfinite(calibration.ratios).all()


def test_perfect_predictions_calibrate_to_nothing() -> None:
    calibration = calibrate(np.zeros(9), SEEN)
    assert calibration.base * calibration.quantile(0.95) == 0.0


@given(st.lists(st.floats(-100.0, 100.0), min_size=2, max_size=40), st.floats(0.01, 0.99))
def test_quantile_and_probability_are_inverse_where_errors_lie(errors: list[float], level: float) -> None:
    distinct = np.unique(np.round(errors, 3))
    calibration = calibrate(distinct, np.zeros(len(distinct)))
    lowest, highest = 1.0 / (len(distinct) + 1), len(distinct) / (len(distinct) + 1)
    if len(distinct) > 1:
        back = calibration.probability_below(np.array([calibration.quantile(level)]))
        assert back[0] == pytest.approx(np.clip(level, lowest, highest), abs=1e-6)


def test_a_calibration_survives_json_to_the_last_bit() -> None:
    calibration = calibrate(np.random.default_rng(0).normal(size=30), np.linspace(0.0, 9.0, 30))
    back = Calibration.from_dict(json.loads(json.dumps(calibration.to_dict())))
    np.testing.assert_array_equal(back.ratios, calibration.ratios)
    assert (back.base, back.slope_per_at_pct, back.farthest_at_pct) == (
        calibration.base,
        calibration.slope_per_at_pct,
        calibration.farthest_at_pct,
    )


def _coverage(trained: TrainingRows, unseen: TrainingRows, inputs: Inputs = INPUTS) -> float:
    model, _ = fit_property("Bs", "T", trained, inputs, plan=small_plan())
    prediction = model.predict(Alloys(unseen.fractions, ELEMENTS, unseen.process))
    return float(np.mean((prediction.low <= unseen.values) & (unseen.values <= prediction.high)))


def test_intervals_cover_papers_that_nobody_saw() -> None:
    # 150 papers calibrate and 150 judge; were a paper's rows hit or missed together, the coverage of
    # 90 % would spread by sqrt(2 * 0.9 * 0.1 / 150) = 0.035. Three of that are allowed.
    trained = measured_rows(n_papers=150, n_per_paper=3, seed=1, paper_spread=0.2)
    unseen = measured_rows(n_papers=150, n_per_paper=3, seed=2, paper_spread=0.2)
    assert _coverage(trained, unseen) == pytest.approx(0.9, abs=0.105)


def test_intervals_calibrated_row_by_row_fail_on_unseen_papers() -> None:
    inputs = replace(INPUTS, process=(ProcessInput("furnace"),))
    trained = with_furnace(measured_rows(seed=1, paper_spread=0.2))
    unseen = with_furnace(measured_rows(seed=2, paper_spread=0.2), first=100)
    row_by_row = replace(trained, groups=tuple(f"row {i}" for i in range(len(trained))))
    assert _coverage(row_by_row, unseen, inputs) < 0.6 < _coverage(trained, unseen, inputs)


def test_one_far_outlier_does_not_make_the_model_look_exact_near_what_it_knows() -> None:
    errors = np.append(np.tile([5.0, -5.0], 20), 150.0)
    distances = np.append(np.linspace(1.0, 6.0, 40), 15.0)
    calibration = calibrate(errors, distances)
    mean = np.abs(errors).mean()
    assert (calibration.difficulty(np.array([0.0, 1.0, 3.0])) >= 0.5 * mean * (1 - 1e-9)).all()
    low, high = (
        calibration.quantile(level) * calibration.difficulty(np.zeros(1))[0] for level in (0.05, 0.95)
    )
    assert low <= -4.0
    assert high >= 4.0


def test_nothing_is_extrapolated_below_the_distances_that_were_seen() -> None:
    distances = np.linspace(4.0, 10.0, 50)
    calibration = calibrate((0.1 + 0.02 * distances) * np.tile([1.0, -1.0], 25), distances)
    at_zero, at_nearest = calibration.difficulty(np.array([0.0, 4.0]))
    assert at_zero == at_nearest
