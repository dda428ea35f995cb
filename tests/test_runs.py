"""The run folder: manifest, log, hashes, and finding a run again."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from moalloy.build.problem import build_problem, load_problem
from moalloy.errors import NoFeasibleAlloyError, RunFolderError
from moalloy.report.run_data import read_run_data
from moalloy.runs import RunFolder, find_run, list_runs, new_run_path, open_run, read_run
from moalloy.spec import parse_spec, spec_hash
from moalloy.study.side_by_side import compare_runs
from moalloy.study.study import StudyResult, run
from moalloy.study.verification import verify
from tests.small_problem import BARE_SPACE, small


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run(small().problem, small().models, out=tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def folder(result: StudyResult) -> RunFolder:
    assert result.out is not None
    return RunFolder(result.out)


def test_the_manifest_says_what_made_the_run(folder: RunFolder) -> None:
    manifest = folder.manifest
    assert manifest["argv"] == [Path(sys.argv[0]).name, *sys.argv[1:]]
    assert manifest["seeds"] == {"model": 0, "search": [1, 2]}
    assert {"moalloy", "numpy", "pymoo", "python"} <= set(manifest["versions"])
    assert manifest["platform"]
    assert set(manifest["seconds"]) == {"fit", "search", "front", "rescoring"}
    assert manifest["started"] <= manifest["finished"]


def test_the_manifest_hashes_data_models_problem_and_front(folder: RunFolder) -> None:
    hashes = folder.manifest["sha256"]
    table = small().path.with_name("alloys.csv").read_bytes()
    front = (folder.path / "pareto.csv").read_bytes()
    assert hashes["problem"] == spec_hash(small().problem.spec)
    assert hashes["data"] == {"measured": hashlib.sha256(table).hexdigest()}
    assert hashes["pareto.csv"] == hashlib.sha256(front).hexdigest()
    assert set(hashes["model"]) == {"Bs", "Hc", "Dmax"}


def test_the_manifest_counts_what_was_found(folder: RunFolder, result: StudyResult) -> None:
    found = folder.manifest["result"]
    assert found["front_size"] == len(result.front)
    assert found["alloys_evaluated"] == sum(len(record.X) for record in result.records) == 200
    assert found["hypervolume"] == result.hypervolume
    assert set(found["hypervolume_by_seed"]) == {"1", "2"}


def test_ideal_and_reference_are_told_in_units_and_the_users_sign(
    folder: RunFolder, result: StudyResult
) -> None:
    ideal, reference = (folder.manifest["result"][f"hypervolume_{key}"] for key in ("ideal", "reference"))
    assert list(ideal) == ["Bs", "Hc", "Dmax"]
    assert ideal["Bs"] == -result.scale.ideal[0] > reference["Bs"]
    assert ideal["Hc"] == pytest.approx(10 ** result.scale.ideal[1])
    assert ideal["Hc"] < reference["Hc"]
    assert ideal["Dmax"] > reference["Dmax"]


def test_the_problem_of_a_run_has_the_same_hash(folder: RunFolder) -> None:
    again = load_problem(folder.path / "problem.yaml")
    assert spec_hash(again.spec) == spec_hash(small().problem.spec)


def test_models_of_a_run_predict_what_they_predicted(folder: RunFolder, result: StudyResult) -> None:
    _, models = read_run(folder)
    for name, model in models.items():
        assert model.predict(result.X).high.tobytes() == small().models[name].predict(result.X).high.tobytes()


def test_searches_come_back_as_they_were(folder: RunFolder, result: StudyResult) -> None:
    record = folder.read_search("nsga2", 2, small().problem)
    assert record is not None
    assert record.reports == result.records[1].reports
    for name in ("X", "scores", "F", "G", "generation"):
        assert np.array_equal(getattr(record, name), getattr(result.records[1], name))


def test_a_search_that_was_not_made_is_none(folder: RunFolder) -> None:
    assert folder.read_search("nsga2", 99, small().problem) is None


def test_the_front_comes_back_from_its_file(folder: RunFolder, result: StudyResult) -> None:
    assert folder.read_front().to_csv(index=False) == result.front.to_csv(index=False)


@pytest.mark.parametrize("content", ["", "formula,Fe\n", "Fe,B\n80,20\n"])
def test_a_damaged_front_is_named(tmp_path: Path, content: str) -> None:
    folder = open_run(tmp_path / "run", small().problem, resume=False)
    (folder.path / "pareto.csv").write_text(content, encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"pareto\.csv is damaged: "):
        folder.read_front()


def test_a_run_without_a_front_says_how_to_go_on(tmp_path: Path) -> None:
    folder = open_run(tmp_path / "run", small().problem, resume=False)
    with pytest.raises(RunFolderError, match=r"isn't finished: it has no pareto\.csv; go on with --resume"):
        folder.read_front()
    with pytest.raises(RunFolderError, match="has no models yet; finish it with --resume"):
        read_run(folder)
    assert not folder.is_finished


def test_a_run_is_done_when_its_report_stands(folder: RunFolder) -> None:
    assert folder.is_finished
    assert not folder.is_done_with(small().problem)
    (folder.path / "report.html").write_text("<html>", encoding="utf-8")
    assert folder.is_done_with(small().problem)
    assert not folder.is_done_with(small().variant("optimize.population=10"))
    (folder.path / "report.html").unlink()


def test_a_run_is_found_by_its_folder_or_its_problems_name(tmp_path: Path) -> None:
    for stamp in ("20260101T000000Z-aaaaaaaa", "20260201T000000Z-aaaaaaaa"):
        open_run(tmp_path / "small" / stamp, small().problem, resume=False)
    newest = tmp_path / "small" / "20260201T000000Z-aaaaaaaa"
    assert find_run("small", results=tmp_path).path == newest
    assert find_run(str(newest), results=tmp_path / "elsewhere").path == newest
    with pytest.raises(RunFolderError, match="is neither a run folder nor the name of a problem"):
        find_run(str(tmp_path / "small"), results=tmp_path)


@pytest.mark.parametrize("text", ["nothing", "", ".", ".."])
def test_a_run_that_is_not_there_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(RunFolderError, match="is neither a run folder nor the name of a problem with runs"):
        find_run(text, results=tmp_path)


def test_new_runs_never_share_a_folder(tmp_path: Path) -> None:
    first = new_run_path(small().problem, results=tmp_path)
    first.mkdir(parents=True)
    second = new_run_path(small().problem, results=tmp_path)
    assert first.parent == second.parent == tmp_path / "small"
    assert first != second
    assert spec_hash(small().problem.spec)[:8] in first.name


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json"])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"manifest\.json"):
        open_run(tmp_path, small().problem, resume=True)


def test_the_log_has_a_line_with_the_time_for_each_stage(folder: RunFolder) -> None:
    lines = (folder.path / "run.log").read_text(encoding="utf-8").splitlines()
    assert all(line[:4].isdigit() and line[19] == "Z" for line in lines)
    assert any("search: nsga2, 2 seeds" in line for line in lines)


def test_the_manifest_is_plain_json(folder: RunFolder) -> None:
    json.loads((folder.path / "manifest.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_choices_that_look_like_something_else_come_back_as_they_were_written(tmp_path: Path) -> None:
    options = ("None", "010", "1e2")
    problem = build_problem(
        parse_spec(
            BARE_SPACE
            + f"""\
  process: {{mould: {{choices: {json.dumps(options)}}}}}
objectives: {{density_g_per_cm3: {{goal: min}}, cost_USD_per_kg: {{goal: min}}}}
optimize: {{population: 20, generations: 2, seeds: [1], window: none}}
"""
        )
    )
    run(problem, {}, out=tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    moulds = folder.read_front()["mould"]
    assert set(moulds) <= set(options)
    data = read_run_data(folder)
    assert [options[int(value)] for value in data.X[:, -1]] == list(moulds)


def test_a_run_that_found_no_alloy_says_so_ever_after(tmp_path: Path) -> None:
    problem = small().variant("limits={Bs: {min: 30}}")
    with pytest.raises(NoFeasibleAlloyError) as first:
        run(problem, small().models, out=tmp_path / "small" / "run")
    folder = RunFolder(tmp_path / "small" / "run")
    beside = [folder, RunFolder(tmp_path)]
    for ask in (folder.read_front, lambda: verify(folder), lambda: compare_runs(beside)):
        with pytest.raises(NoFeasibleAlloyError, match="came to its end without a front") as later:
            ask()
        assert str(first.value) in str(later.value)
    assert list_runs(tmp_path)["state"].tolist() == ["found no alloy"]


def test_a_damaged_manifest_is_listed_as_that_beside_the_others(tmp_path: Path) -> None:
    open_run(tmp_path / "small" / "one", small().problem, resume=False)
    other = open_run(tmp_path / "small" / "two", small().problem, resume=False)
    (other.path / "manifest.json").write_text("{", encoding="utf-8")
    assert list_runs(tmp_path)["state"].tolist() == ["not finished", "damaged"]


def test_a_truncated_search_is_named(result: StudyResult, tmp_path: Path) -> None:
    assert result.out is not None
    shutil.copytree(result.out, tmp_path / "run")
    path = tmp_path / "run" / "search" / "nsga2-s1" / "evaluated.parquet"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RunFolderError, match=r"nsga2-s1 can't be read .*moalloy verify tells"):
        RunFolder(tmp_path / "run").read_search("nsga2", 1, small().problem)
