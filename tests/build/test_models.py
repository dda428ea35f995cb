"""Fitting a problem's surrogates: what is scored, what decides them, and what the cache may spare."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xgboost

from moalloy.build.models import cache_folder, fit, fit_key
from moalloy.build.problem import Problem, design_problem
from moalloy.build.training import read_tables
from moalloy.domain.problem import Limit
from moalloy.domain.values import SMALLEST
from moalloy.errors import InputError
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.store import load_surrogate, save_surrogate
from tests.build.problems import GLASS, small_problem
from tests.measured_alloys import write_measured


@pytest.fixture(scope="session")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    """Bs by a named route and behind a hurdle, Hc on the log scale by its anneal."""
    folder = tmp_path_factory.mktemp("small")
    write_measured(folder / "alloys.csv")
    return small_problem(folder, GLASS, "properties.Bs.inputs=[route]")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's fits are kept."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def models(problem: Problem, cache: Path) -> dict[str, FittedSurrogate]:
    """Both surrogates, fitted by one job and left in the cache."""
    return fit(problem, cache=cache)


def _bits(models: dict[str, FittedSurrogate], problem: Problem) -> dict[str, bytes]:
    X = problem.space.sample(60, seed=3)
    predictions = {name: model.predict(X) for name, model in models.items()}
    return {
        name: b"".join(part.tobytes() for part in (p.mean, p.low, p.high, p.std))
        for name, p in predictions.items()
    }


def test_two_jobs_predict_the_same_bits_as_one(models: dict[str, FittedSurrogate], problem: Problem) -> None:
    again = fit(problem, jobs=2)
    assert _bits(again, problem) == _bits(models, problem)
    assert {n: m.metrics for n, m in again.items()} == {n: m.metrics for n, m in models.items()}


def test_a_cached_fit_equals_the_fresh_one_and_says_so(
    models: dict[str, FittedSurrogate], problem: Problem, cache: Path
) -> None:
    said: list[str] = []
    cached = fit(problem, cache=cache, progress=said.append)
    assert said == ["Bs: taken from the cache of fits", "Hc: taken from the cache of fits"]
    assert _bits(cached, problem) == _bits(models, problem)
    assert {n: m.metrics for n, m in cached.items()} == {n: m.metrics for n, m in models.items()}


def test_a_saved_surrogate_with_hurdle_and_route_comes_back_bit_by_bit(
    models: dict[str, FittedSurrogate], problem: Problem, tmp_path: Path
) -> None:
    loaded = {}
    for name, model in models.items():
        (tmp_path / name).mkdir()
        save_surrogate(model, tmp_path / name)
        loaded[name] = load_surrogate(tmp_path / name, problem.space)
    assert _bits(loaded, problem) == _bits(models, problem)


def test_a_damaged_cache_entry_is_fitted_anew_and_mended(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=4, n_per_paper=3)
    problem = small_problem(tmp_path, only_bs=True)
    fresh = fit(problem, cache=tmp_path / "cache")
    (entry,) = (tmp_path / "cache" / "fits").iterdir()
    (entry / "member-000.ubj").write_bytes(b"")
    said: list[str] = []
    mended = fit(problem, cache=tmp_path / "cache", progress=said.append)
    assert said == ["Bs: fitting and scoring"]
    assert _bits(mended, problem) == _bits(fresh, problem)
    fit(problem, cache=tmp_path / "cache", progress=said.append)
    assert said[-1] == "Bs: taken from the cache of fits"


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=4, n_per_paper=3)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert set(fit(small_problem(tmp_path, only_bs=True), cache=tmp_path / "file" / "cache")) == {"Bs"}


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", f"{os.sep}xdg")
    monkeypatch.delenv("MOALLOY_CACHE", raising=False)
    assert cache_folder() == Path("/xdg/moalloy")
    monkeypatch.setenv("MOALLOY_CACHE", f"{os.sep}mine")
    assert cache_folder() == Path("/mine")


def test_metrics_are_json_and_say_what_they_rest_on(models: dict[str, FittedSurrogate]) -> None:
    metrics = json.loads(json.dumps(models["Hc"].metrics, allow_nan=False))
    assert (metrics["property"], metrics["unit"], metrics["scale"]) == ("Hc", "A/m", "log")
    assert (metrics["group_by"], metrics["groups"], metrics["warnings"]) == ("paper", 12, [])
    assert (metrics["rows"], metrics["rows_scored"]) == (60, 51)  # every seventh row has no anneal
    assert metrics["by_group"]["r2"]["repeats"] == metrics["random"]["r2"]["repeats"] == 1
    assert metrics["by_group"]["r2"]["median"] < 1.0
    assert metrics["interval"] == 0.9
    assert 0.0 <= metrics["coverage_on_unseen_groups"] <= 1.0
    assert metrics["tune"] == 0


def test_a_hurdle_is_scored_too(models: dict[str, FittedSurrogate]) -> None:
    hurdle = models["Bs"].metrics["hurdle"]
    assert isinstance(hurdle, dict)
    assert (hurdle["rows"], hurdle["groups"], hurdle["group_by"]) == (60, 12, "paper")
    assert 10 < hurdle["positive"] < 50
    assert hurdle["auc_by_group"] > 0.6
    assert "hurdle" not in models["Hc"].metrics


def test_what_a_hurdle_leaves_nothing_of_counts_as_the_least_of_what_was_measured(
    models: dict[str, FittedSurrogate], problem: Problem
) -> None:
    design = design_problem(replace(problem, limits=(Limit("Bs", minimum=1e-6),)), models)
    bs, hc = design.objectives
    assert bs.floor == pytest.approx(1e-4 * models["Bs"].model.rows.values.min())
    # Where nothing can be left of a value there is nothing to keep above 0.
    assert hc.floor == SMALLEST
    # A limit's floor stays below the limit, or what misses it would meet it.
    assert design.limits[0].floor < 1e-6


def test_out_of_fold_predictions_are_in_the_unit(models: dict[str, FittedSurrogate]) -> None:
    coercivity = models["Hc"]
    assert len(coercivity.predicted) == len(coercivity.model.rows)
    ratio = np.median(coercivity.predicted / coercivity.model.rows.values)
    assert 0.5 < ratio < 2.0


def test_a_route_is_two_features_of_the_model(models: dict[str, FittedSurrogate]) -> None:
    assert models["Bs"].model.inputs.names[-2:] == ("route = ribbon", "route = rod")


def test_tuning_writes_down_what_it_chose(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=3, n_per_paper=4)
    metrics = fit(small_problem(tmp_path, "model.tune=1", only_bs=True))["Bs"].metrics
    assert metrics["tune"] == 1
    settings = metrics["settings"]
    assert isinstance(settings, list)
    assert 1 <= len(settings) <= 2
    assert {"n_trees", "depth", "learning_rate"} <= set(settings[0])


@pytest.mark.skipif(xgboost.build_info().get("USE_CUDA", False), reason="this XGBoost can use a GPU")
def test_a_gpu_that_is_not_there_is_refused(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    with pytest.raises(InputError, match=r"model\.device is 'cuda', but"):
        fit(small_problem(tmp_path, "model.device=cuda", only_bs=True))


KEY_CHANGES = [
    "model.seed=1",
    "model.members=3",
    "model.interval=0.8",
    "model.tune=1",
    "model.repeats=2",
    "model.features=[physics]",
    "model.features={Bs: [physics]}",
    "properties.Bs.scale=log",
    "properties.Bs.column=Hc_A_per_m",
    "properties.Bs.unit=mT",
    "properties.Bs.inputs=[route]",
    "properties.Bs.ceiling=none",
    "properties.Bs.relative_to={}",
    "properties.Bs.hurdle={data: mine, column: is_glass, positive: 0}",
    "properties.Bs.hurdle={data: other, column: is_glass, positive: 1}",
    "data.mine.basis=wt%",
    "data.mine.group_by=route",
    "data.mine.reference=paper",
    "data.mine.bad_rows=skip",
]


def _key(folder: Path, *overrides: str) -> str:
    base = (GLASS, "data.other={table: other.csv, group_by: paper}")
    problem = small_problem(folder, *base, *overrides)
    return fit_key(problem, "Bs", read_tables(problem.spec), seed=problem.spec.model.seed)


@pytest.fixture
def two_tables(tmp_path: Path) -> Path:
    """A folder with both tables of the keys' problem."""
    write_measured(tmp_path / "alloys.csv")
    write_measured(tmp_path / "other.csv", seed=1)
    return tmp_path


@pytest.mark.parametrize("change", KEY_CHANGES)
def test_whatever_changes_a_fit_changes_its_key(two_tables: Path, change: str) -> None:
    assert _key(two_tables, change) != _key(two_tables)


@pytest.mark.parametrize(
    "change",
    [
        "model.features={Bs: [fractions], Hc: [physics]}",
        "properties.Hc.scale=linear",
        "space.elements.Fe=[75, 85]",
        "objectives.Bs.threshold=1.2",
        "optimize.population=8",
    ],
)
def test_whatever_leaves_a_fit_alone_leaves_its_key(two_tables: Path, change: str) -> None:
    assert _key(two_tables, change) == _key(two_tables)


def test_the_range_of_a_treatment_leaves_the_key_and_its_names_do_not(two_tables: Path) -> None:
    by_anneal = "properties.Bs.inputs=[anneal_K]"
    assert _key(two_tables, by_anneal, "space.process.anneal_K.step=25") == _key(two_tables, by_anneal)
    by_route = "properties.Bs.inputs=[route]"
    assert _key(two_tables, by_route, "space.process.route={choices: [rod, ribbon]}") != _key(
        two_tables, by_route
    )


@pytest.mark.parametrize("hurdle_table", ["mine", "other"])
def test_a_changed_table_changes_the_key(two_tables: Path, hurdle_table: str) -> None:
    change = f"properties.Bs.hurdle={{data: {hurdle_table}, column: is_glass, positive: 1}}"
    before = _key(two_tables, change)
    path = two_tables / ("alloys.csv" if hurdle_table == "mine" else "other.csv")
    path.write_text(path.read_text(encoding="utf-8") + "Fe80B12Si8,new,1.5,3,1,700,rod\n", encoding="utf-8")
    assert _key(two_tables, change) != before
