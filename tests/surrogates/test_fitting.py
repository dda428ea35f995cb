"""Members on group folds: how many, how reproducible, and blind to what they left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.surrogates.fitting import OutOfFold, cross_predict, fit_property, split_at_random, split_by_group
from moalloy.surrogates.learner import Scorer
from moalloy.surrogates.scale import to_scale
from moalloy.surrogates.scores import score
from moalloy.surrogates.training import Inputs, ProcessInput, TrainingRows
from moalloy.surrogates.trees import Trees
from tests.measured_alloys import measured_rows, with_furnace
from tests.surrogates.small import INPUTS, SMALL, small_plan


def _trees(members: tuple[Scorer, ...]) -> list[Trees]:
    assert all(isinstance(member, Trees) for member in members)
    return [member for member in members if isinstance(member, Trees)]


def _raw(members: tuple[Scorer, ...]) -> list[bytes]:
    return [bytes(member.booster.save_raw("ubj")) for member in _trees(members)]


def _cross(rows: TrainingRows, inputs: Inputs = INPUTS, *, jobs: int = 1, seed: int = 0) -> OutOfFold:
    features = inputs.features(rows.fractions, rows.elements, rows.process)
    codes = rows.group_codes
    plan = small_plan(jobs=jobs, seed=seed)
    return cross_predict(features, rows.values, split_by_group(codes), groups=codes, plan=plan)


@pytest.mark.parametrize(
    ("n_members", "n_repeats", "n_cut_short"),
    [
        (2, 1, 0),
        *(pytest.param(*sizes, marks=pytest.mark.slow) for sizes in [(5, 1, 0), (7, 2, 1), (10, 2, 0)]),
    ],
)
def test_members_share_the_folds_of_as_many_repeats_as_it_takes(
    n_members: int, n_repeats: int, n_cut_short: int
) -> None:
    model, out_of_fold = fit_property(
        "Bs", "T", measured_rows(), INPUTS, plan=small_plan(n_members=n_members)
    )
    assert len(model.members) == n_members
    assert out_of_fold.predicted.shape == (n_repeats, 60)
    assert np.isnan(out_of_fold.predicted).any(axis=1).sum() == n_cut_short
    assert np.isfinite(out_of_fold.mean).all()


def test_two_groups_give_two_folds() -> None:
    out_of_fold = _cross(measured_rows(n_papers=2, n_per_paper=6))
    assert np.isfinite(out_of_fold.predicted[:2]).all()
    assert out_of_fold.predicted.shape[0] == 3  # five members: two repeats of two folds, and a half


def test_the_number_of_jobs_changes_no_bit() -> None:
    rows = measured_rows()
    alone, shared = _cross(rows), _cross(rows, jobs=2)
    assert _raw(alone.members) == _raw(shared.members)
    np.testing.assert_array_equal(alone.predicted, shared.predicted)


def test_another_seed_gives_other_members() -> None:
    rows = measured_rows()
    assert _raw(_cross(rows, seed=1).members) != _raw(_cross(rows, seed=2).members)


def test_out_of_fold_predictions_come_from_members_that_never_saw_the_paper() -> None:
    # The furnace gives the paper away and the paper decides the value: whoever saw it, knows.
    rows = with_furnace(measured_rows(paper_spread=1.0, slope=0.0))
    inputs = replace(INPUTS, process=(ProcessInput("furnace"),))
    features = inputs.features(rows.fractions, rows.elements, rows.process)
    plan, alone = small_plan(), np.arange(len(rows))
    leaking = cross_predict(features, rows.values, split_at_random(len(rows)), groups=alone, plan=plan)
    assert score(rows.values, leaking.mean).r2 > 0.8
    assert score(rows.values, _cross(rows, inputs).mean).r2 < 0.3


def test_changing_a_paper_changes_nothing_of_its_own_prediction() -> None:
    rows = measured_rows()
    of_paper = np.array([group == "paper 3" for group in rows.groups])
    changed = replace(rows, values=np.where(of_paper, rows.values + 5.0, rows.values))
    before, after = _cross(rows).predicted[0], _cross(changed).predicted[0]
    np.testing.assert_array_equal(after[of_paper], before[of_paper])
    assert np.abs(after[~of_paper] - before[~of_paper]).max() > 0.01


def test_intervals_are_calibrated_on_rows_with_a_known_treatment() -> None:
    rows = measured_rows(with_process=True)
    inputs = replace(INPUTS, process=(ProcessInput("anneal_K"),))
    blank = np.isnan(rows.process[:, 0])
    wild = replace(rows, values=np.where(blank, rows.values + 3.0 * np.arange(len(rows)), rows.values))
    model, _ = fit_property("Bs", "T", wild, inputs, plan=small_plan())
    assert len(model.calibration.ratios) == (~blank).sum()


def test_tuned_members_carry_the_settings_that_were_chosen() -> None:
    rows = measured_rows(n_papers=6, n_per_paper=4)
    model, _ = fit_property("Bs", "T", rows, INPUTS, plan=small_plan(n_members=2, n_tune=1))
    members = _trees(model.members)
    assert any(member.settings != SMALL for member in members)
    n_trees = [member.booster.num_boosted_rounds() for member in members]
    assert n_trees == [member.settings.n_trees for member in members]


def test_the_log_scale_is_decimal() -> None:
    np.testing.assert_allclose(to_scale(np.array([0.1, 100.0]), "log"), [-1.0, 2.0])
    np.testing.assert_array_equal(to_scale(np.array([0.1, 100.0]), "linear"), [0.1, 100.0])


def test_only_positive_measurements_make_a_positive_property() -> None:
    rows = measured_rows(n_papers=4)
    shifted = replace(rows, values=rows.values - rows.values.mean())
    assert fit_property("Bs", "T", rows, INPUTS, plan=small_plan())[0].is_positive
    assert not fit_property("lambda", "ppm", shifted, INPUTS, plan=small_plan())[0].is_positive
