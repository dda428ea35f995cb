"""A study in a run folder: interrupted, resumed, refused, at any number of jobs."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path

import pytest

from moalloy.build.problem import load_problem
from moalloy.errors import EmptySpaceError, InputError, MachineError, NoFeasibleAlloyError, RunFolderError
from moalloy.optimize.record import GenerationReport
from moalloy.study.study import Progress, StudyResult, run
from moalloy.surrogates.fitted import FittedSurrogate
from tests.small_problem import small


def search(out: Path | None = None, *, resume: bool = False, progress: Progress | None = None) -> StudyResult:
    return run(small().problem, small().models, out=out, resume=resume, progress=progress)


def interrupt_at(seed: int, generation: int) -> Progress:
    """Return what presses Ctrl-C when one search has come so far."""

    def press(at_seed: int, report: GenerationReport) -> None:
        if (at_seed, report.generation) == (seed, generation):
            raise KeyboardInterrupt

    return Progress(generation=press)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_nothing_is_written_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert search().out is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ({}, "no model of Bs, Hc, Dmax was given"),
        ({"bs": None}, "'bs' is no property of small, which has Bs, Hc, Dmax. Did you mean 'Bs'?"),
        ({"Bs": object()}, "Bs is a object; expected what moalloy.fit returns"),
    ],
)
def test_models_that_are_none_are_refused_before_anything_is_written(
    tmp_path: Path, models: dict[str, FittedSurrogate], said: str
) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        run(small().problem, models, out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_run_folder_has_the_files_of_the_contract(tmp_path: Path) -> None:
    search(tmp_path / "run")
    files = contents(tmp_path / "run")
    assert {"problem.yaml", "manifest.json", "run.log", "pareto.csv"} <= set(files)
    assert {"search/nsga2-s1/evaluated.parquet", "search/nsga2-s2/hypervolume.csv"} <= set(files)
    for name in ("Bs", "Hc", "Dmax"):
        assert {f"model/{name}/{file}" for file in ("model.json", "oof.csv", "metrics.json")} <= set(files)


@pytest.mark.slow
def test_a_seed_gives_the_same_search_alone_or_in_a_list() -> None:
    alone = run(small().problem, small().models, seed=2).records
    _, second = search().records
    assert len(alone) == 1
    assert alone[0].X.tobytes() == second.X.tobytes()
    assert alone[0].reports == second.reports


@pytest.mark.slow
def test_searches_in_threads_find_what_they_find_one_by_one() -> None:
    problem = small().variant("optimize.seeds=[1, 2, 3, 4]", "optimize.algorithm=nsga3")
    one, four = (run(problem, small().models, jobs=jobs) for jobs in (1, 4))
    for a, b in zip(one.records, four.records, strict=True):
        assert (a.X.tobytes(), a.F.tobytes(), a.reports) == (b.X.tobytes(), b.F.tobytes(), b.reports)
    assert one.front.to_csv() == four.front.to_csv()


@pytest.mark.parametrize(
    ("seed", "generation"),
    [(1, 1), pytest.param(1, 5, marks=pytest.mark.slow), pytest.param(2, 3, marks=pytest.mark.slow)],
)
def test_an_interrupted_run_resumes_to_the_same_bytes(tmp_path: Path, seed: int, generation: int) -> None:
    out = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        search(out, progress=interrupt_at(seed, generation))
    assert not (out / "pareto.csv").exists()
    assert (out / "search" / "nsga2-s1").is_dir() == (seed == 2)
    resumed = search(out, resume=True)
    assert (out / "pareto.csv").read_text(encoding="utf-8") == search().front.to_csv(index=False)
    assert resumed.records[0].reports == search().records[0].reports


@pytest.mark.slow
def test_resume_sweeps_what_a_killed_write_left(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        search(out, progress=interrupt_at(1, 1))
    (out / "search" / ".nsga2-s1.ab12_xyz").mkdir(parents=True)
    (out / ".pareto.csv.ab12_xyz").write_text("half", encoding="utf-8")
    search(out, resume=True)
    assert [name for name in contents(out) if "ab12_xyz" in name] == []
    assert not (out / "search" / ".nsga2-s1.ab12_xyz").exists()


@pytest.mark.slow
def test_a_folder_killed_before_its_manifest_starts_anew(tmp_path: Path) -> None:
    out = tmp_path / "run"
    out.mkdir()
    (out / ".manifest.json.ab12_xyz").write_text("{", encoding="utf-8")
    assert len(search(out, resume=True).front) > 0


def test_a_taken_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    search(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(
        RunFolderError, match=r"isn't empty; add --resume to go on with it\. Nothing was touched"
    ):
        search(tmp_path)
    assert contents(tmp_path) == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("chapter one", encoding="utf-8")
    with pytest.raises(RunFolderError, match="isn't empty; choose another folder"):
        search(tmp_path)
    with pytest.raises(RunFolderError, match="isn't a run folder: it has no manifest"):
        search(tmp_path, resume=True)
    assert list(contents(tmp_path)) == ["thesis.tex"]


def test_a_run_of_another_problem_is_not_resumed(tmp_path: Path) -> None:
    search(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(RunFolderError, match=r"holds a run of another problem: .*Nothing was touched"):
        run(small().variant("optimize.population=10"), small().models, out=tmp_path, resume=True)
    assert contents(tmp_path) == before


@pytest.mark.slow
def test_a_run_whose_table_has_changed_is_not_resumed(tmp_path: Path) -> None:
    search(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    manifest["sha256"]["data"]["measured"] = "0" * 64
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(RunFolderError, match="another content of the table measured; start a new run"):
        search(tmp_path, resume=True)


def test_limits_that_nothing_meets_leave_models_and_searches(tmp_path: Path) -> None:
    with pytest.raises(NoFeasibleAlloyError, match="nearest is Fe"):
        run(small().variant("limits={Bs: {min: 3}}"), small().models, out=tmp_path / "run")
    assert {p.name for p in (tmp_path / "run" / "model").iterdir()} == {"Bs", "Hc", "Dmax"}
    assert (tmp_path / "run" / "search" / "nsga2-s2" / "evaluated.parquet").is_file()
    assert not (tmp_path / "run" / "pareto.csv").exists()


def test_an_empty_space_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(EmptySpaceError, match="Fe"):
        run(small().variant("space.constraints=[Fe <= 60]"), small().models, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_a_full_disk_loses_nothing_that_was_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, sync = tmp_path / "run", os.fsync

    def full(handle: int) -> None:
        if (out / "search" / "nsga2-s2").is_dir():
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(MachineError, match=r"can't write .*pareto\.csv: the disk is full"):
            search(out)
    assert [name for name in contents(out) if "pareto" in name] == []
    search(out, resume=True)
    assert (out / "pareto.csv").read_text(encoding="utf-8") == search().front.to_csv(index=False)


def test_a_folder_that_cannot_be_made_is_the_machines_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MachineError, match="a part of the path is a file, not a folder"):
        search(tmp_path / "file" / "run")


@pytest.mark.slow
def test_nsga3_says_what_population_it_used() -> None:
    heard: list[str] = []
    problem = small().variant("optimize.algorithm=nsga3", "optimize.generations=1")
    run(problem, small().models, progress=Progress(message=heard.append))
    assert any("population 15 (the most reference directions in 20)" in line for line in heard)


def test_a_problem_of_descriptors_alone_needs_no_model_and_finishes(tmp_path: Path) -> None:
    text = (
        "version: 1\nname: bare\nspace: {elements: {Fe: [60, 90], Co: [10, 40]}, step: 1}\n"
        "objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}}\n"
        "optimize: {population: 8, generations: 3}\n"
    )
    (tmp_path / "bare.yaml").write_text(text, encoding="utf-8")
    result = run(load_problem(tmp_path / "bare.yaml"), out=tmp_path / "run")
    assert len(result.front) > 1
    assert (tmp_path / "run" / "pareto.csv").is_file()
    assert json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))["finished"]


@pytest.mark.slow
def test_what_the_data_do_not_support_is_said_before_the_search_and_kept(tmp_path: Path) -> None:
    said: list[str] = []
    problem = small().variant(
        "space.elements.Mo={min: 1, max: 3, or_zero: true}", "space.count={min: 3, max: 5}"
    )
    run(problem, out=tmp_path / "run", cache=small().cache, progress=Progress(message=said.append))
    warning = next(i for i, text in enumerate(said) if "no measured alloy holds Mo" in text)
    search = next(i for i, text in enumerate(said) if text.startswith("search:"))
    assert warning < search
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert any("Mo" in text for text in manifest["result"]["warnings"])
