"""Surrogates on disk: the same to the last bit when they come back, refused when they are damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.process import choices
from moalloy.errors import RunFolderError
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import BulkClassifier, PropertyModel
from moalloy.surrogates.store import FORMAT, load_surrogate, save_surrogate
from moalloy.surrogates.training import ProcessInput
from tests.measured_alloys import measured_rows
from tests.surrogates.small import INPUTS, SMALL, small_plan


@pytest.fixture(scope="session")
def space() -> DesignSpace:
    """Fe-B-Si with a temperature and two routes; the columns stand in another order than the model's."""
    ranges = (
        ElementRange("B", 8, 16, False),
        ElementRange("Si", 2, 14, False),
        ElementRange("Fe", 70, 90, False),
    )
    process = (choices("route", ["ribbon", "rod"]), choices("anneal_K", [600.0, 700.0]))
    return DesignSpace(("Fe", "Si", "B"), CompositionSpace(ranges, step=Fraction(1), basis="at%"), process)


@pytest.fixture(scope="session")
def surrogate(space: DesignSpace, hurdle: BulkClassifier) -> FittedSurrogate:
    """Log scale, hurdle, a number and a name as process inputs, with blanks and an unknown name."""
    rows = measured_rows(with_process=True)
    route = np.resize([0.0, 1.0, np.nan, -1.0], len(rows))
    rows = replace(rows, process=np.column_stack([rows.process, route]))
    process = (ProcessInput("anneal_K"), ProcessInput("route", ("ribbon", "rod")))
    model, out_of_fold = fit_property(
        "Dmax", "mm", rows, replace(INPUTS, process=process), plan=small_plan(scale="log"), hurdle=hurdle
    )
    return FittedSurrogate(model, space, {"property": "Dmax", "repeats": 1}, 10.0**out_of_fold.mean)


@pytest.fixture
def folder(surrogate: FittedSurrogate, tmp_path: Path) -> Path:
    """The surrogate on disk."""
    save_surrogate(surrogate, tmp_path)
    return tmp_path


def test_a_loaded_surrogate_predicts_the_same_to_the_last_bit(
    surrogate: FittedSurrogate, folder: Path, space: DesignSpace
) -> None:
    loaded = load_surrogate(folder, space)
    X = space.sample(50, seed=1)
    X[:5, -1] = np.nan
    expected, found = surrogate.predict(X), loaded.predict(X)
    for name in ("mean", "low", "high", "std"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_array_equal(loaded.predict_mean(X), surrogate.predict_mean(X))
    np.testing.assert_array_equal(loaded.probability(X, at_least=1.0), surrogate.probability(X, at_least=1.0))
    np.testing.assert_array_equal(loaded.is_in_domain(X), surrogate.is_in_domain(X))


def test_a_loaded_surrogate_knows_its_measured_alloys(
    surrogate: FittedSurrogate, folder: Path, space: DesignSpace
) -> None:
    loaded = load_surrogate(folder, space)
    for name in ("formulas", "groups", "references", "elements", "grouped_by"):
        assert getattr(loaded.model.rows, name) == getattr(surrogate.model.rows, name)
    for name in ("fractions", "process", "values"):
        np.testing.assert_array_equal(getattr(loaded.model.rows, name), getattr(surrogate.model.rows, name))
    np.testing.assert_array_equal(loaded.predicted, surrogate.predicted)
    assert loaded.metrics == surrogate.metrics


def test_saving_what_was_loaded_writes_the_same_bytes(
    folder: Path, space: DesignSpace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    second = tmp_path_factory.mktemp("again")
    save_surrogate(load_surrogate(folder, space), second)
    assert {p.name: p.read_bytes() for p in second.iterdir()} == {
        p.name: p.read_bytes() for p in folder.iterdir()
    }


def test_a_model_folder_holds_numbers_and_text_only(folder: Path) -> None:
    assert {path.suffix for path in folder.iterdir()} == {".ubj", ".json", ".csv"}


def test_the_settings_of_every_member_are_written_down(folder: Path) -> None:
    content = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    models = [member["models"] for member in content["members"]]
    assert [[model["settings"] for model in member] for member in models] == [[SMALL.to_dict()]] * 5
    assert content["features"] == ["x_Fe", "x_B", "x_Si", "anneal_K", "route = ribbon", "route = rod"]


@pytest.mark.parametrize(
    "name", ["member-003.ubj", "hurdle-000.ubj", "difficulty.ubj", "oof.csv", "metrics.json"]
)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_cut_short_is_refused_before_anything_reads_it(
    folder: Path, space: DesignSpace, name: str, share: float
) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(share * len(content))])
    with pytest.raises(RunFolderError, match=rf"{name} changed since it was written; fit the problem again"):
        load_surrogate(folder, space)


@pytest.mark.parametrize("name", ["member-003.ubj", "oof.csv", "metrics.json", "model.json"])
def test_a_missing_file_is_named(folder: Path, space: DesignSpace, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(RunFolderError, match=rf"{name} can't be read: No such file"):
        load_surrogate(folder, space)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        f'{{"format": {FORMAT}}}',
        f'{{"format": {FORMAT}, "sha256": {{}}}}',
        f'{{"format": {FORMAT}, "sha256": {{}}, "inputs": {{"featurizer": {{"blocks": ["x"]}}}}}}',
        f'{{"format": {FORMAT}, "sha256": [1]}}',
    ],
)
def test_a_damaged_description_is_refused(folder: Path, space: DesignSpace, content: str) -> None:
    (folder / "model.json").write_text(content, encoding="utf-8")
    with pytest.raises(RunFolderError, match="can't be read as a model"):
        load_surrogate(folder, space)


def test_a_folder_of_another_format_says_which(folder: Path, space: DesignSpace) -> None:
    content = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps(content | {"format": 99}), encoding="utf-8")
    with pytest.raises(RunFolderError, match=f"model format 99, this version reads {FORMAT}"):
        load_surrogate(folder, space)


def test_a_score_that_is_no_number_is_not_written(
    linear_model: PropertyModel, space: DesignSpace, tmp_path: Path
) -> None:
    surrogate = FittedSurrogate(linear_model, space, {"r2": float("nan")}, np.zeros(60))
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_surrogate(surrogate, tmp_path)
