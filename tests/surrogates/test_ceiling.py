"""A physical ceiling: no prediction passes it by more than its room, and no chance is left above."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.domain.values import FloatArray
from moalloy.features.descriptors import get_descriptor
from moalloy.surrogates.calibration import Calibration
from moalloy.surrogates.ceiling import Ceiling
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import Alloys, BulkClassifier, PropertyModel
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.surrogates.small import INPUTS, small_plan

DILUTION = Ceiling("dilution_ceiling_T")


@pytest.fixture(scope="module")
def boastful() -> PropertyModel:
    """A model of alloys that are said to have 3 T, above all that iron can give."""
    rows = measured_rows()
    boasting = replace(rows, values=rows.values + 1.5)
    return fit_property("Bs", "T", boasting, INPUTS, plan=small_plan(), ceiling=DILUTION)[0]


def _highest(alloys: Alloys) -> FloatArray:
    descriptor = get_descriptor("dilution_ceiling_T")
    return np.asarray(1.03 * descriptor(alloys.fractions, alloys.elements))


def test_mean_and_high_end_three_percent_above_the_dilution_ceiling(
    boastful: PropertyModel, alloys: Alloys
) -> None:
    free = replace(boastful, ceiling=None).predict(alloys)
    assert (free.low > _highest(alloys)).all()
    prediction = boastful.predict(alloys)
    for values in (prediction.mean, prediction.high, boastful.predict_mean(alloys)):
        np.testing.assert_allclose(values, _highest(alloys), rtol=1e-12)


def test_what_the_ceiling_cuts_off_is_no_more_certain_for_that(
    boastful: PropertyModel, alloys: Alloys
) -> None:
    free = replace(boastful, ceiling=None).predict(alloys)
    prediction = boastful.predict(alloys)
    np.testing.assert_allclose(prediction.mean - prediction.low, free.mean - free.low)
    tail = (1.0 - boastful.interval) / 2.0
    for i, low in enumerate(prediction.low):
        one = Alloys(alloys.fractions[i : i + 1], alloys.elements, alloys.process[i : i + 1])
        assert boastful.probability(one, at_least=float(low))[0] == pytest.approx(1.0 - tail, abs=0.02)


def test_a_value_above_the_ceiling_has_no_chance_and_one_below_is_certain(
    boastful: PropertyModel, alloys: Alloys
) -> None:
    above = float(_highest(alloys).max()) + 1e-6
    assert (boastful.probability(alloys, at_least=above) == 0.0).all()
    assert (boastful.probability(alloys, at_most=above) == 1.0).all()
    assert (replace(boastful, ceiling=None).probability(alloys, at_least=above) > 0.5).all()


def test_an_alloy_below_its_ceiling_is_left_alone(linear_model: PropertyModel, alloys: Alloys) -> None:
    guarded, free = replace(linear_model, ceiling=DILUTION).predict(alloys), linear_model.predict(alloys)
    assert (free.high < _highest(alloys)).any()
    for name in ("mean", "low", "high"):
        below = getattr(free, name) < _highest(alloys)
        np.testing.assert_array_equal(getattr(guarded, name)[below], getattr(free, name)[below])


def test_an_interval_that_reaches_the_ceiling_is_cut_off_there(
    linear_model: PropertyModel, alloys: Alloys
) -> None:
    wide = replace(linear_model, calibration=Calibration(50.0 * linear_model.calibration.ratios))
    prediction = replace(wide, ceiling=DILUTION).predict(alloys)
    np.testing.assert_allclose(prediction.high, _highest(alloys))
    np.testing.assert_array_equal(prediction.mean, linear_model.predict_mean(alloys))


def test_the_chance_below_the_ceiling_is_the_same_as_without(
    linear_model: PropertyModel, alloys: Alloys
) -> None:
    guarded = replace(linear_model, ceiling=DILUTION)
    low = float(_highest(alloys).min()) - 0.1
    np.testing.assert_array_equal(
        guarded.probability(alloys, at_least=low), linear_model.probability(alloys, at_least=low)
    )


def test_alloys_with_an_element_without_volume_data_are_not_capped(boastful: PropertyModel) -> None:
    # Nothing is known of the volume of argon in an alloy.
    alloys = Alloys(np.array([[0.80, 0.10, 0.09, 0.01]]), (*ELEMENTS, "Ar"), np.empty((1, 0)))
    assert DILUTION.highest(alloys.fractions, alloys.elements).tolist() == [np.inf]
    free = replace(boastful, ceiling=None)
    assert boastful.predict(alloys).high == free.predict(alloys).high
    assert boastful.predict_mean(alloys) == free.predict_mean(alloys)


def test_a_hurdle_is_counted_before_the_ceiling(
    boastful: PropertyModel, hurdle: BulkClassifier, alloys: Alloys
) -> None:
    both = replace(boastful, hurdle=hurdle)
    share = hurdle.probability(alloys)
    free = share * replace(boastful, ceiling=None).predict_mean(alloys)
    np.testing.assert_allclose(both.predict_mean(alloys), np.minimum(free, _highest(alloys)))
    above = float(_highest(alloys).max()) + 1e-6
    np.testing.assert_allclose(both.probability(alloys, at_least=above), 0.0, atol=1e-15)
