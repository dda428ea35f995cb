"""An exhaustive search in a run folder: the same bytes however it was made, interrupted or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from moalloy.build import engine
from moalloy.build.problem import design_problem
from moalloy.errors import NoFeasibleAlloyError, RunFolderError
from moalloy.optimize.record import GenerationReport
from moalloy.pareto import non_dominated
from moalloy.study.exhaustive import closeness_to_measured
from moalloy.study.front import nearest_measured, round_significant
from moalloy.study.study import Progress, StudyResult, run
from tests.small_problem import small

# Just above 10,000 alloys: two parts.
SETTINGS = ("optimize.algorithm=exhaustive", "space.constraints=[Fe >= 83, 12 <= metalloid <= 26]")


def search(
    *changes: str,
    out: Path | None = None,
    jobs: int = 1,
    resume: bool = False,
    progress: Progress | None = None,
) -> StudyResult:
    problem = small().variant(*SETTINGS, *changes)
    return run(problem, small().models, jobs=jobs, out=out, resume=resume, progress=progress)


def interrupt_at(part: int) -> Progress:
    """Return what presses Ctrl-C when a search has come so far."""

    def press(_seed: int, report: GenerationReport) -> None:
        if report.generation == part:
            raise KeyboardInterrupt

    return Progress(generation=press)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return search(out=tmp_path_factory.mktemp("exhaustive") / "run")


def files(result: StudyResult) -> dict[str, bytes]:
    """Return the front and the record of the search."""
    assert result.out is not None
    paths = [result.out / "pareto.csv", *sorted((result.out / "search").rglob("*.*"))]
    return {str(path.relative_to(result.out)): path.read_bytes() for path in paths}


def test_the_folder_keeps_the_front_and_no_checkpoint(whole: StudyResult) -> None:
    search = {f"search/exhaustive-s0/{name}" for name in ("front.parquet", "hypervolume.csv", "search.json")}
    assert set(files(whole)) == {"pareto.csv", *search}


def test_no_alloy_of_the_space_beats_the_front(whole: StudyResult) -> None:
    problem = small().variant(*SETTINGS)
    design = design_problem(problem, small().models)
    X = np.concatenate(list(problem.space.enumerate()))
    F = np.unique(design.minimized(round_significant(design.evaluate(X).scores)), axis=0)
    front = F[non_dominated(F)]
    assert np.array_equal(np.unique(whole.F, axis=0), front)
    assert len(whole.F) == len(front)


def test_the_manifest_counts_every_alloy(whole: StudyResult) -> None:
    assert whole.out is not None
    result = json.loads((whole.out / "manifest.json").read_text(encoding="utf-8"))["result"]
    assert result["alloys_evaluated"] == small().variant(*SETTINGS).space.n_points()
    assert (result["algorithm"], result["algorithm_reason"]) == ("exhaustive", "")


@pytest.mark.slow
def test_the_front_is_the_same_where_the_gpu_reads_the_trees(
    whole: StudyResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a GPU, XGBoost takes the same way on the CPU."""
    monkeypatch.setattr(engine, "why_no_gpu", lambda: None)
    said: list[str] = []
    other = search("model.device=cuda", progress=Progress(message=said.append))
    assert "search: trees are read on the GPU" in said
    assert other.front.equals(whole.front)


@pytest.mark.slow
def test_neither_jobs_nor_seeds_change_a_byte(whole: StudyResult, tmp_path: Path) -> None:
    other = search("optimize.seeds=[7, 8]", out=tmp_path / "run", jobs=2)
    assert files(other) == files(whole)


@pytest.mark.slow
def test_an_interrupted_search_resumes_to_the_same_bytes(whole: StudyResult, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        search(out=out, jobs=2, progress=interrupt_at(1))
    assert [path.name for path in (out / "search").iterdir()] == ["exhaustive-s0.npz"]
    said: list[str] = []
    resumed = search(out=out, resume=True, progress=Progress(message=said.append))
    assert any(line.startswith("search: going on after") for line in said)
    assert files(resumed) == files(whole)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        search(out=tmp_path / "run", progress=interrupt_at(1))
    path = tmp_path / "run" / "search" / "exhaustive-s0.npz"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RunFolderError, match=r"exhaustive-s0\.npz is damaged: .*delete it"):
        search(out=tmp_path / "run", resume=True)


def test_limits_that_nothing_meets_tell_the_nearest_of_all_alloys(tmp_path: Path) -> None:
    n_alloys = small().variant(*SETTINGS).space.n_points()
    with pytest.raises(NoFeasibleAlloyError, match=rf"none of {n_alloys} evaluated alloys .* nearest is Fe"):
        search("limits={Bs: {min: 3}}", out=tmp_path / "run")
    assert (tmp_path / "run" / "search" / "exhaustive-s0" / "front.parquet").is_file()
    assert not (tmp_path / "run" / "pareto.csv").exists()


@pytest.mark.slow
def test_limits_hold_as_printed(whole: StudyResult) -> None:
    median = round(float(whole.front["Hc"].median()), 1)
    limited = search(f"limits={{Hc: {{max: {median}}}}}")
    assert 0 < len(limited.front) <= len(whole.front)
    assert (limited.front["Hc"] <= median).all()


def test_closeness_is_the_distance_that_is_printed(whole: StudyResult) -> None:
    problem = small().variant(*SETTINGS)
    distance = closeness_to_measured(design_problem(problem, small().models))(whole.X)
    models = list(small().models.values())
    printed = nearest_measured(models, whole.X[:, :4], problem.space.elements)["nearest_distance_at_pct"]
    assert np.round(distance, 3).tolist() == np.asarray(printed).tolist()
    assert whole.front["nearest_distance_at_pct"].tolist() == np.asarray(printed).tolist()


@pytest.mark.slow
def test_auto_says_what_it_chose_and_why(tmp_path: Path) -> None:
    said: list[str] = []
    result = search("optimize.algorithm=auto", out=tmp_path / "run", progress=Progress(message=said.append))
    assert set(result.front["algorithm"]) == {"exhaustive"}
    assert any("exhaustive (auto: evaluating every one of" in line for line in said)
    found = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))["result"]
    assert found["algorithm"] == "exhaustive"
    assert "which is below 2 min" in found["algorithm_reason"]


@pytest.mark.slow
def test_a_killed_search_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    out, path = tmp_path / "run", small().path
    command = [sys.executable, "-m", "moalloy", "run", str(path), "--out", str(out), "--jobs", "1"]
    command += ["--set", "optimize.algorithm=exhaustive"]
    environment = os.environ | {"MOALLOY_CACHE": str(small().cache)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    checkpoint = out / "search" / "exhaustive-s0.npz"
    while not checkpoint.is_file() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert checkpoint.is_file()
    subprocess.run([*command, "--resume"], env=environment, check=True, capture_output=True)
    assert not checkpoint.exists()
    again = run(small().variant("optimize.algorithm=exhaustive"), small().models)
    assert (out / "pareto.csv").read_text(encoding="utf-8") == again.front.to_csv(index=False)
