"""From alloys and treatments to the numbers that a model reads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moalloy.features.featurizer import Featurizer
from moalloy.surrogates.training import Inputs, ProcessInput
from tests.measured_alloys import ELEMENTS, measured_rows

ROUTE = ProcessInput("route", ("ribbon", "rod"))


def test_a_named_choice_is_one_feature_per_name() -> None:
    assert ROUTE.feature_names() == ("route = ribbon", "route = rod")
    np.testing.assert_array_equal(ROUTE.features(np.array([0.0, 1.0])), [[1.0, 0.0], [0.0, 1.0]])


def test_a_choice_that_the_problem_does_not_offer_is_none_of_them() -> None:
    np.testing.assert_array_equal(ROUTE.features(np.array([-1.0])), [[0.0, 0.0]])


def test_an_unknown_choice_is_missing_and_not_zero() -> None:
    assert np.isnan(ROUTE.features(np.array([np.nan]))).all()


def test_a_number_is_one_feature_and_stays_missing_where_it_is() -> None:
    item = ProcessInput("anneal_K")
    np.testing.assert_array_equal(item.features(np.array([650.0, np.nan])), [[650.0], [np.nan]])


def test_features_are_the_alloy_then_its_treatment() -> None:
    inputs = Inputs(Featurizer(("fractions",), ("Fe", "B")), (ProcessInput("anneal_K"), ROUTE))
    features = inputs.features(np.array([[0.2, 0.8]]), ["B", "Fe"], np.array([[650.0, 1.0]]))
    assert inputs.names == ("x_Fe", "x_B", "anneal_K", "route = ribbon", "route = rod")
    np.testing.assert_allclose(features, [[0.8, 0.2, 650.0, 0.0, 1.0]])
    assert features.dtype == np.float32
    assert features.flags.c_contiguous


def test_rows_with_every_treatment_known_are_scored() -> None:
    rows = measured_rows(with_process=True)
    known = rows.has_known_treatment
    assert 10 <= known.sum() < len(rows)
    np.testing.assert_array_equal(known, np.isfinite(rows.process[:, 0]))


def test_all_rows_are_scored_where_hardly_any_treatment_is_known() -> None:
    rows = measured_rows(with_process=True)
    blank = np.full_like(rows.process, np.nan)
    blank[:9] = 700.0
    assert replace(rows, process=blank).has_known_treatment.all()


def test_an_alloy_as_it_was_cast_needs_no_annealing_time() -> None:
    rows = measured_rows()
    temperature = np.where(np.arange(len(rows)) < 20, 298.0, 700.0)
    time = np.where(np.arange(len(rows)) < 30, np.nan, 600.0)
    treated = replace(rows, process=np.column_stack([temperature, time]))
    assert treated.has_known_treatment.sum() == 30
    named = replace(treated, process_names=("annealing_temperature_K", "annealing_time_s"))
    assert named.has_known_treatment.tolist() == [i < 20 or i >= 30 for i in range(60)]


def test_rows_without_process_inputs_are_all_known() -> None:
    assert measured_rows().has_known_treatment.all()


def test_groups_are_counted_and_coded() -> None:
    rows = measured_rows(n_papers=4, n_per_paper=2)
    assert rows.n_groups == 4
    assert rows.group_codes.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_elements_that_no_row_holds_are_not_used() -> None:
    rows = measured_rows()
    with_nothing = np.column_stack([rows.fractions, np.zeros(len(rows))])
    assert replace(rows, elements=(*ELEMENTS, "Nb"), fractions=with_nothing).used_elements == ELEMENTS
