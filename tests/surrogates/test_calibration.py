"""Calibration: closed forms, and that intervals hold on groups that nobody saw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.values import FloatArray
from moalloy.surrogates.calibration import Calibration, calibrate
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.training import Inputs, ProcessInput, TrainingRows
from tests.measured_alloys import ELEMENTS, measured_rows, with_furnace
from tests.surrogates.small import INPUTS, small_plan

# Distinct sizes of errors, so that their distribution can be inverted.
sizes = st.lists(st.integers(1, 10_000), min_size=1, max_size=40, unique=True).map(
    lambda thousandths: np.array(thousandths) / 1000.0
)
generators = st.integers(0, 2**32 - 1).map(np.random.default_rng)
levels = st.floats(0.001, 0.999)


def _of(errors: list[float]) -> Calibration:
    return calibrate(np.array(errors), np.ones(len(errors)))


def test_the_kth_of_n_errors_stands_at_the_level_k_over_n_plus_1() -> None:
    # Vovk, Gammerman, Shafer (2005), section 2.2: of n + 1 exchangeable errors the next one is as likely
    # to fall into any of the n + 1 gaps.
    calibration = calibrate(np.arange(1.0, 10.0), np.ones(9))
    for k in range(1, 10):
        assert calibration.half_width(k / 10) == pytest.approx(k)
    assert calibration.half_width(0.99) == 9.0


def test_errors_count_in_units_of_what_was_expected_of_them() -> None:
    calibration = calibrate(np.array([-3.0, 8.0, 1.0]), np.array([3.0, 4.0, 0.25]))
    assert calibration.ratios.tolist() == [1.0, 2.0, 4.0]


def test_nine_errors_give_their_closed_form_quantiles() -> None:
    # Half of each tail is above, half below: 90 % from -9 to 9, 50 % from -5 to 5.
    calibration = calibrate(np.arange(1.0, 10.0), np.ones(9))
    found = calibration.quantiles(np.array([0.05, 0.25, 0.5, 0.75, 0.95]))
    np.testing.assert_allclose(found, [-9.0, -5.0, 0.0, 5.0, 9.0])
    below = calibration.probability_below(np.array([-20.0, -5.0, 0.0, 5.0, 20.0]))
    np.testing.assert_allclose(below, [0.05, 0.25, 0.5, 0.75, 0.95])


def test_no_value_is_impossible_after_few_errors() -> None:
    # Off 0 and 1 by half of 1 / (n + 1): here a tenth.
    np.testing.assert_allclose(
        _of([1.0, 2.0, 3.0, 4.0]).probability_below(np.array([-99.0, 99.0])), [0.1, 0.9]
    )


def test_the_standard_deviation_is_that_of_the_errors() -> None:
    assert _of([-2.0, -1.0, 0.0, 1.0, 2.0]).std_ratio == pytest.approx(np.sqrt(2.0))


def test_perfect_predictions_calibrate_to_nothing() -> None:
    assert _of([0.0] * 9).quantile(0.95) == 0.0


@given(sizes, generators, levels)
def test_errors_up_and_down_are_taken_together(
    size: FloatArray, rng: np.random.Generator, level: float
) -> None:
    errors = size * rng.choice([-1.0, 1.0], len(size))
    up, down = _of(errors.tolist()), _of((-errors).tolist())
    assert up.quantile(level) == down.quantile(level)
    assert up.quantile(level) == pytest.approx(-up.quantile(1.0 - level), abs=1e-9)
    below = up.probability_below(np.array([-level, level]))
    assert below.sum() == pytest.approx(1.0)


@given(sizes, st.lists(levels, min_size=2, max_size=9), st.lists(st.floats(-20, 20), min_size=2, max_size=9))
def test_quantiles_and_probabilities_never_fall(
    size: FloatArray, some_levels: list[float], ratios: list[float]
) -> None:
    calibration = _of(size.tolist())
    assert (np.diff(calibration.quantiles(np.sort(some_levels))) >= 0.0).all()
    assert (np.diff(calibration.probability_below(np.sort(ratios))) >= 0.0).all()


@given(sizes, levels)
def test_probability_undoes_the_quantile(size: FloatArray, level: float) -> None:
    calibration = _of(size.tolist())
    off = 0.5 / (len(size) + 1)
    back = calibration.probability_below(calibration.quantiles(np.array([level])))[0]
    assert back == pytest.approx(np.clip(level, off, 1.0 - off), abs=1e-9)


@given(sizes, st.floats(-1.0, 1.0))
def test_the_quantile_undoes_the_probability_as_far_as_errors_reach(size: FloatArray, share: float) -> None:
    calibration = _of(size.tolist())
    ratio = share * float(size.max())
    level = float(calibration.probability_below(np.array([ratio]))[0])
    assert calibration.quantile(level) == pytest.approx(ratio, abs=1e-6)


def _coverage(trained: TrainingRows, unseen: TrainingRows, inputs: Inputs = INPUTS) -> float:
    model, _ = fit_property("Bs", "T", trained, inputs, plan=small_plan())
    prediction = model.predict(Alloys(unseen.fractions, ELEMENTS, unseen.process))
    return float(np.mean((prediction.low <= unseen.values) & (unseen.values <= prediction.high)))


@pytest.mark.slow
def test_intervals_cover_papers_that_nobody_saw() -> None:
    # 150 papers calibrate and 150 judge; were a paper's rows hit or missed together, the coverage of
    # 90 % would spread by sqrt(2 * 0.9 * 0.1 / 150) = 0.035. Three of that are allowed.
    trained = measured_rows(n_papers=150, n_per_paper=3, seed=1, paper_spread=0.2)
    unseen = measured_rows(n_papers=150, n_per_paper=3, seed=2, paper_spread=0.2)
    assert _coverage(trained, unseen) == pytest.approx(0.9, abs=0.105)


@pytest.mark.slow
def test_intervals_calibrated_row_by_row_fail_on_unseen_papers() -> None:
    inputs = replace(INPUTS, process=(ProcessInput("furnace"),))
    trained = with_furnace(measured_rows(seed=1, paper_spread=0.2))
    unseen = with_furnace(measured_rows(seed=2, paper_spread=0.2), first=100)
    row_by_row = replace(trained, groups=tuple(f"row {i}" for i in range(len(trained))))
    assert _coverage(row_by_row, unseen, inputs) < 0.6 < _coverage(trained, unseen, inputs)
