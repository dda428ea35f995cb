"""``moalloy run --task``, ``moalloy merge`` and ``--cluster``."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.runs import RunFolder
from tests.cli.conftest import BARE, Command


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    path = tmp_path / "bare.yaml"
    path.write_text(BARE, encoding="utf-8")
    return path


def stamps(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_two_tasks_and_a_merge_make_the_run_of_one(moalloy: Command, bare: Path, tmp_path: Path) -> None:
    two = ("--set", "optimize.seeds=[1, 2]")
    for task in ("2/2", "1/2"):
        outcome = moalloy("run", bare, *two, "--out", "tasks", "--task", task)
        assert (outcome.code, outcome.out) == (0, "tasks\n")
        assert "once all are: moalloy merge tasks" in outcome.err
    merged = moalloy("merge", "tasks")
    assert (merged.code, merged.out) == (0, "tasks\n")
    assert "alloys on the front" in merged.err
    assert (tmp_path / "tasks" / "report.html").is_file()
    assert moalloy("run", bare, *two, "--out", "one").code == 0
    assert (tmp_path / "tasks" / "pareto.csv").read_bytes() == (tmp_path / "one" / "pareto.csv").read_bytes()
    before = stamps(tmp_path / "tasks")
    again = moalloy("merge", "tasks")
    assert (again.code, again.out) == (0, "tasks\n")
    assert "is finished; nothing to do" in again.err
    assert stamps(tmp_path / "tasks") == before


def test_merging_too_early_is_bad_input_and_writes_nothing(
    moalloy: Command, bare: Path, tmp_path: Path
) -> None:
    assert moalloy("run", bare, "--set", "optimize.seeds=[4, 5]", "--out", "run", "--task", "1/2").code == 0
    before = stamps(tmp_path / "run")
    outcome = moalloy("merge", "run")
    assert (outcome.code, outcome.out) == (2, "")
    assert "run lacks seed 5; wait for these tasks, or start them again: --task 2/2" in outcome.err
    assert stamps(tmp_path / "run") == before
    assert not RunFolder(tmp_path / "run").is_finished


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--task", "1/2"], "--task needs --out, the folder that all tasks share"),
        (["--task", "/8", "--out", "run"], "--task is '/8'; expected I/N"),
        (["--task", "9/8", "--out", "run"], "there is no task 9 of 8"),
        (["--task", "1/2", "--out", "run", "--cluster", "tcp://head:1"], "take one of them"),
        (["--job-script"], "--job-script needs --cluster with a file"),
        (["--job-script", "--cluster", "tcp://head:8786"], "--job-script needs --cluster with a file"),
        (["--cluster", "jobs.yaml"], "jobs.yaml: there is no such file"),
        (["--cluster", "head:8786"], "for a scheduler, write tcp://head:8786"),
        (
            ["--cluster", "carrier-pigeon://head:8786"],
            "isn't the address of a scheduler; expected one such as tcp://host:8786",
        ),
    ],
)
def test_options_that_make_no_sense_are_bad_input(
    moalloy: Command, bare: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    outcome = moalloy("run", bare, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err
    assert not (tmp_path / "run").exists()
    assert not (tmp_path / "results").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_scheduler_that_does_not_answer_is_a_fault_of_the_machine(moalloy: Command, bare: Path) -> None:
    outcome = moalloy("run", bare, "--cluster", "tcp://127.0.0.1:1")
    assert (outcome.code, outcome.out) == (1, "")
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in outcome.err


def test_the_job_script_is_data(moalloy: Command, bare: Path, tmp_path: Path) -> None:
    (tmp_path / "jobs.yaml").write_text("kind: slurm\nworkers: 2\ncores: 1\nmemory: 2GB\n", encoding="utf-8")
    outcome = moalloy("run", bare, "--cluster", "jobs.yaml", "--job-script")
    assert (outcome.code, outcome.err) == (0, "")
    assert "#SBATCH --mem=2G" in outcome.out
