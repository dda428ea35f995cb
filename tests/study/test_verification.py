"""A run is verified, or it is said what differs: files, tables, versions, code, alloys."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moalloy.build.problem import load_problem
from moalloy.errors import RunFolderError
from moalloy.files import sha256_of
from moalloy.runs import RunFolder, open_run, read_run
from moalloy.study.study import run
from moalloy.study.verification import Verification, verify
from tests.small_problem import write_problem

# One property is fitted; the other objective is computed.
QUICK = """\
version: 1
name: quick
space: {elements: {Fe: [70, 86], B: [6, 16], Si: [1, 12]}, step: 0.5}
data: {measured: {table: alloys.csv, group_by: paper}}
properties: {Bs: {data: measured, column: Bs_T, unit: T}}
objectives: {Bs: {goal: max}, cost_USD_per_kg: {goal: min}}
model: {members: 2, repeats: 1, features: [fractions], settings: {n_trees: 60, depth: 4}}
optimize: {population: 8, generations: 2}
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that fitted its own surrogates, its problem beside it."""
    folder = tmp_path_factory.mktemp("verify")
    run(load_problem(write_problem(folder, QUICK)), out=folder / "run")
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> RunFolder:
    """Return a copy to spoil; its problem.yaml still names the original table."""
    shutil.copytree(original / "run", tmp_path / "run")
    return RunFolder(tmp_path / "run")


def amend(folder: RunFolder, change: Callable[[dict[str, Any]], None]) -> None:
    manifest = folder.manifest
    change(manifest)
    (folder.path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def verdicts(found: Verification) -> dict[str, str]:
    return {check.what: check.verdict for check in found.checks}


def differing(found: Verification) -> list[str]:
    return [check.what for check in found.changed]


@pytest.mark.slow
def test_a_run_that_nobody_touched_is_the_same_from_table_to_front(folder: RunFolder) -> None:
    before = {p: p.read_bytes() for p in folder.path.rglob("*") if p.is_file()}
    found = verify(folder)
    assert found.is_same
    assert found.is_repeated
    assert differing(found) == []
    assert {"table measured", "code of moalloy", "search/nsga2-s1", "fit of Bs, again"} <= set(
        verdicts(found)
    )
    assert verdicts(found)["front, again"] == "same"
    assert {p: p.read_bytes() for p in folder.path.rglob("*") if p.is_file()} == before


@pytest.mark.slow
def test_a_front_forged_with_its_hash_is_found_by_running_again_and_the_alloy_named(
    folder: RunFolder,
) -> None:
    path = folder.path / "pareto.csv"
    head, first, *rest = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([head, first.replace("nsga2", "luck"), *rest]), encoding="utf-8")
    assert differing(verify(folder, is_quick=True)) == ["pareto.csv"]
    amend(folder, lambda manifest: manifest["sha256"].update({"pareto.csv": sha256_of(path)}))
    assert verify(folder, is_quick=True).is_same
    found = verify(folder)
    assert differing(found) == ["front, again"]
    (row,) = found.rows
    assert row.alloy == first.split(",", maxsplit=1)[0]
    assert row.text == "algorithm luck, run again nsga2"


@pytest.mark.parametrize("part", ["model/Bs/model.json", "search/nsga2-s1/hypervolume.csv"])
def test_an_altered_model_or_search_is_found_without_running(folder: RunFolder, part: str) -> None:
    with (folder.path / part).open("a", encoding="utf-8") as file:
        file.write("\n")
    found = verify(folder, is_quick=True)
    assert (found.is_same, found.is_repeated) == (False, False)
    assert differing(found) == [part.rpartition("/")[0]]


def test_models_and_searches_that_were_left_out_are_unknown_and_no_difference(folder: RunFolder) -> None:
    shutil.rmtree(folder.path / "model")
    shutil.rmtree(folder.path / "search")
    found = verify(folder, is_quick=True)
    assert found.is_same
    assert verdicts(found)["model/Bs"] == verdicts(found)["search/nsga2-s1"] == "unknown"


def test_another_content_of_a_table_is_a_difference_and_nothing_is_run(folder: RunFolder) -> None:
    amend(folder, lambda manifest: manifest["sha256"]["data"].update(measured="0" * 64))
    found = verify(folder)
    assert (found.is_same, found.is_repeated) == (False, False)
    assert differing(found) == ["table measured"]


def test_a_table_that_is_gone_is_a_difference_with_its_path(folder: RunFolder) -> None:
    text = (folder.path / "problem.yaml").read_text(encoding="utf-8")
    (folder.path / "problem.yaml").write_text(text.replace("alloys.csv", "gone/alloys.csv"), encoding="utf-8")
    found = verify(folder)
    assert (found.is_same, found.is_repeated) == (False, False)
    (check,) = [check for check in found.changed if check.what == "tables"]
    assert "gone/alloys.csv" in check.detail


def test_other_versions_and_code_are_told_and_decide_nothing(folder: RunFolder) -> None:
    def age(manifest: dict[str, Any]) -> None:
        manifest["versions"]["numpy"] = "1.0"
        manifest["versions"]["abacus"] = "2"
        manifest["sha256"]["code"] = "0" * 64

    amend(folder, age)
    found = verify(folder, is_quick=True)
    assert found.is_same
    assert differing(found) == ["code of moalloy", "version of numpy", "version of abacus"]
    assert [c.detail for c in found.changed][2] == "2 then, not installed now"


def test_an_older_manifest_without_a_code_hash_is_unknown(folder: RunFolder) -> None:
    amend(folder, lambda manifest: manifest["sha256"].pop("code"))
    assert verdicts(verify(folder, is_quick=True))["code of moalloy"] == "unknown"


def test_surrogates_that_were_given_are_taken_from_the_run(original: Path, tmp_path: Path) -> None:
    problem, models = read_run(RunFolder(original / "run"))
    run(problem, models, out=tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    assert folder.manifest["models"] == "given"
    found = verify(folder)
    assert found.is_same
    assert "fit of Bs, again" not in verdicts(found)


def test_a_run_that_cannot_be_repeated_says_why(folder: RunFolder) -> None:
    path = folder.path / "problem.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("min: 70, max: 86", "min: 1, max: 2"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    found = verify(folder)
    assert differing(found) == ["problem.yaml", "front, again"]
    assert "running it again fails" in found.changed[1].detail


def test_a_run_that_is_not_finished_is_refused(tmp_path: Path) -> None:
    folder = open_run(tmp_path / "run", load_problem(write_problem(tmp_path, QUICK)), resume=False)
    with pytest.raises(
        RunFolderError, match=r"isn't finished: there is nothing to verify; go on with --resume"
    ):
        verify(folder)
