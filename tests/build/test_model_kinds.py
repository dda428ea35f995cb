"""Kinds of models from the problem file to the scores, the cache and the expected time."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from moalloy.build.checks import inspect_problem
from moalloy.build.effort import Learning, affordable_repeats, search_seconds
from moalloy.build.learners import learner_warnings, problem_learners
from moalloy.build.models import fit, fit_key
from moalloy.build.problem import Problem
from moalloy.build.training import read_tables
from moalloy.spec import KINDS
from moalloy.surrogates.fitting import FitPlan, fit_property
from moalloy.surrogates.kinds import GROUP, get_learner
from moalloy.surrogates.trees import TreeSettings
from tests.build.problems import GLASS, small_problem
from tests.installed import install
from tests.measured_alloys import measured_rows, write_measured
from tests.surrogates.small import INPUTS


def _problem(folder: Path, *changes: str) -> Problem:
    write_measured(folder / "alloys.csv", n_papers=5, n_per_paper=4)
    return small_problem(folder, *changes, only_bs=True)


def test_metrics_name_the_kinds_and_their_settings(tmp_path: Path) -> None:
    said: list[str] = []
    problem = _problem(tmp_path, "model.kind=[ridge, gaussian_process]", "model.tune=2")
    metrics = fit(problem, progress=said.append)["Bs"].metrics
    assert said == ["Bs: fitting and scoring ridge and gaussian_process, settings tried in every fold: 2"]
    settings = metrics["settings"]
    assert isinstance(settings, list)
    assert metrics["kinds"] == ["ridge", "gaussian_process"]
    assert {item["kind"] for item in settings} == {"ridge", "gaussian_process"}
    assert all("alpha" in item for item in settings if item["kind"] == "ridge")


def test_a_cached_fit_of_another_kind_equals_the_fresh_one(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "model.kind=ridge", "model.tune=2")
    fresh = fit(problem, cache=tmp_path / "cache")["Bs"]
    said: list[str] = []
    cached = fit(problem, cache=tmp_path / "cache", progress=said.append)["Bs"]
    assert said == ["Bs: taken from the cache of fits"]
    X = problem.space.sample(30, seed=1)
    assert cached.predict(X).low.tobytes() == fresh.predict(X).low.tobytes()
    assert cached.metrics == fresh.metrics


def test_a_hurdle_is_xgboosts_whatever_the_kind(tmp_path: Path) -> None:
    problem = _problem(tmp_path, GLASS, "model.kind=ridge")
    hurdle = fit(problem)["Bs"].model.hurdle
    assert hurdle is not None
    assert {learner.kind for member in hurdle.members for learner in member.learners} == {"xgboost"}


def test_each_kind_and_each_order_of_kinds_has_a_key_of_its_own(tmp_path: Path) -> None:
    kinds = [*KINDS, "[ridge, xgboost]", "[xgboost, ridge]"]
    problems = [_problem(tmp_path, f"model.kind={kind}") for kind in kinds]
    keys = {fit_key(problem, "Bs", read_tables(problem.spec), seed=0) for problem in problems}
    assert len(keys) == len(kinds)


def test_a_new_version_of_a_package_gives_its_kind_a_new_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "from sklearn.dummy import DummyRegressor\n"
    entry = "dummy = moalloy_kind_dummy:DummyRegressor"
    install(tmp_path, monkeypatch, "moalloy_kind_dummy", group=GROUP, code=code, entry_points=entry)
    problem = _problem(tmp_path, "model.kind=dummy")
    tables = read_tables(problem.spec)
    before = fit_key(problem, "Bs", tables, seed=0)
    metadata = tmp_path / "moalloy_kind_dummy-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text(encoding="utf-8").replace("1.0", "1.1"), encoding="utf-8")
    assert fit_key(problem, "Bs", tables, seed=0) != before


def test_rows_that_a_kind_leaves_out_are_warned_of(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "model.kind=[xgboost, gaussian_process]")
    assert not any("drawn at random" in text for text in inspect_problem(problem).warnings)
    (warning,) = learner_warnings(problem.spec, "Bs", 5000)
    assert warning.startswith("Bs: each gaussian_process learns from 1000 rows of 5000, drawn at random")


def test_slow_kinds_take_longer_and_are_scored_by_fewer_repeats(tmp_path: Path) -> None:
    fast, slow, both = (
        inspect_problem(_problem(tmp_path, f"model.kind={kind}")).seconds
        for kind in ("xgboost", "random_forest", "[xgboost, random_forest]")
    )
    assert fast < slow < both
    repeats = [affordable_repeats(900, 140, n_properties=3, by=Learning((kind,))) for kind in KINDS]
    assert repeats[KINDS.index("gaussian_process")] == 1 < repeats[KINDS.index("ridge")]
    boosted, grown = (search_seconds(1000, {kind: 10}) for kind in ("xgboost", "extra_trees"))
    assert boosted < grown


@pytest.mark.parametrize(
    "kinds",
    [("ridge",), pytest.param(("xgboost", "extra_trees"), marks=pytest.mark.slow)],
    ids=" and ".join,
)
def test_tuning_never_looks_at_what_a_member_left_out(kinds: tuple[str, ...]) -> None:
    rows = measured_rows(n_papers=5, n_per_paper=4)
    of_paper = np.array([group == "paper 3" for group in rows.groups])
    changed = dataclasses.replace(rows, values=np.where(of_paper, rows.values + 5.0, rows.values))
    learners = tuple(get_learner(kind) for kind in kinds)
    plan = FitPlan(scale="linear", interval=0.9, n_members=5, seed=0, learners=learners, n_tune=2)
    models = [fit_property("Bs", "T", item, INPUTS, plan=plan) for item in (rows, changed)]
    (member,) = [i for i, o in enumerate(models[0][0].origins) if "paper 3" in o.left_out]
    before, after = (model.members[member].learners for model, _ in models)
    assert before == after
    first, second = (out_of_fold.predicted[0][of_paper] for _, out_of_fold in models)
    np.testing.assert_array_equal(first, second)


def test_settings_of_the_file_reach_every_tree(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    given = "model.settings={n_trees: 7, depth: 2, n_thresholds: 3}"
    models = fit(small_problem(tmp_path, GLASS, given))
    hurdle = models["Bs"].model.hurdle
    assert hurdle is not None
    members = [*models["Hc"].model.members, *models["Bs"].model.members, *hurdle.members]
    settings = [item.settings_to_dict() for member in members for item in member.learners]
    assert len(settings) == 2 + 2 + 5
    assert all((one["n_trees"], one["depth"], one["n_thresholds"]) == (7, 2, 3) for one in settings)
    assert {one["learning_rate"] for one in settings} == {TreeSettings().learning_rate}
    assert models["Hc"].metrics["settings_given"] == {"n_trees": 7, "depth": 2, "n_thresholds": 3}


def test_tuning_leaves_the_settings_of_the_file_alone(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    problem = small_problem(tmp_path, "model.settings={n_trees: 7, n_thresholds: 0}")
    (learner,) = problem_learners(problem.spec)
    drawn = [learner.drawn(np.random.default_rng(seed)) for seed in range(6)]
    settings = [item.settings_to_dict() for item in drawn if item is not None]
    assert {(one["n_trees"], one["n_thresholds"]) for one in settings} == {(7, 0)}
    assert len({one["depth"] for one in settings}) > 1


def test_as_many_repeats_are_affordable_as_trees_allow() -> None:
    repeats = [affordable_repeats(900, 140, n_properties=3, by=Learning(n_trees=n)) for n in (30, 300, 3000)]
    assert repeats == sorted(repeats, reverse=True)
    assert repeats[0] > repeats[-1] == 1


def test_a_model_that_tells_no_alloys_apart_is_said(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "model.settings={n_trees: 5, min_child_weight: 1000}")
    (warning,) = [text for text in fit(problem)["Bs"].metrics["warnings"] if "every alloy" in text]  # type: ignore[attr-defined]
    assert warning.startswith("Bs: one value is predicted for every alloy (1.")
