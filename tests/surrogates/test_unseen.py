"""Predictions by models that never saw the groups near an alloy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.domain.values import BoolArray
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.near_groups import groups_near
from moalloy.surrogates.training import TrainingRows
from moalloy.surrogates.unseen import predict_unseen
from moalloy.workers import Local
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.surrogates.small import INPUTS, small_plan


def one(fe: int, b: int) -> Alloys:
    return Alloys(np.array([[fe, b, 100 - fe - b]]) / 100.0, ELEMENTS, np.empty((1, 0)))


def is_near(model: PropertyModel, alloys: Alloys) -> BoolArray:
    """Return which rows of the model are of a group near the first alloy."""
    near = groups_near(alloys.fractions, ELEMENTS, model.rows)[0]
    return np.asarray(near[model.rows.group_codes], dtype=np.bool_)


def test_what_near_groups_measured_has_no_say(linear_model: PropertyModel) -> None:
    alloy = one(83, 11)
    near = is_near(linear_model, alloy)
    assert 0 < near.sum() < len(near)
    other = np.where(near, 9.0, linear_model.rows.values)
    changed = replace(linear_model, rows=replace(linear_model.rows, values=other))
    assert predict_unseen(changed, alloy).mean == predict_unseen(linear_model, alloy).mean


def test_what_other_groups_measured_does(linear_model: PropertyModel) -> None:
    alloy = one(83, 11)
    other = np.where(is_near(linear_model, alloy), linear_model.rows.values, 9.0)
    changed = replace(linear_model, rows=replace(linear_model.rows, values=other))
    assert predict_unseen(changed, alloy).mean[0] > 5.0


def test_a_lucky_paper_is_found_out() -> None:
    rows = measured_rows(n_papers=12, paper_spread=0.0)
    lucky = np.array([group == "paper 3" for group in rows.groups])
    praised = replace(rows, values=rows.values + 0.5 * lucky)
    model, _ = fit_property("Bs", "T", praised, INPUTS, plan=small_plan())
    alloys = Alloys(rows.fractions[lucky], ELEMENTS, np.empty((int(lucky.sum()), 0)))
    drop = model.predict_mean(alloys) - predict_unseen(model, alloys).mean
    assert drop.mean() > 0.1


@pytest.mark.slow
def test_the_result_repeats_and_does_not_depend_on_jobs(hurdle_model: PropertyModel, alloys: Alloys) -> None:
    rows = measured_rows(seed=2)
    labels = replace(rows, values=(rows.fractions[:, 1] > 0.115).astype(np.float64))
    one_by_one, at_once = (
        predict_unseen(hurdle_model, alloys, hurdle_rows=labels, seed=4, workers=Local(jobs))
        for jobs in (1, 3)
    )
    assert one_by_one.mean.tobytes() == at_once.mean.tobytes()
    assert one_by_one.probability(at_least=1.0).tobytes() == at_once.probability(at_least=1.0).tobytes()


@pytest.mark.slow
def test_the_hurdle_is_refitted_where_its_rows_are_given(hurdle_model: PropertyModel, alloys: Alloys) -> None:
    rows = measured_rows(seed=2)
    all_but_one_fail = replace(rows, values=(np.arange(len(rows)) == 0).astype(np.float64))
    kept = predict_unseen(hurdle_model, alloys)
    refitted = predict_unseen(hurdle_model, alloys, hurdle_rows=all_but_one_fail)
    assert np.nanmedian(refitted.mean) < 0.8 * np.nanmedian(kept.mean)


def test_without_anything_left_to_learn_from_the_alloy_is_blank(linear_model: PropertyModel) -> None:
    close = np.tile([[0.80, 0.12, 0.08]], (len(linear_model.rows), 1))
    rows: TrainingRows = replace(linear_model.rows, fractions=close)
    unseen = predict_unseen(replace(linear_model, rows=rows), one(80, 12))
    assert np.isnan(unseen.mean).tolist() == [True]
    assert np.isnan(unseen.probability(at_most=1.0)).tolist() == [True]


def test_a_hurdle_of_one_kind_only_leaves_the_alloy_blank(hurdle_model: PropertyModel) -> None:
    rows = measured_rows(seed=2)
    unseen = predict_unseen(hurdle_model, one(80, 12), hurdle_rows=replace(rows, values=np.ones(len(rows))))
    assert np.isnan(unseen.mean).all()


@pytest.mark.parametrize("at_least", [1.0, 1.5])
def test_probabilities_come_from_the_same_models(linear_model: PropertyModel, at_least: float) -> None:
    alloys = one(83, 11)
    chance = predict_unseen(linear_model, alloys).probability(at_least=at_least)
    assert 0.0 <= chance[0] <= 1.0
    assert (chance[0] > 0.5) == (predict_unseen(linear_model, alloys).mean[0] > at_least)
