"""Predictions, intervals and probabilities of a fitted property."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moalloy.domain.values import FloatArray
from moalloy.surrogates.calibration import Calibration
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import Alloys, BulkClassifier, PropertyModel
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.surrogates.small import INPUTS, small_plan

KINDS = ["linear_model", "log_model", "hurdle_model"]
WITH_NIOBIUM = (*ELEMENTS, "Nb")


@pytest.fixture(params=KINDS)
def model(request: pytest.FixtureRequest) -> PropertyModel:
    """Each kind of model in turn."""
    fitted: PropertyModel = request.getfixturevalue(request.param)
    return fitted


@pytest.fixture(scope="session")
def every_kind(
    linear_model: PropertyModel, log_model: PropertyModel, hurdle_model: PropertyModel
) -> list[PropertyModel]:
    """All kinds of models."""
    return [linear_model, log_model, hurdle_model]


any_fractions = st.lists(st.integers(0, 100), min_size=4, max_size=4).filter(any)


@settings(max_examples=40)
@given(rows=st.lists(any_fractions, min_size=1, max_size=5))
def test_the_interval_holds_the_prediction_wherever_it_is_asked(
    every_kind: list[PropertyModel], rows: list[list[int]]
) -> None:
    amounts = np.array(rows, dtype=np.float64)
    fractions = amounts / amounts.sum(axis=1, keepdims=True)
    for model in every_kind:
        prediction = model.predict(Alloys(fractions, WITH_NIOBIUM, np.empty((len(fractions), 0))))
        assert (prediction.low <= prediction.mean).all()
        assert (prediction.mean <= prediction.high).all()
        assert (prediction.low >= 0.0).all()
        assert (prediction.std >= 0.0).all()


def test_the_mean_alone_is_the_mean_to_the_last_bit(model: PropertyModel, alloys: Alloys) -> None:
    np.testing.assert_array_equal(model.predict_mean(alloys), model.predict(alloys).mean)


def test_an_alloy_is_predicted_the_same_in_any_batch(model: PropertyModel, alloys: Alloys) -> None:
    alone = model.predict(Alloys(alloys.fractions[3:4], ELEMENTS, alloys.process[3:4]))
    whole = model.predict(alloys)
    for name in ("mean", "low", "high", "std"):
        assert getattr(alone, name)[0] == getattr(whole, name)[3]


def test_the_order_of_elements_changes_nothing(model: PropertyModel, alloys: Alloys) -> None:
    turned = Alloys(alloys.fractions[:, ::-1], ELEMENTS[::-1], alloys.process)
    np.testing.assert_array_equal(model.predict_mean(turned), model.predict_mean(alloys))


def test_a_positive_property_is_never_predicted_below_zero(alloys: Alloys) -> None:
    rows = measured_rows()
    negative, _ = fit_property("x", "", replace(rows, values=rows.values - 3.0), INPUTS, plan=small_plan())
    assert (negative.predict(alloys).high < 0.0).any()
    bounded = replace(negative, is_positive=True)
    prediction = bounded.predict(alloys)
    assert (prediction.low == 0.0).all()
    assert (prediction.mean == 0.0).all()
    assert (bounded.probability(alloys, at_most=-0.5) == 0.0).all()


def test_a_wide_interval_of_a_positive_property_stops_at_zero(
    linear_model: PropertyModel, alloys: Alloys
) -> None:
    wide = replace(linear_model, calibration=Calibration(10_000.0 * linear_model.calibration.ratios))
    prediction = wide.predict(alloys)
    assert (prediction.low == 0.0).all()
    assert (prediction.high > 10.0).all()


def test_the_log_scale_is_transformed_back(alloys: Alloys) -> None:
    rows = measured_rows()
    on_log, _ = fit_property("Hc", "A/m", rows, INPUTS, plan=small_plan(scale="log"))
    of_log, _ = fit_property(
        "lg Hc", "", replace(rows, values=np.log10(rows.values)), INPUTS, plan=small_plan()
    )
    plain = replace(of_log, is_positive=False)
    np.testing.assert_allclose(on_log.predict(alloys).high, 10.0 ** plain.predict(alloys).high, rtol=1e-6)
    np.testing.assert_allclose(on_log.predict_mean(alloys), 10.0 ** plain.predict_mean(alloys), rtol=1e-6)


def test_the_standard_deviation_of_a_log_scale_is_log_normal(
    log_model: PropertyModel, alloys: Alloys
) -> None:
    # Relative variance exp(s^2) - 1 with s the standard deviation of ln x (Aitchison, Brown 1957).
    always = Calibration(np.array([1.0, 1.0]))  # every error is as large as it was expected to be
    score = np.log10(log_model.predict_mean(alloys))
    around = log_model.surroundings.describe(alloys.fractions, ELEMENTS, alloys.process, score)
    sigma = log_model.difficulty.expected_error(around)
    prediction = replace(log_model, calibration=always).predict(alloys)
    expected = np.sqrt(np.exp((sigma * np.log(10.0)) ** 2) - 1.0)
    np.testing.assert_allclose(prediction.std / prediction.mean, expected)


def test_the_interval_holds_its_share_of_the_probability(model: PropertyModel, alloys: Alloys) -> None:
    prediction = model.predict(alloys)
    for i in range(len(alloys)):
        one = Alloys(alloys.fractions[i : i + 1], ELEMENTS, alloys.process[i : i + 1])
        low, high = float(prediction.low[i]), float(prediction.high[i])
        inside = model.probability(one, at_least=low, at_most=high)[0]
        # An alloy that may have no glass at all has its lower tail at exactly 0, inside the interval.
        most = 0.95 if low == 0.0 else 0.9
        assert inside == pytest.approx(most, abs=0.01) or low == prediction.mean[i]


def _thresholds(model: PropertyModel) -> FloatArray:
    return np.linspace(-1.0, 3.0 * model.rows.values.max(), 25)


def test_a_higher_threshold_is_never_likelier_to_be_met(model: PropertyModel, alloys: Alloys) -> None:
    at_least = np.array([model.probability(alloys, at_least=float(t)) for t in _thresholds(model)])
    at_most = np.array([model.probability(alloys, at_most=float(t)) for t in _thresholds(model)])
    assert (np.diff(at_least, axis=0) <= 0.0).all()
    assert (np.diff(at_most, axis=0) >= 0.0).all()
    assert (at_least[0] == 1.0).all()
    assert (at_most[0] == 0.0).all()


def test_limits_from_both_sides_leave_what_is_between(model: PropertyModel, alloys: Alloys) -> None:
    low, high = np.quantile(model.rows.values, [0.3, 0.7])
    between = model.probability(alloys, at_least=low, at_most=high)
    expected = model.probability(alloys, at_most=high) - model.probability(alloys, at_most=low)
    np.testing.assert_allclose(between, expected, atol=1e-12)
    assert (model.probability(alloys) == 1.0).all()
    np.testing.assert_allclose(model.probability(alloys, at_least=high, at_most=low), 0.0, atol=1e-12)


def test_a_hurdle_multiplies_the_mean_and_the_chance_of_a_size(
    hurdle_model: PropertyModel, hurdle: BulkClassifier, alloys: Alloys
) -> None:
    bare = replace(hurdle_model, hurdle=None)
    share = hurdle.probability(alloys)
    assert np.ptp(share) > 0.05
    np.testing.assert_allclose(hurdle_model.predict_mean(alloys), share * bare.predict_mean(alloys))
    np.testing.assert_allclose(
        hurdle_model.probability(alloys, at_least=1.0), share * bare.probability(alloys, at_least=1.0)
    )


def test_an_alloy_without_the_property_has_the_value_zero(
    hurdle_model: PropertyModel, hurdle: BulkClassifier, alloys: Alloys
) -> None:
    share = hurdle.probability(alloys)
    np.testing.assert_allclose(hurdle_model.probability(alloys, at_most=0.0), 1.0 - share)
    assert (hurdle_model.probability(alloys, at_least=0.0) == 1.0).all()
    low = hurdle_model.predict(alloys).low
    np.testing.assert_array_equal(low == 0.0, share <= 0.95)


def test_a_certain_hurdle_leaves_the_interval_as_it_is(hurdle_model: PropertyModel, alloys: Alloys) -> None:
    assert hurdle_model.hurdle is not None
    certain = replace(hurdle_model, hurdle=replace(hurdle_model.hurdle, slope=0.0, offset=40.0))
    with_hurdle, without = certain.predict(alloys), replace(hurdle_model, hurdle=None).predict(alloys)
    for name in ("mean", "low", "high", "std"):
        np.testing.assert_allclose(getattr(with_hurdle, name), getattr(without, name))


@pytest.mark.parametrize("offset", [-2000.0, 2000.0])
def test_extreme_log_odds_are_no_overflow(hurdle: BulkClassifier, alloys: Alloys, offset: float) -> None:
    share = replace(hurdle, offset=offset).probability(alloys)
    assert (share == (offset > 0)).all()


def test_alloys_with_a_foreign_element_are_outside_the_domain(linear_model: PropertyModel) -> None:
    fractions = np.array([[0.80, 0.12, 0.08, 0.00], [0.75, 0.12, 0.08, 0.05]])
    inside = linear_model.is_in_domain(Alloys(fractions, WITH_NIOBIUM, np.empty((2, 0))))
    assert inside.tolist() == [True, False]
