"""Features of installed packages from the problem file to the fit, the cache and the stored model."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from moalloy.build.checks import inspect_problem
from moalloy.build.models import fit, fit_key
from moalloy.build.training import read_tables
from moalloy.errors import RunFolderError, SpaceError
from moalloy.surrogates.store import load_surrogate, save_surrogate
from tests.build.problems import GLASS, small_problem
from tests.installed import install
from tests.measured_alloys import write_measured

_CODE = """\
from moalloy.features.blocks import Block
FACTOR = 2.0
block = Block(lambda e: ("scaled",), lambda p, e: FACTOR * p.columns(e)[:, :1])
"""


def _install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str = _CODE) -> str:
    package = f"moalloy_block_{name}"
    entry = f"{name} = {package}:block"
    install(tmp_path, monkeypatch, package, group="moalloy.featurizers", code=code, entry_points=entry)
    write_measured(tmp_path / "alloys.csv")
    return package


@pytest.mark.slow
def test_value_and_hurdle_learn_from_offered_features(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, "learned")
    problem = small_problem(tmp_path, GLASS, "model.features=[learned, fractions]", only_bs=True)
    model = fit(problem)["Bs"].model
    assert model.inputs.names[0] == "scaled"
    assert model.hurdle is not None
    assert model.hurdle.inputs.names[0] == "scaled"


def test_check_tries_features_before_anything_is_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, "failing", _CODE.replace("FACTOR *", "float('nan') *"))
    problem = small_problem(tmp_path, "model.features=[failing]")
    with pytest.raises(SpaceError, match=r"'failing' .*moalloy_block_failing 1\.0\) are no features: .* NaN"):
        inspect_problem(problem)


def test_a_new_version_of_a_package_gives_its_features_a_new_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = _install(tmp_path, monkeypatch, "versioned")
    problem = small_problem(tmp_path, "model.features={Bs: [versioned], Hc: [fractions]}")
    tables = read_tables(problem.spec)
    before = {name: fit_key(problem, name, tables, seed=0) for name in ("Bs", "Hc")}
    metadata = tmp_path / f"{package}-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text(encoding="utf-8").replace("1.0", "1.1"), encoding="utf-8")
    after = {name: fit_key(problem, name, tables, seed=0) for name in ("Bs", "Hc")}
    assert before["Bs"] != after["Bs"]
    assert before["Hc"] == after["Hc"]


@pytest.mark.parametrize("factor", [pytest.param(2.0, marks=pytest.mark.slow), 1.5])
def test_a_stored_model_is_refused_where_its_features_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factor: float
) -> None:
    name = f"stored_{factor:g}".replace(".", "_")
    package = _install(tmp_path, monkeypatch, name)
    problem = small_problem(tmp_path, f"model.features=[{name}]", only_bs=True)
    surrogate = fit(problem)["Bs"]
    folder = tmp_path / "model"
    folder.mkdir()
    save_surrogate(surrogate, folder)
    monkeypatch.setattr(importlib.import_module(package), "FACTOR", factor)
    if factor == 2.0:
        X = problem.space.sample(20, seed=1)
        read = load_surrogate(folder, problem.space).predict_mean(X)
        assert read.tobytes() == surrogate.predict_mean(X).tobytes()
        return
    with pytest.raises(RunFolderError, match=rf"fitted with {package} 1\.0, .* predict their own rows"):
        load_surrogate(folder, problem.space)
