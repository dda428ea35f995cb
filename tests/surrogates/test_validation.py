"""Scores: by group beside random, repeated, beside trivial models, and honest JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.scores import Scores
from moalloy.surrogates.training import Inputs, ProcessInput, TrainingRows
from moalloy.surrogates.validation import SplitScores, Validation, validate
from tests.measured_alloys import measured_rows, with_furnace
from tests.surrogates.small import INPUTS, small_plan


def _validate(
    rows: TrainingRows, inputs: Inputs = INPUTS, *, n_members: int = 5, n_repeats: int = 1
) -> Validation:
    plan = small_plan(n_members=n_members)
    _, out_of_fold = fit_property("Bs", "T", rows, inputs, plan=plan)
    return validate(rows, inputs, out_of_fold, plan=plan, n_repeats=n_repeats)


def test_scores_by_group_stand_beside_random_ones_with_their_spread() -> None:
    metrics = _validate(measured_rows(), n_repeats=2).to_dict()
    assert (metrics["rows"], metrics["rows_scored"], metrics["groups"]) == (60, 60, 12)
    for split in ("by_group", "random"):
        scores = metrics[split]
        assert isinstance(scores, dict)
        assert set(scores) == {"r2", "mae", "spearman", "together"}
        for name in ("r2", "mae", "spearman"):
            one = scores[name]
            assert one["min"] <= one["median"] <= one["max"]
            assert one["repeats"] == 2


def test_members_together_are_scored_as_many_as_there_are() -> None:
    target = np.array([1.0, 2.0, 3.0, 4.0])
    repeats = [target + error for error in ([1, 0, 0, 0], [-1, 0, 0, 0], [9, 9, 9, 9])]
    scores = SplitScores.of(target, repeats, n_members=2)
    assert (scores.together, scores.n_together) == (Scores(r2=1.0, mae=0.0, spearman=1.0), 2)
    assert scores.r2.n_repeats == 3


@pytest.mark.slow
def test_random_folds_flatter_where_papers_report_series() -> None:
    rows = with_furnace(measured_rows(paper_spread=0.5))
    validation = _validate(rows, replace(INPUTS, process=(ProcessInput("furnace"),)))
    assert validation.at_random.r2.median > validation.by_group.r2.median + 0.2


@pytest.mark.slow
@pytest.mark.parametrize("n_members", [2, 7])
def test_every_ensemble_is_scored_by_as_many_repeats_as_asked(n_members: int) -> None:
    validation = _validate(measured_rows(), n_members=n_members, n_repeats=2)
    assert validation.by_group.r2.n_repeats == validation.at_random.r2.n_repeats == 2


@pytest.mark.slow
def test_the_same_seed_gives_the_same_scores() -> None:
    rows = measured_rows()
    assert _validate(rows).to_dict() == _validate(rows).to_dict()


@pytest.mark.slow
def test_rows_without_their_anneal_train_but_are_not_scored() -> None:
    rows = measured_rows(with_process=True)
    known = int(np.isfinite(rows.process[:, 0]).sum())
    inputs = replace(INPUTS, process=(ProcessInput("anneal_K"),))
    validation = _validate(rows, inputs)
    assert (validation.n_rows, validation.n_scored) == (60, known)
    wild = np.isnan(rows.process[:, 0]) & (np.arange(60) == np.flatnonzero(np.isnan(rows.process[:, 0]))[0])
    spoilt = replace(rows, values=np.where(wild, 100.0, rows.values))
    assert _validate(spoilt, inputs).mean.mae < 5.0


@pytest.mark.slow
def test_the_nearest_alloy_of_another_paper_is_a_baseline() -> None:
    # Papers come in pairs that report the same alloys and values: the other one knows the answer.
    rows = measured_rows(n_papers=12, paper_spread=0.0)
    half = slice(0, 30)
    twice = replace(
        rows,
        fractions=np.concatenate([rows.fractions[half], rows.fractions[half]]),
        values=np.concatenate([rows.values[half], rows.values[half]]),
    )
    assert _validate(twice).nearest.r2 > 0.99


@pytest.mark.slow
def test_predicting_the_mean_of_other_papers_explains_nothing() -> None:
    assert _validate(measured_rows()).mean.r2 < 0.1


def test_constant_predictions_leave_null_in_the_json() -> None:
    # Two alloys, far too few rows a leaf: every member predicts the mean of its folds.
    rows = measured_rows(n_papers=2, n_per_paper=5)
    constant = replace(rows, fractions=np.tile(rows.fractions[:1], (10, 1)))
    text = json.dumps(_validate(constant, n_repeats=1).to_dict(), allow_nan=False)
    scores = json.loads(text)
    assert scores["random"]["mae"]["median"] > 0.0
    assert scores["by_group"]["r2"]["repeats"] == 1


@pytest.mark.slow
def test_equal_values_among_the_scored_rows_have_no_r2() -> None:
    rows = measured_rows(with_process=True)
    known = np.isfinite(rows.process[:, 0])
    values = np.where(known, 1.0, 1.0 + np.arange(len(rows)))
    metrics = _validate(replace(rows, values=values), replace(INPUTS, process=(ProcessInput("anneal_K"),)))
    by_group = metrics.to_dict()["by_group"]
    assert isinstance(by_group, dict)
    assert by_group["r2"] == {"median": None, "min": None, "max": None, "repeats": 0}


@pytest.mark.slow
def test_the_coverage_on_unseen_groups_is_near_the_nominal_one() -> None:
    # 120 papers of 3 rows: within three standard deviations of sqrt(2 * 0.9 * 0.1 / 120) = 0.039.
    validation = _validate(measured_rows(n_papers=120, n_per_paper=3, paper_spread=0.2), n_repeats=1)
    for one in (validation.interval, *validation.levels):
        assert one.coverage == pytest.approx(one.level, abs=0.117)
        assert 0.0 < one.mean_width < 2.0
    assert [one.level for one in validation.levels] == [0.5, 0.8, 0.9]
