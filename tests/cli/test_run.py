"""``moalloy run``: from a problem file to a finished folder."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest

from moalloy.study import one_search
from tests.cli.conftest import Command, Reported


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(p): (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}


def test_a_run_leaves_front_figures_and_report(reported: Reported) -> None:
    folder = reported.folder
    assert (folder / "report.html").is_file()
    assert {p.suffix for p in (folder / "figures").iterdir()} == {".png", ".svg"}
    assert len(pd.read_csv(folder / "pareto.csv")) > 5
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["finished"]


@pytest.mark.slow
def test_a_run_tells_by_how_much_its_front_drops(moalloy: Command, problem: Path, tmp_path: Path) -> None:
    quick = ("--set", "optimize.generations=2", "--set", "optimize.seeds=[1]")
    outcome = moalloy("run", problem, "--out", tmp_path / "run", *quick)
    assert outcome.code == 0
    assert "Judged again by models that never saw the papers near each alloy" in outcome.err
    assert outcome.err.index("Judged again") < outcome.err.index("to look at first")


def test_resuming_a_finished_run_does_nothing(moalloy: Command, reported: Reported) -> None:
    before = files(reported.folder)
    outcome = moalloy("run", reported.problem, "--out", reported.folder, "--resume")
    assert (outcome.code, outcome.out) == (0, f"{reported.folder}\n")
    assert "is finished; nothing to do" in outcome.err
    assert files(reported.folder) == before


def test_standard_output_is_the_path_and_nothing_else(moalloy: Command, reported: Reported) -> None:
    again = ("run", reported.problem, "--out", reported.folder, "--resume")
    assert moalloy(*again, "-q").err == ""
    assert json.loads(moalloy(*again, "--format", "json").out) == {"run": str(reported.folder)}


def test_a_taken_folder_is_bad_input_and_stays_untouched(
    moalloy: Command, finished: Path, problem: Path
) -> None:
    before = files(finished)
    outcome = moalloy("run", problem, "--out", finished)
    assert (outcome.code, outcome.out) == (2, "")
    assert "isn't empty; add --resume to go on with it" in outcome.err
    assert files(finished) == before


def test_resuming_with_other_settings_is_bad_input(moalloy: Command, finished: Path, problem: Path) -> None:
    outcome = moalloy("run", problem, "--out", finished, "--resume", "--seed", "9")
    assert outcome.code == 2
    assert "holds a run of another problem" in outcome.err


def test_resume_needs_to_know_the_folder(moalloy: Command, problem: Path) -> None:
    outcome = moalloy("run", problem, "--resume")
    assert outcome.code == 2
    assert "--resume needs --out" in outcome.err


def test_an_empty_space_names_what_clashes(moalloy: Command, problem: Path, tmp_path: Path) -> None:
    clash = ("--set", "space.constraints=[Fe <= 60, 12 <= metalloid]", "--out", tmp_path / "run")
    for outcome in (moalloy("run", problem, *clash), moalloy("check", problem, *clash[:2])):
        assert (outcome.code, outcome.out) == (3, "")
        assert "Fe <= 60" in outcome.err
        assert "12 <= metalloid" not in outcome.err
    assert not (tmp_path / "run").exists()


def test_limits_that_nothing_meets_have_their_own_exit_code(
    moalloy: Command, problem: Path, tmp_path: Path
) -> None:
    outcome = moalloy("run", problem, "--set", "limits={Bs: {min: 3}}", "--out", tmp_path / "run")
    assert (outcome.code, outcome.out) == (4, "")
    assert "nearest is Fe" in outcome.err
    assert (tmp_path / "run" / "search" / "nsga2-s1" / "evaluated.parquet").is_file()
    assert (tmp_path / "run" / "model" / "Bs" / "model.json").is_file()


def test_models_of_a_run_serve_another_problem(
    moalloy: Command, problem: Path, finished: Path, tmp_path: Path
) -> None:
    wanted = ("--set", "limits={Bs: {min: 3}}", "--out", tmp_path / "run", "--model", finished)
    outcome = moalloy("run", problem, *wanted)
    assert outcome.code == 4  # searched, and found nothing, as it was asked to
    assert "surrogates: taken as given" in outcome.err


def test_verbose_tells_of_every_generation(moalloy: Command, problem: Path, tmp_path: Path) -> None:
    outcome = moalloy("run", problem, "--set", "limits={Bs: {min: 3}}", "--out", tmp_path / "run", "-vv")
    assert outcome.err.count("generation ") >= 10


def test_ctrl_c_leaves_a_run_to_resume(
    moalloy: Command, problem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(one_search, "search", press)
        outcome = moalloy("run", problem, "--out", tmp_path / "run")
    assert (outcome.code, outcome.out) == (130, "")
    assert "interrupted; finished stages are kept" in outcome.err
    assert f"run folder: {tmp_path / 'run'}" in outcome.err
    assert (tmp_path / "run" / "model" / "Dmax").is_dir()


def test_a_full_disk_is_the_machines_fault(
    moalloy: Command, problem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = moalloy("run", problem, "--out", tmp_path / "run")
    assert (outcome.code, outcome.out) == (1, "")
    assert "manifest.json: the disk is full" in outcome.err


def test_a_folder_that_cannot_be_made_is_the_machines_fault(
    moalloy: Command, problem: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    outcome = moalloy("run", problem, "--out", tmp_path / "file" / "run")
    assert (outcome.code, outcome.out) == (1, "")
    assert "a part of the path is a file, not a folder" in outcome.err


def test_figures_are_drawn_again_on_demand(moalloy: Command, finished: Path) -> None:
    outcome = moalloy("plot", finished, "--only", "hypervolume", "--as", "png")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [str(finished / "figures" / "hypervolume.png")]


def test_an_unknown_figure_is_bad_input(moalloy: Command, finished: Path) -> None:
    outcome = moalloy("plot", finished, "--only", "paerto")
    assert outcome.code == 2
    assert "pareto" in outcome.err


def test_a_run_that_does_not_exist_is_bad_input(moalloy: Command) -> None:
    for command in ("plot", "report"):
        outcome = moalloy(command, "nowhere")
        assert (outcome.code, outcome.out) == (2, "")
        assert "'nowhere' is neither a run folder nor the name of a problem" in outcome.err


@pytest.mark.slow
def test_an_exhaustive_run_tells_the_share_that_is_done_and_reports_itself(
    moalloy: Command, problem: Path, tmp_path: Path
) -> None:
    few = ("--set", "optimize.algorithm=auto", "--set", "space.constraints=[Fe >= 83]", "--jobs", "1")
    outcome = moalloy("run", problem, *few, "--out", tmp_path / "run", "-vv")
    assert outcome.code == 0
    assert re.search(r"every alloy: \d+% done: 10000 alloys", outcome.err)
    assert re.search(r"every alloy: 100% done: \d+ alloys", outcome.err)
    report = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Search: exhaustive, every alloy of the space (chosen: evaluating every one of" in report
    assert "that are allowed, evaluated with models of measured data" in report


def test_an_exhaustive_run_that_finds_nothing_has_the_same_exit_code(
    moalloy: Command, problem: Path, tmp_path: Path
) -> None:
    few = ("--set", "optimize.algorithm=exhaustive", "--set", "space.constraints=[Fe >= 85]")
    outcome = moalloy("run", problem, *few, "--set", "limits={Bs: {min: 3}}", "--out", tmp_path / "run")
    assert (outcome.code, outcome.out) == (4, "")
    assert "nearest is Fe" in outcome.err


BARE = """\
version: 1
name: bare
space: {elements: {Fe: [70, 86], B: [6, 16], Si: {min: 1, max: 12, or_zero: true}}, step: 1}
objectives: {dilution_ceiling_T: {goal: max}, cost_USD_per_kg: {goal: min}}
optimize: {population: 8, generations: 2}
"""


@pytest.mark.slow
def test_per_system_leaves_a_table_of_systems_and_a_section_in_the_report(
    moalloy: Command, tmp_path: Path
) -> None:
    (tmp_path / "bare.yaml").write_text(BARE, encoding="utf-8")
    outcome = moalloy("run", "bare.yaml", "--per-system", "--out", "first")
    assert outcome.code == 0
    assert "2 chemical systems one by one, 1 seed" in outcome.err
    assert "at most 32 evaluations in all" in outcome.err
    assert set(pd.read_csv("first/systems.csv")["system"]) == {"Fe-B", "Fe-B-Si"}
    report = (tmp_path / "first" / "report.html").read_text(encoding="utf-8")
    assert "System by system" in report
    assert "nsga2, each of 2 chemical systems by itself" in report
    assert "one color for each of 2 chemical systems" in report
    again = moalloy(
        "run", "bare.yaml", "--start", "first", "--out", "second", "--set", "optimize.population=9"
    )
    assert again.code == 0
    assert "alloys of first are used" in again.err


def test_check_counts_the_systems_that_are_searched_one_by_one(moalloy: Command, tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text(BARE, encoding="utf-8")
    checked = moalloy("check", "bare.yaml", "--set", "optimize.per_system=true")
    assert "at most 32 evaluations over 1 seed and 2 chemical systems, one by one" in checked.out
    assert "chemical systems" not in moalloy("check", "bare.yaml").out


def test_a_start_that_is_not_there_is_bad_input_before_anything_is_written(
    moalloy: Command, tmp_path: Path
) -> None:
    (tmp_path / "bare.yaml").write_text(BARE, encoding="utf-8")
    outcome = moalloy("run", "bare.yaml", "--start", "wishes.csv", "--out", "run")
    assert (outcome.code, outcome.out) == (2, "")
    assert "optimize.start#1: There is no file" in outcome.err
    assert "run folder" not in outcome.err
    assert moalloy("run", "bare.yaml", "--start", "", "--out", "run").code == 2
    assert moalloy("check", "bare.yaml", "--set", "optimize.start=wishes.csv").code == 2
    assert not (tmp_path / "run").exists()
